"""instance.env files as somebody would write them who wants to break in, to break something, or who errs.

HOSTILE is {name: content}; the names are instance names. INJECTIONS are those that try to get a directive, a
specifier, a variable, a prefix or an argument into a unit, with the arguments that the server is to get, or
None where the file is refused.
"""

LAYERS = b"L4D2_LOWERDIRS=installation\n"
PORT = b"L4D2_PORT=27015\n"
USABLE = LAYERS + PORT
LIMIT = 64 * 1024


def _with_port(value):
    return LAYERS + b"L4D2_PORT=" + value + b"\n"


def _with_layers(value):
    return PORT + b"L4D2_LOWERDIRS=" + value + b"\n"


def _with_arguments(value):
    return USABLE + b"L4D2_ARGS=" + value + b"\n"


def _with_autostart(value):
    return USABLE + b"L4D2_AUTOSTART=" + value + b"\n"


def _filled(piece, size=LIMIT):
    """A file of `size` bytes of one piece, cut at the end."""
    return (piece * (size // len(piece) + 1))[:size]


_PORTS = {
    "empty": b"",
    "empty-in-quotes": b"''",
    "zero": b"0",
    "zeros": b"00000",
    "one-too-many": b"65536",
    "five-nines": b"99999",
    "wraps-32-bits": b"4294994311",
    "wraps-64-bits": b"18446744073709578631",
    "a-thousand-digits": b"1" * 1000,
    "negative": b"-1",
    "plus": b"+27015",
    "hexadecimal": b"0x6987",
    "octal": b"064607",
    "fraction": b"27015.0",
    "exponent": b"2e4",
    "blank-behind": b"'27015 '",
    "blank-before": b"' 27015'",
    "newline-behind": b"'27015\n'",
    "no-break-space": b"\xc2\xa027015",
    "two": b"27015,27016",
    "range": b"27015-27020",
    "command": b"27015;reboot",
    "variable": b"$PORT",
    "specifier": b"%i",
    "arabic-digits": "٢٧٠١٥".encode(),
    "full-width-digits": "２７０１５".encode(),
    "infinity": b"infinity",
    "service-name": b"https",
}

_LAYERS = {
    "empty": b"",
    "colon": b":",
    "colon-behind": b"installation:",
    "colon-before": b":installation",
    "two-colons": b"overlays/a::installation",
    "dot-dot": b"..",
    "dot-dot-before": b"../../../etc",
    "dot-dot-inside": b"installation/../../../../etc",
    "dot-dot-back-in": b"overlays/../overlays/a",
    "dot-dot-behind": b"overlays/a/..",
    "dot": b".",
    "state-root": b"/var/lib/left4me",
    "top": b"/",
    "many-slashes": b"//////",
    "etc": b"/etc",
    "proc-self-root": b"/proc/self/root/etc",
    "another-upper": b"runtime/other/upper",
    "instances": b"instances",
    "roots-parent-of-layers": b"overlays",
    "roots-parent-dotted": b"overlays/./.",
    "name-that-begins-like-a-root": b"installation2",
    "overlay-that-begins-like-a-root": b"overlays-of-mine/a",
    "twice": b"overlays/a:overlays/a",
    "twice-spelt-differently": b"overlays/a:overlays//./a/",
    "nested": b"overlays/a:overlays/a/b",
    "nested-upwards": b"overlays/a/b/c/d:overlays/a",
    "nested-in-the-installation": b"installation/left4dead2:installation",
    "tilde": b"~/addons",
    "home": b"$HOME/addons",
    "url": b"file:///etc",
    "newline": b"'overlays/a\nb'",
    "carriage-return": b"'overlays/a\rb'",
    "tab": b"'overlays/a\tb'",
    "escape": b"overlays/\x1b]0;owned\x07",
    "delete": b"overlays/a\x7f",
    "c1-control": b"overlays/a\xc2\x9b2Jb",
    "next-line": b"overlays/a\xc2\x85b",
    "line-separator": "overlays/a\u2028b".encode(),
    "paragraph-separator": "overlays/a\u2029b".encode(),
    "lone-backslash": b"'overlays/a\\'",
    "backslash-n": b"'overlays/a\\nb'",
    "overlong-slash": b"overlays\xc0\xafa",
    "overlong-dots": b"overlays/\xe0\x80\xae\xe0\x80\xae",
    "surrogate": b"overlays/\xed\xa0\x80",
    "noncharacter": b"overlays/\xef\xbf\xbe",
    "beyond-unicode": b"overlays/\xf4\x90\x80\x80",
    "cut-off-character": b"overlays/\xe2\x80",
    "byte-ff": b"overlays/\xff",
    "five-hundred-and-one": b":".join(b"overlays/%d" % i for i in range(501)),
    "five-thousand-colons": b":" * 5000,
    "longer-than-a-path": b"overlays/" + b"a" * 4096,
    "thirty-thousand-components": b"overlays" + b"/a" * 30000,
}

_ARGUMENTS = {
    "game": b"-game /etc",
    "port": b"-port 1",
    "plus-port": b"+port 1",
    "hostport": b"+hostport 1",
    "ip": b"-ip 10.0.0.1",
    "plus-ip": b"+ip 10.0.0.1",
    "norestart": b"-norestart",
    "strictportbind": b"-strictportbind",
    "autoupdate": b"-autoupdate",
    "binary": b"-binary /bin/sh",
    "gdb": b"-gdb /bin/sh",
    "debug": b"-debug",
    "debuglog": b"-debuglog /etc/passwd",
    "pidfile": b"-pidfile /etc/passwd",
    "steam-dir": b"-steam_dir /tmp",
    "steamcmd-script": b"-steamcmd_script /tmp/x",
    "upper-case": b"-BINARY /bin/sh",
    "mixed-case": b"-DebugLog x",
    "in-single-quotes": b"\"'-binary' /bin/sh\"",
    "in-double-quotes": b"'\"-binary\" /bin/sh'",
    "in-pieces": b"'-bin\"ary\" /bin/sh'",
    "with-backslashes": b"'\\-\\b\\i\\nary /bin/sh'",
    "behind-a-blank": b"'\"x -binary /bin/sh\"'",
    "blanks-around": b"'\"  -binary  \"'",
    "in-the-last-word": b"+map c1m1_hotel +x y -gdb",
    "newline": b"'+map \"a\nb\"'",
    "carriage-return": b"'+map \"a\rb\"'",
    "tab": b"'+map \"a\tb\"'",
    "vertical-tab": b"+map a\x0bb",
    "escape": b"+map \x1b[2J",
    "bell": b"+map \x07",
    "delete": b"+map \x7f",
    "c1-control": b"+map \xc2\x9b",
    "line-separator": "+map a\u2028b".encode(),
    "split-again": b"'+hostname \"my server\"'",
    "star": b"+exec *.cfg",
    "question-mark": b"+exec a?c",
    "bracket": b"+exec [a-z]",
    "nothing": b"'+hostname \"\"'",
    "thirty-of-them": b"* " * 30,
    "thirty-forbidden": b"-gdb " * 30,
    "not-utf-8": b"+map \xff\xfe",
    "sixty-thousand-quotes": b"\\\"" * 30000,
    "ten-thousand-words": b"a " * 10000,
}

_AUTOSTART = {
    "perhaps": b"perhaps",
    "two": b"2",
    "minus-one": b"-1",
    "yes-and-more": b"yes;reboot",
    "yes-and-newline": b"'yes\n'",
    "yes-and-blank": b"'yes '",
    "yess": b"yess",
    "specifier": b"%n",
}

_KEYS = {
    "ld-preload": USABLE + b"LD_PRELOAD=/tmp/evil.so\n",
    "path": USABLE + b"PATH=/tmp\n",
    "bash-env": USABLE + b"BASH_ENV=/tmp/evil.sh\n",
    "gconv-path": USABLE + b"GCONV_PATH=/tmp\n",
    "many-variables": USABLE + b"IFS=/\nENV=/tmp/x\nHOME=/tmp\nLD_AUDIT=/tmp/x\nTMPDIR=/tmp\nPS4=$(id)\n",
    "misspelt": LAYERS + b"L4D2_PROT=27015\n",
    "lower-case": LAYERS + b"l4d2_port=27015\n",
    "export": LAYERS + b"export L4D2_PORT=27015\n",
    "colon-for-equals": LAYERS + b"L4D2_PORT: 27015\n",
    "no-equals": LAYERS + b"L4D2_PORT 27015\n",
    "equals-first": USABLE + b"=27015\n",
    "two-equals": LAYERS + b"L4D2_PORT==27015\n",
    "only-equals": USABLE + b"=\n==\n===\n",
    "byte-order-mark": b"\xef\xbb\xbf" + USABLE,
    "byte-order-mark-and-key": b"\xef\xbb\xbfL4D2_PORT=27015\n" + LAYERS,
    "no-break-space-key": LAYERS + b"\xc2\xa0L4D2_PORT=27015\n",
    "cyrillic-key": LAYERS + "L4D2_P\u041eRT=27015\n".encode(),
    "control-character-key": USABLE + b"L4D2\x1b[2J=1\n",
    "key-of-sixty-thousand-bytes": USABLE + b"K" * 60000 + b"=1\n",
    "key-not-utf-8": USABLE + b"K\xff=1\n",
    "key-with-newline-in-quotes": USABLE + b"'K\nL'=1\n",
    "port-twice": USABLE + b"L4D2_PORT=0\n",
    "layers-twice": USABLE + b"L4D2_LOWERDIRS=/etc\n",
    "arguments-twice": USABLE + b"L4D2_ARGS=+map a\nL4D2_ARGS=-gdb\n",
    "open-single-quote": b"L4D2_ARGS='+map a\n" + USABLE,
    "open-double-quote": b"L4D2_ARGS=\"+map a\n" + USABLE,
    "continuation-swallows-a-key": LAYERS + b"X=1\\\nL4D2_PORT=27015\n",
    "comment-ends-in-backslash": LAYERS + b"# see below \\\nL4D2_PORT=27015\n",
    "semicolon-comment-ends-in-backslash": LAYERS + b"; see below \\\nL4D2_PORT=27015\n",
    "only-a-backslash": b"\\",
    "only-a-quote": b"\"",
    "nothing": b"",
    "only-newlines": b"\n" * 100,
    "nul-first": b"\0" + USABLE,
    "nul-last": USABLE + b"\0",
    "nul-in-a-value": LAYERS + b"L4D2_PORT=27015\0\n",
    "nul-in-a-comment": USABLE + b"# \0\n",
    "section": b"[Service]\n" + USABLE,
    "unit-file": b"[Unit]\nDescription=x\n[Service]\nExecStart=/bin/sh\nUser=root\n",
    "shell-script": b"#!/bin/sh\nif true; then\n  L4D2_PORT=27015\nfi\n" + LAYERS,
    "command-substitution": LAYERS + b"L4D2_PORT=$(echo 27015)\n",
    "arithmetic": LAYERS + b"L4D2_PORT=$((27000+15))\n",
    "json": b'{"L4D2_PORT": 27015, "L4D2_LOWERDIRS": "installation"}\n',
    "yaml": b"L4D2_PORT: 27015\nL4D2_LOWERDIRS:\n  - installation\n",
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0>\0",
    "utf-16": USABLE.decode().encode("utf-16"),
    "latin-1": USABLE + "L4D2_ARGS=+hostname Z\xfcrich\n".encode("latin-1"),
    "sixty-four-kib-and-a-byte": USABLE + b"#" * (LIMIT + 1 - len(USABLE)),
    "full-of-newlines": _filled(b"\n"),
    "full-of-equals": _filled(b"="),
    "full-of-double-quotes": _filled(b"\""),
    "full-of-single-quotes": _filled(b"'"),
    "full-of-backslashes": _filled(b"\\"),
    "full-of-backslash-lines": _filled(b"\\\n"),
    "full-of-short-keys": _filled(b"a=\n"),
    "full-of-ports": _filled(PORT),
    "full-of-words": _filled(b"x\n"),
    "full-of-ff": _filled(b"\xff"),
    "full-of-nul": _filled(b"\0"),
    "full-of-escapes": _filled(b"\x1b[2J\n"),
    "full-of-comments": _filled(b"#\\\n"),
    "full-of-carriage-returns": _filled(b"\r"),
}

# The arguments are what the drop-in's ExecStart= passes to srcds_run behind the port.
INJECTIONS = {
    "a-line-in-single-quotes": (_with_arguments(b"'+map\nExecStartPost=+/bin/touch /run/owned'"),
                                ["+map", "ExecStartPost=+/bin/touch", "/run/owned"]),
    "a-line-in-double-quotes": (_with_arguments(b"\"+map\nExecStartPost=+/bin/touch /run/owned\""),
                                ["+map", "ExecStartPost=+/bin/touch", "/run/owned"]),
    "a-line-in-quotes-within-quotes": (_with_arguments(b"'\"+map\nExecStartPost=+/bin/touch /run/owned\"'"), None),
    "a-line-behind-a-backslash": (_with_arguments(b"'+map\\\nUser=root'"), None),
    "a-section": (_with_arguments(b"'x\n[Service]\nUser=root'"), ["x", "[Service]", "User=root"]),
    "a-section-in-quotes-within-quotes": (_with_arguments(b"'\"x\n[Service]\nUser=root\"'"), None),
    "a-carriage-return": (_with_arguments(b"'x\rUser=root'"), ["x", "User=root"]),
    "a-carriage-return-in-quotes-within-quotes": (_with_arguments(b"'\"x\rUser=root\"'"), None),
    "a-line-in-a-layer": (_with_layers(b"'overlays/a\n[Mount]\nType=tmpfs'"), None),
    "a-line-in-the-port": (_with_port(b"'27015\nUser=root'"), None),
    "a-line-separator": (_with_arguments("x\u2028User=root".encode()), None),
    "a-next-line": (_with_arguments(b"x\xc2\x85User=root"), None),
    "a-continued-line": (_with_arguments(b"+map a\\\nUser=root"), ["+map", "aUser=root"]),
    "a-directive-as-a-key": (USABLE + b"ExecStartPost=+/bin/touch /run/owned\nUser=root\n[Service]\nUser=root\n", []),
    "a-backslash-at-the-end": (_with_arguments(b"'x\\\\'"), ["x\\"]),
    "backslashes-at-the-end": (_with_arguments(b"'x\\\\\\\\'"), ["x\\\\"]),
    "a-quote-that-closes": (_with_arguments(b"'x\\\" ; /bin/touch /run/owned'"),
                            ["x\"", ";", "/bin/touch", "/run/owned"]),
    "quotes-of-both-kinds": (_with_arguments(b"'a\\\"b\\'c'"), ["a\"bc"]),
    "a-semicolon": (_with_arguments(b"; /bin/touch /run/owned ; x"), [";", "/bin/touch", "/run/owned", ";", "x"]),
    "specifiers": (_with_arguments(b"%n %i %I %p %u %h %% %%n %t %1 %"),
                   ["%n", "%i", "%I", "%p", "%u", "%h", "%%", "%%n", "%t", "%1", "%"]),
    "variables": (_with_arguments(b"'$HOME ${PATH} $$HOME $MAINPID a$USER ${USER}b'"),
                  ["$HOME", "${PATH}", "$$HOME", "$MAINPID", "a$USER", "${USER}b"]),
    "prefixes": (_with_arguments(b"@x -y +z !a !!b :c |d +!:@-e"),
                 ["@x", "-y", "+z", "!a", "!!b", ":c", "|d", "+!:@-e"]),
    "c-escapes": (_with_arguments(b"'a\\\\nUser=root b\\\\x0aUser=root c\\\\012d \\\\s\\\\t'"),
                  ["a\\nUser=root", "b\\x0aUser=root", "c\\012d", "\\s\\t"]),
    "a-comment": (_with_arguments(b"x '#' ';' y"), ["x", "#", ";", "y"]),
    "a-shell": (_with_arguments(b"`id` '$(id)' '&&' '|' '>' /etc/passwd"),
                ["`id`", "$(id)", "&&", "|", ">", "/etc/passwd"]),
    "two-dashes": (_with_arguments(b"-- --help -"), ["--", "--help", "-"]),
    "an-argument-zero": (_with_arguments(b"@/bin/sh sh -c id"), ["@/bin/sh", "sh", "-c", "id"]),
    "layers-with-specifiers": (_with_layers(b"overlays/%i-%n-%h:installation"), []),
    "layers-with-quotes": (_with_layers(b"'overlays/a\"b:overlays/c d:installation'"), []),
    "layers-with-variables": (_with_layers(b"'overlays/$HOME ${PATH}:installation'"), []),
    "layers-with-options": (_with_layers(b"overlays/a,upperdir=/etc,userxattr:installation"), []),
    "layers-with-prefixes": (_with_layers(b"overlays/-:overlays/+x:installation"), []),
    "letters-of-other-scripts": (_with_arguments("+hostname Zürich\u00a0\u200b😀".encode()),
                                 ["+hostname", "Zürich\u00a0\u200b😀"]),
    "right-to-left": (_with_arguments("x\u202etoor=resU".encode()), ["x\u202etoor=resU"]),
}


def _named(prefix, make, table):
    return {f"{prefix}-{name}": make(value) for name, value in table.items()}


HOSTILE = {
    **_named("port", _with_port, _PORTS),
    **_named("layers", _with_layers, _LAYERS),
    **_named("arguments", _with_arguments, _ARGUMENTS),
    **_named("autostart", _with_autostart, _AUTOSTART),
    **_named("file", bytes, _KEYS),
    **_named("inject", lambda injection: injection[0], INJECTIONS),
}

"""Generated environment files: hostile, odd and ordinary ones, the same for the same seed."""

import random

# The variable whose words are compared too.
WORDS_KEY = "WORDS"

LARGEST = 64 * 1024

_KEYS = [b"A", b"B", b"C_1", b"_x", b"WORDS", b"L4D2_PORT", b"L4D2_LOWERDIRS", b"Z" * 300]
_ODD_KEYS = [b"export A", b"export\tWORDS", b"9A", b"A-B", b"A.B", b"A B", b"=A", b"=", b"A\\", b"\\A", b"\"A\"",
             b"'A'", b"\xef\xbb\xbfA", b"\xc3\x84", b"A\x01", b"A\x0b", b"\x0cA", b"A#", b"A;B", b"$A", b"`A`",
             b"A\\ ", b"A\x7f"]
_TEXT = [b"a", b"b1", b"x y", b"installation", b"27015", b"+map c1m1_hotel", b"#", b";", b"=", b"a=b", b"$HOME",
         b"${A}", b"$", b"$$", b"`id`", b"%n", b"*", b"~", b"/", b":", b"-", b"!", b"&&", b"(", b"{", b"x # y", b"it"]
_UTF8 = ["ä", "é", "€", "\u2028", "\ufeff", "\ufffd", "\ud7ff", "\ue000", "\U0001f9df", "\U0010fffd", "\u0080",
         "\u07ff", "\u0800", "\U00010000", "\ufdcf", "\ufdf0"]
_CONTROLS = [bytes([byte]) for byte in [*range(1, 9), 11, 12, *range(14, 32), 127]]
_NOT_UTF8 = [b"\xff", b"\xfe", b"\x80", b"\xc3", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x9f\xbf",
             b"\xe2\x82", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x9f\xa7", b"\xf4\x90\x80\x80",
             b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xef\xb7\x90", b"\xef\xb7\xaf", b"\xef\xbf\xbe",
             b"\xef\xbf\xbf", b"\xf0\x9f\xbf\xbe", b"\xf4\x8f\xbf\xbf", b"\xc3A", b"\xe2\x82\""]
_BLANKS = [b" ", b"\t", b"  ", b" \t ", b"\x0b", b"\x0c", b"\xc2\xa0"]
_LINE_ENDS = [b"\n"] * 12 + [b"\r\n"] * 3 + [b"\r", b"\n\n", b"\n\r", b" \n", b"\t\r\n", b"", b"\\\n", b"\\\r\n", b"\\"]
_MUTATIONS = [b"\\", b"\"", b"'", b"=", b"#", b";", b" ", b"\t", b"\n", b"\r", b"\\\n", b"\\\r", b"\\\\", b"\"\"",
              b"''", b"\\\"", b"\\'", b"A=", b"WORDS=", b"$", b"`", b"\r\n", b"a", b"\x01", b"\xc3\xa4"]


class _Writer:
    def __init__(self, random_source):
        self._random = random_source

    def chance(self, probability):
        return self._random.random() < probability

    def some(self, choices, most):
        return b"".join(self._random.choice(choices) for _ in range(self._random.randint(0, most)))

    def one_of(self, *writers):
        return self._random.choice(writers)()

    def blanks(self):
        return self.some(_BLANKS, 2) if self.chance(0.25) else b""

    def character(self):
        kind = self._random.random()
        if kind < 0.004:
            return self._random.choice(_NOT_UTF8)
        if kind < 0.08:
            return self._random.choice(_CONTROLS)
        return self._random.choice(_UTF8).encode() if kind < 0.5 else bytes([self._random.randint(32, 126)])

    def plain(self):
        return self._random.choice(_TEXT) if self.chance(0.7) else self.character()

    def escape(self):
        return b"\\" + self.one_of(
            lambda: self._random.choice([b"\"", b"'", b"\\", b"`", b"$", b" ", b"\t", b"n", b"x41", b"#", b"a", b"=",
                                         b";"]),
            lambda: self._random.choice([b"\n", b"\r", b"\r\n", b"\n\n", b"\n ", b"\n#", b"\n\"", b"\n'", b"\nA=b"]),
            self.character)

    def single_quoted(self):
        inside = self.some([b"a", b" ", b"  x", b"\\", b"\"", b"\\'", b"\n", b"\r", b"\\\n", b"=", b"#", b"$A"], 5)
        return b"'" + inside + self.plain() + (b"" if self.chance(0.05) else b"'")

    def double_quoted(self):
        pieces = b"".join(self.one_of(self.plain, self.escape,
                                      lambda: self.some([b"'", b" ", b"\n", b"\r", b"\\\\"], 2))
                          for _ in range(self._random.randint(0, 5)))
        return b"\"" + pieces + (b"" if self.chance(0.05) else b"\"")

    def value(self):
        pieces = [self.plain, self.plain, self.escape, self.single_quoted, self.double_quoted, self.blanks,
                  lambda: self._random.choice([b"\"", b"'", b"\\", b" \\", b"\\ ", b" ", b"\t"])]
        kind = self._random.random()
        if kind < 0.06:
            return b""
        if kind < 0.07:
            return self.plain() * self._random.randint(100, 3000)
        return b"".join(self.one_of(*pieces) for _ in range(self._random.choice([1, 1, 2, 2, 3, 4, 6, 9])))

    def key(self):
        if self.chance(0.1):
            return self._random.choice(_ODD_KEYS)
        if self.chance(0.4):
            return WORDS_KEY.encode()
        return self._random.choice(_KEYS)

    def assignment(self):
        return self.blanks() + self.key() + self.blanks() + b"=" + self.blanks() + self.value() + self.blanks()

    def comment(self):
        text = self.some([b"a", b" ", b"A=b", b"\\", b"\\x", b"\"", b"'", b"\xff", b"\xc3\xa4", b"#", b"\t"], 5)
        if text.endswith(b"\\") and self.chance(0.8):
            text += b"."
        return self.blanks() + self._random.choice([b"#", b";"]) + text

    def no_assignment(self):
        return self.blanks() + self._random.choice(
            [b"nonsense", b"export", b"A", b"\"A", b"'", b"\\", b"a b c", b"\xef\xbb\xbf", b"=", b"\xff", b"=\\",
             b"A\\", b"A \\"]) + self.blanks()

    def file(self):
        lines = []
        for _ in range(self._random.choice([1, 1, 2, 2, 3, 4, 5, 7, 10])):
            kind = self._random.random()
            lines.append(self.assignment() if kind < 0.83 else self.comment() if kind < 0.92 else self.no_assignment())
            lines.append(self._random.choice(_LINE_ENDS))
        text = b"".join(lines)
        if self.chance(0.03):
            text = b"\xef\xbb\xbf" + text
        if self.chance(0.005):
            encoding = self._random.choice(["utf-16", "utf-16-le", "utf-16-be"])
            return text.decode(errors="replace").encode(encoding)
        return text if self.chance(0.8) else text.rstrip(b"\r\n")

    def mutation(self, text, other):
        text = bytearray(text)
        for _ in range(self._random.choice([1, 1, 2, 3, 5])):
            start = self._random.randint(0, len(text))
            end = min(len(text), start + self._random.choice([1, 1, 2, 5, 20]))
            kind = self._random.random()
            if kind < 0.45:
                text[start:start] = self._random.choice(_MUTATIONS)
            elif kind < 0.7:
                del text[start:end]
            elif kind < 0.8:
                text[start:end] = bytes(reversed(text[start:end]))
            elif kind < 0.88:
                text[start:start] = text[start:end]
            elif kind < 0.96:
                text[start:] = other[self._random.randint(0, len(other)):]
            elif start < len(text):
                text[start] ^= 1 << self._random.randint(0, 6)
        if self.chance(0.01):
            position = self._random.randint(0, len(text))
            text[position:position] = b"\0"
        return bytes(text)


def _large_files():
    """At the limit and beyond it, as one value and as many."""
    assignment = b"WORDS=\"a \\\" b\"\n"
    for size in (LARGEST - 1, LARGEST, LARGEST + 1, 2 * LARGEST):
        yield b"A=" + b"x" * (size - 3) + b"\n"
        yield assignment * (size // len(assignment)) + b"#" * (size % len(assignment))


def generate(seed, count):
    """`count` different files for this seed."""
    random_source = random.Random(seed)
    writer = _Writer(random_source)
    files = dict.fromkeys(_large_files())
    previous = b"A=b\n"
    while len(files) < count:
        text = writer.file()
        files[text] = None
        for _ in range(random_source.randint(0, 1)):
            files[writer.mutation(text, previous)] = None
        previous = text
    return list(files)[:count]

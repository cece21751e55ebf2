"""Interactive shells on a terminal, in a host that has the product and its completions installed.

They see this host's programs with the installed product laid over them, in a mount namespace of their own, and are not
root.
"""

import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.manual import product_text

NOBODY = 65534
# Lays $1 over the programs of the host; nothing else of that is there.
ENTER = """
set -eu
files=$1
shift
mount -t tmpfs -o mode=755 tmpfs /mnt
cp -a "$files" /mnt/host
cd /mnt/host
# A link into /usr on the host.
[ ! -d lib ] || { cp -a lib usr; rm -r lib; }
mv usr /mnt/usr
cp -dR /bin /sbin /lib /lib64 .
mkdir usr dev proc tmp
mount -t overlay -o lowerdir=/mnt/usr:/usr overlay usr
mount --rbind /dev dev
mount --rbind /proc proc
mount -t tmpfs -o mode=1777 tmpfs tmp
exec chroot . "$@"
"""
LINE = re.compile(r"@line@(.*?)@end@", re.S)
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "TERM": "dumb", "LC_ALL": "C.UTF-8", "HOME": "/tmp", "PS1": ""}
PATIENCE = 10


class InstalledHost:
    """A directory that holds the product as it is installed, and instances, until remove()."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="left4me-completion-", dir="/var/tmp")
        self.files = Path(self._directory.name, "host")
        product_text.install(self.files)

    def remove(self):
        self._directory.cleanup()

    def path(self, path):
        return self.files / path.lstrip("/")

    def add_instances(self, directory, *names):
        for name in names:
            self.path(directory).joinpath(os.fsdecode(name)).mkdir(parents=True, exist_ok=True)

    def command(self, *arguments):
        """What runs a program in it, as a user."""
        is_root = os.geteuid() == 0
        namespace = ["--mount", *([] if is_root else ["--map-root-user"])]
        user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if is_root else []
        return ["unshare", *namespace, "--", "/bin/sh", "-c", ENTER, "sh", str(self.files),
                "setpriv", *user, "--", *arguments]


class Shell:
    """A shell that has read its completions, until close(). A subclass says which, and how it is told to show what is
    on its command line."""

    def __init__(self, host):
        self._process, self._terminal = self._start(host.command(*self.COMMAND))
        self._output = ""
        try:
            self._type(self.SET_UP + "\n")
            self._wait_for(re.compile(r"@ready@\r?\n"))
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _start(command):
        leader, follower = pty.openpty()
        process = subprocess.Popen(["setsid", "--ctty", *command], stdin=follower, stdout=follower, stderr=follower,
                                   env=ENVIRONMENT, cwd="/")
        os.close(follower)
        return process, leader

    def close(self):
        os.close(self._terminal)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _type(self, text):
        os.write(self._terminal, os.fsencode(text))

    def _wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not (found := pattern.search(self._output)):
            left = max(0, deadline - time.monotonic())
            if not select.select([self._terminal], [], [], left)[0]:
                raise TimeoutError(f"not within {PATIENCE} s: {pattern.pattern}\n{self._output}")
            try:
                self._output += os.fsdecode(os.read(self._terminal, 65536))
            except OSError as error:
                raise RuntimeError(f"the shell has ended: {self._output}") from error
        self._output = self._output[found.end():]
        return found

    def complete(self, typed, key=None):
        """What is on the command line after `typed` and the key for completion."""
        # Kills the line, whatever is on it.
        self._type(f"\x15{typed}{key or self.COMPLETE}{self.SHOW}")
        return self._wait_for(LINE)[1].replace("\r\n", "\n")

    def run(self, command):
        """What a command prints."""
        # What the terminal echoes of the command is not what ends it.
        self._type(f"\x15printf '@%s@' begin; {command}; printf '@%s@\\n' ready\n")
        return self._wait_for(re.compile(r"@begin@(.*?)@ready@\r?\n", re.S))[1].replace("\r", "").strip()

    def candidates(self, typed):
        """Every word that could follow: what is inserted when all of them are."""
        line = self.complete(typed, self.INSERT_ALL)
        return sorted(line.removeprefix(typed[:len(typed) - len(typed.split(" ")[-1])]).split())


class Bash(Shell):
    COMMAND = ("bash", "--norc", "--noprofile", "-i")
    COMPLETE, INSERT_ALL, SHOW = "\t", "\x1b*", "\x18\x14"
    UNUSUAL = "set -f; shopt -s failglob nocasematch; IFS=a"
    SET_UP = r"""
        . /usr/share/bash-completion/bash_completion
        show() { printf '@line@%s@end@\n' "$READLINE_LINE"; }
        bind -x '"\C-x\C-t": show'
        bind 'set bell-style none'
        bind 'set completion-query-items 0'
        bind 'set page-completions off'
        printf '@%s@\n' ready"""


class Zsh(Shell):
    COMMAND = ("zsh", "-f", "-i")
    COMPLETE, INSERT_ALL, SHOW = "\t", "\x18\x01", "\x18\x14"
    UNUSUAL = "setopt ksh_arrays sh_word_split glob_subst no_extended_glob no_bare_glob_qual; IFS=a"
    SET_UP = r"""
        unsetopt zle_bracketed_paste prompt_cr prompt_sp beep list_beep always_last_prompt
        PROMPT= RPROMPT=
        autoload -Uz compinit && compinit -u -D
        show() { print -r -- "@line@$BUFFER@end@" >/dev/tty }
        zle -N show; bindkey -e; bindkey '^X^T' show
        zle -C insert-all complete-word _generic; bindkey '^X^A' insert-all
        zstyle ':completion:insert-all:*' completer _all_matches _complete
        zstyle ':completion:insert-all:*' insert true
        bindkey '^U' kill-whole-line
        LISTMAX=100000
        print -r -- "@"ready"@" """


SHELLS = (Bash, Zsh)

"""What systemctl status and l4d2ctl list say of a server that ended, or could not be executed, and whether it leads further."""

import json
import re

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, service, upper
from tests.machine.machine import wait_until
from tests.machine.test_crashes import ServerCase

NOT_STARTED = "so the server cannot be started"
CRASHES = """#!/bin/sh
for number in 1 2 3 4 5 6 7 8; do echo "line $number of the crash"; done
echo "out of edicts" >&2
kill -ABRT $$
"""
DEAF = "#!/bin/sh\ntrap '' INT\necho deaf\nexec sleep infinity\n"


class LastWordsCase(ServerCase):
    def write_wrapper(self, layer, contents, mode=0o755):
        self.machine.write(f"{ROOT}/overlays/{layer}/srcds_run", contents, "l4d2-sandbox", mode)
        return (f"overlays/{layer}", "installation")

    def ten_lines(self, name):
        """What an operator sees who asks for no more."""
        return self.machine.run("systemctl", "status", "--full", service(name), check=False).stdout

    def said(self, name, words):
        """The line of the status with these words, once it is there."""
        return self.line_of(lambda: self.ten_lines(name), words)

    def said_when_given_up(self, name, words):
        """The same of a server that was started too often: the status of systemd 252 has nothing of before that."""
        if self.release == "bookworm":
            return self.line_of(lambda: self.machine.journal("-u", service(name)), words)
        return self.said(name, words)

    def line_of(self, text, words):
        def find():
            return next((line for line in reversed(text().splitlines()) if words in line), None)

        return wait_until(find, f"{words!r} in:\n{text()}", timeout=60)

    def why(self, name):
        return json.loads(self.machine.output("l4d2ctl", "list", "--json", name))["instances"][0]["why"]

    def run_what_is_said(self, line):
        """The journalctl command that a line names, and what it prints."""
        command = re.search(r"journalctl -n 50 -u \S+ --until @\d+", line)[0]
        return self.machine.output("sh", "-c", f"{command} --no-pager --output=cat")


@on_every_release
class LastWords(LastWordsCase):
    def test_a_server_that_is_given_up_says_how_it_ended_where_its_last_words_are_and_what_to_do(self):
        layers = self.write_wrapper("crashes", CRASHES)
        self.start("crashes", 27801, "RestartSec=300ms", layers=layers)
        self.said("crashes", "Start request repeated too quickly")
        line = self.said_when_given_up("crashes", "the server was ended by SIGABRT")
        self.assertIn("; if systemd gives it up, systemctl reset-failed l4d2@crashes before the next start", line)
        self.assertIn("out of edicts", self.run_what_is_said(line).splitlines())
        self.machine.run("systemctl", "reset-failed", service("crashes"))
        self.assert_nothing_left("crashes")

    def test_the_last_words_are_found_when_the_server_runs_again(self):
        self.start("again", 27802, "RestartSec=2s", arguments="'+write cfg/a.cfg'")
        self.listening("again", 1)
        pid = self.send("SEGV", "again")
        self.wait_for_another("again", pid)
        self.listening("again", 2)
        line = next(line for line in self.machine.journal("-u", service("again")).splitlines() if "SIGSEGV" in line)
        self.assertEqual(self.run_what_is_said(line).count("listening on"), 1)
        self.machine.run("systemctl", "stop", service("again"))

    def test_nothing_is_said_of_a_stop_a_quit_and_a_refusal(self):
        self.start("clean", 27803)
        self.listening("clean", 1)
        self.machine.run("systemctl", "stop", service("clean"))
        self.start("quits", 27804, arguments="+quit")
        self.machine.wait_for_property(service("quits"), "ActiveState", "inactive")
        # A refusal after a run that crashed.
        self.start("refused", 27805, "Restart=no\nRestartForceExitStatus=")
        self.listening("refused", 1)
        self.send("SEGV", "refused")
        self.machine.wait_for_property(service("refused"), "ActiveState", "failed")
        self.said("refused", "SIGSEGV")
        self.machine.run("rm", "-r", f"{ROOT}/instances/refused")
        self.machine.run("systemctl", "start", service("refused"), check=False)
        self.said("refused", "no such instance")
        self.assertNotIn("SIGSEGV", self.ten_lines("refused"))
        for name in ("clean", "quits"):
            self.assertNotIn("the server", self.machine.journal("-u", service(name), "-t", "left4me-overlay"))

    def test_a_server_that_does_not_stop_in_time(self):
        self.start("slow", 27806, "TimeoutStopSec=1s", layers=self.write_wrapper("deaf", DEAF))
        wait_until(lambda: "deaf" in self.machine.journal("-u", service("slow")).splitlines(), "the server's trap")
        self.machine.run("systemctl", "stop", service("slow"))
        line = self.said("slow", "the server did not stop in the time of TimeoutStopSec=, and was killed")
        self.assertIn("deaf", self.run_what_is_said(line).splitlines())
        self.assertIn("systemctl reset-failed l4d2@slow clears the failure", line)
        self.machine.run("systemctl", "reset-failed", service("slow"))
        self.assertEqual(self.state("slow")[0], "inactive")

    def test_a_server_whose_time_is_over(self):
        self.start("timed", 27807, "RuntimeMaxSec=1s\nRestart=no")
        self.machine.wait_for_property(service("timed"), "ActiveState", "failed")
        self.said("timed", "the server was stopped since a limit to its time had passed, such as RuntimeMaxSec=")

    def test_a_setting_that_systemd_cannot_apply(self):
        self.start_unsound("unset", 27808, "RootDirectory=/run/left4me-root/nobody\nRestart=no\nRestartForceExitStatus=")
        line = self.said("unset", "systemd could not start the server (exit code 226)")
        self.assertIn("systemctl cat l4d2@unset shows it", line)

    def start_unsound(self, name, port, settings="", **options):
        if settings:
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", f"[Service]\n{settings}\n")
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name), check=False)


@on_every_release
class Programs(LastWordsCase):
    """What could not be executed, in status, list and check."""

    def assert_told(self, name, problem, place):
        """By check before the start, by status after it, and by list."""
        checked = self.machine.run("l4d2ctl", "check", name, check=False).stdout
        self.assertEqual(checked, f"{place}: {problem}\n")
        self.machine.run("systemctl", "start", service(name), check=False)
        wait_until(lambda: self.state(name)[0] in ("failed", "inactive"), "its end", timeout=60)
        self.assertEqual(self.why(name), f"{place}: {problem}")

    def refuse(self, name, port, problem, layers, settings="RestartSec=100ms"):
        self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", f"[Service]\n{settings}\n")
        self.add_instance(name, port, layers=layers)
        self.assert_told(name, problem, f"{ROOT}/instances/{name}/instance.env:1")
        # After the mount its own path is named, and once it ended that in the overlay.
        self.said_when_given_up(name, problem.partition(f", {NOT_STARTED}")[0].rpartition("/overlays/")[2].partition("/")[2])

    def test_a_wrapper_with_the_line_ends_of_windows(self):
        layers = self.write_wrapper("crlf", "#!/bin/sh\r\nexec ./srcds_linux $*\r\n")
        self.refuse("crlf", 27820, f"'{ROOT}/overlays/crlf/srcds_run' ends its first line with a carriage return, as "
                    f"Windows does, {NOT_STARTED}: remove those at all line ends, as sed -i 's/\\r$//' does", layers)
        self.said("crlf", "systemd could not execute the server")

    def test_a_wrapper_for_a_shell_that_is_not_there(self):
        layers = self.write_wrapper("zsh", "#!/usr/bin/zsh\n")
        self.refuse("zsh", 27821, f"'{ROOT}/overlays/zsh/srcds_run' is a script for '/usr/bin/zsh', which is not there, "
                    f"{NOT_STARTED}: install that, or correct the first line of the script", layers)

    def test_a_wrapper_that_is_empty_or_a_directory(self):
        self.refuse("empty", 27822, f"'{ROOT}/overlays/empty/srcds_run' is empty, {NOT_STARTED}: put the right file in its "
                    "place", self.write_wrapper("empty", ""))
        self.machine.write(f"{ROOT}/overlays/dir/srcds_run/x", "", "l4d2-sandbox")
        self.refuse("dir", 27823, f"'{ROOT}/overlays/dir/srcds_run' is a directory, {NOT_STARTED}: put the program in its "
                    "place", ("overlays/dir", "installation"))

    def test_a_wrapper_without_the_server(self):
        wrapper = self.write_wrapper("half", (game_host.GAME / "srcds_run").read_bytes())[:1]
        self.machine.run("mkdir", "-p", f"{ROOT}/overlays/half/left4dead2")
        self.machine.run("chown", "l4d2-sandbox:", f"{ROOT}/overlays/half/left4dead2")
        self.refuse("half", 27824, f"none of its layers has srcds_linux, which '{ROOT}/overlays/half/srcds_run' executes, "
                    f"{NOT_STARTED}: put the rest of the game beside it", wrapper)

    def test_a_32_bit_server_without_the_32_bit_libraries(self):
        # A program of headers alone, whose interpreter is looked for before anything else.
        path = b"/lib/ld-linux.so.2\0"
        program = (b"\x7fELF\x01\x01\x01" + bytes(9) + bytes.fromhex("02000300010000000000000034000000"
                   "00000000000000003400200001000000000000000300000054000000") + bytes(8)
                   + len(path).to_bytes(4, "little") * 2 + bytes.fromhex("0400000001000000") + path)
        self.machine.write(f"{ROOT}/overlays/old/srcds_linux", program, "l4d2-sandbox", 0o755)
        self.refuse("old", 27825, f"'{ROOT}/overlays/old/srcds_linux' needs '/lib/ld-linux.so.2', which is not there, "
                    f"{NOT_STARTED}: it is a 32-bit program: apt install libc6-i386 lib32gcc-s1 lib32stdc++6", ("overlays/old", "installation"))

    def test_a_command_of_an_administrators_that_is_not_there(self):
        own = f"/etc/systemd/system/{service('own')}.d/own.conf"
        self.machine.write(own, "[Service]\nExecStart=\nExecStart=/usr/local/bin/wrap srcds_run\n")
        self.add_instance("own", 27826)
        self.assert_told("own", f"there is no '/usr/local/bin/wrap' to be executed, {NOT_STARTED}: correct the path, or take this "
                         "ExecStart= out", f"{own}:3")
        self.said("own", "systemd could not execute the server: l4d2ctl check own shows what is wrong with its program")


@on_every_release
class Disks(LastWordsCase):
    """What became of the place that a server writes to."""

    def listed_as(self, name, words):
        wait_until(lambda: words in (self.why(name) or ""), f"list to say {words!r} of {name}, not {self.why(name)!r}", 10)

    def mount_runtime(self, name, options):
        """A file system of its own for what a server writes."""
        # Or it would be mounted over this.
        self.machine.run("systemctl", "start", "var-lib-left4me-runtime.mount")
        self.machine.run("mkdir", "-p", f"{ROOT}/runtime/{name}")
        self.machine.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", f"{ROOT}/runtime/{name}")

    def test_an_upper_that_is_removed_under_its_server(self):
        self.start("removed", 27840)
        self.listening("removed", 1)
        self.machine.run("rm", "-r", upper("removed"))
        self.listed_as("removed", f"what it writes may be lost: {ROOT}/runtime/removed/upper or work is not the directory "
                       "that is mounted: systemctl restart l4d2@removed")
        self.machine.run("systemctl", "restart", service("removed"))
        self.assertIsNone(self.why("removed"))
        self.machine.run("systemctl", "stop", service("removed"))

    def test_a_file_system_that_is_read_only_at_a_later_start(self):
        self.mount_runtime("mute", "mode=755")
        self.start("mute", 27841)
        self.machine.run("systemctl", "stop", service("mute"))
        self.machine.run("mount", "-o", "remount,ro", f"{ROOT}/runtime/mute")
        self.assertNotEqual(self.machine.run("systemctl", "start", service("mute"), check=False).returncode, 0)
        self.said("mute", "read-only")
        self.assertIn("read-only", self.machine.run("l4d2ctl", "check", "mute", check=False).stdout)

    def test_a_file_system_without_space(self):
        self.mount_runtime("full", "mode=755,size=512k")
        self.start("full", 27842)
        self.listening("full", 1)
        said = (f"the file system of {upper('full')} has no space left, so the server can write nothing new: remove what is "
                f"not needed (see df {upper('full')})")
        self.machine.shell(f"cat /dev/zero > {upper('full')}/../filler", check=False)
        self.listed_as("full", said)
        self.machine.run("systemctl", "restart", service("full"), check=False)
        self.assertIn(f"full: {said}", self.machine.journal("-u", service("full")).splitlines())
        self.assertIn(said, self.machine.run("l4d2ctl", "check", "full", check=False).stdout)
        self.machine.run("rm", f"{ROOT}/runtime/full/filler")
        self.machine.run("systemctl", "restart", service("full"))
        self.assertIsNone(self.why("full"))

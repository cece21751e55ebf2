"""l4d2ctl check on what a start executes: srcds_run, srcds_linux, their interpreters, and administrators' own commands."""

import struct

from tests.golden.ctl_check_case import STATE, CheckCase, env_text

INSTALLATION = f"{STATE}/installation"
WRAPPER = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nHL=./srcds_linux\nexec $HL $*\n"
NOT_STARTED = "so the server cannot be started"
UNITS = "etc/systemd/system"


def program(interpreter=b"/lib/ld-linux.so.2", machine=3):
    """A 32-bit program of headers alone (elf(5)), of a processor: 3 is i386, 40 is ARM."""
    ident = b"\x7fELF\x01\x01\x01" + bytes(9)
    path = interpreter + b"\0"
    header = ident + struct.pack("<HHIIIIIHHHHHH", 2, machine, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return header + struct.pack("<IIIIIIII", 3, 84, 0, 0, len(path), len(path), 4, 1) + path


class Programs(CheckCase):
    def setUp(self):
        super().setUp()
        for name in ("sh", "env"):
            self.put_tool(name)
        (self.top / "bin").symlink_to("usr/bin")
        (self.top / "lib").symlink_to("usr/lib")

    def put_tool(self, name):
        path = self.top / "usr/bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(program(b""))
        path.chmod(0o755)

    def put(self, name, contents, mode=0o755, layer="installation"):
        path = self.state / layer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        path.chmod(mode)

    def assert_server(self, problem):
        self.assert_finds_in_layers(problem, "server")

    def test_a_wrapper_that_the_kernel_does_not_execute(self):
        for contents, problem in (
                ("#!/bin/sh\r\nexec ./srcds_linux $*\r\n",
                 f"ends its first line with a carriage return, as Windows does, {NOT_STARTED}: remove those at all line "
                 "ends, as sed -i 's/\\r$//' does"),
                ("#!/bin/zsh\n", f"is a script for '/bin/zsh', which is not there, {NOT_STARTED}: install that, or correct "
                 "the first line of the script"),
                ("#!/usr/bin/sh/x\n", f"is a script for '/usr/bin/sh/x', which is not there, {NOT_STARTED}: install that, or "
                 "correct the first line of the script"),
                ("#!sh\n", f"names an interpreter without its absolute path, {NOT_STARTED}: let it begin with #!/bin/sh"),
                ("#!\n", f"names no interpreter behind its #!, {NOT_STARTED}: let it begin with #!/bin/sh"),
                ("", f"is empty, {NOT_STARTED}: put the right file in its place"),
                ("<!DOCTYPE html>\n", f"is neither a script that begins with #! nor a program, {NOT_STARTED}: put the "
                 "right file in its place"),
                ("\ufeff#!/bin/sh\n", f"begins with a byte order mark, {NOT_STARTED}: save it in UTF-8, without one"),
                ("\n#!/bin/sh\n", f"has something before its #!, {NOT_STARTED}: remove what is before it"),
                ("#!/bin/sh\n".encode("utf-16"), f"is text in UTF-16, {NOT_STARTED}: save it in UTF-8, without a byte "
                 "order mark"),
                (program(machine=40), f"is a program for another kind of processor, {NOT_STARTED}: put the right file in "
                 "its place"),
                (program(), f"needs '/lib/ld-linux.so.2', which is not there, {NOT_STARTED}: it is a 32-bit program: apt "
                 "install libc6-i386 lib32gcc-s1 lib32stdc++6"),
                (program(b"/lib/ld-x.so"), f"needs '/lib/ld-x.so', which is not there, {NOT_STARTED}: install that, or put "
                 "the right program in its place"),
                (program()[:-5], f"is cut short, {NOT_STARTED}: copy it again")):
            with self.subTest(contents):
                self.put("srcds_run", contents)
                self.assert_server(f"'{INSTALLATION}/srcds_run' {problem}")

    def test_a_wrapper_that_is_none(self):
        self.put("srcds_run", WRAPPER, 0o644)
        self.assert_server(f"'{INSTALLATION}/srcds_run' is not executable, {NOT_STARTED}: let the servers' user read and "
                           "execute it, as chmod a+rx does")
        (self.state / "installation/srcds_run").unlink()
        (self.state / "installation/srcds_run").mkdir()
        self.assert_server(f"'{INSTALLATION}/srcds_run' is a directory, {NOT_STARTED}: put the program in its place")
        # Where it leads is not followed.
        (self.state / "installation/srcds_run").rmdir()
        (self.state / "installation/srcds_run").symlink_to("/etc/passwd")
        self.assert_finds(exit_status=0)

    def test_what_the_wrapper_executes_is_looked_for_in_all_layers(self):
        self.put("srcds_run", WRAPPER)
        self.assert_server(f"none of its layers has srcds_linux, which '{INSTALLATION}/srcds_run' executes, {NOT_STARTED}: "
                           "put the rest of the game beside it")
        self.put("srcds_linux", program())
        self.assert_server(f"'{INSTALLATION}/srcds_linux' needs '/lib/ld-linux.so.2', which is not there, {NOT_STARTED}: it "
                           "is a 32-bit program: apt install libc6-i386 lib32gcc-s1 lib32stdc++6")
        self.write(self.top / "usr/lib/ld-linux.so.2", "", 0o755)
        self.assert_finds(exit_status=0)
        # The topmost counts.
        self.layer("x")
        self.put("srcds_linux", b"", layer="overlays/x")
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_server(f"'{STATE}/overlays/x/srcds_linux' is empty, {NOT_STARTED}: put the right file in its place")

    def test_a_wrapper_of_ones_own_need_not_execute_the_game(self):
        for text in ("#!/bin/sh\nexec sleep infinity\n", "#!/bin/sh\n# not ./srcds_linux\n", "#!/usr/bin/env sh\n"):
            self.put("srcds_run", text)
            self.assert_finds(exit_status=0)

    def test_whether_a_file_exists_that_only_root_sees_is_not_told(self):
        for path in ("/root/nosuch", "/srv/nosuch", "/usr/../root/nosuch", "/usr//nosuch"):
            with self.subTest(path):
                self.put("srcds_run", f"#!{path}\n")
                self.assert_finds(exit_status=0)

    def test_a_tree_without_usr_is_not_asked_for_interpreters(self):
        (self.top / "usr").rename(self.top / "other")
        self.put("srcds_run", "#!/bin/zsh\n")
        self.assert_finds(exit_status=0)

    def drop_in(self, text, name="alpha"):
        self.write(self.top / UNITS / f"l4d2@{name}.service.d/own.conf", text)

    def assert_command(self, line, problem):
        finding, = self.assert_finds(f"/{UNITS}/l4d2@alpha.service.d/own.conf:{line}: {problem}")
        self.assertEqual((finding["kind"], finding["instance"]), ("server", "alpha"))

    def test_a_command_of_an_administrators_is_found_with_its_drop_in(self):
        self.drop_in("[Service]\nExecStart=\nExecStart=:/usr/local/bin/wrap x\n")
        self.assert_command(3, f"there is no '/usr/local/bin/wrap' to be executed, {NOT_STARTED}: correct the path, or take "
                               "this ExecStart= out")
        self.write(self.top / "usr/local/bin/wrap", "#!/bin/sh\r\n", 0o755)
        self.assert_command(3, f"'/usr/local/bin/wrap' ends its first line with a carriage return, as Windows does, "
                               f"{NOT_STARTED}: remove those at all line ends, as sed -i 's/\\r$//' does")
        self.write(self.top / "usr/local/bin/wrap", "#!/bin/sh\n", 0o755)
        self.assert_finds(exit_status=0)

    def test_a_command_in_the_servers_tree_is_looked_for_in_its_layers(self):
        for merged in (f"{STATE}/runtime/alpha/merged", "/merged"):
            self.drop_in(f"[Service]\nExecStart=\nExecStart={merged}/my_run -game left4dead2\n")
            self.assert_command(3, f"there is no '{merged}/my_run' to be executed, {NOT_STARTED}: correct the path, or take "
                                   "this ExecStart= out")
            self.put("my_run", "#!/bin/sh\n")
            self.assert_finds(exit_status=0)
            (self.state / "installation/my_run").unlink()

    def test_of_a_command_that_may_be_bound_into_the_servers_root_nothing_is_said(self):
        self.drop_in("[Service]\nBindReadOnlyPaths=/srv/w:/opt/wrap\nExecStart=\nExecStart=/opt/wrap\n")
        self.assert_finds(exit_status=0)

    def test_of_a_command_that_systemd_expands_nothing_is_said(self):
        for command in ("/usr/lib/%i", ""):
            self.drop_in(f"[Service]\nExecStart=\nExecStart={command}\n")
            self.assert_finds(exit_status=0)

    def test_a_command_without_a_path_is_looked_for_where_systemd_does(self):
        self.drop_in("[Service]\nExecStart=\nExecStart=wrap x\n")
        self.assert_command(3, f"systemd finds no program 'wrap' in its search path, {NOT_STARTED}: write its whole path")
        self.write(self.top / "usr/local/sbin/wrap", "#!/bin/sh\n", 0o755)
        self.assert_finds(exit_status=0)

    def test_a_relative_path_is_passed_over_and_two_commands_are_too_many_whose_ever_they_are(self):
        self.drop_in("[Service]\nExecStart=\nExecStart=/bin/sh -c x\nExecStart=merged/srcds_run\n")
        self.assert_command(4, "systemd takes no program by a relative path like 'merged/srcds_run', and passes over this "
                               "line: write its whole path")
        self.drop_in("[Service]\nExecStart=\nExecStart=/bin/sh -c x\nExecStart=/bin/sh -c y\n")
        self.assert_command(4, "this is a second ExecStart=, and systemd refuses a service that has two: take this one out, "
                               f"or that of /{UNITS}/l4d2@alpha.service.d/own.conf:3")

    def test_a_condition_on_a_path_that_does_not_hold_is_warned_of(self):
        said = "does not hold now, and systemd does not start the server while it does not: see to that, or take the line out"
        for line in ("AssertPathExists=/srv/ready", "ConditionPathExists=/srv/ready", "ConditionPathExists=!/usr",
                     "AssertPathIsDirectory=/srv/ready", "ConditionPathIsDirectory=/usr/file",
                     "AssertPathIsMountPoint=/usr", "ConditionPathIsMountPoint=/srv/ready"):
            with self.subTest(line):
                self.write(self.top / "usr/file", "")
                self.drop_in(f"[Unit]\n{line}\n")
                finding, = self.assert_finds(f"/{UNITS}/l4d2@alpha.service.d/own.conf:2: {line} {said}", exit_status=0)
                self.assertEqual((finding["kind"], finding["severity"]), ("server", "warning"))
        for line in ("AssertPathExists=/usr", "ConditionPathExists=!/srv/ready", "ConditionPathIsDirectory=/usr",
                     "ConditionPathExists=|/srv/ready", "ConditionPathExists=/srv/%i", "ConditionPathExists=/srv/ready\n"
                     "ConditionHost=", "AssertPathIsMountPoint=!/srv",
                     "ConditionHost=x"):
            with self.subTest(line):
                self.drop_in(f"[Unit]\n{line}\n")
                self.assert_finds(exit_status=0)

    def test_a_second_command_is_an_error(self):
        self.drop_in("[Service]\nExecStart=/bin/sh\n")
        self.assert_command(2, "this is a second ExecStart=, and systemd refuses a service that has two: put a line ExecStart= "
                               "before it, which takes back the first one")

    def test_a_command_without_the_game_needs_none(self):
        (self.state / "installation/srcds_run").unlink()
        self.drop_in("[Service]\nExecStart=\nExecStart=/bin/sh -c 'sleep infinity'\n")
        self.assert_finds(exit_status=0)
        self.drop_in(f"[Service]\nExecStart=\nExecStart=/usr/bin/env {STATE}/runtime/alpha/merged/srcds_run\n")
        self.assert_server(f"none of its layers has srcds_run, {NOT_STARTED}: name the game's directory in L4D2_LOWERDIRS, "
                           "and put the game there")

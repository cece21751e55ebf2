"""l4d2ctl check: what only the whole host shows."""

import os
import pty
import shutil
import stat
import struct
import subprocess

from tests.golden.ctl_check_case import INSTANCES, SANDBOX, SERVERS, STATE, THIRD, CheckCase, env_text
from tests.golden.l4d2ctl import l4d2ctl


class TheHost(CheckCase):
    def test_nothing_wrong_is_nothing_said(self):
        self.instance("beta", env_text(27016))
        lines, messages, report = self.check(exit_status=0)
        self.assertEqual((lines, messages), ([], []))
        self.assertEqual(report["checked"], [{"instance": name, "file": f"/{INSTANCES}/{name}/instance.env"}
                                             for name in ("alpha", "beta")])

    def test_a_person_is_told_that_nothing_is_wrong(self):
        terminal, its_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        with open(its_end, "wb") as output:
            done = subprocess.run([l4d2ctl(), "check", f"--root={self.top}"], stdout=output, check=True)
        self.assertEqual(os.read(terminal, 100), b"1 instance, nothing wrong\r\n", done)

    def test_a_port_that_two_have_is_a_warning_for_each(self):
        self.instance("beta", env_text())
        findings = self.assert_finds(
            *(f"/{INSTANCES}/{name}/instance.env:2: port 27015 is also that of {other}: give each server a port of its "
              "own" for name, other in (("alpha", "beta"), ("beta", "alpha"))), exit_status=0)
        self.assertEqual({finding["kind"] for finding in findings}, {"port"})

    def test_layers_that_cannot_be_mounted_are_all_named(self):
        self.layer("file")
        shutil.rmtree(self.state / "overlays/file")
        (self.state / "overlays/file").write_text("")
        (self.state / "overlays/link").symlink_to("../installation")
        self.instance("alpha", env_text(layers=("overlays/gone", "overlays/file", "overlays/link", "installation")))
        findings = self.assert_finds(*(
            f"/{INSTANCES}/alpha/instance.env:3: the layer '{STATE}/overlays/{problem}" for problem in (
                "gone' does not exist: correct its name in L4D2_LOWERDIRS, create it, or take it out",
                "file' is not a directory: take it out of L4D2_LOWERDIRS",
                "link' has a symbolic link in its path below the allowed directory: name the directory itself")))
        self.assertEqual({(finding["kind"], finding["severity"]) for finding in findings}, {("layer", "error")})

    def test_a_layer_in_somebody_elses_directory_is_refused(self):
        # Only where the tests run as root can two directories be of different users.
        inner = self.layer("outer/inner")
        self.instance("alpha", env_text(layers=("overlays/outer/inner", "installation")))
        self.give(inner.parent, THIRD)
        self.give(inner, SANDBOX)
        if os.getuid() == 0:
            self.assert_finds_in_layers(
                f"the layer '{STATE}/overlays/outer/inner' lies in {STATE}/overlays/outer/inner, which belongs to uid "
                f"{SANDBOX}, in a directory of uid {THIRD}, who can put another one in its place: give "
                f"{STATE}/overlays/outer to root", "layer")
        else:
            self.assert_finds(exit_status=0)

    def test_an_upper_inside_a_layer_is_refused(self):
        self.write(self.top / "etc/left4me/left4me.conf", f"[Paths]\nLayerRoots=installation:{STATE}/runtime/alpha\n")
        self.write(self.state / "runtime/alpha/maps/left4dead2/maps/a.bsp", "")
        self.instance("alpha", env_text(layers=("runtime/alpha/maps", "installation")))
        self.assert_finds(
            f"/{INSTANCES}/alpha/instance.env:3: the layer '{STATE}/runtime/alpha/maps' lies in {STATE}/runtime/alpha, "
            "which is what the server writes: take it out of L4D2_LOWERDIRS", kinds={"layer"})

    def test_a_user_that_there_is_not_is_named_once(self):
        self.instance("beta", env_text(27016))
        self.users(somebody=SERVERS)
        findings = self.assert_finds(
            *(f"there is no user {user}: create it with systemd-sysusers, or set {key}= in left4me.conf"
              for user, key in (("left4me", "RuntimeUser"), ("l4d2-sandbox", "SandboxUser"))))
        self.assertEqual({(finding["kind"], finding["file"], finding["instance"]) for finding in findings},
                         {("user", None, None)})

    def test_root_is_no_user_for_servers(self):
        self.users(left4me=0, sandbox=THIRD)
        self.assert_finds("left4me is root: set another RuntimeUser= in left4me.conf")

    def test_one_user_is_not_enough(self):
        self.users(left4me=SERVERS, sandbox=SERVERS)
        self.assert_finds(f"RuntimeUser=left4me and SandboxUser=l4d2-sandbox are the same user, uid {SERVERS}: give "
                          "the sandbox a user of its own in left4me.conf")

    def test_files_that_the_server_may_not_read_are_counted(self):
        layer = self.layer("x", ("left4dead2/b.cfg", "left4dead2/a.cfg"), 0o600)
        (self.layer("x", ("left4dead2/closed/c.cfg",)) / "left4dead2/closed").chmod(0o744)
        (layer / "link").symlink_to("left4dead2/a.cfg")
        # The layer's own directory is not what the server sees: upper's is.
        layer.chmod(0o700)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds_in_layers(
            f"the user left4me may not read 'left4dead2/a.cfg' and 2 more in the layer '{STATE}/overlays/x': let "
            "everybody read the layer (chmod -R a+rX)", "permission", "warning")

    def test_what_the_sandbox_made_for_itself_shows_as_the_servers_own(self):
        self.users(left4me=SERVERS, sandbox=SANDBOX)
        layer = self.layer("x", ("left4dead2/a.cfg",), 0o600)
        (layer / "left4dead2").chmod(0o755)
        self.give(layer, SANDBOX)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_a_file_for_the_servers_group_can_be_read(self):
        self.write(self.top / "etc/passwd", f"left4me:x:{SERVERS}:{os.getgid()}::/:/bin/sh\n"
                   f"l4d2-sandbox:x:{THIRD}:{THIRD}::/:/bin/sh\n")
        secret = self.layer("x", ("left4dead2/a.cfg",), 0o640) / "left4dead2/a.cfg"
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)
        secret.chmod(0o604)
        self.assert_finds_in_layers(
            f"the user left4me may not read 'left4dead2/a.cfg' in the layer '{STATE}/overlays/x': let everybody read "
            "the layer (chmod -R a+rX)", "permission", "warning")

    def test_what_has_an_access_control_list_is_not_judged(self):
        secret = self.layer("x", ("left4dead2/a.cfg",), 0o600) / "left4dead2/a.cfg"
        undefined = 2 ** 32 - 1
        # acl(5): user::rw-, user:SERVERS:r--, group::---, mask::r--, other::---
        os.setxattr(secret, "system.posix_acl_access", struct.pack("<I", 2) + b"".join(
            struct.pack("<HHI", *entry) for entry in ((1, 6, undefined), (2, 4, SERVERS), (4, 0, undefined),
                                                      (16, 4, undefined), (32, 0, undefined))))
        secret.chmod(0o600)
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_a_server_that_cannot_write_its_logs_is_warned_of(self):
        (self.state / "installation/left4dead2").chmod(0o755)
        self.assert_finds_in_layers(
            f"the user left4me may not write to '{STATE}/installation/left4dead2', so the server cannot save logs and "
            f"downloads: stop its servers and run chown -R --from=0:0 left4me: {STATE}/installation", "permission", "warning")
        # The topmost counts.
        self.layer("x")
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.assert_finds(exit_status=0)

    def test_what_upper_has_of_the_game_counts(self):
        (self.state / "installation/left4dead2").chmod(0o755)
        (self.state / "installation/srcds_run").unlink()
        upper = self.state / "runtime/alpha/upper"
        self.write(upper / "srcds_run", "#!/bin/sh\n", 0o755)
        (upper / "left4dead2").mkdir()
        (upper / "left4dead2").chmod(0o777)
        self.give(upper, SERVERS)
        # Where the tests do not run as root, runtime is refused, and what is in it is not looked at.
        self.assert_finds(exit_status=0 if os.getuid() == 0 else 65, kinds={"permission", "server"})

    def test_layers_without_the_game_are_refused(self):
        (self.state / "installation/srcds_run").chmod(0o644)
        self.assert_finds_in_layers(f"'{STATE}/installation/srcds_run' is not executable, so the server cannot be started: "
                                    "let the servers' user read and execute it, as chmod a+rx does", "server")
        (self.state / "installation/srcds_run").unlink()
        self.assert_finds_in_layers("none of its layers has srcds_run, so the server cannot be started: name the "
                                    "game's directory in L4D2_LOWERDIRS, and put the game there", "server")

    def test_directories_of_somebody_elses_are_refused(self):
        runtime = self.state / "runtime"
        (runtime / "alpha").mkdir(parents=True)
        self.give(runtime, THIRD)
        owner = runtime.stat().st_uid
        finding, = self.assert_finds(
            f"/{INSTANCES}/alpha/instance.env: {STATE}/runtime belongs to uid {owner}, who could put other directories "
            f"in the place of those in it: give it to root (chown root: {STATE}/runtime)")
        self.assertEqual((finding["kind"], finding["line"]), ("runtime", None))

    def test_what_another_overlay_left_in_upper_is_refused_which_root_sees(self):
        upper = self.state / "runtime/alpha/upper"
        self.write(upper / "left4dead2/.wh.server.cfg", "")
        self.give(upper, SERVERS)
        if os.getuid() == 0:
            line, = self.check(exit_status=65)[0]
            self.assertRegex(line, f"^/{INSTANCES}/alpha/instance.env: "
                                   f"'{STATE}/runtime/alpha/upper/left4dead2/.wh.server.cfg' is a mark of .*: copy ")
            self.assertEqual(os.listxattr(upper), [])
        else:
            self.check(exit_status=0)

    def test_an_upper_that_is_no_directory_is_refused(self):
        (self.state / "runtime").write_text("")
        self.assert_finds(f"/{INSTANCES}/alpha/instance.env: {STATE}/runtime is not a directory: move it away")

    def test_a_tree_without_users_or_state_root_is_judged_as_far_as_it_goes(self):
        (self.top / "etc/passwd").unlink()
        (self.state / "installation/srcds_run").unlink()
        lines, messages, _ = self.check(exit_status=0)
        self.assertEqual((lines, messages), (
            [], ["there is no /etc/passwd here, so users are not judged, and neither is what they may read"]))
        shutil.rmtree(self.state)
        self.instance("beta", env_text())
        lines, messages, _ = self.check("beta", exit_status=0)
        self.assertEqual(len(lines), 1)
        self.assertEqual(messages, [f"there is no {STATE} here, so layers and users are not judged"])

    def test_a_state_root_that_is_a_file_is_an_error(self):
        shutil.rmtree(self.state)
        self.state.write_text("")
        self.assert_finds(f"{STATE}: not a directory: put a directory there", kinds={"runtime"})

    def test_findings_of_one_instance_follow_each_other(self):
        for name in ("alpha", "beta"):
            self.instance(name, env_text(layers=("overlays/gone", "installation")) + "L4D2_PROT=1\n")
        (self.state / "runtime").write_text("")
        lines, _, report = self.check(exit_status=65)
        self.assertEqual([(finding["instance"], finding["line"]) for finding in report["findings"]],
                         [(name, line) for name in ("alpha", "beta") for line in (4, None, 2, 3)])
        self.assertEqual(lines[0], f"/{INSTANCES}/alpha/instance.env:4: unknown key 'L4D2_PROT' is ignored: remove it, "
                         "or did you mean L4D2_PORT?")

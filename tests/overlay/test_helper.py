"""left4me-overlay against the real kernel."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.overlay.sandbox import (
    BAD_CONFIGURATION, BUSY, CONFIGURATION, NO_SUCH_INSTANCE, REFUSED, ROOT, RUNTIME_USER, SANDBOX_USER,
    STATE, SYSTEM_CALL_FAILED, THIRD_USER, USAGE, HelperCase, automatic_way, helper_binary, mount_entries,
    run_helper, wait_until)


def owner(path):
    status = os.lstat(path)
    return status.st_uid, status.st_gid


class Mounting(HelperCase):
    def test_mount_shows_the_topmost_layer_first(self):
        self.assert_done("mount", "alpha")
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "addon\n")
        self.assertEqual((self.merged() / "srcds_run").read_text(), "#!/bin/sh\n")

    def test_mount_twice_is_one_overlay(self):
        self.assert_done("mount", "alpha")
        before = self.record()
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()
        self.assertEqual(self.record(), before)

    def test_umount_twice_is_none(self):
        self.assert_done("mount", "alpha")
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()
        self.assert_done("umount", "alpha")
        self.assertEqual(self.state_files(), [])

    def test_umount_of_what_was_never_mounted_is_done(self):
        self.assert_done("umount", "alpha")
        self.assert_done("umount", "no-such")
        self.assertFalse((ROOT / "runtime").exists())

    def test_the_options_of_the_overlay_are_pinned(self):
        self.assert_done("mount", "alpha")
        (_, _, options), = mount_entries(self.merged())
        self.assertLessEqual({"nosuid", "nodev", "redirect_dir=nofollow"}, set(options.split(",")))
        for feature in ("index=on", "metacopy=on", "xino=on", "nfs_export=on", "userxattr", "volatile"):
            self.assertNotIn(feature, options.split(","))

    def test_the_record_tells_what_the_mount_table_does_not(self):
        self.assert_done("mount", "alpha")
        record = self.record()
        self.assertEqual([(layer["path"], layer["idmapped"]) for layer in record["layers"]],
                         [(f"{ROOT}/overlays/addon", True), (f"{ROOT}/installation", False)])
        self.assertEqual(record["configuration"], f"{ROOT}/instances/alpha/instance.env")
        self.assertEqual(os.stat(STATE).st_mode & 0o777, 0o700)
        self.assertEqual(self.state_files(), ["alpha.json"])

    def test_many_at_once_make_one_overlay(self):
        callers = [threading.Thread(target=run_helper, args=("mount", "alpha")) for _ in range(20)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.assert_mounted_once()
        self.assertEqual(self.state_files(), ["alpha.json"])

    def test_whoever_holds_the_lock_is_waited_for(self):
        with open(STATE / "alpha.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            caller = subprocess.Popen([helper_binary(), "mount", "alpha"])
            with self.assertRaises(subprocess.TimeoutExpired):
                caller.wait(0.5)
            self.assert_not_mounted()
        self.assertEqual(caller.wait(10), 0)
        self.assert_mounted_once()

    def test_a_lock_whose_file_was_removed_keeps_nobody_out(self):
        with open(STATE / "alpha.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (STATE / "alpha.lock").unlink()
            self.assert_done("mount", "alpha")

    def test_a_mount_that_was_killed_before_its_record_is_mended_by_the_next(self):
        self.assert_done("mount", "alpha")
        (STATE / "alpha.json").unlink()
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()
        self.assertEqual(self.state_files(), ["alpha.json"])

    def test_a_record_of_an_overlay_that_somebody_else_unmounted_is_replaced(self):
        self.assert_done("mount", "alpha")
        subprocess.run(["umount", self.merged()], check=True)
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()

    def test_other_layers_are_mounted_anew(self):
        self.assert_done("mount", "alpha")
        self.write_env("alpha", layers="installation")
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "base\n")

    def test_a_layer_that_was_replaced_by_another_directory_is_mounted_anew(self):
        self.assert_done("mount", "alpha")
        (ROOT / "overlays/addon").rename(ROOT / "overlays/old")
        self.write_layer("overlays/addon", SANDBOX_USER, {"cfg/server.cfg": "new\n"})
        self.assert_done("mount", "alpha")
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "new\n")

    def test_a_dry_run_prints_the_plan_and_changes_nothing(self):
        done = self.assert_done("--dry-run", "mount", "alpha")
        self.assertEqual(done.stdout.splitlines(), [
            "instance  alpha",
            f"layer     {ROOT}/overlays/addon (idmapped: uid {SANDBOX_USER} and {RUNTIME_USER} swapped, "
            f"gid {SANDBOX_USER} and {RUNTIME_USER} swapped)",
            f"layer     {ROOT}/installation",
            f"upper     {ROOT}/runtime/alpha/upper",
            f"work      {ROOT}/runtime/alpha/work",
            f"merged    {ROOT}/runtime/alpha/merged",
            "source    left4me:alpha",
            "options   nosuid,nodev,index=off,metacopy=off,xino=off,redirect_dir=nofollow,nfs_export=off",
            f"way       {automatic_way()}",
        ])
        self.assertFalse((ROOT / "runtime").exists())
        self.assertEqual(self.state_files(), [])

    def test_a_root_reached_through_the_administrators_symlink_is_followed(self):
        os.symlink(ROOT, "/run/linked-root")
        self.addCleanup(os.unlink, "/run/linked-root")
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(f"Root={ROOT}", "Root=/run/linked-root"))
        self.assert_done("mount", "alpha")
        self.assert_mounted_once()

    def test_a_layer_with_blanks_commas_colons_backslashes_and_quotes_in_its_name(self):
        self.write_layer("overlays/a b,c:d\\e\"f'g", SANDBOX_USER, {"odd.vpk": "odd\n"})
        self.write_env("alpha", layers="'overlays/a b,c\\:d\\\\e\"f'\"'\"'g:installation'")
        self.assert_done("mount", "alpha")
        self.assertEqual((self.merged() / "odd.vpk").read_text(), "odd\n")


class Owners(HelperCase):
    def setUp(self):
        super().setUp()
        layer = self.write_layer("overlays/mixed", SANDBOX_USER, {
            "of_sandbox": "1\n", "of_runtime": "2\n", "of_root": "3\n", "of_third": "4\n", "dir/deep": "5\n"})
        os.chown(layer / "of_runtime", RUNTIME_USER, RUNTIME_USER)
        os.chown(layer / "of_root", 0, 0)
        os.chown(layer / "of_third", THIRD_USER, THIRD_USER)
        self.write_env("alpha", layers="overlays/mixed:installation")
        self.assert_done("mount", "alpha")

    def test_the_sandbox_and_the_runtime_user_are_swapped_and_nobody_else(self):
        self.assertEqual(owner(self.merged() / "of_sandbox"), (RUNTIME_USER, RUNTIME_USER))
        self.assertEqual(owner(self.merged() / "of_runtime"), (SANDBOX_USER, SANDBOX_USER))
        self.assertEqual(owner(self.merged() / "of_root"), (0, 0))
        self.assertEqual(owner(self.merged() / "of_third"), (THIRD_USER, THIRD_USER))
        self.assertEqual(owner(self.merged() / "dir"), (RUNTIME_USER, RUNTIME_USER))

    def test_a_layer_of_somebody_else_is_as_it_is(self):
        self.assertEqual(owner(self.merged() / "srcds_run"), (RUNTIME_USER, RUNTIME_USER))

    def test_copy_up_keeps_what_merged_showed(self):
        for name in ("of_sandbox", "of_third", "of_root", "dir/deep"):
            with open(self.merged() / name, "a") as file:
                file.write("more\n")
        self.assertEqual(owner(self.upper() / "of_sandbox"), (RUNTIME_USER, RUNTIME_USER))
        self.assertEqual(owner(self.upper() / "dir/deep"), (RUNTIME_USER, RUNTIME_USER))
        self.assertEqual(owner(self.upper() / "of_root"), (0, 0))
        self.assertEqual(owner(self.upper() / "of_third"), (THIRD_USER, THIRD_USER))

    def test_the_runtime_user_can_change_delete_and_rename_the_sandboxs_files(self):
        script = "echo more >>of_sandbox && mv dir/deep dir/renamed && rm of_sandbox && chmod 700 dir"
        subprocess.run(["/bin/sh", "-c", script], cwd=self.merged(), check=True, user=RUNTIME_USER,
                       group=RUNTIME_USER, extra_groups=[])
        self.assertFalse((self.merged() / "of_sandbox").exists())
        self.assertTrue((ROOT / "overlays/mixed/of_sandbox").exists())

    def test_upper_and_merged_belong_to_the_runtime_user_and_work_to_root(self):
        self.assert_done("umount", "alpha")
        for name in ("upper", "merged"):
            self.assertEqual(owner(ROOT / "runtime/alpha" / name), (RUNTIME_USER, RUNTIME_USER))
        self.assertEqual(owner(ROOT / "runtime/alpha/work"), (0, 0))
        self.assertEqual(os.stat(ROOT / "runtime/alpha/work").st_mode & 0o7777, 0o700)

    def test_nobody_but_the_runtime_users_group_can_look_into_its_directory(self):
        self.assertEqual(owner(ROOT / "runtime/alpha"), (0, RUNTIME_USER))
        self.assertEqual(os.stat(ROOT / "runtime/alpha").st_mode & 0o7777, 0o750)

    def test_what_was_written_is_there_after_the_next_mount(self):
        (self.merged() / "of_sandbox").write_text("changed\n")
        (self.merged() / "of_third").unlink()
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")
        self.assertEqual((self.merged() / "of_sandbox").read_text(), "changed\n")
        self.assertFalse((self.merged() / "of_third").exists())


class Refusing(HelperCase):
    def assert_mount_refused(self, words, status=REFUSED):
        self.assert_refused(status, words, "mount", "alpha")
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])

    def test_a_layer_outside_the_allowed_roots(self):
        self.write_env("alpha", layers="/etc:installation")
        self.assert_mount_refused("the layer '/etc' is outside the allowed directories")

    def test_a_directory_of_layers_that_is_no_layer_itself(self):
        self.write_env("alpha", layers="overlays:installation")
        self.assert_mount_refused("is outside the allowed directories")

    def test_a_layer_that_leads_upwards(self):
        self.write_env("alpha", layers="overlays/../../../etc:installation")
        self.assert_mount_refused("has a '..'", BAD_CONFIGURATION)

    def test_a_layer_that_is_a_symlink(self):
        os.symlink("/etc", ROOT / "overlays/link")
        self.write_env("alpha", layers="overlays/link:installation")
        self.assert_mount_refused("instance.env:1: the layer")

    def test_a_layer_behind_a_symlink(self):
        os.symlink("addon", ROOT / "overlays/link")
        self.write_env("alpha", layers="overlays/link/cfg:installation")
        self.assert_mount_refused("has a symbolic link in its path")

    def test_an_allowed_root_that_is_a_symlink(self):
        (ROOT / "overlays").rename(ROOT / "elsewhere")
        os.symlink("elsewhere", ROOT / "overlays")
        self.assert_mount_refused("has a symbolic link in its path")

    def test_a_layer_in_a_directory_whose_owner_could_put_another_in_its_place(self):
        self.write_layer("overlays/addon/inner", THIRD_USER, {"x": ""})
        self.write_env("alpha", layers="overlays/addon/inner:installation")
        self.assert_mount_refused(
            f"the layer '{ROOT}/overlays/addon/inner' lies in {ROOT}/overlays/addon/inner, which belongs to uid "
            f"{THIRD_USER}, in a directory of uid {SANDBOX_USER}, who can put another one in its place: "
            f"give {ROOT}/overlays/addon to root")

    def test_a_directory_of_layers_in_somebody_elses_root(self):
        os.chown(ROOT, RUNTIME_USER, RUNTIME_USER)
        self.assert_mount_refused(f"give {ROOT} to root")

    def test_a_missing_layer(self):
        self.write_env("alpha", layers="overlays/no-such:installation")
        self.assert_mount_refused(f"the layer '{ROOT}/overlays/no-such' does not exist")

    def test_a_layer_below_anothers_directory_of_the_same_owner_is_none_of_these(self):
        self.write_layer("overlays/addon/inner", SANDBOX_USER, {"x": ""})
        self.write_env("alpha", layers="overlays/addon/inner:installation")
        self.assert_done("mount", "alpha")

    def test_a_layer_that_is_a_file(self):
        self.write_env("alpha", layers="overlays/addon/addon.vpk:installation")
        self.assert_mount_refused("is not a directory")

    def test_a_layer_twice(self):
        self.write_env("alpha", layers="overlays/addon:installation:overlays/addon")
        self.assert_mount_refused("is listed twice")

    def test_a_layer_inside_another(self):
        self.write_env("alpha", layers="overlays/addon/cfg:overlays/addon")
        self.assert_mount_refused("lies inside the layer")

    def test_one_directory_by_two_names(self):
        (ROOT / "overlays/again").mkdir()
        subprocess.run(["mount", "--bind", ROOT / "overlays/addon", ROOT / "overlays/again"], check=True)
        self.write_env("alpha", layers="overlays/addon:overlays/again")
        try:
            self.assert_mount_refused("are one directory")
        finally:
            subprocess.run(["umount", ROOT / "overlays/again"], check=True)

    def test_an_upper_inside_a_layer(self):
        self.configure("LayerRoots=runtime/*:installation")
        (ROOT / "runtime/alpha").mkdir(parents=True)
        self.write_env("alpha", layers="runtime/alpha:installation")
        self.assert_mount_refused("lies inside the layer")

    def test_an_upper_of_somebody_else(self):
        self.upper().mkdir(parents=True)
        os.chown(self.upper(), THIRD_USER, THIRD_USER)
        self.assert_mount_refused(f"belongs to uid {THIRD_USER}")

    def test_a_directory_around_upper_whose_owner_could_put_another_in_its_place(self):
        for path, name in ((ROOT / "runtime", "runtime"), (ROOT / "runtime/alpha", "runtime/alpha")):
            with self.subTest(name):
                path.mkdir(exist_ok=True)
                os.chown(path, RUNTIME_USER, RUNTIME_USER)
                self.assert_mount_refused(f"{path} belongs to uid {RUNTIME_USER}, who could put other directories in")
                os.chown(path, 0, 0)
        self.assert_done("mount", "alpha")

    def test_an_upper_that_is_a_symlink(self):
        self.upper().parent.mkdir(parents=True)
        os.symlink("/etc", self.upper())
        self.assert_mount_refused("is not a directory")
        self.assertEqual(owner("/etc"), (0, 0))

    def test_a_merged_that_is_a_symlink(self):
        self.merged().parent.mkdir(parents=True)
        os.symlink("/etc", self.merged())
        self.assert_refused(REFUSED, "is not a directory", "mount", "alpha")
        self.assertEqual(mount_entries("/etc"), [])
        self.merged().unlink()

    def test_an_upper_on_an_overlay(self):
        self.assert_done("mount", "alpha")
        os.makedirs(self.merged() / "root/runtime")
        (ROOT / "runtime/beta").mkdir()
        subprocess.run(["mount", "--bind", self.merged() / "root/runtime", ROOT / "runtime/beta"], check=True)
        self.write_env("beta")
        try:
            self.assert_refused(REFUSED, "is on an overlay", "mount", "beta")
        finally:
            subprocess.run(["umount", ROOT / "runtime/beta"], check=True)

    def test_a_mount_of_somebody_else_on_merged(self):
        self.merged().mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "strange", self.merged()], check=True)
        self.assert_refused(REFUSED, "not this instance's (tmpfs from strange)", "mount", "alpha")
        self.assert_refused(REFUSED, "not this instance's (tmpfs from strange)", "umount", "alpha")
        self.assertEqual([entry[:2] for entry in mount_entries(self.merged())], [("tmpfs", "strange")])

    def test_the_overlay_of_another_instance_on_merged(self):
        self.assert_done("mount", "alpha")
        self.merged("beta").mkdir(parents=True)
        subprocess.run(["mount", "--bind", self.merged("alpha"), self.merged("beta")], check=True)
        self.assert_refused(REFUSED, "not this instance's (overlay from left4me:alpha)", "umount", "beta")
        self.assertEqual(len(mount_entries(self.merged("beta"))), 1)

    def test_a_mount_namespace_other_than_that_of_pid_1(self):
        for verb in ("mount", "umount"):
            done = subprocess.run(["unshare", "--mount", helper_binary(), verb, "alpha"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, REFUSED)
            self.assertIn(f"nsenter --mount=/proc/1/ns/mnt -- /usr/libexec/left4me/left4me-overlay {verb} alpha",
                          done.stderr)


class Configuration(HelperCase):
    def test_an_unusable_instance_env_is_named_with_its_lines(self):
        self.write_env("alpha", text="L4D2_PORT=0\nL4D2_ARGS=-game cstrike\n")
        done = run_helper("mount", "alpha")
        self.assertEqual(done.returncode, BAD_CONFIGURATION)
        path = f"{ROOT}/instances/alpha/instance.env"
        self.assertIn(f"{path}:2: '0' is no port", done.stderr)
        self.assertIn(f"{path}:3: the argument '-game' is set for every server", done.stderr)

    def test_an_unusable_left4me_conf_is_named_with_its_line(self):
        CONFIGURATION.write_text("[Paths]\nRoot=relative\n")
        for verb in ("mount", "umount"):
            self.assert_refused(BAD_CONFIGURATION, f"{CONFIGURATION}:2: Root='relative'", verb, "alpha")

    def test_a_user_that_does_not_exist(self):
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(str(SANDBOX_USER), "no-such-user"))
        self.assert_refused(BAD_CONFIGURATION, "there is no user no-such-user", "mount", "alpha")

    def test_a_user_that_is_root(self):
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(str(RUNTIME_USER), "root"))
        self.assert_refused(BAD_CONFIGURATION, "root is root", "mount", "alpha")

    def test_an_unknown_instance(self):
        self.assert_refused(NO_SUCH_INSTANCE, "there is no beta/instance.env", "mount", "beta")
        self.assert_refused(NO_SUCH_INSTANCE, "there is no beta/instance.env", "--dry-run", "mount", "beta")

    def test_an_instance_env_that_is_a_symlink_is_not_followed(self):
        path = self.write_env("alpha")
        path.rename(path.with_name("real"))
        os.symlink("real", path)
        self.assert_refused(BAD_CONFIGURATION, "a symbolic link", "mount", "alpha")

    def test_an_instance_env_that_is_a_fifo_is_not_waited_for(self):
        path = self.write_env("alpha")
        path.unlink()
        os.mkfifo(path)
        self.assert_refused(BAD_CONFIGURATION, "not a regular file", "mount", "alpha")

    def test_a_state_root_that_is_missing(self):
        CONFIGURATION.write_text(f"[Paths]\nRoot=/run/no-such\nInstanceDirectories={ROOT}/instances\n"
                                 f"[Users]\nRuntimeUser={RUNTIME_USER}\nSandboxUser={SANDBOX_USER}\n")
        self.write_env("alpha", layers="/run/no-such/installation")
        self.assert_refused(SYSTEM_CALL_FAILED, "/run/no-such: open: No such file", "mount", "alpha")
        # Where nothing is, nothing is mounted.
        self.assert_done("umount", "alpha")

    def test_usage(self):
        for arguments in ((), ("mount",), ("mount", "a", "b"), ("mount", "../alpha"), ("mount", ""),
                          ("mount", "-alpha"), ("fly", "alpha"), ("--dry-run", "umount", "alpha"),
                          ("mount", "a" * 64)):
            self.assert_refused(USAGE, "usage: left4me-overlay", *arguments)


class Inheritance(HelperCase):
    """What a caller hands down, seen in a helper that waits for a busy overlay."""

    KEPT = {"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "setgid", "setuid", "linux_immutable",
            "sys_chroot", "sys_ptrace", "sys_admin", "mknod", "setfcap"}
    CAPABILITIES = ("chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable "
                    "net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio "
                    "sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time "
                    "sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog "
                    "wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore").split()

    def setUp(self):
        super().setUp()
        self.assert_done("mount", "alpha")
        with open(self.merged() / "cfg/server.cfg", "a") as file:
            self.holder = subprocess.Popen(["/bin/sleep", "60"], stdout=file)

    def waiting_helper(self, **options):
        self.helper = subprocess.Popen([helper_binary(), "umount", "alpha"], **options)
        process = Path(f"/proc/{self.helper.pid}")
        # By then it has opened all that it opens.
        wait_until(lambda: str(self.merged()) in self.open_files(process))
        return process

    @staticmethod
    def open_files(process):
        targets = []
        for fd in os.listdir(process / "fd"):
            with contextlib.suppress(FileNotFoundError):
                targets.append(os.readlink(process / "fd" / fd))
        return targets

    def tearDown(self):
        self.holder.kill()
        self.holder.wait()
        self.assertEqual(self.helper.wait(), 0)
        super().tearDown()

    def test_only_the_capabilities_in_use_are_kept(self):
        status = dict(line.split(":\t", 1)
                      for line in (self.waiting_helper() / "status").read_text().splitlines())
        kept = int(status["CapEff"].strip(), 16)
        self.assertEqual({name for bit, name in enumerate(self.CAPABILITIES) if kept >> bit & 1}, self.KEPT)
        self.assertEqual(status["CapPrm"], status["CapEff"])
        self.assertEqual(int(status["CapInh"].strip(), 16), 0)

    def test_the_umask_is_the_helpers_own(self):
        process = self.waiting_helper(umask=0)
        self.assertIn("Umask:\t0022\n", (process / "status").read_text())

    def test_files_that_the_caller_left_open_are_closed(self):
        with open(ROOT / "secret", "w+") as secret:
            process = self.waiting_helper(pass_fds=(secret.fileno(),))
            self.assertNotIn(str(ROOT / "secret"), self.open_files(process))


class ServerProgram(HelperCase):
    """That systemd has something to execute."""

    def said_by(self, verb):
        done = run_helper(verb, "alpha")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_mounted_once()
        return done.stderr

    def test_layers_without_it_are_mounted_with_a_warning_every_time(self):
        self.write_env("alpha", layers="overlays/addon")
        for _ in ("mounted", "mounted already"):
            self.assertEqual(self.said_by("mount"),
                             "left4me-overlay: alpha: none of its layers has srcds_run, so the server cannot be "
                             "started: name the game's directory in L4D2_LOWERDIRS, and put the game there\n")

    def test_one_that_nobody_can_execute_is_warned_of(self):
        (ROOT / "installation/srcds_run").chmod(0o644)
        self.assertEqual(self.said_by("mount"),
                         f"left4me-overlay: alpha: '{ROOT}/installation/srcds_run' is not executable, so the server cannot "
                         "be started: let the servers' user read and execute it, as chmod a+rx does\n")

    def test_what_keeps_it_from_being_executed_is_warned_of_before_and_at_the_mount(self):
        program = ROOT / "installation/srcds_run"
        for text, words in (("#!/bin/sh\r\n", "srcds_run' ends its first line with a carriage return, as Windows does"),
                            ("", "srcds_run' is empty"),
                            ("#!/usr/no/shell\n", "srcds_run' is a script for '/usr/no/shell', which is not there"),
                            ("#!/bin/sh\nexec ./srcds_linux $*\n", "none of its layers has srcds_linux, which "
                             f"'{ROOT}/installation/srcds_run' executes"),
                            ("#!/bin/sh\nexec ./stand-in\n", "")):
            program.write_text(text)
            dry = self.assert_done("--dry-run", "mount", "alpha")
            self.assertEqual(self.said_by("mount"), dry.stderr)
            if words:
                self.assertIn(f"{words}, so the server cannot be started: ", dry.stderr)
            else:
                self.assertEqual(dry.stderr, "")

    def test_what_lies_behind_a_link_or_is_no_file_is_not_read(self):
        program = ROOT / "installation/srcds_run"
        program.unlink()
        program.symlink_to("/etc/shadow")
        self.assertEqual(self.said_by("mount"), "")
        program.unlink()
        os.mkfifo(program, 0o755)
        self.assertIn("srcds_run' is not executable", self.said_by("mount"))

    def test_what_the_server_has_written_hides_that_of_the_layers(self):
        self.assertEqual(self.said_by("mount"), "")
        program = self.merged() / "srcds_run"
        program.unlink()
        self.assertIn("none of its layers has srcds_run", self.said_by("mount"))
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        self.write_env("alpha", layers="overlays/addon")
        self.assertEqual(self.said_by("mount"), "")


class StandardFiles(HelperCase):
    def test_what_cannot_be_shown_is_an_error(self):
        for arguments in (("status",), ("status", "--json"), ("--dry-run", "mount", "alpha")):
            with open("/dev/full", "w") as full:
                done = subprocess.run([helper_binary(), *arguments], stdout=full, stderr=subprocess.PIPE, text=True,
                                      check=False)
            self.assertEqual(done.returncode, SYSTEM_CALL_FAILED, arguments)
            self.assertIn("No space left on device", done.stderr)

    def test_a_warning_that_nobody_can_read_keeps_nothing_from_being_mounted(self):
        self.write_env("alpha", text="L4D2_PORT=27015\nL4D2_PROT=1\n")
        with open("/dev/full", "w") as full:
            done = subprocess.run([helper_binary(), "mount", "alpha"], stderr=full, check=False)
            self.assertEqual(done.returncode, 0)
            self.assert_mounted_once()
            done = subprocess.run([helper_binary(), "mount", "beta"], stderr=full, check=False)
            self.assertEqual(done.returncode, NO_SUCH_INSTANCE)

    def test_limits_of_the_caller_do_not_end_it_half_way(self):
        limits = ("--fsize=0:unlimited", "--cpu=1:unlimited", "--nofile=20:4096")
        done = subprocess.run(["prlimit", *limits, helper_binary(), "mount", "alpha"], check=False)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.state_files(), ["alpha.json"])

    def test_a_record_that_cannot_be_written_takes_the_overlay_down_again(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "tmpfs", STATE], check=True)
        try:
            CONFIGURATION.parent.mkdir()
            self.configure()
            self.assert_refused(SYSTEM_CALL_FAILED, "alpha.json.new: write: No space left on device", "mount", "alpha")
            self.assert_not_mounted()
            self.assertEqual(self.state_files(), [])
        finally:
            subprocess.run(["umount", STATE], check=True)

    def test_closed_ones_are_no_place_for_a_mounts_descriptor(self):
        done = subprocess.run(["/bin/sh", "-c", f"exec {helper_binary()} mount alpha <&- >&- 2>&-"], check=False)
        self.assertEqual(done.returncode, 0)
        self.assert_mounted_once()
        done = subprocess.run(["/bin/sh", "-c", f"exec {helper_binary()} umount alpha <&- >&- 2>&-"], check=False)
        self.assertEqual(done.returncode, 0)
        self.assert_not_mounted()


class MountHelper(HelperCase):
    """Called as mount(8) calls mount.left4me."""

    def setUp(self):
        super().setUp()
        self.link = ROOT / "mount.left4me"
        os.symlink(helper_binary(), self.link)

    def call(self, *arguments):
        return subprocess.run([self.link, *arguments], capture_output=True, text=True, check=False)

    def test_it_mounts_what_the_verb_mounts(self):
        done = self.call("alpha", self.merged(), "-o", "rw")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_mounted_once()
        record = self.record()
        self.assert_done("mount", "alpha")
        self.assertEqual(self.record(), record)

    def test_it_takes_the_absolute_path_that_mount_makes_of_a_name_in_its_working_directory(self):
        self.write_env("tmp")
        done = self.call("/tmp", self.merged("tmp"), "-o", "rw")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_mounted_once("tmp")

    def test_it_refuses_any_other_place(self):
        done = self.call("alpha", "/etc", "-o", "rw")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn(f"belongs on {self.merged()}, not on '/etc'", done.stderr)

    def test_it_refuses_options_that_would_change_the_overlay(self):
        self.assertEqual(self.call("alpha", self.merged(), "-o", "rw,userxattr").returncode, USAGE)
        self.assert_not_mounted()


class Unmounting(HelperCase):
    def setUp(self):
        super().setUp()
        self.assert_done("mount", "alpha")

    def hold(self):
        """A process that has a file of merged open for writing."""
        with open(self.merged() / "cfg/server.cfg", "a") as file:
            holder = subprocess.Popen(["/bin/sleep", "60"], stdout=file)
        self.addCleanup(self.release, holder)
        return holder

    @staticmethod
    def release(holder):
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    def test_who_keeps_it_busy_is_named(self):
        holder = self.hold()
        self.assert_refused(BUSY, f"{holder.pid} (sleep): open file '{self.merged()}/cfg/server.cfg'", "umount", "alpha")
        self.assert_mounted_once()
        self.assertEqual(self.state_files(), ["alpha.json"])
        self.release(holder)
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()

    def test_it_waits_for_whoever_is_about_to_end(self):
        holder = self.hold()
        timer = threading.Timer(0.5, holder.kill)
        timer.start()
        self.assert_done("umount", "alpha")
        timer.join()
        holder.wait()
        self.assert_not_mounted()

    def test_another_plan_while_it_is_busy_leaves_the_old_overlay(self):
        holder = self.hold()
        self.write_env("alpha", layers="installation")
        self.assert_refused(BUSY, f"{holder.pid} (sleep)", "mount", "alpha")
        self.assertEqual((self.merged() / "cfg/server.cfg").read_text(), "addon\n")
        (self.merged() / "still").write_text("writable\n")
        self.release(holder)

    def test_whoever_only_looks_keeps_nobody_from_unmounting(self):
        holder = subprocess.Popen(["/bin/sleep", "60"], cwd=self.merged() / "cfg")
        self.addCleanup(self.release, holder)
        began = time.monotonic()
        self.assert_done("umount", "alpha")
        self.assertLess(time.monotonic() - began, 2)
        self.assert_not_mounted()
        self.assertEqual(self.state_files(), [])
        self.release(holder)

    def test_neither_instance_env_nor_layers_are_needed(self):
        shutil.rmtree(ROOT / "instances")
        shutil.rmtree(ROOT / "overlays")
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()

    def test_garbage_in_instance_env_does_not_matter(self):
        (ROOT / "instances/alpha/instance.env").write_bytes(os.urandom(1000))
        self.assert_done("umount", "alpha")
        self.assert_not_mounted()

"""left4me-overlay status against the real kernel."""

import contextlib
import fcntl
import json
import os
import re
import subprocess
import time

from tests.overlay.sandbox import (
    BAD_CONFIGURATION, CONFIGURATION, NO_SUCH_INSTANCE, REFUSED, ROOT, RUNTIME_USER, SANDBOX_USER, STATE,
    SYSTEM_CALL_FAILED, THIRD_USER, USAGE, HelperCase, automatic_way, mount_entries, run_helper)

INSTALLATION = f"{ROOT}/installation"
ADDON = f"{ROOT}/overlays/addon"
ID_MAP = {"swapped_uids": [SANDBOX_USER, RUNTIME_USER], "swapped_gids": [SANDBOX_USER, RUNTIME_USER]}


class StatusCase(HelperCase):
    def all_instances(self, *names):
        """The instances in the JSON of a status that could show all: {name: object}."""
        document = json.loads(self.assert_done("status", "--json", *names).stdout)
        self.assertEqual(document["version"], 1)
        return {instance["name"]: instance for instance in document["instances"]}

    def status(self, name="alpha"):
        return self.all_instances(name)[name]

    def lines(self, name="alpha"):
        """The text about an instance: [(key, value)]."""
        return [tuple(line.split(maxsplit=1)) for line in self.assert_done("status", name).stdout.splitlines()]

    @contextlib.contextmanager
    def lock(self, operation):
        """Somebody holds the lock of alpha."""
        path = STATE / "alpha.lock"
        with open(path, "w") as file:
            fcntl.flock(file, operation)
            yield
        path.unlink()

    def assert_state(self, state, name="alpha"):
        status = self.status(name)
        self.assertEqual(status["state"], state, status)
        return status


class States(StatusCase):
    def test_an_instance_that_is_not_mounted(self):
        status = self.assert_state("not_mounted")
        self.assertEqual((status["mount"], status["mounted"], status["mounted_at"], status["upper"]), (None,) * 4)
        self.assertEqual(status["configuration"], f"{ROOT}/instances/alpha/instance.env")
        self.assertEqual(status["configuration_change"], "unknown")
        self.assertEqual([layer["path"] for layer in status["planned"]["layers"]], [ADDON, INSTALLATION])

    def test_an_instance_that_is_mounted(self):
        before = int(time.time())
        self.assert_done("mount", "alpha")
        status = self.assert_state("mounted")
        self.assertEqual([(layer["path"], layer["id_map"]) for layer in status["mounted"]["layers"]],
                         [(ADDON, ID_MAP), (INSTALLATION, None)])
        self.assertEqual(status["mounted"], status["planned"])
        self.assertEqual(status["mounted"]["way"], automatic_way())
        self.assertEqual(status["mount"]["description"], "overlay from left4me:alpha")
        self.assertEqual(status["mount"]["id"], self.record()["mount_id"])
        self.assertEqual((status["differences"], status["problems"], status["warnings"]), ([], [], []))
        self.assertEqual(status["configuration_change"], "unchanged")
        self.assertTrue(before <= status["mounted_at"] <= time.time(), status["mounted_at"])

    def test_what_the_server_has_written_is_measured(self):
        self.assert_done("mount", "alpha")
        self.assertEqual(self.status()["upper"]["files"], 0)
        (self.merged() / "directory").mkdir()
        (self.merged() / "directory/large").write_bytes(b"x" * 100_000)
        os.link(self.merged() / "directory/large", self.merged() / "directory/again")
        (self.merged() / "addon.vpk").unlink()
        upper = self.status()["upper"]
        self.assertEqual((upper["files"], upper["complete"]), (2, True))
        occupied = int(subprocess.run(["du", "--summarize", "--block-size=1", self.upper()], check=True,
                                      capture_output=True, text=True).stdout.split()[0])
        self.assertEqual(upper["bytes"], occupied)
        self.assertGreaterEqual(occupied, 100_000)

    def test_an_upper_too_deep_to_measure_is_said_to_be_more(self):
        self.assert_done("mount", "alpha")
        (self.merged() / "/".join(["d"] * 120)).mkdir(parents=True)
        self.assertFalse(self.status()["upper"]["complete"])

    def test_the_text_is_that_of_a_dry_run_with_what_is_known_besides(self):
        self.assert_done("mount", "alpha")
        plan = self.assert_done("--dry-run", "mount", "alpha").stdout.splitlines()
        shown = self.assert_done("status").stdout.splitlines()
        self.assertEqual([line for line in plan if line not in shown], [])
        self.assertEqual([line for line in shown if line in plan], plan)
        lines = self.lines()
        self.assertIn(("state", "mounted"), lines)
        self.assertIn(("config", f"{ROOT}/instances/alpha/instance.env (unchanged since)"), lines)
        self.assertRegex(dict(lines)["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")

    def test_since_when_is_in_the_hosts_time(self):
        self.assert_done("mount", "alpha")
        since = time.localtime(self.record()["mounted_at"])
        offset = re.sub(r"(\d\d)$", r":\1", time.strftime("%z", since))
        self.assertEqual(dict(self.lines())["since"], time.strftime("%Y-%m-%dT%H:%M:%S", since) + offset)

    def test_a_file_that_cannot_be_used(self):
        self.write_env("alpha", text="L4D2_PORT=0\nL4D2_PROT=1\n")
        status = self.assert_state("broken")
        self.assertEqual(status["configuration_change"], "unusable")
        self.assertIn("instance.env:2: '0' is no port", status["problems"][0])
        self.assertIn("L4D2_PROT", status["warnings"][0])
        self.assertIsNone(status["planned"])
        self.assertIn(("state", "broken: it cannot be mounted"), self.lines())

    def test_a_file_that_broke_after_the_mount(self):
        self.assert_done("mount", "alpha")
        (ROOT / "instances/alpha/instance.env").write_text("garbage\n")
        status = self.assert_state("broken")
        self.assertEqual(status["configuration_change"], "unusable")
        self.assertEqual(status["mounted"]["layers"][0]["path"], ADDON)
        self.assertGreater(len(status["problems"]), 1)
        self.assertIn(("state", "broken: still mounted, but it could not be mounted again"), self.lines())

    def test_a_layer_that_is_gone_after_the_mount(self):
        self.assert_done("mount", "alpha")
        (ROOT / "overlays/addon").rename(ROOT / "overlays/old")
        status = self.assert_state("broken")
        self.assertEqual(status["configuration_change"], "unchanged")
        self.assertIn(f"the layer '{ADDON}' does not exist", status["problems"][0])

    def test_an_instance_whose_file_is_gone(self):
        env = self.write_env("alpha")
        self.assert_done("mount", "alpha")
        env.unlink()
        status = self.all_instances()["alpha"]
        self.assertEqual((status["state"], status["configuration"], status["configuration_change"]),
                         ("retired", None, "missing"))
        self.assertEqual(status["mounted"]["layers"][0]["id_map"], ID_MAP)
        self.assertIn(("config", f"{env} (does not exist)"), self.lines())

    def test_something_else_on_merged(self):
        self.merged().mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "a b", self.merged()], check=True)
        status = self.assert_state("foreign")
        self.assertEqual(status["mount"]["description"], "tmpfs from a b")
        self.assertIn(("state", "foreign: on merged is tmpfs from a b, which is not this instance's: unmount it"),
                      self.lines())

    def test_something_else_on_top_of_the_overlay(self):
        self.assert_done("mount", "alpha")
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.merged()], check=True)
        self.assertIsNone(self.assert_state("foreign")["mounted"])

    def test_the_overlay_of_another_instance_on_merged(self):
        self.write_env("beta")
        self.assert_done("mount", "alpha")
        self.merged("beta").mkdir(parents=True)
        subprocess.run(["mount", "--bind", self.merged(), self.merged("beta")], check=True)
        states = {name: instance["state"] for name, instance in self.all_instances().items()}
        self.assertEqual(states, {"alpha": "mounted", "beta": "foreign"})

    def test_a_mount_without_a_usable_record(self):
        self.assert_done("mount", "alpha")
        good = self.record()
        for text in (None, "", "garbage", "[]", json.dumps(good | {"version": good["version"] - 1}),
                     json.dumps(good | {"version": good["version"] + 1}),
                     json.dumps(good | {"mount_id": good["mount_id"] + 1}),
                     json.dumps(good | {"instance": "beta"})):
            with self.subTest(record=text):
                path = STATE / "alpha.json"
                path.unlink(missing_ok=True)
                if text is not None:
                    path.write_text(text)
                status = self.assert_state("unrecorded")
                self.assertEqual((status["mounted"], status["mounted_at"]), (None, None))
                self.assertEqual(status["configuration_change"], "unknown")
                self.assertEqual(self.all_instances()["alpha"], status)
        self.assertNotIn("layer", dict(self.lines()))

    def test_a_record_of_a_mount_that_is_gone(self):
        self.assert_done("mount", "alpha")
        subprocess.run(["umount", self.merged()], check=True)
        self.assertIsNone(self.assert_state("not_mounted")["mounted"])

    def test_an_instance_that_is_being_worked_on(self):
        self.assert_done("mount", "alpha")
        with self.lock(fcntl.LOCK_EX):
            self.assert_state("busy")
            self.assertEqual(self.lines(), [
                ("instance", "alpha"), ("state", "busy: another left4me-overlay is at work on it")])
        self.assert_state("mounted")

    def test_two_that_only_look_are_no_hindrance_to_each_other(self):
        with self.lock(fcntl.LOCK_SH):
            self.assert_state("not_mounted")

    def test_what_is_mounted_elsewhere_under_the_name_of_an_instance_is_none(self):
        (ROOT / "elsewhere").mkdir()
        subprocess.run(["mount", "-t", "overlay", "-o", f"lowerdir={INSTALLATION}:{ADDON}", "left4me:ghost",
                        ROOT / "elsewhere"], check=True)
        try:
            self.assertEqual(list(self.all_instances()), ["alpha"])
        finally:
            subprocess.run(["umount", ROOT / "elsewhere"], check=True)

    def test_the_overlay_alone_tells_of_an_instance(self):
        env = self.write_env("alpha")
        self.assert_done("mount", "alpha")
        env.unlink()
        (STATE / "alpha.json").unlink()
        self.assertEqual(self.all_instances()["alpha"]["state"], "retired")


class Drift(StatusCase):
    def setUp(self):
        super().setUp()
        self.write_layer("overlays/second", SANDBOX_USER, {"second.vpk": "2\n"})
        self.write_env("alpha", layers="overlays/addon:overlays/second:installation")
        self.assert_done("mount", "alpha")
        self.mounted_by = self.record()

    def assert_drifted(self, *differences, configuration_change="changed"):
        """Drifted by exactly these: (kind, layer)."""
        status = self.assert_state("drifted")
        self.assertEqual([(each["kind"], each["layer"]) for each in status["differences"]], list(differences))
        self.assertEqual(status["configuration_change"], configuration_change)
        self.assertEqual([value for key, value in self.lines() if key == "differs"],
                         [each["text"] for each in status["differences"]])
        self.assertEqual([layer["path"] for layer in status["mounted"]["layers"]],
                         [ADDON, f"{ROOT}/overlays/second", INSTALLATION])
        # What status calls another overlay is what mount mounts anew.
        self.assert_done("mount", "alpha")
        self.assertEqual(self.status()["mounted"], status["planned"])
        self.assertNotEqual(status["planned"], status["mounted"])
        self.assert_state("mounted")

    def test_a_layer_more(self):
        self.write_layer("overlays/third", THIRD_USER, {"third.vpk": "3\n"})
        self.write_env("alpha", layers="overlays/third:overlays/addon:overlays/second:installation")
        self.assert_drifted(("layer_added", f"{ROOT}/overlays/third"))

    def test_a_layer_less(self):
        self.write_env("alpha", layers="overlays/second:installation")
        self.assert_drifted(("layer_removed", ADDON))

    def test_another_order(self):
        self.write_env("alpha", layers="overlays/second:overlays/addon:installation")
        self.assert_drifted(("layer_moved", ADDON), ("layer_moved", f"{ROOT}/overlays/second"))

    def test_another_directory_in_the_place_of_a_layer(self):
        (ROOT / "overlays/addon").rename(ROOT / "overlays/old")
        self.write_layer("overlays/addon", SANDBOX_USER, {"addon.vpk": "new\n"})
        self.assert_drifted(("layer_replaced", ADDON), configuration_change="unchanged")

    def test_another_owner_of_a_layer(self):
        os.chown(ADDON, THIRD_USER, THIRD_USER)
        os.chown(INSTALLATION, SANDBOX_USER, SANDBOX_USER)
        self.assert_drifted(("id_map_changed", ADDON), ("id_map_changed", INSTALLATION),
                            configuration_change="unchanged")

    def test_another_user_of_the_servers(self):
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(
            f"SandboxUser={SANDBOX_USER}", f"SandboxUser={THIRD_USER}"))
        self.assert_drifted(("id_map_changed", ADDON), ("id_map_changed", f"{ROOT}/overlays/second"),
                            ("sandbox_user_changed", None), configuration_change="unchanged")

    def test_the_way_is_no_difference(self):
        way = {"descriptors": "staged", "staged": "descriptors"}[self.mounted_by["way"]]
        CONFIGURATION.write_text(re.sub("^Way=.*", f"Way={way}", CONFIGURATION.read_text(), flags=re.MULTILINE))
        status = self.assert_state("mounted")
        self.assertEqual((status["mounted"]["way"], status["planned"]["way"]), (self.mounted_by["way"], way))


class Changes(StatusCase):
    def setUp(self):
        super().setUp()
        self.env = self.write_env("alpha")
        self.assert_done("mount", "alpha")

    def test_a_file_that_was_written_again_as_it_was_is_unchanged(self):
        text = self.env.read_text()
        self.env.unlink()
        self.env.write_text(text)
        os.utime(self.env, (1, 1))
        self.assertEqual(self.assert_state("mounted")["configuration_change"], "unchanged")

    def test_a_file_with_other_text_and_the_same_overlay_has_changed(self):
        times = os.stat(self.env)
        self.env.write_text(self.env.read_text().replace("27015", "27016"))
        os.utime(self.env, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertEqual(self.assert_state("mounted")["configuration_change"], "changed")
        self.assertIn(("config", f"{self.env} (changed since it was mounted)"), self.lines())

    def test_another_mount_of_the_same_overlay_is_none(self):
        self.env.write_text(self.env.read_text() + "# more\n")
        self.assert_done("mount", "alpha")
        self.assertEqual(self.assert_state("mounted")["configuration_change"], "changed")
        self.assert_done("umount", "alpha")
        self.assert_done("mount", "alpha")
        self.assertEqual(self.assert_state("mounted")["configuration_change"], "unchanged")

    def test_a_file_that_wins_over_the_one_mounted_by_is_a_change(self):
        first = ROOT / "first/alpha/instance.env"
        first.parent.mkdir(parents=True)
        first.write_text(self.env.read_text())
        self.configure("InstanceDirectories=first:instances")
        status = self.assert_state("mounted")
        self.assertEqual((status["configuration"], status["configuration_change"]), (str(first), "changed"))


class Answers(StatusCase):
    def test_nothing_is_changed(self):
        def everything():
            return sorted((str(path), path.lstat().st_ino, path.lstat().st_mtime_ns)
                          for top in (ROOT, STATE) for path in (top, *top.rglob("*")))

        with self.lock(fcntl.LOCK_SH):
            before = everything()
            self.assert_done("status")
            self.assert_done("status", "--json", "alpha")
            self.assertEqual(everything(), before)
        self.assertEqual(mount_entries(self.merged()), [])

    def test_nothing_at_all_is_an_answer_too(self):
        (ROOT / "instances/alpha/instance.env").unlink()
        self.assertEqual(self.assert_done("status").stdout, "")
        self.assertEqual(json.loads(self.assert_done("status", "--json").stdout), {"version": 1, "instances": []})

    def test_a_state_root_that_does_not_exist_yet(self):
        self.configure("InstanceDirectories=/run/elsewhere")
        CONFIGURATION.write_text(CONFIGURATION.read_text().replace(f"Root={ROOT}", "Root=/run/no-such"))
        self.assertEqual(self.assert_done("status").stdout, "")

    def test_an_unknown_name_is_said_and_the_others_shown(self):
        done = run_helper("status", "--json", "nobody", "alpha", "no-one")
        self.assertEqual(done.returncode, NO_SUCH_INSTANCE)
        self.assertEqual([instance["name"] for instance in json.loads(done.stdout)["instances"]], ["alpha"])
        self.assertEqual([line.split(": there is")[0] for line in done.stderr.splitlines()],
                         ["left4me-overlay: no-one: no such instance", "left4me-overlay: nobody: no such instance"])

    def test_names_are_sorted_and_each_is_shown_once(self):
        for name in ("Beta", "10", "9"):
            self.write_env(name)
        self.assertEqual(list(self.all_instances()), ["10", "9", "Beta", "alpha"])
        done = self.assert_done("status", "alpha", "9", "alpha")
        self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("instance")],
                         ["instance  9", "instance  alpha"])
        self.assertIn("\n\ninstance  alpha\n", done.stdout)

    def test_what_is_no_name_is_refused(self):
        for arguments in (("../alpha",), ("--jsno",), ("alpha", ""), ("--json", "a b")):
            with self.subTest(arguments=arguments):
                self.assert_refused(USAGE, "usage: left4me-overlay mount NAME", "status", *arguments)

    def test_one_that_is_broken_keeps_nobody_from_seeing_the_others(self):
        self.write_env("broken", text="L4D2_PORT=x\n")
        (ROOT / "runtime").mkdir()
        os.symlink("/etc", ROOT / "runtime/linked")
        self.write_env("linked")
        states = {name: instance["state"] for name, instance in self.all_instances().items()}
        self.assertEqual(states, {"alpha": "not_mounted", "broken": "broken", "linked": "broken"})
        (ROOT / "runtime/linked").unlink()

    def test_a_left4me_conf_that_cannot_be_used(self):
        CONFIGURATION.write_text("[Paths]\nRoot=relative\n")
        self.assert_refused(BAD_CONFIGURATION, "Root", "status")

    def test_a_directory_of_instances_that_cannot_be_listed_is_said(self):
        (ROOT / "file").write_text("")
        self.configure("InstanceDirectories=file:instances")
        done = run_helper("status", "--json")
        self.assertEqual(done.returncode, SYSTEM_CALL_FAILED)
        self.assertIn(f"{ROOT}/file: Not a directory", done.stderr)
        self.assertEqual([instance["name"] for instance in json.loads(done.stdout)["instances"]], ["alpha"])

    def test_anybody_but_root_is_refused(self):
        self.assert_refused(REFUSED, "only root can do this", "status", user=THIRD_USER, group=THIRD_USER,
                            extra_groups=[])

    def test_another_mount_namespace_is_refused(self):
        done = subprocess.run(["unshare", "--mount", "--", os.environ["LEFT4ME_OVERLAY"], "status", "alpha"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("nsenter --mount=/proc/1/ns/mnt -- /usr/libexec/left4me/left4me-overlay status alpha", done.stderr)

    def test_a_layer_with_odd_bytes_in_its_name(self):
        name = "a b,c:d\\e\"f'gü\u202e{}"
        self.write_layer(f"overlays/{name}", SANDBOX_USER, {"odd.vpk": "odd\n"})
        self.write_env("alpha", layers="'overlays/" + name.replace("\\", "\\\\").replace(":", "\\:").replace(
            "'", "'\"'\"'") + ":installation'")
        self.assert_done("mount", "alpha")
        status = self.assert_state("mounted")
        self.assertEqual(status["mounted"]["layers"][0]["path"], f"{ROOT}/overlays/{name}")

    def test_control_characters_of_a_foreign_mount_reach_no_terminal(self):
        self.merged().mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "evil\033[2J\n\\\x7f", self.merged()], check=True)
        done = self.assert_done("status", "alpha")
        self.assertIn("tmpfs from evil\\x1b[2J\\x0a\\\\x7f", done.stdout)
        self.assertNotIn("\033", done.stdout)

    def test_fifty_instances(self):
        names = [f"server{number:02}" for number in range(50)]
        for name in names:
            self.write_env(name)
            self.assert_done("mount", name)
        (ROOT / "instances/server07/instance.env").unlink()
        self.write_env("server08", layers="installation")
        instances = self.all_instances()
        self.assertEqual(list(instances), ["alpha", *names])
        states = {name: "mounted" for name in names} | {
            "alpha": "not_mounted", "server07": "retired", "server08": "drifted"}
        self.assertEqual({name: instance["state"] for name, instance in instances.items()}, states)
        traced = subprocess.run(["strace", "-f", "-e", "trace=openat", "-e", "signal=none", "-qq",
                                 os.environ["LEFT4ME_OVERLAY"], "status", "--json"],
                                capture_output=True, text=True, check=True, timeout=60,
                                # The leak sanitizer and strace would both be the tracer.
                                env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"})
        self.assertEqual(traced.stderr.count("/proc/self/mountinfo"), 1)

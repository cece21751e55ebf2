"""What packaging/examples tells an operator to do, done on a machine, with stand-ins for what is downloaded."""

import json
from pathlib import Path

from tests.machine import examples, game_host
from tests.machine.cases import MachineCase, on_every_release
from tests.machine.machine import wait_until

ROOT = game_host.ROOT
SERVER = "l4d2@alpha"
SWITCH = f"{examples.DIRECTORY}/updating-a-layer/switch-layer"
REMOVE = f"{examples.DIRECTORY}/updating-a-layer/remove-layer"
STEAMCMD = Path(__file__).with_name("steamcmd")

# In the order in which an operator reads them: each builds on those before.
READMES = ("base-installation", "sourcemod-layer", "competitive-config", "workshop-maps", "updating-a-layer")
LAYERS = {
    "base-installation": ["overlays/l4d2-1"],
    "sourcemod-layer": ["overlays/sourcemod-1", "overlays/l4d2-1"],
    "competitive-config": ["overlays/competitive-1", "overlays/sourcemod-1", "overlays/l4d2-1"],
    "workshop-maps": ["workshop_cache/campaigns-1", "overlays/sourcemod-1", "overlays/l4d2-1"],
    "updating-a-layer": ["workshop_cache/campaigns-1", "overlays/sourcemod-1", "overlays/l4d2-2"],
}
ARCHIVES = {
    "mmsource-1.12-linux.tar.gz": ["addons/metamod.vdf", "addons/metamod/bin/server.so"],
    "sourcemod-1.12-linux.tar.gz": ["addons/metamod/sourcemod.vdf", "addons/sourcemod/logs/README",
                                    "cfg/sourcemod/sourcemod.cfg"],
}


def make_archives(machine):
    script = ["set -eu", "mkdir -p /root/downloads /root/made"]
    for archive, files in ARCHIVES.items():
        for file in files:
            script.append(f"mkdir -p $(dirname /root/made/{file}) && echo of {archive} >/root/made/{file}")
        script.append(f"tar -C /root/made -c -z -f /root/downloads/{archive} . && rm -r /root/made/*")
    script.append("cd /root/downloads && sha256sum *.tar.gz >SHA256SUMS && chmod 700 /root /root/downloads")
    machine.shell("\n".join(script))


@on_every_release
class Examples:
    @staticmethod
    def prepare(machine):
        machine.write("/etc/systemd/system/l4d2@.service.d/fast.conf", "[Service]\nRestartSec=10ms\n")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine.write("/usr/games/steamcmd", STEAMCMD.read_text(), mode=0o755)
        make_archives(cls.machine)
        cls.states = {}
        for name in READMES:
            examples.follow(cls.machine, name)
            cls.states[name] = cls.status("alpha")

    @classmethod
    def status(cls, name):
        return json.loads(cls.machine.output("/usr/libexec/left4me/left4me-overlay", "status", "--json", name)
                          )["instances"][0]

    def write_env(self, name, text, owner="left4me"):
        path = f"{ROOT}/instances/{name}/instance.env"
        self.machine.write(path, text, owner)
        return path

    def as_left4me(self, *command):
        return self.machine.run("runuser", "-u", "left4me", "--", *command, check=False)

    def test_every_readme_ends_with_a_running_server_on_its_layers(self):
        for name, layers in LAYERS.items():
            with self.subTest(readme=name):
                status = self.states[name]
                self.assertEqual(status["state"], "mounted")
                self.assertEqual(status["problems"], [])
                self.assertEqual([layer["path"] for layer in status["mounted"]["layers"]],
                                 [f"{ROOT}/{layer}" for layer in layers])
        self.assert_active("alpha")

    def test_layers_of_the_sandbox_are_idmapped_and_the_game_is_not(self):
        for layer in self.states["updating-a-layer"]["mounted"]["layers"]:
            self.assertEqual(layer["id_map"] is None, "l4d2-" in layer["path"], layer["path"])

    def test_what_was_unpacked_belongs_to_the_sandbox_and_to_the_servers_in_their_tree(self):
        file = "left4dead2/addons/sourcemod/logs/README"
        self.assertEqual(game_host.owner(self.machine.path(f"{ROOT}/overlays/sourcemod-1/{file}")),
                         self.machine.user("l4d2-sandbox"))
        self.assertEqual(game_host.owner(self.machine.path(f"{game_host.merged('alpha')}/{file}")),
                         self.machine.user("left4me"))

    def test_the_game_is_asked_for_twice_as_left4me_who_has_a_home_for_steam(self):
        calls = self.machine.path("/var/cache/left4me-steamcmd/calls").read_text().splitlines()
        self.assertEqual(calls, ["windows", "linux"] * 2)

    def test_a_server_finds_the_library_of_steam_that_steamcmd_has(self):
        pid = self.machine.property(game_host.service("alpha"), "MainPID")
        self.assertEqual(self.machine.output("nsenter", f"--target={pid}", "--mount", "--root", "--",
                                             "cat", "/steam/.steam/sdk32/steamclient.so"), "library")

    def test_only_vpk_files_of_the_workshop_become_addons(self):
        addons = self.machine.path(f"{ROOT}/workshop_cache/campaigns-1/left4dead2/addons")
        self.assertEqual(sorted(path.name for path in addons.iterdir()), ["1111111111.vpk", "2222222222.vpk"])
        for path in addons.iterdir():
            self.assertTrue(path.read_bytes().startswith(b"\x34\x12\xaa\x55"))

    def test_a_set_of_maps_can_share_files_with_another_by_hard_links(self):
        one, other = (f"{ROOT}/workshop_cache/campaigns-{number}" for number in (1, 2))
        self.machine.shell(f"install -d -o l4d2-sandbox {other} && "
                           f"runuser -u l4d2-sandbox -- cp -al {one}/. {other}/")
        self.add_instance("linked-maps", 27033, layers=("workshop_cache/campaigns-2", "overlays/l4d2-2"))
        self.machine.run("systemctl", "start", "l4d2@linked-maps")
        vpk = "left4dead2/addons/1111111111.vpk"
        tree = game_host.merged("linked-maps")
        self.assertEqual(game_host.owner(self.machine.path(f"{tree}/{vpk}")), self.machine.user("left4me"))
        # What a server writes is a copy, and neither layer's.
        self.as_left4me("sh", "-c", f"echo changed >{tree}/{vpk}")
        for layer in (one, other):
            self.assertTrue(self.machine.path(f"{layer}/{vpk}").read_bytes().startswith(b"\x34\x12\xaa\x55"))

    def test_a_workshop_item_without_a_vpk_is_an_error(self):
        items = "/var/cache/l4d2-sandbox-steamcmd/items/steamapps/workshop/content/550"
        self.machine.write(f"{items}/3333333333/picture.jpg", "no VPK", "l4d2-sandbox")
        done = self.machine.run("runuser", "-u", "l4d2-sandbox", "--",
                                f"{examples.DIRECTORY}/workshop-maps/add-workshop-items", items,
                                f"{ROOT}/workshop_cache/campaigns-1", "3333333333", check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (66, f"add-workshop-items: no VPK in {items}/3333333333\n"))

    def test_a_download_of_the_game_that_steamcmd_calls_a_success_is_looked_at(self):
        done = self.machine.run("env", "FAIL=yes", "STEAMCMD_HOME=/tmp/steamcmd",
                                f"{examples.DIRECTORY}/base-installation/install-game",
                                "/tmp/nothing", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("install-game: no srcds_run in /tmp/nothing", done.stderr)

    def test_the_owner_of_a_configuration_says_who_may_change_it(self):
        # What the README says of its three ways. {layer: (may change server.cfg, may make logs)}
        self.machine.shell(f"cp -r {ROOT}/overlays/competitive-1 {ROOT}/overlays/competitive-3")
        for port, (layer, may) in enumerate({"competitive-1": ("yes", "yes"), "competitive-2": ("no", "yes"),
                                             "competitive-3": ("no", "no")}.items(), start=27020):
            with self.subTest(layer=layer):
                self.add_instance(layer, port, layers=(f"overlays/{layer}", "overlays/l4d2-2"))
                self.machine.run("systemctl", "start", f"l4d2@{layer}")
                tree = f"{game_host.merged(layer)}/left4dead2"
                for part, expected in zip((f"echo >>{tree}/cfg/server.cfg", f"mkdir {tree}/made"), may):
                    done = self.as_left4me("sh", "-c", part)
                    self.assertEqual("yes" if done.returncode == 0 else "no", expected, f"{part}: {done.stderr}")

    def test_a_password_in_a_layer_of_its_own_is_for_its_server_alone(self):
        file = "left4dead2/cfg/password.cfg"
        self.machine.write(f"{ROOT}/overlays/secret/{file}", "rcon_password x\n", "l4d2-sandbox", 0o600)
        self.add_instance("guarded", 27032, layers=("overlays/secret", "overlays/l4d2-2"))
        self.machine.run("systemctl", "start", "l4d2@guarded")
        self.assertEqual(self.as_left4me("cat", f"{game_host.merged('guarded')}/{file}").stdout, "rcon_password x\n")
        self.assertIn("Permission denied", self.as_left4me("cat", f"{ROOT}/overlays/secret/{file}").stderr)

    def test_a_password_in_a_servers_own_tree_is_for_its_server_alone(self):
        # As left4me-instance.env(5) says below PASSWORDS, for a server that is down and for one that is up.
        for name, port in (("guarded-down", 27034), ("guarded-up", 27035)):
            self.add_instance(name, port, layers=("overlays/l4d2-2",))
            if name == "guarded-up":
                self.machine.run("systemctl", "start", f"l4d2@{name}")
            else:
                self.machine.run("/usr/libexec/left4me/left4me-overlay", "mount", name)
            directory = f"{game_host.merged(name)}/left4dead2/cfg"
            self.machine.run("/bin/sh", "-eu", stdin=f"cd {directory}\n"
                             "echo 'rcon_password x' | runuser -u left4me -- sh -c 'umask 077; cat > secrets.cfg'\n")
            self.machine.run("systemctl", "restart", f"l4d2@{name}")
            self.assertEqual(self.as_left4me("cat", f"{directory}/secrets.cfg").stdout, "rcon_password x\n")
            kept = f"{game_host.upper(name)}/left4dead2/cfg/secrets.cfg"
            self.assertEqual(self.machine.path(kept).stat().st_mode & 0o7777, 0o600)
            self.assertEqual(game_host.owner(self.machine.path(kept)), self.machine.user("left4me"))
            pid = self.machine.property(f"l4d2@{name}", "MainPID")
            shown = self.machine.output("nsenter", f"--target={pid}", "--mount", "--root", "--", "ls", f"{ROOT}/runtime")
            self.assertEqual(shown, name)

    def test_what_the_warning_of_passwords_says_is_so(self):
        self.add_instance("shown", 27036, layers=("overlays/l4d2-2",), arguments="+rcon_password open-to-all")
        self.machine.path(f"{ROOT}/instances/shown/instance.env").chmod(0o600)
        self.machine.run("systemctl", "start", "l4d2@shown")
        pid = self.machine.property("l4d2@shown", "MainPID")
        for command in (("systemctl", "show", "l4d2@shown"), ("cat", f"/proc/{pid}/cmdline"),
                        ("cat", "/run/systemd/generator/l4d2@shown.service.d/50-left4me.conf")):
            self.assertIn("open-to-all", self.machine.output("runuser", "-u", "nobody", "--", *command))

    def test_the_nightly_restart_takes_those_that_run_and_no_others(self):
        for port, name in enumerate(("runs", "runs-too", "stopped", "failed"), start=27040):
            self.add_instance(name, port, layers=("overlays/l4d2-2",))
        self.machine.run("systemctl", "start", "l4d2@runs", "l4d2@runs-too")
        self.add_instance("failed", 27043, layers=("overlays/no-such",))
        self.machine.run("systemctl", "start", "l4d2@failed", check=False)
        units = ("l4d2-nightly-restart.timer", "l4d2-nightly-restart.service")
        for unit in units:
            self.assertEqual(self.machine.property(unit, "LoadState"), "not-found")
        before = {name: self.machine.property(f"l4d2@{name}", "InvocationID") for name in ("runs", "runs-too", "failed")}

        examples.follow(self.machine, "nightly-restart")
        self.assertEqual(self.machine.property(units[0], "ActiveState"), "active")
        self.assertIn("05:00:00", self.machine.property(units[0], "TimersCalendar"))
        self.assertEqual(self.machine.property(f"l4d2@{name}", "InvocationID"), before[name])
        # Others have started them often within this minute, and that counts.
        self.machine.run("systemctl", "reset-failed", "l4d2@alpha", "l4d2@runs", "l4d2@runs-too")
        self.machine.run("systemctl", "start", units[1])

        self.assertEqual(self.machine.property(units[1], "Result"), "success")
        for name in ("runs", "runs-too"):
            self.assertEqual(self.machine.property(f"l4d2@{name}", "ActiveState"), "active")
            self.assertNotEqual(self.machine.property(f"l4d2@{name}", "InvocationID"), before[name])
        self.assertEqual(self.machine.property("l4d2@stopped", "ActiveState"), "inactive")
        self.assertEqual(self.machine.property("l4d2@failed", "ActiveState"), "failed")
        self.assertEqual(self.machine.property("l4d2@failed", "InvocationID"), before["failed"])

        # One that does not come back is told.
        self.add_instance("runs", 27040, layers=("overlays/no-such",))
        self.assertNotEqual(self.machine.run("systemctl", "start", units[1], check=False).returncode, 0)
        self.assertEqual(self.machine.property(units[1], "ActiveState"), "failed")
        self.machine.run("systemctl", "disable", "--now", units[0])

    def test_the_timer_for_servers_that_changed_is_that_of_the_service(self):
        examples.follow(self.machine, "restart-changed")
        timer = "l4d2-restart-changed.timer"
        self.assertEqual(self.machine.property(timer, "ActiveState"), "active")
        self.assertEqual(self.machine.property(timer, "Triggers"), "l4d2-restart-changed.service")
        self.machine.run("systemctl", "disable", "--now", timer)

    def test_a_file_that_upper_hides_is_found_as_the_readme_says(self):
        find = examples.commands("updating-a-layer").splitlines()[-1]
        self.assertEqual(self.machine.shell(find).stdout, "")
        self.as_left4me("sh", "-c", f"echo changed >>{game_host.merged('alpha')}/left4dead2/cfg/server.cfg")
        self.assertEqual(self.machine.shell(find).stdout, "./left4dead2/cfg/server.cfg\n")

    def test_a_layer_is_switched_back(self):
        old, new = "overlays/l4d2-2", "overlays/l4d2-3"
        self.machine.shell(f"cp -a {ROOT}/{old} {ROOT}/{new}")
        path = f"{ROOT}/instances/alpha/instance.env"
        before = self.machine.path(path).read_text()
        for one, other in ((old, new), (new, old)):
            done = self.as_left4me(SWITCH, one, other, path)
            self.assertEqual((done.returncode, done.stdout), (0, f"{path}: {one} -> {other}\n"), done.stderr)
            self.machine.run("systemctl", "daemon-reload")
            self.assertEqual(self.status("alpha")["state"], "drifted" if other == new else "mounted")
        self.assertEqual(self.machine.path(path).read_text(), before)

    def test_a_server_that_crashes_after_a_switch_comes_back_with_the_new_layer(self):
        self.add_instance("crashed", 27031, layers=("overlays/tickrate", "overlays/l4d2-2"))
        self.machine.run("systemctl", "start", "l4d2@crashed")
        self.as_left4me(SWITCH, "overlays/tickrate", "overlays/maps", f"{ROOT}/instances/crashed/instance.env")
        self.assertEqual(self.status("crashed")["state"], "drifted")
        self.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "l4d2@crashed")
        self.machine.wait_for_property("l4d2@crashed", "NRestarts", "1")
        self.machine.wait_for_property("l4d2@crashed", "ActiveState", "active")
        self.assertEqual(self.status("crashed")["state"], "mounted")

    def test_switching_keeps_everything_else_of_a_file(self):
        for text in ("L4D2_LOWERDIRS={}:installation\n", 'L4D2_LOWERDIRS="installation:{}"\nL4D2_PORT=1\n',
                     "# L4D2_LOWERDIRS=overlays/old\nL4D2_LOWERDIRS='{}'\nL4D2_ARGS=\"+map overlays/old\"\n",
                     "L4D2_LOWERDIRS=overlays/old2:{}:/var/lib/left4me/overlays/old3\n",
                     "L4D2_ARGS=\"it's\"\nL4D2_LOWERDIRS={}\n"):
            with self.subTest(text=text):
                path = self.write_env("switched", text.format("overlays/old"))
                self.machine.path(path).chmod(0o640)
                done = self.as_left4me(SWITCH, "overlays/old", "overlays/maps", path)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(self.machine.path(path).read_text(), text.format("overlays/maps"))
                self.assertEqual(self.machine.path(path).stat().st_mode & 0o7777, 0o640)
                self.assertEqual([entry.name for entry in self.machine.path(path).parent.iterdir()], ["instance.env"])

    def switch(self, text, old="overlays/old", new="overlays/maps"):
        """What is said and what becomes of a file."""
        path = self.write_env("switched", text)
        done = self.as_left4me(SWITCH, old, new, path)
        return done.returncode, done.stdout, done.stderr, self.machine.path(path).read_bytes().decode()

    def test_a_layer_is_switched_however_its_path_is_written(self):
        path = f"{ROOT}/instances/switched/instance.env"
        said = f"{path}: overlays/old -> overlays/maps\n"
        for before, after in (
                ("overlays/old/", "overlays/maps"), (f"{ROOT}/overlays/old", f"{ROOT}/overlays/maps"),
                (f"{ROOT}//overlays/./old/", f"{ROOT}/overlays/maps"), ("./overlays/old/.", "overlays/maps")):
            for form in ("L4D2_LOWERDIRS={}:installation\n", 'L4D2_LOWERDIRS="installation:{}"\n',
                         "L4D2_PORT=1\r\nL4D2_LOWERDIRS={}\r\n", "L4D2_LOWERDIRS='{}'\r\n"):
                with self.subTest(before=before, form=form):
                    self.assertEqual(self.switch(form.format(before)), (0, said, "", form.format(after)))
        self.assertEqual(self.switch("L4D2_LOWERDIRS=overlays/old\n", f"{ROOT}/overlays/old/", "overlays/maps/"),
                         (0, f"{path}: {ROOT}/overlays/old/ -> overlays/maps/\n", "", "L4D2_LOWERDIRS=overlays/maps\n"))

    def test_a_file_in_utf_16_is_named_and_left_alone(self):
        path = self.write_env("switched", "L4D2_LOWERDIRS=overlays/old\n".encode("utf-16"))
        done = self.as_left4me(SWITCH, "overlays/old", "overlays/maps", path)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            1, "", f"switch-layer: {path} has NUL bytes, as one in UTF-16: save it as UTF-8\n"))

    def test_a_file_that_does_not_name_the_layer_is_left_alone(self):
        path = self.write_env("switched", "L4D2_LOWERDIRS=overlays/older:installation\n")
        inode = self.machine.path(path).stat().st_ino
        done = self.as_left4me(SWITCH, "overlays/old", "overlays/maps", path)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.machine.path(path).stat().st_ino, inode)

    def test_what_cannot_be_switched_safely_is_said_and_left_alone(self):
        for text in ("L4D2_LOWERDIRS=overlays/old:\\\ninstallation\n", 'L4D2_LOWERDIRS="overlays/old\n:installation"\n',
                     "L4D2_LOWERDIRS=overlays/old overlays/more\n", "L4D2_LOWERDIRS=overlays/old:'installation'\n",
                     " L4D2_LOWERDIRS = overlays/old\n", "L4D2_LOWERDIRS=overlays/maps:overlays/old\n",
                     "L4D2_LOWERDIRS=overlays/old\\:x\n", 'L4D2_LOWERDIRS="overlays/old"":installation"\n',
                     f"L4D2_LOWERDIRS=overlays/old:{ROOT}/overlays/old\n", f"L4D2_LOWERDIRS={ROOT}/overlays/maps/\n",
                     "\ufeffL4D2_LOWERDIRS=overlays/old\n", "export L4D2_LOWERDIRS=overlays/old\n",
                     "L4D2_LOWERDIRS=overlays/old:\\\r\ninstallation\r\n", "# x\\\nL4D2_LOWERDIRS=overlays/old\n",
                     'L4D2_ARGS="x\nL4D2_LOWERDIRS=overlays/old\n"\n'):
            with self.subTest(text=text):
                path = f"{ROOT}/instances/switched/instance.env"
                self.assertEqual(self.switch(text), (
                    1, "", f"switch-layer: {path}: its L4D2_LOWERDIRS= names overlays/maps already, or overlays/old "
                    "twice, or has quotes inside, \\, blanks or something before it: edit it by hand\n", text))

    def test_a_new_name_without_a_directory_is_refused(self):
        path = self.write_env("switched", "L4D2_LOWERDIRS=overlays/old\n")
        done = self.as_left4me(SWITCH, "overlays/old", "overlays/mpas", path)
        self.assertEqual((done.returncode, done.stderr),
                         (66, f"switch-layer: there is no directory {ROOT}/overlays/mpas\n"))

    def test_root_does_not_edit_what_others_could_replace(self):
        path = self.write_env("switched", "L4D2_LOWERDIRS=overlays/old\n")
        of_root = "/etc/left4me/instances/switched/instance.env"
        linked = f"{ROOT}/instances/linked/instance.env"
        self.machine.write(of_root, "L4D2_LOWERDIRS=overlays/old\n")
        self.machine.write(f"{ROOT}/instances/linked/readme", "", "left4me")
        self.machine.path(linked).symlink_to(of_root)
        for file, said in ((path, "run this as its owner"), (linked, "without symbolic links")):
            done = self.machine.run(SWITCH, "overlays/old", "overlays/maps", file, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(said, done.stderr)
        self.assertEqual(self.machine.path(of_root).read_text(), "L4D2_LOWERDIRS=overlays/old\n")
        self.machine.run(SWITCH, "overlays/old", "overlays/maps", of_root)
        self.assertEqual(self.machine.path(of_root).read_text(), "L4D2_LOWERDIRS=overlays/maps\n")
        self.machine.shell(f"rm -r /etc/left4me/instances/switched {ROOT}/instances/linked")

    def test_a_layer_that_was_switched_away_from_and_is_used_no_more_was_removed(self):
        self.assertFalse(self.machine.path(f"{ROOT}/overlays/l4d2-1").exists())

    def test_a_layer_in_use_is_not_removed_and_its_users_are_named(self):
        self.add_instance("user", 27030, layers=("overlays/used", "overlays/l4d2-2"))
        self.machine.write(f"{ROOT}/overlays/used/left4dead2/file", "used\n", "l4d2-sandbox")

        def assert_refused():
            done = self.machine.run(REMOVE, "overlays/used", check=False)
            self.assertEqual((done.returncode, done.stderr),
                             (75, f"remove-layer: {ROOT}/overlays/used is used by user\n"))
            self.assertTrue(self.machine.path(f"{ROOT}/overlays/used/left4dead2/file").exists())

        assert_refused()
        self.machine.run("systemctl", "start", "l4d2@user")
        game_host.add_instance(self.machine, "user", 27030, layers=("overlays/l4d2-2",))
        assert_refused()
        self.machine.shell("systemctl daemon-reload && systemctl restart l4d2@user")
        self.machine.run(REMOVE, "overlays/used")
        self.assertFalse(self.machine.path(f"{ROOT}/overlays/used").exists())

    def test_nothing_but_layers_is_removed(self):
        self.machine.shell(f"ln -sfn l4d2-2 {ROOT}/overlays/link")
        for layer, code in {"installation": 64, "overlays/..": 64, "overlays/": 64, "overlays": 64, "runtime/alpha": 64,
                            "/etc": 64, "overlays/l4d2-2/left4dead2": 64, "overlays/a b": 64, "overlays/link": 66,
                            "overlays/nothing": 66}.items():
            with self.subTest(layer=layer):
                self.assertEqual(self.machine.run(REMOVE, layer, check=False).returncode, code)
        self.machine.run("rm", f"{ROOT}/overlays/link")

    def test_the_stand_in_shows_what_it_runs_with_and_stops_cleanly(self):
        self.machine.shell(f"rm -r {ROOT}/installation/*")
        examples.follow(self.machine, "stand-in")
        self.add_instance("tried", 27016, layers=("overlays/maps", "installation"), arguments="+map c1m1_hotel")
        self.machine.run("systemctl", "start", "l4d2@tried")
        wait_until(lambda: "writes to" in self.machine.journal("-u", "l4d2@tried"), "the stand-in to have started")

        said = self.machine.journal("-u", "l4d2@tried")
        self.assertIn("-port 27016 +map c1m1_hotel", said)
        self.assertIn("sees 2 addons: left4dead2/addons/maps.vpk left4dead2/addons/stand-in.vpk", said)
        self.assertIn('hostname "stand-in of the installation"', said)
        self.machine.run("systemctl", "stop", "l4d2@tried")
        self.assertEqual(self.machine.property("l4d2@tried", "Result"), "success")
        self.assertEqual(self.machine.property("l4d2@tried", "ExecMainStatus"), "0")
        log = self.machine.path(f"{game_host.upper('tried')}/left4dead2/logs/stand-in.log").read_text()
        self.assertRegex(log, "^started .*\nstopped .*\n$")

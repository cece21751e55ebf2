"""l4d2ctl check: layers whose files the game does not see, and directories that a server cannot write to."""

import os
import shutil
import subprocess
import unittest

from tests.golden.ctl_check_case import INSTANCES, SANDBOX, SERVERS, STATE, CheckCase, env_text

L = f"{STATE}/overlays/x"
NOT_SEEN = ", where the game does not look"
# {what a layer has: what is said of it}, all of which operators have unpacked.
LAYOUTS = {
    "addons/sourcemod/a.smx cfg/server.cfg": f"'addons' and 1 more{NOT_SEEN}: its place is '{L}/left4dead2/addons'",
    "maps/a.bsp": f"'maps'{NOT_SEEN}: its place is '{L}/left4dead2/maps'",
    "left4dead2/cfg/a.cfg materials/a.vmt": f"'materials'{NOT_SEEN}: its place is '{L}/left4dead2/materials'",
    "sourcemod-1.12/left4dead2/addons/a": f"'sourcemod-1.12/left4dead2'{NOT_SEEN}: its place is '{L}/left4dead2'",
    "mmsource/addons/metamod.vdf": f"'mmsource/addons'{NOT_SEEN}: its place is '{L}/left4dead2/addons'",
    "left4dead2/left4dead2/maps/a.bsp": f"'left4dead2/left4dead2'{NOT_SEEN}: its place is '{L}/left4dead2'",
    "123456.vpk": f"'123456.vpk'{NOT_SEEN}: its place is '{L}/left4dead2/addons'",
    "left4dead2/123456.vpk": f"'left4dead2/123456.vpk'{NOT_SEEN}: its place is '{L}/left4dead2/addons'",
    "workshop/1.vpk workshop/2.vpk": f"'workshop/1.vpk' and 1 more{NOT_SEEN}: its place is '{L}/left4dead2/addons'",
    "server.cfg": f"'server.cfg'{NOT_SEEN}: its place is '{L}/left4dead2/cfg'",
    "left4dead2/server.cfg": f"'left4dead2/server.cfg'{NOT_SEEN}: its place is '{L}/left4dead2/cfg'",
    "left4dead2/admin.smx":
        f"'left4dead2/admin.smx'{NOT_SEEN}: its place is '{L}/left4dead2/addons/sourcemod/plugins'",
    "Left4Dead2/addons/a.vpk":
        f"'Left4Dead2'{NOT_SEEN}, since upper and lower case count: its place is '{L}/left4dead2'",
    "left4dead2/Addons/a.vpk":
        f"'left4dead2/Addons'{NOT_SEEN}, since upper and lower case count: its place is '{L}/left4dead2/addons'",
    "Maps/a.bsp": f"'Maps'{NOT_SEEN}: its place is '{L}/left4dead2/maps'",
    "README.txt": f"nothing that the game looks for: its files have to be in '{L}/left4dead2'",
    "readme/a": f"nothing that the game looks for: its files have to be in '{L}/left4dead2'",
    "left4dead2/": f"nothing in its left4dead2: its files have to be in '{L}/left4dead2'",
}
SEEN = (
    "left4dead2/addons/a.vpk left4dead2/cfg/server.cfg left4dead2/maps/a.bsp README.md .git/config",
    "left4dead2/addons/metamod.vdf backup/cfg/server.cfg",
    "left4dead2_dlc3/maps/a.bsp",
    "srcds_osx bin/a.so",
    "left4dead2/gameinfo.txt left4dead2/pak01_dir.vpk left4dead2/whitelist.cfg left4dead2/Notes/a",
)


class Layouts(CheckCase):
    def unpack(self, files):
        layer = self.state / "overlays/x"
        shutil.rmtree(layer, ignore_errors=True)
        layer.mkdir(parents=True)
        for file in files.split():
            if file.endswith("/"):
                (layer / file).mkdir()
            else:
                self.write(layer / file, "", 0o755)
        for directory in ("left4dead2", "left4dead2/cfg"):
            if (layer / directory).is_dir():
                (layer / directory).chmod(0o777)

    def test_files_where_the_game_does_not_look_are_said_to_be_elsewhere(self):
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        for files, said in LAYOUTS.items():
            with self.subTest(files):
                self.unpack(files)
                self.assert_finds_in_layers(f"the layer '{L}' has {said}", "layer", "warning")

    def test_an_empty_layer_is_told(self):
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.unpack("")
        self.assert_finds_in_layers(f"the layer '{L}' is empty: put the game there, or files for it into "
                                    f"'{L}/left4dead2', or mount what belongs there, and then restart its servers", "layer",
                                    "warning")

    def test_of_files_where_the_game_looks_nothing_is_said(self):
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        for files in SEEN:
            with self.subTest(files):
                self.unpack(files)
                self.assert_finds(exit_status=0)

    def test_a_game_before_other_layers_hides_them(self):
        self.unpack("left4dead2/maps/a.bsp")
        self.instance("alpha", env_text(layers=("installation", "overlays/x")))
        self.assert_finds_in_layers(
            f"the layer '{STATE}/installation' has the game and stands before '{L}', so that its files hide those of "
            "the same name there: name the layer of the game last", "layer", "warning")

    def test_every_instance_with_such_a_layer_is_told(self):
        self.unpack("maps/a.bsp")
        for port, name in enumerate(("alpha", "beta"), 27015):
            self.instance(name, env_text(port, layers=("overlays/x", "installation")))
        self.assert_finds(*(f"/{INSTANCES}/{name}/instance.env:3: the layer '{L}' has "
                            f"'maps'{NOT_SEEN}: its place is '{L}/left4dead2/maps'" for name in ("alpha", "beta")),
                          exit_status=0)

    def test_only_a_few_hundred_names_are_looked_at(self):
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.unpack(" ".join(f"n{number}" for number in range(1000)))
        # There may be a left4dead2 among those that were not.
        self.assert_finds(exit_status=0)

    def test_of_many_layers_that_there_are_not_the_first_are_named(self):
        layers = [f"overlays/n{number}" for number in range(25)]
        place = f"/{INSTANCES}/{{}}/instance.env:3: "
        for port, name in enumerate(("alpha", "beta"), 27015):
            self.instance(name, env_text(port, layers=(*layers, "installation")))
        self.assert_finds(*(place.format(name) + said for name in ("alpha", "beta") for said in (
            *(f"the layer '{STATE}/{layer}' does not exist: correct its name in L4D2_LOWERDIRS, create it, or take it out"
              for layer in layers[:20]), "5 more errors from here on are not shown: mend those above first")))

    def test_a_link_is_not_followed(self):
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        self.unpack("")
        (self.state / "overlays/x/left4dead2").symlink_to("../../installation/left4dead2")
        self.assert_finds(exit_status=0, kinds={"layer"})


@unittest.skipUnless(os.getuid() == 0, "directories of several users take root")
class Writing(CheckCase):
    """What a server cannot save, and that the command in the message mends it."""

    SM = "left4dead2/addons/sourcemod"

    def setUp(self):
        super().setUp()
        self.give(self.state / "installation", SERVERS)

    def unpack_as_root(self):
        files = [f"{self.SM}/{name}/a" for name in ("logs", "data", "configs", "plugins")]
        layer = self.layer("x", (*files, "left4dead2/cfg/server.cfg"))
        (layer / "left4dead2").chmod(0o755)
        self.give(layer, 0)
        self.instance("alpha", env_text(layers=("overlays/x", "installation")))
        return layer

    def run_advice(self, remedy):
        """With the users of the tree, whose paths are the tree's."""
        command = remedy.split(" and run ", 1)[1]
        for user, uid in (("left4me:", SERVERS), ("l4d2-sandbox:", SANDBOX)):
            command = command.replace(user, f"{uid}:{uid}")
        # Some of it is run as another user.
        for directory in (self.state, *self.state.parents):
            if directory.is_relative_to(self.top):
                directory.chmod(0o755)
        subprocess.run(command.replace(STATE, str(self.state)), shell=True, check=True)

    def assert_mended(self, problem, advice):
        finding, = self.assert_finds(f"/{INSTANCES}/alpha/instance.env:3: {problem}: {advice}", exit_status=0)
        self.assertEqual((finding["kind"], finding["severity"]), ("permission", "warning"))
        self.run_advice(finding["remedy"])
        self.assert_finds(exit_status=0)

    def test_a_layer_that_root_unpacked(self):
        layer = self.unpack_as_root()
        self.assert_mended(f"the user left4me may not write to '{L}/left4dead2', so the server cannot save logs and "
                           "downloads", f"stop its servers and run chown -R --from=0:0 left4me: {L}")
        for name in ("logs", "data", "configs"):
            self.assertEqual((layer / self.SM / name / "a").stat().st_uid, SERVERS)

    def test_a_layer_whose_upper_levels_alone_were_given_away(self):
        layer = self.unpack_as_root()
        self.users(left4me=SERVERS, sandbox=SANDBOX)
        for path in (layer, layer / "left4dead2", layer / "left4dead2/cfg"):
            os.chown(path, SANDBOX, SANDBOX)
        paths = [f"{L}/{self.SM}/{name}" for name in ("logs", "data", "configs")]
        self.assert_mended(f"the user left4me may not write to '{paths[0]}' and 2 more, so the server cannot save the "
                           "logs of SourceMod, the data of plugins and the settings of plugins",
                           f"stop its servers and run chown -R --from=0:0 l4d2-sandbox: {L}")

    def test_a_cfg_of_roots_is_warned_of(self):
        layer = self.unpack_as_root()
        for path in layer.rglob("*"):
            os.chown(path, SERVERS, SERVERS)
        os.chown(layer / "left4dead2/cfg", 0, 0)
        self.assert_mended(f"the user left4me may not write to '{L}/left4dead2/cfg', so the server cannot save bans",
                           f"stop its servers and run chown -R --from=0:0 left4me: {L}")

    def test_the_topmost_layer_that_has_a_directory_decides(self):
        self.unpack_as_root()
        above = self.layer("y", (f"{self.SM}/logs/b",))
        self.give(above, SERVERS)
        self.instance("alpha", env_text(layers=("overlays/y", "overlays/x", "installation")))
        paths = [f"{L}/left4dead2/cfg", *(f"{L}/{self.SM}/{name}" for name in ("data", "configs"))]
        self.assert_mended(f"the user left4me may not write to '{paths[0]}' and 2 more, so the server cannot save "
                           "bans, the data of plugins and the settings of plugins",
                           f"stop its servers and run chown -R --from=0:0 left4me: {L}")

    def test_a_directory_that_its_owner_may_not_write_to_is_not_given_away_again(self):
        layer = self.unpack_as_root()
        self.give(layer, SERVERS)
        (layer / self.SM / "data").chmod(0o555)
        self.assert_mended(f"the user left4me may not write to '{L}/{self.SM}/data', so the server cannot save the "
                           f"data of plugins", f"stop its servers and run setpriv --reuid={SERVERS} --regid={SERVERS} "
                           f"--clear-groups chmod -R u+w {L}/{self.SM}/data")

    def test_an_upper_of_another_host_is_mended_in_one_go(self):
        other = 61005
        runtime = self.state / "runtime/alpha"
        for name in ("upper/left4dead2/logs/a", "upper/left4dead2/cfg/b", "work/work/c", "merged/d"):
            self.write(runtime / name, "")
        (runtime / "merged/d").unlink()
        self.give(runtime, other)
        os.chown(runtime, 0, other)
        runtime.chmod(0o750)
        path = f"{STATE}/runtime/alpha"
        finding, = self.assert_finds(
            f"/{INSTANCES}/alpha/instance.env: {path}/upper, {path}/work and {path}/merged belong to uid {other}, not "
            f"to the servers' user (uid {SERVERS}): move it away, or, if it comes from another host, run chown -R "
            f"--from={other}:{other} left4me: {path}/upper {path}/merged && rm -r {path}/work && chown root:{SERVERS} "
            f"{path} && chmod 750 {path}")
        self.assertEqual((finding["kind"], finding["severity"]), ("runtime", "error"))
        os.chown(runtime / "upper/left4dead2/cfg/b", 0, 0)
        subprocess.run(finding["remedy"].split(", run ", 1)[1].replace("left4me:", f"{SERVERS}:{SERVERS}")
                       .replace(STATE, str(self.state)), shell=True, check=True)
        self.assert_finds(exit_status=0)
        self.assertEqual((runtime / "upper/left4dead2/cfg/b").stat().st_uid, 0)

    def test_an_upper_whose_top_alone_was_given_away(self):
        other = 61005
        runtime = self.state / "runtime/alpha"
        self.write(runtime / "upper/left4dead2/logs/a", "")
        self.give(runtime / "upper", other)
        os.chown(runtime / "upper", SERVERS, SERVERS)
        upper = f"{STATE}/runtime/alpha/upper"
        self.assert_mended(f"the user left4me may not write to '{upper}/left4dead2', so the server cannot save logs "
                           "and downloads",
                           f"stop its servers and run chown -R --from={other}:{other} left4me: {upper}")
        self.assertEqual((runtime / "upper/left4dead2/logs/a").stat().st_uid, SERVERS)


if __name__ == "__main__":
    unittest.main()

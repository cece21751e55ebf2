"""MIGRATING's commands, each as it stands there, on a machine that has servers in the way that they come from."""

from pathlib import Path

from tests.documents import sections
from tests.machine import game_host, roots
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, merged, service, upper

MIGRATING = Path(__file__).resolve().parents[2] / "MIGRATING.md"
INSTALLATION = f"{ROOT}/installation"
GAME = f"{ROOT}/overlays/the-game"
LINUXGSM_SCRIPT = '#!/bin/sh\ntouch "$1"\n'


@on_every_release
class Migrating:
    make_root = staticmethod(roots.migrating_root)

    @staticmethod
    def prepare(machine):
        # Kept beside, as each test fills the installation as it says.
        machine.path(INSTALLATION).rename(machine.path(GAME))

    def setUp(self):
        self.machine.shell(f"""set -e
            rm -rf {INSTALLATION} {ROOT}/overlays/l4d2-1
            install -d -o left4me -g left4me {INSTALLATION}
            [ -e /dev/fuse ] || mknod /dev/fuse c 10 229""")

    def run_blocks(self, heading):
        """Runs each block of commands under a heading and returns what they printed."""
        return [self.machine.shell(f"set -e\n{block}").stdout for block in sections.fenced(MIGRATING, heading, "sh")]

    def assert_serves(self, name, port):
        """It answers, and could write to its tree."""
        ask_server(self.machine, port)
        self.assertTrue(self.machine.path(f"{upper(name)}/left4dead2/cfg/server.cfg").exists())

    def make_game(self, directory, owner, **files):
        """A user and a copy of the game that belongs to it."""
        self.machine.shell(f"""set -e
            useradd --create-home {owner}
            mkdir -p {directory}
            cp -a {GAME}/. {directory}/""")
        for name, text in files.items():
            self.machine.write(f"{directory}/left4dead2/cfg/{name}.cfg", text)
        self.machine.run("chown", "-R", f"{owner}:", directory)

    def files(self, directory):
        """{path: contents} of all files below a directory, without what the stand-in itself writes."""
        top = self.machine.path(directory)
        return {str(path.relative_to(top)): path.read_text(errors="replace") for path in top.rglob("*")
                if path.is_file() and path.name != "server.cfg"}

    def test_a_unit_of_ones_own_makes_way_for_the_same_server_and_back(self):
        self.make_game("/home/steam/l4d2", "steam", versus="// of versus\n")
        [unit] = sections.fenced(MIGRATING, "From a unit of your own", "ini")
        self.machine.write("/etc/systemd/system/srcds@.service", f"{unit}\n[Install]\nWantedBy=multi-user.target\n")
        self.machine.write("/etc/srcds/versus.env", "PORT=27015\nMAP=c1m1_hotel\n")
        self.machine.shell("systemctl daemon-reload && systemctl enable --now srcds@versus")
        ask_server(self.machine, 27015)

        self.run_blocks("From a unit of your own")
        self.assertEqual(self.machine.run("systemctl", "is-enabled", "srcds@versus", check=False).stdout, "disabled\n")
        self.assertEqual(self.machine.property("srcds@versus.service", "ActiveState"), "inactive")
        self.assert_active("versus")
        self.assert_serves("versus", 27015)
        self.assertEqual(self.machine.property(service("versus"), "MemoryMax"), str(3 << 30))
        self.assertEqual(self.files(merged("versus")), self.files("/home/steam/l4d2"))

        self.run_blocks("The way back")
        self.assertEqual(self.machine.property("srcds@versus.service", "ActiveState"), "active")
        ask_server(self.machine, 27015)
        self.assert_nothing_mounted("versus")

    def test_copies_of_linuxgsm_become_one_installation_and_what_differs(self):
        for user, files in (("l4d2server", {"l4d2server": "// of coop\n", "coop": "// coop's own\n"}),
                            ("l4d2server2", {"l4d2server": "// of scavenge\n", "extra": "// more\n"})):
            self.make_game(f"/home/{user}/serverfiles", user, common="// common\n", **files)
            # What owners and times differ in is no difference.
            self.machine.run("touch", "--date=2020-01-01", f"/home/{user}/serverfiles/left4dead2/cfg/common.cfg")
            self.machine.write(f"/home/{user}/l4d2server", LINUXGSM_SCRIPT, user, 0o755)

        *_, dry_run, status = self.run_blocks("From LinuxGSM")
        self.assertCountEqual(dry_run.splitlines(), ["*deleting   left4dead2/cfg/coop.cfg",
                                                     ">f+++++++++ left4dead2/cfg/extra.cfg",
                                                     ">fcsT...... left4dead2/cfg/l4d2server.cfg"])
        self.assertIn("written ", status)
        for name, user, port in (("coop", "l4d2server", 27025), ("scavenge", "l4d2server2", 27026)):
            self.assertTrue(self.machine.path(f"/home/{user}/stop").exists())
            self.assert_serves(name, port)
            self.assertEqual(self.files(merged(name)), self.files(f"/home/{user}/serverfiles"))
        self.assertEqual(self.files(upper("coop")), {})
        self.assertEqual(self.files(upper("scavenge")).keys(),
                         {"left4dead2/cfg/l4d2server.cfg", "left4dead2/cfg/extra.cfg"})

    def write_through_fuse_overlayfs(self, name):
        """Has a server's upper written by fuse-overlayfs: a file changed, one deleted, a directory replaced."""
        runtime = f"{ROOT}/runtime/{name}"
        self.machine.shell(f"""set -e
            cp -a {GAME}/. {INSTALLATION}/
            mkdir -p {runtime}/upper {runtime}/work {runtime}/merged
            cd {runtime}
            fuse-overlayfs -o lowerdir={ROOT}/overlays/tickrate:{INSTALLATION},upperdir=upper,workdir=work merged
            cd merged/left4dead2
            echo '// by realism' >>gameinfo.txt
            rm addons/base.vpk
            rm -r cfg
            mkdir cfg
            echo '// by realism' >cfg/new.cfg
            cd /
            umount {runtime}/merged
            chown -R left4me: {runtime}""")

    def test_an_upper_of_fuse_overlayfs_is_refused_and_its_contents_come_out_by_fuse_overlayfs(self):
        self.write_through_fuse_overlayfs("realism")
        self.add_instance("realism", 27035)
        self.assertNotEqual(self.machine.run("systemctl", "start", service("realism"), check=False).returncode, 0)

        mounted, dry_run, _ = self.run_blocks("From fuse-overlayfs")
        self.assertEqual(mounted, "")
        self.assertIn("*deleting   left4dead2/addons/base.vpk\n", dry_run)
        self.assert_serves("realism", 27035)
        shown = self.files(merged("realism"))
        self.assertEqual(shown["left4dead2/gameinfo.txt"], "game\n// by realism\n")
        self.assertEqual({path for path in shown if path.startswith(("left4dead2/addons", "left4dead2/cfg"))},
                         {"left4dead2/addons/tickrate.vpk", "left4dead2/cfg/new.cfg"})
        self.assertEqual(self.machine.run("find", upper("realism"), "-name", ".wh.*").stdout, "")

    def refused_instance(self, name, arguments="", layers="installation", more="", before=""):
        """An instance, and what has to be so before it is started."""
        self.machine.write(f"{ROOT}/instances/{name}/instance.env",
                           f"L4D2_LOWERDIRS={layers}\nL4D2_PORT=27099\nL4D2_ARGS={arguments}\n{more}", "left4me")
        self.machine.shell(f"set -e\nruntime={ROOT}/runtime/{name}\nlayers={ROOT}/overlays\n{before}")

    def test_each_refusal_says_what_migrating_says_it_says(self):
        made = "mkdir -p $runtime/upper $runtime/work $runtime/merged\n"
        mounted = made + ("fuse-overlayfs -o lowerdir=$layers/the-game,upperdir=$runtime/upper,workdir=$runtime/work "
                          "$runtime/merged\n")
        # In the order of the table.
        refusals = (
            {"arguments": "-ip 192.0.2.1"},
            {"arguments": "-autoupdate"},
            {"arguments": "-pidfile /run/srcds.pid"},
            {"more": "MAP=c1m1_hotel\n"},
            {"layers": "/home/steam/l4d2"},
            {"layers": "overlays/linked", "before": "ln -s /home/steam/l4d2 $layers/linked"},
            {"before": made + "chown 1000 $runtime/upper"},
            {"before": made + "chown 1000 $runtime"},
            {"before": mounted},
            {"before": mounted + "echo >>$runtime/merged/left4dead2/gameinfo.txt\numount $runtime/merged"},
            {"layers": "overlays/stacked",
             "before": "mkdir -p $layers/stacked /srv/lower; chown l4d2-sandbox: /srv/lower\n"
                       f"mount -t overlay -o lowerdir=/srv/lower:{GAME} overlay $layers/stacked"},
        )
        messages = sections.first_column(MIGRATING, "What is refused")
        for number, (message, refusal) in enumerate(zip(messages, refusals, strict=True)):
            self.refused_instance(f"refused{number}", **refusal)
        self.machine.run("systemctl", "daemon-reload")
        for number, message in enumerate(messages):
            with self.subTest(message=message):
                self.machine.run("systemctl", "start", service(f"refused{number}"), check=False)
                self.assertIn(message.strip("`"), self.machine.journal(f"LEFT4ME_INSTANCE=refused{number}"))

"""l4d2ctl list beside a real systemd: how servers are, and what waits for a reload or a restart."""


from tests.golden.l4d2ctl import validated
from tests.machine import game_host, product, roots
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, instance_env, service
from tests.machine.machine import wait_until

HELPER = "/usr/libexec/left4me/left4me-overlay"
WITH_MAPS = ("overlays/maps", "installation")


class ListCase:
    def write_env(self, name, port, **options):
        game_host.add_instance(self.machine, name, port, **options)

    def reload(self):
        self.machine.run("systemctl", "daemon-reload")

    def start(self, name, port, **options):
        self.add_instance(name, port, **options)
        self.machine.run("systemctl", "start", service(name))

    def list(self, *names, user=None):
        as_user = ["setpriv", f"--reuid={user}", f"--clear-groups"] if user else []
        return self.machine.run(*as_user, "l4d2ctl", "list", "--json", *names)

    def server(self, name, **options):
        server, = validated("list", self.list(name, **options).stdout)["instances"]
        return server

    def needs(self, name, **options):
        server = self.server(name, **options)
        return server["needs_reload"], server["needs_restart"]


@on_every_release
class List(ListCase):
    @staticmethod
    def prepare(machine):
        # What fails is not waited for.
        machine.write("/etc/systemd/system/l4d2@.service.d/quick.conf", "[Service]\nRestartSec=0\n")

    def wait_for_end(self, name):
        """Until a server that failed is unmounted again, too."""
        wait_until(lambda: self.server(name)["service"]["active"] == "failed" and not self.server(name)["mounted"],
                   f"{name} to fail")

    def test_a_server_that_runs_and_one_that_does_not(self):
        self.start("runs", 27801, layers=WITH_MAPS)
        self.add_instance("stopped", 27802)
        runs, stopped = self.server("runs"), self.server("stopped")
        self.assertEqual((runs["state"], runs["why"], runs["mounted"]), ("running", None, True))
        changed = self.machine.property(service("runs"), "StateChangeTimestamp")
        since = int(self.machine.output("date", "-d", changed, "+%s"))
        self.assertAlmostEqual(runs["service"]["since"], since, delta=2)
        self.assertGreater(runs["upper"]["files"], 0)
        self.assertEqual((stopped["state"], stopped["why"], stopped["mounted"], stopped["upper"]),
                         ("stopped", None, False, None))

    def test_a_server_that_fails_again_and_again_says_how(self):
        self.start("crashes", 27803)
        # The start limit of five, whatever the server did before it ends.
        for restarts in range(1, 6):
            wait_until(lambda: self.server("crashes")["state"] == "running", "the server")
            pid = self.machine.property(service("crashes"), "MainPID")
            self.machine.run("systemctl", "kill", "--signal=SEGV", service("crashes"))
            wait_until(lambda: self.machine.property(service("crashes"), "MainPID") != pid, "its end")
            if restarts == 2:
                wait_until(lambda: self.server("crashes")["state"] == "running", "the server")
                self.assertEqual(self.server("crashes")["service"]["restarts"], 2)
        self.wait_for_end("crashes")
        crashes = self.server("crashes")
        self.assertEqual(crashes["state"], "failed")
        # The last one may have been refused by the limit before or after systemd counted it.
        self.assertRegex(crashes["why"], "^the server ended with SIGSEGV, restarts so far: [45]: "
                                         "journalctl -eu l4d2@crashes shows what it said last$")

    def test_a_refusal_is_told_from_a_failure(self):
        self.add_instance("refused", 27804, layers=("overlays/nowhere", "installation"))
        self.machine.run("systemctl", "start", service("refused"), check=False)
        self.wait_for_end("refused")
        refused = self.server("refused")
        self.assertEqual(refused["service"]["preparation_end"], {"exited": True, "status": 77})
        refusal, = self.machine.run("l4d2ctl", "check", "refused", check=False).stdout.splitlines()
        self.assertEqual((refused["state"], refused["why"]), ("failed", f"left4me-overlay refused to mount it: {refusal}"))
        self.assertEqual(self.server("refused", user="left4me")["why"],
                         "left4me-overlay refused to mount it: systemctl status l4d2@refused, or as root l4d2ctl list "
                         "refused, says why")
        self.machine.path(f"{ROOT}/overlays/nowhere").mkdir()
        self.addCleanup(self.machine.path(f"{ROOT}/overlays/nowhere").rmdir)
        self.assertEqual(self.server("refused")["why"], "left4me-overlay refused to mount it, for what is mended, or is "
                         "in its upper: l4d2ctl check refused, and then systemctl start l4d2@refused")

    def test_a_broken_one_is_broken_and_goes_on_running(self):
        self.start("broken", 27805)
        self.machine.write(f"{ROOT}/instances/broken/instance.env", "nonsense\n", "left4me")
        self.reload()
        broken = self.server("broken")
        self.assertEqual((broken["state"], broken["file_state"], broken["needs_reload"]),
                         ("running", "unusable", False))
        self.assertIn("instance.env:1: ", broken["why"])
        self.machine.run("systemctl", "stop", service("broken"))
        self.assertEqual(self.server("broken")["state"], "broken")

    def test_one_whose_file_is_gone_is_retired_until_it_is_stopped(self):
        self.start("retired", 27806)
        game_host.remove_instance(self.machine, "retired")
        for _ in range(2):
            retired = self.server("retired")
            self.assertEqual((retired["state"], retired["file_state"], retired["mounted"]),
                             ("retired", "retired", True))
            self.reload()
        self.machine.run("systemctl", "stop", service("retired"))
        self.reload()
        self.assertNotIn('"retired"', self.list().stdout)

    def test_a_name_that_only_systemd_knows_is_missing(self):
        self.machine.run("systemctl", "start", service("typo"), check=False)
        typo = self.server("typo")
        self.assertEqual((typo["state"], typo["file"]), ("failed", None))
        self.assertIn("there is no instance.env for it", typo["why"])
        self.machine.run("systemctl", "reset-failed", service("typo"))
        self.assertEqual(self.machine.run("l4d2ctl", "list", "typo", check=False).returncode, 66)

    def test_enabled_and_masked(self):
        self.add_instance("enabled", 27807)
        self.machine.run("systemctl", "enable", "--quiet", service("enabled"))
        self.assertTrue(self.server("enabled")["enabled"])
        self.machine.run("systemctl", "mask", "--quiet", service("enabled"))
        self.assertEqual(self.server("enabled")["state"], "masked")

    def test_a_new_port_waits_for_a_reload_and_then_for_a_restart(self):
        self.start("port", 27811, arguments="+hostname \"two words\"")
        self.assertEqual(self.needs("port"), (False, []))
        self.reload()
        self.assertEqual(self.needs("port"), (False, []))
        self.write_env("port", 27811, arguments="+hostname \"two words\"", autostart=True)
        self.assertEqual(self.needs("port"), (True, []))
        self.write_env("port", 27812)
        self.assertEqual(self.needs("port"), (True, ["reload"]))
        self.assertEqual((self.server("port")["running_port"], self.server("port")["port"]), (27811, 27812))
        self.reload()
        self.assertEqual(self.needs("port"), (False, ["command_line"]))
        self.assertEqual(self.needs("port", user="left4me"), (False, ["command_line"]))
        self.machine.run("systemctl", "restart", service("port"))
        self.assertEqual(self.needs("port"), (False, []))

    def test_servers_with_addresses_of_their_own_have_one_port_and_a_new_address_waits_as_a_port_does(self):
        for name, address in {"one": "127.0.0.1", "other": "127.0.0.2"}.items():
            self.machine.write(f"{ROOT}/instances/{name}/instance.env", f"{instance_env(27813)}L4D2_IP={address}\n", "left4me")
        self.reload()
        self.machine.run("systemctl", "start", service("one"), service("other"))
        for name in ("one", "other"):
            self.assertEqual(self.server(name)["state"], "running")
        self.assertIn(" 127.0.0.2:27813 ", self.machine.output("l4d2ctl", "list", "other"))
        self.write_env("other", 27814)
        self.reload()
        self.assertEqual(self.needs("other"), (False, ["command_line"]))
        self.assertEqual([self.server("other")[field] for field in ("address", "running_address", "running_port")],
                         ["0.0.0.0", "127.0.0.2", 27813])
        self.assertIn(" 127.0.0.2:27813>27814 ", self.machine.output("l4d2ctl", "list", "other"))

    def test_when_it_was_started_is_what_systemd_says_and_a_reload_changes_nothing_of_it(self):
        self.start("told", 27825)
        started = self.machine.output("systemctl", "show", "--value", "--timestamp=unix",
                                      "--property=StateChangeTimestamp", service("told")).strip()
        for _ in range(2):
            self.assertEqual(f"@{self.server('told')['service']['since']}", started)
            self.reload()
        # Nor has it any say in what waits for a restart, since clocks are set back.
        self.write_env("told", 27826)
        self.reload()
        self.assertEqual(self.needs("told"), (False, ["command_line"]))

    def test_of_several_processes_the_main_one_counts(self):
        self.start("parent", 27829)
        game_host.run_in_server(self.machine, "parent", "sleep 60 > /dev/null 2>&1 &")
        self.reload()
        self.assertEqual(self.needs("parent"), (False, []))
        self.write_env("parent", 27830)
        self.reload()
        self.assertEqual(self.needs("parent"), (False, ["command_line"]))
        self.assertEqual(self.server("parent")["running_port"], 27829)

    def test_a_restart_without_a_reload_takes_new_layers_and_the_old_port(self):
        self.start("both", 27813)
        self.write_env("both", 27814, layers=WITH_MAPS)
        self.assertEqual(self.needs("both"), (True, ["layers", "reload"]))
        self.assertEqual(self.server("both")["why"], "its instance.env has changed since it was started: systemctl "
                                                     "daemon-reload, and then systemctl restart l4d2@both")
        self.machine.run("systemctl", "restart", service("both"))
        self.assertEqual(self.needs("both"), (True, ["reload"]))
        between = ("it was started after its instance.env had changed and before systemd had read that, so it has the new "
                   "layers, and the old port and arguments: systemctl daemon-reload, and then systemctl restart l4d2@both")
        self.assertEqual(self.server("both")["why"], between)
        self.assertEqual(self.machine.output("l4d2ctl", "check", "both"), f"{ROOT}/instances/both/instance.env: {between}")
        # The helper says it when it mounts, too.
        said = (f"both: systemd has not read {ROOT}/instances/both/instance.env since it changed, so the layers are those of "
                "the file, and the port and arguments the old ones: run systemctl daemon-reload, and then systemctl restart "
                "l4d2@both")
        wait_until(lambda: said in self.machine.run("systemctl", "status", "--full", "--lines=50",
                                                       service("both")).stdout, "the warning")
        # One that was there before, and is again, is no such thing.
        self.reload()
        self.machine.run("systemctl", "restart", service("both"))
        self.write_env("both", 27813)
        self.reload()
        self.write_env("both", 27814, layers=WITH_MAPS)
        self.assertIsNone(self.server("both")["started_between"])
        self.assertEqual(self.machine.output("l4d2ctl", "check", "both"), "")
        self.write_env("both", 27813, layers=WITH_MAPS)
        self.reload()
        self.assertEqual(self.needs("both"), (False, ["command_line"]))

    def test_a_program_of_the_administrators_own_waits_for_a_restart(self):
        self.start("sleeps", 27817)
        self.machine.write("/etc/systemd/system/l4d2@sleeps.service.d/own.conf",
                           "[Service]\nExecStart=\nExecStart=/bin/sleep 1000\n")
        self.reload()
        self.assertEqual(self.needs("sleeps"), (False, ["command_line"]))

    def test_a_restart_that_would_be_refused_is_not_just_advised(self):
        self.start("trap", 27819)
        self.write_env("trap", 27819, layers=("overlays/nowhere", "installation"))
        refused = "would be refused: /var/lib/left4me/instances/trap/instance.env:1: the layer " \
                  "'/var/lib/left4me/overlays/nowhere' does not exist: "
        self.assertIn(f"a restart {refused}", self.server("trap")["why"])
        diff = validated("diff", self.machine.run("l4d2ctl", "diff", "--json", "trap", check=False).stdout)
        self.assertIn(f"that restart {refused}", str(diff))

    def test_an_overlay_that_was_busy_at_the_stop_is_said_to_be(self):
        self.start("busy", 27818)
        # One that may write keeps an overlay, however it is taken down.
        held = f"{ROOT}/runtime/busy/merged/held"
        holder = self.machine.shell(f"sleep 600 > {held} 2> /dev/null & echo $!").stdout.strip()
        self.machine.run("systemctl", "stop", service("busy"), check=False)
        left = f"it is down, and its overlay is still mounted: {HELPER} umount busy, which names who keeps it"
        for user in (None, "left4me"):
            busy = self.server("busy", user=user)
            self.assertEqual((busy["state"], busy["mounted"], busy["left_mounted"], busy["why"]),
                             ("failed", True, True, left))
        self.machine.shell(f"kill {holder}")
        self.machine.run(HELPER, "umount", "busy")
        busy = self.server("busy")
        self.assertEqual((busy["mounted"], busy["left_mounted"], busy["why"]),
                         (False, False, "it was busy and could not be unmounted when it stopped, and is not mounted any "
                                        "more: systemctl reset-failed l4d2@busy"))

    def test_an_overlay_mounted_by_hand_is_no_fault(self):
        """Whether its server has never run, or has, by the helper or by the mount unit."""
        by_hand = f"it is down, and its overlay was mounted by hand: {HELPER} umount hand takes it down"
        self.add_instance("hand", 27831, autostart=True)
        for _ in range(2):
            self.machine.run(HELPER, "mount", "hand")
            hand = self.server("hand")
            self.assertEqual((hand["state"], hand["mounted"], hand["left_mounted"], hand["why"]),
                             ("stopped", True, False, by_hand))
            hand = self.server("hand", user="left4me")
            self.assertEqual((hand["left_mounted"], hand["why"]),
                             (None, "it is down, and its overlay is mounted: whether by hand, only root can see"))
            self.machine.run("systemctl", "start", service("hand"))
            self.assertEqual((self.server("hand")["left_mounted"], self.server("hand")["why"]), (False, None))
            self.machine.run("systemctl", "stop", service("hand"))
            self.assertEqual((self.server("hand")["mounted"], self.server("hand")["why"]), (False, None))
        self.machine.run("systemctl", "start", game_host.mount_unit("hand"))
        self.assertEqual((self.server("hand")["left_mounted"], self.server("hand")["why"]), (False, by_hand))
        self.machine.run("systemctl", "stop", game_host.mount_unit("hand"))

    def test_what_a_stop_left_is_known_after_its_failure_was_reset(self):
        """As long as systemd has the unit loaded, which autostart sees to."""
        self.start("reset", 27832, autostart=True)
        holder = self.machine.shell(f"sleep 600 > {ROOT}/runtime/reset/merged/held 2> /dev/null & echo $!").stdout.strip()
        self.machine.run("systemctl", "stop", service("reset"), check=False)
        self.machine.run("systemctl", "reset-failed", service("reset"))
        reset = self.server("reset")
        self.assertEqual((reset["state"], reset["left_mounted"]), ("stopped", True))
        self.machine.shell(f"kill {holder}")
        self.machine.run(HELPER, "umount", "reset")

    def test_one_that_was_restarted_too_often_by_hand_has_not_failed(self):
        self.start("often", 27833)
        for _ in range(7):
            self.machine.run("systemctl", "restart", service("often"), check=False)
        often = self.server("often")
        self.assertEqual((often["state"], often["service"]["result"], often["service"]["restarts"]),
                         ("failed", "start-limit-hit", 0))
        self.assertEqual(often["why"].partition("; ")[0],
                         "it was started too often, more than 5 times within 60 s: systemctl reset-failed l4d2@often, "
                         "and then start it")
        self.machine.run("systemctl", "reset-failed", service("often"))
        self.machine.run("systemctl", "start", service("often"))
        self.assertEqual((self.server("often")["state"], self.server("often")["why"]), ("running", None))

    def test_a_layer_that_is_replaced_is_named(self):
        layer = f"{ROOT}/overlays/replaced"
        self.machine.write(f"{layer}/left4dead2/file", "old", "left4me")
        self.start("replaced", 27834, layers=("overlays/replaced", "installation"))
        self.assertEqual((self.server("replaced")["why"], self.needs("replaced")), (None, (False, [])))
        self.machine.shell(f"mv {layer} {layer}.old && cp -a {layer}.old {layer}")
        words = (f"the layer '{layer}' has been replaced while it runs, and it still has what was there before: "
                 "systemctl restart l4d2@replaced")
        self.assertEqual((self.server("replaced")["why"], self.needs("replaced")), (words, (False, ["layers"])))
        self.assertEqual(self.machine.output("l4d2ctl", "check", "replaced"),
                         f"{ROOT}/instances/replaced/instance.env:1: {words}")
        self.machine.run("systemctl", "restart", service("replaced"))
        self.assertEqual((self.server("replaced")["why"], self.needs("replaced")), (None, (False, [])))

    def test_new_layers_wait_for_a_restart_which_only_root_sees(self):
        self.start("layers", 27815)
        self.write_env("layers", 27815, layers=WITH_MAPS)
        self.reload()
        self.assertEqual(self.needs("layers"), (False, ["layers"]))
        self.assertEqual(self.needs("layers", user="left4me"), (False, []))
        self.machine.run("systemctl", "restart", service("layers"))
        self.assertEqual(self.needs("layers"), (False, []))

    def test_a_command_line_of_the_administrators_own_is_no_reason(self):
        def write_own(port):
            self.machine.write("/etc/systemd/system/l4d2@own.service.d/own.conf",
                               "[Service]\nExecStart=\n"
                               f"ExecStart={ROOT}/runtime/own/merged/srcds_run -game left4dead2 -norestart "
                               f"-port {port}\n")

        write_own(27999)
        self.start("own", 27816)
        self.reload()
        self.assertEqual(self.needs("own"), (False, []))
        write_own(27998)
        self.reload()
        self.assertEqual(self.needs("own"), (False, ["command_line"]))

    def test_an_unprivileged_user_sees_all_but_what_only_root_may_read(self):
        self.start("seen", 27821)
        self.write_env("hidden", 27822)
        self.machine.path(f"{ROOT}/instances/hidden/instance.env").chmod(0o600)
        self.reload()
        done = self.list(user="nobody")
        self.assertIn(f"only root may read {ROOT}/instances/hidden/instance.env: run it as root", done.stderr)
        said = validated("list", done.stdout)
        servers = {server["name"]: server for server in said["instances"]}
        self.assertEqual((said["systemd"], said["complete"]), (True, False))
        self.assertEqual((servers["seen"]["state"], servers["seen"]["mounted"], servers["seen"]["port"]),
                         ("running", True, 27821))
        hidden = servers["hidden"]
        self.assertEqual((hidden["file_state"], hidden["state"], hidden["needs_reload"]),
                         ("unreadable", "stopped", None))

    def test_without_a_bus_root_asks_systemd_itself_and_others_are_told(self):
        self.start("alone", 27823)
        self.machine.run("systemctl", "stop", "dbus.socket", "dbus.service")
        self.addCleanup(self.machine.run, "systemctl", "start", "dbus.socket")
        self.assertEqual(self.server("alone")["state"], "running")
        done = self.list("alone", user="left4me")
        self.assertRegex(done.stderr, r"(?m)^.*: how the servers are cannot be shown$")
        said = validated("list", done.stdout)
        self.assertEqual((said["systemd"], said["instances"][0]["state"]), (False, "?"))

    def test_the_table_is_one_line_for_each_server_in_80_columns(self):
        self.start("table", 27824)
        table = self.machine.output("script", "-qec", "stty cols 80; NO_COLOR=1 l4d2ctl list table", "/dev/null")
        head, row = table.replace("\r", "").strip().splitlines()
        self.assertRegex(head, "^NAME +STATE +SINCE +RST +BOOT +PORT +LYRS +MNT +MEMORY +UPPER +NEEDS$")
        self.assertRegex(row, r"^table running +\d+s +- - +27824 +2 yes +\S+ +\d\S* -$")
        self.assertLessEqual(len(row), 80)


@on_every_release
class ListBesideASilentServer(ListCase):
    make_root = staticmethod(roots.migrating_root)
    DIRECTORY = "/srv/fuse"

    @staticmethod
    def prepare(machine):
        machine.write("/srv/silent", product.game_program("silent").read_bytes(), mode=0o755)
        machine.write("/etc/systemd/system/l4d2@silent.service.d/own.conf",
                      "[Service]\nExecStart=\nExecStart=/srv/silent /srv/fuse/merged/file\nBindPaths=/srv\n")

    def mount_fuse(self):
        """Returns the pid of the file system's server, which stops at the end of the test."""
        pid = self.machine.shell(f"""set -e
            [ -e /dev/fuse ] || mknod /dev/fuse c 10 229
            mkdir -p {self.DIRECTORY}/lower {self.DIRECTORY}/upper {self.DIRECTORY}/work {self.DIRECTORY}/merged
            cd {self.DIRECTORY}
            fuse-overlayfs -f -o lowerdir=lower,upperdir=upper,workdir=work,allow_other merged > /dev/null 2>&1 &
            echo $!""").stdout.strip()
        self.addCleanup(self.machine.run, "umount", f"{self.DIRECTORY}/merged")
        # Whoever waits for it could not be ended.
        self.addCleanup(self.machine.shell, f"kill -CONT {pid}")
        wait_until(lambda: f"{self.DIRECTORY}/merged" in self.machine.mounts(), "the file system")
        self.machine.write(f"{self.DIRECTORY}/merged/file", "x" * 4096, "left4me")
        return pid

    def test_a_process_that_does_not_answer_is_named_and_hides_no_other(self):
        pid = self.mount_fuse()
        # One that is asked before it, and one behind.
        for name, port in (("prompt", 27832), ("silent", 27831), ("talks", 27833)):
            self.start(name, port)
            self.write_env(name, port + 100)
        self.addCleanup(self.machine.run, "systemctl", "stop", service("silent"))
        self.reload()
        # It talks as long as its file system does.
        self.assertEqual(self.server("silent")["why"], None)
        self.machine.shell(f"kill -STOP {pid}")
        self.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=USR1", service("silent"))
        self.addCleanup(self.machine.shell, f"kill -CONT {pid}")
        wait_until(lambda: self.server("silent")["why"], "the server to fall silent")
        for user in ("root", "left4me"):
            prompt, silent, talks = validated("list", self.list(user=user).stdout)["instances"]
            for server in (prompt, talks):
                self.assertEqual(server["needs_restart"], ["command_line"])
            self.assertEqual((silent["state"], silent["needs_restart"]), ("running", []))
            self.assertEqual(silent["why"], "its process does not tell what it was started with: restart it if its "
                                            "instance.env has changed since")

"""What packaging/examples/web-user allows the web application's user, and what it does not, by sudo and by polkit."""

from tests.machine import examples, game_host, roots
from tests.machine.cases import MachineCase, on_every_release

SYSTEMCTL = "/usr/bin/systemctl"
OWN = "l4d2@web-alpha.service"
# root's, which runs all the time.
OTHER = "l4d2@other.service"

# Neither way is for these.
UNITS_OF_OTHERS = (
    OTHER, "l4d2@webalpha.service", "l4d2@other-web-alpha.service", "l4d2@web-.service", "l4d2@web-a.b.service",
    "l4d2@web-alpha.service.service", r"l4d2@web-a\x2db.service", "l4d2@web-a:b.service", "l4d2@WEB-alpha.service",
    f"l4d2@web-{60 * 'a'}.service", "l4d2-layers@web-alpha.target", "l4d2@.service", "l4d2.target", "l4d2-game.slice",
    "dbus.service", "reboot.target", r"var-lib-left4me-runtime-web\x2dalpha-merged.mount")
VERBS_OF_ROOT = (
    "try-restart", "reload", "reload-or-restart", "try-reload-or-restart", "kill", "freeze", "thaw", "clean",
    "reset-failed", "enable", "disable", "reenable", "mask", "unmask", "preset", "revert", "isolate")
COMMANDS_OF_ROOT = (
    ("set-property", OWN, "MemoryMax=1G"), ("set-property", "--runtime", OWN, "User=root"),
    ("bind", OWN, "/etc", "/tmp"), ("link", "/tmp/evil.service"), ("add-wants", "l4d2.target", OWN),
    ("set-default", "l4d2.target"), ("set-environment", "LD_PRELOAD=/tmp/evil.so"), ("unset-environment", "PATH"),
    ("import-environment", "PATH"), ("log-level", "debug"), ("reboot",), ("cancel",))

# Of the command line: what systemctl takes, and sudo must not.
OF_SUDO_ALONE = (
    ("start", "l4d2@web-alpha"), ("start", "l4d2@web-alpha.mount"), ("start", OWN, OTHER), ("start", OWN, OWN),
    ("stop", "l4d2@web-*.service"), ("stop", "l4d2@*"), ("stop", "--all", OWN), ("stop", ""), ("start",),
    ("start", f"{OWN} "), ("start", f" {OWN}"), ("start", f"{OWN}\n"), ("start", f"{OWN}\n{OTHER}"),
    ("start", f"{OWN} {OTHER}"), ("--root=/tmp", "start", OWN), ("start", "--root=/tmp", OWN),
    ("start", OWN, "--root=/tmp"), ("--image=/tmp/i", "start", OWN), ("--host=evil", "start", OWN),
    ("-Hevil", "start", OWN), ("--machine=evil", "start", OWN), ("--user", "start", OWN),
    ("--property=User=root", "start", OWN), ("--job-mode=flush", "start", OWN),
    ("start", "--job-mode=ignore-dependencies", OWN), ("--no-block", "stop", OWN), ("--force", "--force", "reboot"),
    ("status", OWN), ("show", OWN), ("cat", OWN), ("edit", OWN), ("edit", "--runtime", OWN), ("daemon-reexec",),
    ("daemon-reload", "--root=/tmp"), ("daemon-reload", OWN), ())
OPTIONS_OF_SUDO = (
    ("--user=left4me",), ("--group=root",), ("--preserve-env",), ("--preserve-env=SYSTEMD_COLORS",),
    ("--chroot=/tmp",), ("--chdir=/tmp",), ("--host=other",), ("SYSTEMD_COLORS=1",), ("LD_PRELOAD=/tmp/evil.so",))
OTHER_COMMANDS = (
    ("--shell",), ("--login",), ("--edit", "/etc/passwd"), ("/bin/sh",), ("/tmp/systemctl", "daemon-reload"),
    ("/usr/bin/env", SYSTEMCTL, "daemon-reload"), ("/usr/bin/systemd-run", "id"),
    ("/usr/libexec/left4me/left4me-overlay", "umount", "web-alpha"))

SUDO_REFUSES = (r"(?m)^sudo: (a password is required|sorry, you are not allowed to (preserve the .*|set the .*)"
                r"|you are not permitted to use the -[DR] option .*|a remote host may only be specified .*)$"
                r"|^usage: sudo")
# A unit that may be isolated has to say so; ours does not. To polkit this is a start.
SYSTEMD_REFUSES = r"Interactive authentication required|[Aa]ccess denied|Permission denied|unit may not be isolated"

_MANAGER = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager")


@on_every_release
class WebUser:
    make_root = staticmethod(roots.web_root)

    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "other", 27100)
        # A name of the administrator's that the web user would like to have.
        game_host.add_instance(machine, "web-taken", 27101)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo looks it up.
        cls.machine.shell('echo "127.0.0.1 localhost $(hostname)" >/etc/hosts')
        examples.follow(cls.machine, "web-user")
        cls.machine.run("systemctl", "start", OTHER)

    def setUp(self):
        self.before = self.pids()

    def tearDown(self):
        self.assertEqual(self.pids(), self.before)
        super().tearDown()

    def as_user(self, user, *command):
        return self.machine.run("runuser", "-u", user, "--", *command, check=False)

    def as_web(self, *command):
        return self.as_user("l4d2-web", *command)

    def pids(self):
        """Of the two servers. A start, a stop or a restart of one shows in it."""
        return self.machine.output("systemctl", "show", "--value", "--property=MainPID", OWN, OTHER).split()

    def assert_refused(self, done, pattern):
        self.assertNotEqual(done.returncode, 0, done.args)
        self.assertRegex(done.stderr, pattern, done.args)

    def add(self, name, port, **options):
        self.machine.write(f"{game_host.ROOT}/web-instances/{name}/instance.env",
                           game_host.instance_env(port, **options), "l4d2-web", 0o600)

    def assert_life_of_a_server(self, name, port, *prefix):
        """Written, read, started, restarted and stopped, each by the web user alone."""
        unit = f"l4d2@{name}.service"
        self.add(name, port)
        states = []
        for command in (["daemon-reload"], ["start", unit], ["restart", unit], ["stop", unit]):
            done = self.as_web(*prefix, "systemctl", *command)
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            states.append((self.machine.property(unit, "ActiveState"), self.machine.property(unit, "ExecMainPID")))
        self.assertEqual([state for state, _ in states], ["inactive", "active", "active", "inactive"])
        self.assertNotEqual(states[1], states[2])
        self.assertEqual(self.machine.property(unit, "Result"), "success")
        self.assert_nothing_mounted(name)

    def test_the_readme_ends_with_a_running_server(self):
        self.assert_active("web-alpha")
        self.assertEqual(self.machine.property(OWN, "SourcePath"),
                         f"{game_host.ROOT}/web-instances/web-alpha/instance.env")

    def test_the_web_user_runs_its_servers_by_sudo(self):
        self.assert_life_of_a_server("web-by-sudo", 27111, "sudo", "-n")

    def test_the_web_user_runs_its_servers_by_polkit(self):
        self.assert_life_of_a_server(f"web-{59 * 'a'}", 27112)

    def test_sudo_refuses_other_units_and_verbs(self):
        for command in (*(("stop", unit) for unit in UNITS_OF_OTHERS), *((verb, OWN) for verb in VERBS_OF_ROOT),
                        *COMMANDS_OF_ROOT, *OF_SUDO_ALONE):
            with self.subTest(command=command):
                self.assert_refused(self.as_web("sudo", "-n", SYSTEMCTL, *command), SUDO_REFUSES)

    def test_sudo_refuses_its_own_options_and_other_commands(self):
        for options in (*((*option, SYSTEMCTL, "daemon-reload") for option in OPTIONS_OF_SUDO), *OTHER_COMMANDS):
            with self.subTest(options=options):
                self.assert_refused(self.as_web("sudo", "-n", *options), SUDO_REFUSES)

    def test_what_is_one_argument_for_sudo_is_no_command_of_systemctl(self):
        # To sudo both are the same text.
        self.assert_refused(self.as_web("sudo", "-n", SYSTEMCTL, f"stop {OWN}"), "Unknown command verb")

    def test_polkit_refuses_other_units(self):
        for unit in UNITS_OF_OTHERS:
            for verb in ("start", "stop"):
                with self.subTest(unit=unit, verb=verb):
                    self.assert_refused(self.as_web(SYSTEMCTL, verb, unit),
                                        f"{SYSTEMD_REFUSES}|Invalid argument|Unit name .* is (missing|not valid)")

    def test_polkit_refuses_other_verbs(self):
        for command in (*((verb, OWN) for verb in VERBS_OF_ROOT), *COMMANDS_OF_ROOT):
            with self.subTest(command=command):
                self.assert_refused(self.as_web(SYSTEMCTL, *command), SYSTEMD_REFUSES)

    def test_polkit_decides_about_each_of_several_units(self):
        done = self.as_web(SYSTEMCTL, "start", OWN, OTHER, "l4d2@web-alpha.service")
        self.assert_refused(done, SYSTEMD_REFUSES)
        self.assertNotIn(OWN, done.stderr)

    def test_polkit_refuses_units_made_for_the_purpose(self):
        # A name that no instance has, and one that the rule is for.
        for unit in ("web-new.service", "l4d2@web-new.service", "l4d2@web-alpha.service"):
            with self.subTest(unit=unit):
                for command in (("systemd-run", f"--unit={unit}", "touch", "/run/taken"),
                                ("busctl", "call", *_MANAGER, "StartTransientUnit", "ssa(sv)a(sa(sv))", unit, "fail",
                                 "0", "1", "evil.service", "1", "ExecStart", "a(sasb)", "1", "/bin/touch", "2",
                                 "/bin/touch", "/run/taken", "false")):
                    self.assert_refused(self.as_web(*command), SYSTEMD_REFUSES)
        self.assertFalse(self.machine.path("/run/taken").exists())

    def test_what_polkit_cannot_tell_apart_is_what_the_readme_names(self):
        for command in (("daemon-reexec",), ("--job-mode=flush", "start", OWN)):
            with self.subTest(command=command):
                self.assertEqual(self.as_web(SYSTEMCTL, *command).returncode, 0)

    def test_the_rules_are_for_nobody_else(self):
        for user in ("left4me", "l4d2-sandbox", "nobody"):
            for command in (("stop", OWN), ("daemon-reload",)):
                with self.subTest(user=user, command=command):
                    self.assert_refused(self.as_user(user, "sudo", "-n", SYSTEMCTL, *command), SUDO_REFUSES)
                    self.assert_refused(self.as_user(user, SYSTEMCTL, *command), SYSTEMD_REFUSES)

    def test_a_server_can_neither_ask_systemd_nor_read_how_servers_are_configured(self):
        instances = f"{game_host.ROOT}/web-instances"
        said = game_host.run_in_server(
            self.machine, "web-alpha",
            f"systemctl stop {OTHER}; sudo -n systemctl daemon-reload; ls -A {instances}; cat {instances}/*/*; id -un")
        self.assertNotIn("L4D2_", said)
        self.assertEqual(said.splitlines()[-1], "left4me")
        self.assertRegex(said, "connect to bus|System has not been booted with systemd")
        self.assertRegex(said, "sudo: .*no new privileges|sudo: .*not found|sudo: .*owned by")

    def test_the_web_user_writes_nowhere_but_to_its_instances(self):
        done = self.as_web("find", "/etc", "/usr", "/run", game_host.ROOT, "-writable", "!", "-type", "l",
                           "!", "-type", "s", "!", "-type", "c", "-print", "-prune")
        writable = [path for path in done.stdout.splitlines() if not path.startswith(("/run/lock", "/run/user"))]
        self.assertEqual(writable, [f"{game_host.ROOT}/web-instances"])

    def test_the_administrator_s_instance_counts_and_not_the_web_user_s_of_the_same_name(self):
        self.add("web-taken", 27199)
        self.as_web(SYSTEMCTL, "daemon-reload")
        self.assertEqual(self.machine.property("l4d2@web-taken", "SourcePath"),
                         f"{game_host.ROOT}/instances/web-taken/instance.env")

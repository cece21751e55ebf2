"""l4d2ctl check on a host that runs: what is mounted, and what an unprivileged user sees of it."""

from tests.golden.l4d2ctl import validated
from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, instance_env, service
from tests.machine.machine import wait_until

UNIT = "[Mount]\nWhat=/gone\nWhere={}\nType=none\nOptions=bind\n"
SECRET = "/etc/left4me/instances/secret/instance.env"


def env_file(name):
    return f"{ROOT}/instances/{name}/instance.env"


def unit(name, kind):
    return f"var-lib-left4me-overlays-{name}.{kind}"


@on_every_release
class Check:
    @staticmethod
    def prepare(machine):
        game_host.add_instance(machine, "alpha", 27701)
        machine.write(SECRET, instance_env(27702), mode=0o600)
        machine.write("/etc/systemd/system/" + unit("automatic", "automount"),
                      f"[Automount]\nWhere={ROOT}/overlays/automatic\n")
        for port, name in enumerate(("automatic", "bound", "closed", "late"), 27703):
            machine.path(f"{ROOT}/overlays/{name}").mkdir()
            game_host.add_instance(machine, name, port, layers=(f"overlays/{name}", "installation"))
        for name in ("automatic", "late"):
            machine.write("/etc/systemd/system/" + unit(name, "mount"), UNIT.format(f"{ROOT}/overlays/{name}"))
        machine.path(f"{ROOT}/runtime/bound/upper").mkdir(parents=True)
        machine.path(f"{ROOT}/overlays/closed").chmod(0o700)

    def check(self, *arguments, user="root", exit_status=0):
        """Lines, messages and checked names, of which --json has the same."""
        said = []
        for option in ([], ["--json"]):
            done = self.machine.run("setpriv", f"--reuid={user}", f"--regid={user if user == 'root' else 'nogroup'}",
                                    "--clear-groups", "l4d2ctl", "check", *option, *arguments, check=False)
            self.assertEqual(done.returncode, exit_status, done)
            said.append(done)
        text, as_json = said
        report = validated("check", as_json.stdout)
        self.assertEqual(len(report["findings"]), len(text.stdout.splitlines()))
        return (text.stdout.splitlines(), text.stderr.splitlines(),
                [entry["instance"] for entry in report["checked"]])

    def test_with_what_runs_nothing_is_wrong(self):
        self.assertEqual(self.check("alpha", "secret"), ([], [], ["secret", "alpha"]))
        self.assertEqual(self.machine.run("find", f"{ROOT}/runtime", "/run/left4me", "-name", "alpha*").stdout, "")
        self.machine.run("systemctl", "start", service("alpha"))
        self.assert_active("alpha")
        self.assertEqual(self.check("alpha"), ([], [], ["alpha"]))

    def test_a_file_system_that_is_missing_is_named_with_its_unit(self):
        lines, _, _ = self.check("late", exit_status=65)
        self.assertEqual(lines, [
            f"{env_file('late')}:1: the layer '{ROOT}/overlays/late' needs the file system of '{ROOT}/overlays/late', "
            f"and nothing is mounted there: run systemctl start '{unit('late', 'mount')}', or take the layer out of "
            "L4D2_LOWERDIRS"])

    def test_an_automounter_is_left_alone(self):
        self.machine.run("systemctl", "start", unit("automatic", "automount"))
        lines, messages, _ = self.check("automatic")
        self.assertEqual((lines, messages), (
            [], [f"'{ROOT}/overlays/automatic' is behind an automounter, which is left alone: it is not looked at"]))
        self.assertEqual(self.machine.property(unit("automatic", "mount"), "ActiveState"), "inactive")

    def test_an_upper_that_is_a_layer_by_way_of_another_mount_is_refused(self):
        self.machine.run("mount", "--bind", f"{ROOT}/runtime/bound/upper", f"{ROOT}/overlays/bound")
        lines, _, _ = self.check("bound", exit_status=65)
        self.assertEqual(lines, [
            f"{env_file('bound')}:1: {ROOT}/runtime/bound/upper is the layer '{ROOT}/overlays/bound' or lies in it, by "
            "way of another mount: take the layer out of L4D2_LOWERDIRS",
            f"{env_file('bound')}:1: the layer '{ROOT}/overlays/bound' is empty: put the game there, or files for it "
            f"into '{ROOT}/overlays/bound/left4dead2', or mount what belongs there, and then restart its servers"])

    def test_what_another_overlay_left_in_upper_is_refused_as_the_helper_does_it(self):
        self.add_instance("marked", 27710)
        mark = f"{ROOT}/runtime/marked/upper/.wh.server.cfg"
        self.machine.run("systemctl", "start", service("marked"))
        self.machine.run("systemctl", "stop", service("marked"))
        # What came after the helper looked through it is the server's own.
        self.machine.write(mark, "", "left4me")
        self.assertEqual(self.check("marked")[:2], ([], []))
        # A copy of it was never looked through.
        self.machine.shell(f"cd {ROOT}/runtime/marked && cp -a upper copy && rm -r upper && mv copy upper")
        lines, _, _ = self.check("marked", exit_status=65)
        self.assertEqual(len(lines), 1)
        self.machine.run("systemctl", "start", service("marked"), check=False)
        refused = lines[0].removeprefix(f"{env_file('marked')}: ")
        self.assertIn(f"'{mark}'", refused)
        wait_until(lambda: refused in self.machine.run("systemctl", "status", "--full", service("marked"),
                                                       check=False).stdout, "the helper's refusal, in the same words")

    def test_an_unprivileged_user_is_told_what_only_root_sees(self):
        # Whoever may not look into /run/left4me does not know what left4me.conf is there.
        blind = ["/run/left4me: you may not read all of the configuration there, if there is any: run it as root"]
        self.assertEqual(self.check("alpha", user="nobody"), ([], blind, ["alpha"]))
        self.assertEqual(self.check("closed", user="nobody"), (
            [], [*blind, f"only root can see all of the layer '{ROOT}/overlays/closed': run it as root"], ["closed"]))
        for argument in ("secret", SECRET):
            self.assertEqual(self.check(argument, user="nobody", exit_status=66),
                             ([], [*blind, f"only root may read {SECRET}: run it as root"], []))
        _, messages, checked = self.check(user="nobody", exit_status=65)
        self.assertIn(f"only root may read {SECRET}: run it as root", messages)
        self.assertNotIn("secret", checked)

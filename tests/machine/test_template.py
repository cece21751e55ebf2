"""What the template makes of a server: a 32-bit program in its sandbox, and what is started again when it ends."""

import re

from tests.machine import game_host, product
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, ask_server, run_in_server, service, upper
from tests.machine.machine import wait_until


@on_every_release
class Template:
    @staticmethod
    def prepare(machine):
        layer = f"{ROOT}/overlays/i386"
        machine.write(f"{layer}/srcds_linux", product.game_program("srcds_linux_i386").read_bytes(), "l4d2-sandbox",
                      0o755)
        for name in ("abilities", "abilities_i386"):
            machine.write(f"{layer}/left4dead2/{name}", product.game_program(name).read_bytes(), "l4d2-sandbox", 0o755)
        game_host.add_instance(machine, "i386", 27200, autostart=True, layers=("overlays/i386", "installation"))
        # The wrapper's error exit.
        machine.write(f"{ROOT}/overlays/no-binary/srcds_run", (game_host.GAME / "srcds_run").read_bytes(),
                      "l4d2-sandbox", 0o755)
        machine.write("/etc/systemd/system/l4d2@.service.d/fast.conf", "[Service]\nRestartSec=10ms\n")
        for port, (name, arguments) in enumerate({"crashing": "+crash", "quitting": "+quit", "exiting": "+exit 1",
                                                  "falling": "", "stopped": "", "killed": "", "ended": "",
                                                  "halted": ""}.items(), 27210):
            game_host.add_instance(machine, name, port, arguments=arguments)
        machine.write(f"{ROOT}/overlays/emptied/left4dead2/addons/emptied.vpk", "emptied\n", "l4d2-sandbox")
        game_host.add_instance(machine, "emptied", 27221, layers=("overlays/emptied", "installation"))
        game_host.add_instance(machine, "no-binary", 27220, layers=("overlays/no-binary",))

    def test_a_32_bit_server_runs_writes_and_answers(self):
        program = self.machine.path(f"{game_host.merged('i386')}/srcds_linux").read_bytes()
        self.assertEqual(program[:5], b"\x7fELF\x01", "an ELF file of class 32")
        self.assert_active("i386")
        self.assertEqual(ask_server(self.machine, 27200)["name"], "stand-in on 27200")
        self.assertIn("// port 27200\n", self.machine.path(f"{upper('i386')}/left4dead2/cfg/server.cfg").read_text())

    def test_a_32_bit_server_can_do_all_that_it_does(self):
        for program, bits in (("abilities_i386", 32), ("abilities", 64)):
            bits_line, *said = run_in_server(self.machine, "i386", f"./{program}").splitlines()
            self.assertEqual(bits_line, f"bits: {bits}")
            self.assertGreaterEqual(len(said), 20)
            self.assertEqual([line for line in said if not line.endswith(": ok")], [])

    def test_its_exposure_is_below_two(self):
        said = self.machine.run("systemd-analyze", "security", "--no-pager", service("i386")).stdout
        exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
        self.assertLess(float(exposure[1]), 2.0, said)

    def started(self, name):
        """How often a server was started, by what it says first."""
        return self.machine.journal("-u", service(name)).splitlines().count(f"directory: {game_host.merged(name)}")

    def wait_until_it_listens(self, name):
        wait_until(lambda: "listening" in self.machine.journal("-u", service(name)), f"{name} to listen")

    def assert_given_up(self, name, result):
        self.machine.run("systemctl", "start", service(name), check=False)
        wait_until(lambda: "Start request repeated too quickly" in self.machine.journal("-u", service(name)),
                   f"systemd to give {name} up")
        self.machine.wait_for_property(service(name), "ActiveState", "failed")
        # systemd 262 tells of the limit.
        self.assertEqual(self.machine.property(service(name), "Result"),
                         "start-limit-hit" if self.release == "forky" else result)
        self.assertEqual(self.machine.property(service(name), "NRestarts"), "5")
        # The refused start has mounted nothing.
        self.assert_nothing_mounted(name)
        self.assertEqual(self.machine.output("find", "/run/left4me", "-name", f"{name}.*"), "")

    def test_a_server_that_crashes_is_started_again_up_to_the_limit(self):
        # systemd keeps the result of the last crash when the limit is hit.
        self.assert_given_up("crashing", "signal")
        again = self.machine.run("systemctl", "start", service("crashing"), check=False)
        self.assertNotEqual(again.returncode, 0)
        self.assertEqual(self.started("crashing"), 5)

    def test_a_server_that_ends_with_an_error_is_started_again_up_to_the_limit(self):
        self.assert_given_up("exiting", "exit-code")
        self.assertEqual(self.started("exiting"), 5)

    def test_the_wrappers_error_exit_is_started_again_up_to_the_limit(self):
        # A SIGINT of its own, of which systemd says that it ended well.
        self.assert_given_up("no-binary", "start-limit-hit")

    def test_a_server_that_was_told_to_quit_stays_down_and_has_not_failed(self):
        self.machine.run("systemctl", "start", service("quitting"))
        self.machine.wait_for_property(service("quitting"), "ActiveState", "inactive")
        self.assertEqual(self.machine.property(service("quitting"), "Result"), "success")
        self.assertEqual(self.machine.property(service("quitting"), "NRestarts"), "0")
        self.assertEqual(self.started("quitting"), 1)
        self.assert_nothing_mounted("quitting")

    def test_a_server_that_is_stopped_stays_down_and_has_not_failed(self):
        self.machine.run("systemctl", "start", service("stopped"))
        # Before that a SIGINT kills it, which is no failure either.
        self.wait_until_it_listens("stopped")
        self.machine.run("systemctl", "stop", service("stopped"))
        self.assertEqual(self.machine.property(service("stopped"), "ActiveState"), "inactive")
        self.assertEqual(self.machine.property(service("stopped"), "Result"), "success")
        self.assertEqual(self.machine.property(service("stopped"), "NRestarts"), "0")
        self.assertEqual(self.machine.property(service("stopped"), "ExecMainStatus"), "0")
        self.assert_nothing_mounted("stopped")

    def test_a_server_that_crashes_later_is_started_again_and_serves(self):
        for name, signal in (("falling", "USR1"), ("killed", "KILL")):
            self.machine.run("systemctl", "start", service(name))
            self.wait_until_it_listens(name)
            self.machine.run("systemctl", "kill", "--kill-whom=main", f"--signal={signal}", service(name))
            self.machine.wait_for_property(service(name), "NRestarts", "1")
            self.machine.wait_for_property(service(name), "ActiveState", "active")
            wait_until(lambda name=name: self.started(name) == 2, f"the second start of {name}")

    def wait_for_another(self, name, pid):
        wait_until(lambda: self.machine.property(service(name), "MainPID") not in ("0", pid),
                   f"another server {name} than {pid}")
        self.machine.wait_for_property(service(name), "ActiveState", "active")

    def test_a_server_that_somebody_ends_with_a_signal_is_started_again(self):
        self.machine.run("systemctl", "start", service("ended"))
        commands = ("systemctl kill --signal=TERM {unit}", "kill -HUP {pid}", "kill -TERM {pid}")
        for number, command in enumerate(commands, 1):
            pid = self.machine.property(service("ended"), "MainPID")
            self.machine.shell(command.format(unit=service("ended"), pid=pid))
            self.wait_for_another("ended", pid)
            self.assertEqual(self.machine.property(service("ended"), "NRestarts"), str(number))

    def test_a_refusal_after_such_an_end_is_final(self):
        self.machine.run("systemctl", "start", service("emptied"))
        layer = self.machine.path(f"{ROOT}/overlays/emptied")
        layer.rename(layer.with_name("elsewhere"))
        self.machine.run("systemctl", "kill", "--signal=TERM", service("emptied"))
        self.machine.wait_for_property(service("emptied"), "ActiveState", "failed")
        self.assertEqual(self.machine.property(service("emptied"), "NRestarts"), "1")
        self.assert_nothing_mounted("emptied")

    def test_a_stop_just_after_such_an_end_is_final(self):
        self.machine.run("systemctl", "start", service("halted"))
        self.machine.shell(f"systemctl kill --signal=TERM {service('halted')}; systemctl stop {service('halted')}")
        self.assertEqual(self.machine.property(service("halted"), "ActiveState"), "inactive")
        self.assertEqual(self.machine.property(service("halted"), "Job"), "")
        self.assert_nothing_mounted("halted")

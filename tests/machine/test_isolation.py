"""What a server cannot do to the host, to other servers and to the web application, tried from inside of one.

The script that tries it is run by a running server, as somebody's would be who has taken the server over."""

import os
import struct
from pathlib import Path

from tests.machine import game_host, product
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, merged, run_in_server, service, upper

HERE = Path(__file__).resolve().parent
# Stands in a password of each instance.env, and of nothing else.
SECRET = "b3a1-rcon"
INTRUDER = f"{ROOT}/overlays/intruder/left4dead2"
CAP_SETUID = 7


def file_capability(number):
    """A security.capability attribute that gives one, effective at once (linux/capability.h, VFS_CAP_REVISION_2)."""
    return struct.pack("<IIIII", 0x02000001, 1 << number, 0, 0, 0)


@on_every_release
class Isolation:
    """`taken` is the server that somebody has taken over; `before` was started with it and `after` later."""

    @staticmethod
    def prepare(machine):
        for name in ("intruder", "intruder_i386"):
            program = product.game_program(name).read_bytes()
            machine.write(f"{INTRUDER}/{name}", program, "l4d2-sandbox", 0o755)
        program = product.game_program("intruder").read_bytes()
        machine.write(f"{INTRUDER}/suid", program, "root", 0o6755)
        # To be copied up: the one shows as the server's own file, into the other it may write.
        machine.write(f"{INTRUDER}/of_sandbox", program, "l4d2-sandbox", 0o6755)
        machine.write(f"{INTRUDER}/of_left4me", program, "left4me", 0o6757)
        machine.write(f"{INTRUDER}/capable", program, "root", 0o755)
        os.setxattr(machine.path(f"{INTRUDER}/capable"), "security.capability", file_capability(CAP_SETUID))

        for port, name in enumerate(("taken", "before", "after"), 27100):
            game_host.add_instance(machine, name, port, autostart=name != "after",
                                   layers=("overlays/intruder", "installation"),
                                   arguments=f"+rcon_password {SECRET}-{name}")
        machine.write("/etc/left4me/instances/by-root/instance.env",
                      game_host.instance_env(27103, arguments=f"+rcon_password {SECRET}-by-root"), mode=0o644)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine.run("systemctl", "start", service("after"))
        # Like the web application: of the servers' user, in no sandbox, and with something to hide.
        cls.machine.run("systemd-run", "--unit=web", "--uid=left4me", f"--working-directory={ROOT}/instances",
                        "sh", "-c", "SECRET=$(cat before/instance.env) exec sleep infinity")
        for unit in (*map(service, ("taken", "before", "after")), "web.service"):
            cls.machine.wait_for_property(unit, "ActiveState", "active")

    def in_server(self, script):
        return run_in_server(self.machine, "taken", script)

    def pid(self, unit):
        return self.machine.property(unit, "MainPID")

    def assert_all_refused(self, said, at_least):
        lines = said.splitlines()
        self.assertEqual([line for line in lines if line.endswith(": ALLOWED")], [])
        self.assertGreaterEqual(len([line for line in lines if ": " in line]), at_least, said)

    def test_no_server_finds_the_password_of_another_one_anywhere(self):
        # In brackets, so that it does not find itself.
        search = (f"grep -rsl '[{SECRET[0]}]{SECRET[1:]}' /etc /run /var /opt /srv /tmp /dev/shm "
                  "/proc/[0-9]*/cmdline /proc/[0-9]*/environ /proc/[0-9]*/cwd/*/instance.env "
                  f"/proc/[0-9]*/root{ROOT}/instances/*/instance.env "
                  "/proc/[0-9]*/root/etc/left4me/instances/*/instance.env || true")
        known_to_root = self.machine.shell(search).stdout
        main, web = self.pid(service("taken")), self.pid("web.service")
        for place in (f"{ROOT}/instances/before/instance.env", "/etc/left4me/instances/by-root/instance.env",
                      f"/proc/{web}/environ", f"/proc/{web}/cwd/before/instance.env",
                      f"/proc/{web}/root{ROOT}/instances/after/instance.env",
                      f"/run/systemd/generator/{service('before')}.d/50-left4me.conf"):
            self.assertIn(place, known_to_root.splitlines())
        self.assertEqual(self.in_server(search), f"/proc/{main}/cmdline\n", "its own command line and nothing else")

    def test_no_server_reaches_a_socket_of_the_host(self):
        sockets = "find /run -type s"
        for socket in ("/run/systemd/journal/socket", "/run/dbus/system_bus_socket"):
            self.assertIn(socket, self.machine.shell(sockets).stdout.splitlines())
        self.assertEqual(self.in_server(f"{sockets} -writable 2>/dev/null || true"), "")

    def test_no_server_writes_anywhere_but_to_its_tree_and_to_temporary_directories_of_its_own(self):
        self.in_server("rm -f /tmp/* /var/tmp/*")
        said = self.in_server("./intruder write /").splitlines()
        temporary = ["/tmp", "/var/tmp", "/dev/shm"]
        # systemd 252 makes its own file systems in the server's root everybody's.
        if self.release == "bookworm":
            temporary += ["/run", "/run/user", "/home", "/root"]
        own = {f"directory {directory}" for directory in temporary}
        self.assertLessEqual(own | {f"directory {merged('taken')}"}, set(said))
        trees = (f" {merged('taken')}", f" {upper('taken')}")
        elsewhere = {line for line in said if not any(tree in line for tree in trees)} - own
        harmless = {f"device /dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "pts/ptmx")}
        # To be told of a shortage; systemd 257 gives a service a file of its own for it.
        harmless |= {f"file /proc/pressure/{resource}" for resource in ("cpu", "io", "memory")}
        harmless.add(f"file /sys/fs/cgroup{self.machine.property(service('taken'), 'ControlGroup')}/memory.pressure")
        # Anybody may open it; a number is taken from those with a capability only.
        harmless.add("file /proc/sys/kernel/ns_last_pid")
        self.assertEqual(elsewhere - harmless, set())

        self.in_server(f"for directory in {' '.join(temporary)}; do : > $directory/of-taken; done")
        for directory in temporary:
            self.assertFalse(self.machine.path(f"{directory}/of-taken").exists(), directory)

    def test_no_server_sees_more_of_the_host_than_it_needs(self):
        wholes = ("/usr", "/etc", "/proc", "/sys", "/dev", merged("taken"), upper("taken"))
        line = "-printf '%y %m %u %p %l\\n'"
        seen = self.in_server(f"rm -rf /tmp/*; find / -mindepth 1 {line} \\( -false {' '.join(f'-o -path {path}' for path in wholes)} "
                              "\\) -prune 2>/dev/null | sort -k4")
        self.maxDiff = None
        self.assertEqual(seen, (HERE / f"tree_of_a_server.{self.release}").read_text())
        self.assertEqual(self.in_server("ls -A /etc/left4me"), "")

    def test_no_server_sees_anything_of_the_other_servers_trees(self):
        self.assertEqual(self.in_server(f"ls {ROOT}/runtime"), "taken\n")
        for name in ("before", "after"):
            self.machine.path(merged(name)).joinpath("srcds_run").stat()

    def test_no_server_sees_processes_but_its_own(self):
        seen = set(self.in_server("ls /proc | grep '^[0-9]'").split())
        cgroup = self.machine.property(service("taken"), "ControlGroup")
        self.assertIn(self.pid(service("taken")), seen)
        elsewhere = {pid for pid in seen
                     if self.machine.path(f"/proc/{pid}/cgroup").exists()
                     and cgroup not in self.machine.path(f"/proc/{pid}/cgroup").read_text()}
        self.assertEqual(elsewhere, set())
        self.assertNotIn("1", seen)

    def test_no_server_reaches_into_a_process_of_another_one_or_of_the_web_application(self):
        for program in ("./intruder", "./intruder_i386"):
            for unit in (service("before"), service("after"), "web.service"):
                with self.subTest(program=program, unit=unit):
                    self.assert_all_refused(self.in_server(f"{program} process {self.pid(unit)}"), at_least=11)
        # What is refused there is possible among its own.
        own = self.in_server("sleep 60 & ./intruder process $!; kill $!")
        self.assertIn("read its environ: ALLOWED", own)
        self.assertIn("read its memory: ALLOWED", own)

    def test_no_server_changes_the_kernel_or_gains_a_privilege(self):
        for program in ("./intruder", "./intruder_i386"):
            with self.subTest(program=program):
                self.assert_all_refused(self.in_server(f"{program} system"), at_least=25)

    def test_a_set_user_id_file_that_a_server_copies_up_makes_nobody_its_owner(self):
        # As older versions made it.
        self.machine.path(f"{ROOT}/runtime/taken").chmod(0o755)
        self.addCleanup(self.machine.path(f"{ROOT}/runtime/taken").chmod, 0o750)
        self.in_server("touch -d @1 of_sandbox && : >>of_left4me")
        for file, owner in (("of_sandbox", "left4me"), ("of_left4me", "l4d2-sandbox")):
            path = f"{upper('taken')}/left4dead2/{file}"
            status = self.machine.path(path).stat()
            self.assertEqual((status.st_mode & 0o7000, status.st_uid), (0o6000, self.machine.user(owner)[0]), file)
            said = self.machine.run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", path, "identity")
            self.assertIn("user: 65534\ngroup: 65534\n", said.stdout)

    def test_no_server_takes_the_pending_signals_of_root_or_of_the_web_application(self):
        said = self.in_server("sleep 1000 | ./intruder signals > signals & "
                              "while ! grep -qs : signals; do sleep 0.05; done; cat signals")
        self.addCleanup(self.in_server, "kill $(pidof sleep); true")
        self.assertLessEqual(int(said.removeprefix("signals: ")), 2048)
        # All servers share these with each other, but with nobody else.
        for user in ("root", "left4me"):
            self.assertEqual(self.machine.run("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups",
                                              f"{INTRUDER}/intruder", "signal").stdout,
                             "have a signal pending: ALLOWED\n", user)

    def test_no_server_has_more_processes_than_it_may(self):
        # In this machine, cgroups do not bound them.
        self.add_instance("forking", 27105)
        self.machine.run("systemctl", "start", service("forking"))
        # What a shell starts in the background takes no notice of SIGINT.
        self.addCleanup(self.machine.shell, f"systemctl stop --no-block {service('forking')}; "
                                            f"systemctl kill --signal=KILL {service('forking')}; "
                                            f"systemctl stop {service('forking')}")
        self.assertIn("Cannot fork", run_in_server(self.machine, "forking", "while :; do sleep 60 & done"))
        self.assertEqual(run_in_server(self.machine, "before", "sh -c 'echo others can'"), "others can\n")

    def test_a_file_of_etc_that_is_replaced_reaches_a_server_that_runs(self):
        self.machine.shell("echo nameserver 192.0.2.7 > /etc/resolv.conf.new && mv /etc/resolv.conf.new /etc/resolv.conf")
        self.assertEqual(self.in_server("cat /etc/resolv.conf"), "nameserver 192.0.2.7\n")

    def test_no_program_makes_a_server_root(self):
        program = product.game_program("intruder").read_bytes()
        self.machine.write(f"{merged('taken')}/left4dead2/suid-in-upper", program, "root", 0o6755)
        left4me, group = self.machine.user("left4me")
        without_privileges = [f"user: {left4me}", f"group: {group}",
                              *(f"Cap{name}:\t{0:016x}" for name in ("Inh", "Prm", "Eff", "Bnd", "Amb"))]
        for program in ("suid", "capable", "suid-in-upper"):
            self.assertEqual(self.in_server(f"./{program} identity").splitlines(), without_privileges, program)
        # In another place they would.
        self.machine.shell("mount -t tmpfs -o mode=755 none /mnt && "
                           f"cp --preserve=all {INTRUDER}/suid {INTRUDER}/capable /mnt")
        for program, expected in (("suid", "user: 0"), ("capable", f"CapEff:\t{1 << CAP_SETUID:016x}")):
            said = self.machine.run("setpriv", "--reuid=left4me", "--regid=left4me", "--clear-groups",
                                    f"/mnt/{program}", "identity").stdout
            self.assertIn(expected, said.splitlines())

    def test_no_tool_of_the_system_makes_a_server_root(self):
        for tool in ("su --command=id", "mount -t tmpfs none /tmp", "unshare --user --map-root-user id",
                     "unshare --mount id", "systemctl stop l4d2@before", "systemd-run --pipe id"):
            said = self.in_server(f"{tool} < /dev/null && echo DONE")
            self.assertNotIn("DONE", said, tool)
            self.assertNotIn("uid=0", said, tool)
        self.assert_active("before")


@on_every_release
class IsolationElsewhere:
    """The administrator has moved everything, and reaches the instances through a symbolic link."""

    @staticmethod
    def prepare(machine):
        for name, port in (("taken", 27120), ("after", 27121)):
            game_host.add_instance(machine, name, port, arguments=f"+rcon_password {SECRET}-{name}")
        machine.path(ROOT).rename(machine.path("/srv/games"))
        machine.path("/srv/games/instances").rename(machine.path("/srv/web"))
        machine.path("/srv/link").symlink_to("web")
        machine.write("/etc/left4me/left4me.conf", "[Paths]\nRoot=/srv/games\nInstanceDirectories=/srv/link\n")

    def test_a_server_neither_reads_an_instance_env_nor_writes_into_another_servers_tree(self):
        self.machine.run("systemctl", "start", service("taken"))
        self.machine.run("systemctl", "start", service("after"))
        said = run_in_server(self.machine, "taken", root="/srv/games", script=(
            f"grep -rsl '[{SECRET[0]}]{SECRET[1:]}' /etc /srv; touch /srv/games/runtime/after/merged/of-taken; "
            "touch /srv/games/runtime/taken/merged/of-itself; echo done"))
        self.assertIn("done", said)
        self.assertNotIn("instance.env", said)
        self.assertTrue(self.machine.path("/srv/games/runtime/taken/upper/of-itself").exists())
        self.assertFalse(self.machine.path("/srv/games/runtime/after/merged/of-taken").exists())


@on_every_release
class IsolationInEtcAndUsr:
    """Instances are where servers see the host's directories."""

    @staticmethod
    def prepare(machine):
        machine.write("/etc/left4me/left4me.conf",
                      f"[Paths]\nInstanceDirectories=/etc/games:/usr/local/instances:{ROOT}/instances\n")
        for name, directory in (("in-etc", "/etc/games"), ("in-usr", "/usr/local/instances"), ("taken", f"{ROOT}/instances")):
            machine.write(f"{directory}/{name}/instance.env",
                          game_host.instance_env(27131 + len(name), arguments=f"+rcon_password {SECRET}-{name}"))

    def test_a_server_reads_no_instance_env(self):
        for name in ("taken", "in-etc", "in-usr"):
            self.machine.run("systemctl", "start", service(name))
        for name in ("taken", "in-etc"):
            search = f"grep -rsl '[{SECRET[0]}]{SECRET[1:]}' /etc /usr/local /var /run"
            self.assertNotEqual(self.machine.shell(search).stdout, "")
            self.assertEqual(run_in_server(self.machine, name, f"{search}; true"), "")

    def test_no_server_sees_a_terminal_of_the_host(self):
        self.machine.run("systemctl", "start", service("taken"))
        self.assertEqual(run_in_server(self.machine, "taken", "ls -A /dev/pts; exec 3<>/dev/ptmx"),
                         "./command: 1: cannot create /dev/ptmx: Permission denied\n")

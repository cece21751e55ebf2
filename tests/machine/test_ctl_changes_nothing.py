"""l4d2ctl looks, as root too, and changes nothing: neither a file nor a mount, and nothing in systemd."""

import re
import subprocess
import tempfile
from pathlib import Path

from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, mount_unit, service

COMMANDS = [
    ["list"], ["list", "--sizes", "--json"], ["check"], ["check", "running", f"{ROOT}/instances/broken/instance.env"],
    ["explain", "running"], ["explain", "broken"], ["explain", "retired"], ["explain", "nobody"], ["diff"],
    ["diff", "--json"], ["layers"], ["layers", "--drift"], ["layers", "--file", "left4dead2/cfg/server.cfg", "running"],
]
# Whatever is not here might change something.
HARMLESS = re.compile(
    r"open(at2?)?|close(_range)?|p?read(v|64)?|write|lseek|.*stat(x|at|fs|fs64|64)?|getdents64|readlink(at)?|"
    r"f?access(at2?)?|[lf]?(get|list)xattr|fcntl|ioctl|dup[23]?|"
    r"mmap|munmap|mremap|mprotect|madvise|brk|futex|rseq|set_robust_list|set_tid_address|arch_prctl|clone3?|"
    r"exit(_group)?|rt_sig(action|procmask|return)|sigaltstack|sched_(getaffinity|yield)|getrandom|"
    r"get(pid|tid|uid|euid|gid|egid|rusage|cwd)|prctl|prlimit64|capget|capset|landlock_(create_ruleset|restrict_self)|"
    r"clock_(gettime|getres|nanosleep)|uname|sysinfo|membarrier|socket|connect|[gs]etsockopt|get(sock|peer)name|"
    r"sendmsg|sendto|recvmsg|recvfrom|p?poll|"
    r"epoll_(create1|ctl|p?wait)|restart_syscall|"
    # Of a socket without a port, whether the host has an address.
    r"bind|"
    # A process of its own, with an end to its time, looks at what others' processes say of themselves.
    r"pipe2|wait(4|id)|setrlimit")
# What the C library has for it.
CHANGES = re.compile(
    r"u?mount2?|move_mount|open_tree|mount_setattr|fs(open|config|mount|pick)|pivot_root|chroot|setns|unshare|"
    r"(mk|rm)dir(at)?|mk(nod|fifo)(at)?|unlink(at)?|remove|rename(at2?)?|(sym)?link(at)?|[lf]?chown(at)?|[lf]?chmod(at)?|"
    r"[lf]?(set|remove)xattr|f?truncate(64)?|fallocate(64)?|utime(s|nsat)?|futimens")
# The header field "member" of a D-Bus message, and its length (D-Bus specification, "Header Fields").
MEMBER = re.compile(r"\\x03\\x01\\x73\\x00\\x(..)\\x00\\x00\\x00((?:\\x..)+)")


def members_in(trace):
    """The methods that are called in what strace shows of messages that are sent."""
    found = set()
    for line in trace:
        if "sendmsg(" in line:
            for length, text in MEMBER.findall(line):
                found.add(bytes.fromhex(text.replace("\\x", ""))[:int(length, 16)].decode())
    return found


@on_every_release
class ChangesNothing:
    @staticmethod
    def prepare(machine):
        for name, port in (("running", 27901), ("retired", 27902), ("stopped", 27903), ("broken", 27904)):
            game_host.add_instance(machine, name, port, autostart=name in ("running", "retired"))
        machine.write(f"{ROOT}/instances/broken/instance.env", "nonsense\n", "left4me")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        game_host.remove_instance(cls.machine, "retired")
        cls.machine.run("systemctl", "start", service("broken"), check=False)

    def everything(self):
        """What there is to be changed."""
        # Reading the journal, and what systemd does meanwhile, writes to what is left out.
        files = self.machine.shell(
            "find / /run -xdev '(' -path /var/log -o -path /run/log -o -path /run/systemd/journal -o -path /tmp ')' "
            "-prune -o -printf '%p %i %m %U %G %s %T@ %C@\\n' | sort").stdout
        units = self.machine.output("systemctl", "list-units", "--all", "--plain", "--no-legend", "--full")
        jobs = self.machine.output("systemctl", "list-jobs")
        return files, units, jobs, sorted(self.machine.mounts())

    def test_everything_is_as_it_was(self):
        # systemd learns of mounts that it did not make itself a moment later.
        for name in ("running", "retired"):
            self.machine.wait_for_property(mount_unit(name), "ActiveState", "active")
        before = self.everything()
        for command in COMMANDS:
            self.machine.run("l4d2ctl", *command, check=False)
            self.machine.run("setpriv", "--reuid=left4me", "--clear-groups", "l4d2ctl", *command, check=False)
        for what, then, now in zip(("files", "units", "jobs", "mounts"), before, self.everything()):
            self.assertEqual(now, then, what)

    def test_it_calls_nothing_that_could_change_anything(self):
        for command in COMMANDS:
            with self.subTest(command), tempfile.TemporaryDirectory() as directory:
                trace = Path(directory, "trace")
                self.machine.run("/usr/bin/l4d2ctl", *command, check=False, under=[
                    "strace", "--follow-forks", f"--output={trace}", "--strings-in-hex=all", "--string-limit=1000000"])
                lines = trace.read_text().splitlines()
                # What comes before is nsenter's and the loader's.
                confined = next(number for number, line in enumerate(lines)
                                if re.search(r" landlock_restrict_self\(\d+, 0\) += 0$", line))
                calls = [call for line in lines[confined:] if (call := re.match(r"\d+ +(\w+)\((.*)", line))]
                # The name by which systemd's library says who it is; it is no file's.
                calls = [call for call in calls if call[1] != "bind" or ", sun_path=@" not in call[2]]
                self.assertEqual({call[1] for call in calls if not HARMLESS.fullmatch(call[1])}, set())
                self.assertEqual([call[0] for call in calls if call[1].startswith("open") and
                                  re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)", call[2])], [])
                # A process of its own tells it by a pipe what other processes say of themselves.
                pipes = {number for call in calls if call[1] == "pipe2" for number in re.match(r"\[(\d+), (\d+)\]", call[2]).groups()}
                self.assertEqual([call[0] for call in calls if call[1] == "write" and
                                  call[2].partition(",")[0] not in {"1", "2", *pipes}], [])
                self.assertLessEqual(members_in(lines), {"Hello", "Get", "ListUnitsByPatterns"})
                if command[0] == "list":
                    self.assertIn("ListUnitsByPatterns", members_in(lines))

    def test_it_imports_nothing_that_could_change_anything(self):
        program = self.machine.disk / "usr/bin/l4d2ctl"
        symbols = subprocess.run(["nm", "--dynamic", "--undefined-only", "--format=just-symbols", program], check=True,
                                 capture_output=True, text=True).stdout.split()
        names = {symbol.partition("@")[0] for symbol in symbols}
        self.assertIn("statx", names)
        self.assertEqual({name for name in names if CHANGES.fullmatch(name)}, set())

    def test_without_landlock_it_keeps_no_right_to_mount(self):
        for verb in ("check", "layers"):
            with tempfile.TemporaryDirectory() as directory:
                trace = Path(directory, "trace")
                done = self.machine.run("/usr/bin/l4d2ctl", verb, *(["--drift"] if verb == "layers" else []), check=False, under=[
                    "strace", "--follow-forks", f"--output={trace}", "--trace=capset,landlock_create_ruleset",
                    "--inject=landlock_create_ruleset:error=EOPNOTSUPP"])
                said = trace.read_text()
            kept = "1<<CAP_DAC_READ_SEARCH"
            self.assertIn(f"{{effective={kept}, permitted={kept}, inheritable=0}}) = 0", said)
            self.assertIn("boot a kernel with Landlock", done.stderr)

    def test_it_gives_up_the_right_to_change_anything(self):
        for verb, capabilities in (("list", "1<<CAP_DAC_READ_SEARCH"),
                                   # What overlays and the helper mark directories with is shown to nobody else.
                                   ("check", "1<<CAP_DAC_READ_SEARCH|1<<CAP_SYS_ADMIN"),
                                   ("layers", "1<<CAP_DAC_READ_SEARCH|1<<CAP_SYS_ADMIN")):
            with tempfile.TemporaryDirectory() as directory:
                trace = Path(directory, "trace")
                self.machine.run("/usr/bin/l4d2ctl", verb, check=False, under=[
                    "strace", "--follow-forks", f"--output={trace}",
                    "--trace=prctl,capset,landlock_create_ruleset,landlock_add_rule,landlock_restrict_self"])
                said = trace.read_text()
            self.assertIn("prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) = 0", said)
            self.assertIn(f"{{effective={capabilities}, permitted={capabilities}, inheritable=0}}) = 0", said)
            # strace of Debian 12 has no name for the newest of these.
            said = said.replace("|0x4000", "|LANDLOCK_ACCESS_FS_TRUNCATE")
            ruleset = re.search(r"landlock_create_ruleset\({handled_access_fs=([A-Z_|]+)", said)[1].split("|")
            self.assertLessEqual({f"LANDLOCK_ACCESS_FS_{right}" for right in (
                "WRITE_FILE", "TRUNCATE", "REMOVE_DIR", "REMOVE_FILE", "MAKE_REG", "MAKE_DIR", "MAKE_SYM", "MAKE_SOCK",
                "MAKE_FIFO", "MAKE_BLOCK", "MAKE_CHAR", "REFER", "EXECUTE")}, set(ruleset))
            self.assertNotIn("landlock_add_rule", said)

"""l4d2ctl explain and diff on a host with instances of all kinds: what they say is what systemd then has."""

import json
import os
import re
import shlex

from tests.golden.l4d2ctl import validated
from tests.machine import game_host
from tests.machine.cases import on_every_release
from tests.machine.game_host import ROOT, instance_env, service

UNITS = "/etc/systemd/system"
GENERATED = "/run/systemd/generator"
PLAIN = ("installation",)
PORTS = {name: 27500 + number for number, name in enumerate([
    "plain", "scalars", "command", "lists", "doubled", "early", "swapped", "own", "unread", "masked",
    "dashes-and.dots_-", "0", "retired", "port", "layers", "breaking", "deleted", "forgotten", "limited", "auto"])}
# What stands in a file as systemd reads it: quotes of both kinds, blanks, specifiers, variables, separators, prefixes.
ARGUMENTS = (r'''"+hostname \"100%% %n fun\" '\$HOME \${PATH}' 'back\\\\slash' ; \"\" -x @a +b !c |d :e \\; """''',
             r""" '+sv_tags "a b" $x %i' """.strip())
DROP_IN = {
    "scalars": "[Service]\nRestart=no\nWorkingDirectory=/tmp\n[Unit]\nStartLimitBurst=9\nDescription=Mine\n",
    "command": "[Service]\nExecStart=\nExecStart=-/bin/echo 'a  b' \\\n# a comment\n  c %% d\n",
    "lists": "[Service]\nExecStartPre=/bin/true one\nReadWritePaths=/srv\nBindPaths=\nBindPaths=/srv:/mnt:norbind\n"
             "[Unit]\nWants=time-sync.target\nStartLimitInterval=1h\n",
}
# What is written besides instance.env, and which instances it is about.
FILES = {
    **{f"{UNITS}/l4d2@{name}.service.d/60-{name}.conf": text for name, text in DROP_IN.items()},
    f"{UNITS}/l4d2@doubled.service.d/60-doubled.conf": "[Service]\nExecStart=/bin/echo\n",
    f"{UNITS}/l4d2@early.service.d/10-early.conf": "[Service]\nRestart=always\nExecStart=/bin/early\n",
    f"{UNITS}/l4d2@swapped.service.d/50-left4me.conf": "[Service]\nNice=1\n",
    f"{UNITS}/l4d2@own.service": "[Service]\nType=exec\nExecStart=/bin/sleep 5\nBindPaths=/srv:/opt\n",
    f"{UNITS}/l4d2@.service.d/90-all.conf": "[Unit]\nWants=nss-user-lookup.target\n[Service]\nRestartSec=1\n",
    f"{UNITS}/service.d/40-type.conf": "[Unit]\nAfter=time-set.target\n",
    f"{UNITS}/var-lib-left4me-runtime-.mount.d/70-mounts.conf": "[Unit]\nDescription=Mine\nAfter=nss-lookup.target\n",
    "/etc/left4me/left4me.conf": "[Paths]\nLayerRoots=installation:overlays/*:/srv/layers/*\n",
}
LINKS = {f"{UNITS}/l4d2@unread.service.d/50-left4me.conf": "/dev/null",
         f"{UNITS}/l4d2@masked.service": "/dev/null"}


def unescape(value, name):
    return re.sub("%[%i]", lambda found: name if found[0] == "%i" else "%", value)


def words(command, name):
    return [unescape(word, name) for word in shlex.split(command.lstrip("@-:+!|"))]


def binds(value, name):
    """As systemd's properties have them: source, destination, whether it may be missing."""
    for word in shlex.split(value):
        source, *rest = unescape(word, name).split(":")
        yield source.removeprefix("-"), rest[0] if rest else source.removeprefix("-"), source.startswith("-")


def usec(span):
    return sum(int(number) * {"s": 10 ** 6, "": 10 ** 6, "h": 3600 * 10 ** 6}[unit]
               for number, unit in re.findall(r"(\d+)(s|h|)(?:\s|$)", span))


def object_path(unit):
    return "/org/freedesktop/systemd1/unit/" + re.sub(rb"[^A-Za-z0-9]", lambda c: b"_%02x" % ord(c[0]),
                                                     unit.encode()).decode()


def plain_path(path):
    """The same on a host whose /lib is a link to /usr/lib."""
    return path if path.startswith("/usr/") or not path.startswith("/lib/") else f"/usr{path}"


# What a property of systemd has to be for the values that l4d2ctl found, by key.
AS_LAST = {
    "User": ("User", str), "Restart": ("Restart", str), "Description": ("Description", str),
    "SourcePath": ("SourcePath", str), "StartLimitBurst": ("StartLimitBurst", int), "Where": ("Where", str),
    "StartLimitIntervalSec": ("StartLimitIntervalUSec", usec),
    "DefaultDependencies": ("DefaultDependencies", "yes".__eq__),
    "StopWhenUnneeded": ("StopWhenUnneeded", "yes".__eq__),
    # "!" is systemd's word for what may be missing.
    "WorkingDirectory": ("WorkingDirectory", lambda value: re.sub("^-", "!", value)),
}
AS_SUBSET = ("Wants", "After", "PartOf", "Conflicts", "Before", "RequiresMountsFor")


@on_every_release
class Units:
    @staticmethod
    def prepare(machine):
        for name, port in PORTS.items():
            game_host.add_instance(machine, name, port, layers=PLAIN)
        for number, arguments in enumerate(ARGUMENTS):
            game_host.add_instance(machine, f"quoting-{number}", 27540 + number, layers=PLAIN, arguments=arguments)
        game_host.add_instance(machine, "elsewhere", 27550, layers=("/srv/layers/a b%:overlays/maps", *PLAIN))
        machine.write(f"{ROOT}/instances/broken/instance.env", "L4D2_PORT=none\nL4D2_PROT=1\n", "left4me")
        machine.write(f"{ROOT}/instances/empty/instance.env", "", "left4me")
        machine.write("/etc/left4me/instances/of-root/instance.env", instance_env(27551, layers=PLAIN), mode=0o600)
        machine.write("/etc/left4me/instances/plain/instance.env", instance_env(27552, layers=PLAIN, autostart=False))
        machine.path(f"{ROOT}/instances/linked").mkdir()
        machine.path(f"{ROOT}/instances/linked/instance.env").symlink_to("../plain/instance.env")
        machine.path(f"{ROOT}/instances/directory/instance.env").mkdir(parents=True)
        for path, text in FILES.items():
            machine.write(path, text)
        for path, target in LINKS.items():
            machine.path(path).parent.mkdir(parents=True, exist_ok=True)
            machine.path(path).symlink_to(target)

    def instances(self):
        found = {path.name for directory in ("/etc/left4me/instances", f"{ROOT}/instances")
                 for path in self.machine.path(directory).iterdir()}
        return sorted(found | {path.stem for path in self.machine.path("/run/left4me").glob("*.json")})

    def explain(self, names):
        """{name: what l4d2ctl explain --json says}"""
        said = self.machine.shell(f"for name in {' '.join(names)}; do l4d2ctl explain --json $name; echo; done; true")
        self.assertEqual(said.stderr, "")
        return {name: validated("explain", text)
                for name, text in zip(names, re.split(r"\n\n", said.stdout.strip()), strict=True)}

    def properties(self, units):
        """{unit: its properties, as systemd has them}"""
        said = self.machine.shell("".join(f"busctl --json=short call org.freedesktop.systemd1 {object_path(unit)} "
                                          "org.freedesktop.DBus.Properties GetAll s ''\n" for unit in units)).stdout
        return {unit: {key: value["data"] for key, value in json.loads(line)["data"][0].items()}
                for unit, line in zip(units, said.splitlines(), strict=True)}

    def assert_as_systemd_has_it(self):
        explained = self.explain(self.instances())
        self.assertGreaterEqual(len(explained), 20)
        units = [unit["unit"] for found in explained.values() for unit in found["units"]]
        has = self.properties(["l4d2.target", *units])
        for name, found in explained.items():
            with self.subTest(name):
                self.assertIs(found["reload_needed"], False)
                for unit in found["units"]:
                    self.assert_files(unit, has[unit["unit"]])
                self.assertEqual(has[service(name)]["LoadState"], {"doubled": "bad-setting", "masked": "masked"}.get(
                    name, "loaded"))
                masked = {unit["unit"] for unit in found["units"] if unit["fragment"]["masked"]}
                for setting in found["effective"]:
                    if setting["unit"] not in masked:
                        self.assert_setting(name, setting, has[setting["unit"]])
                if found["command_line"]:
                    command, *others = [command[1] for command in has[service(name)]["ExecStart"]]
                    self.assertEqual(command, found["command_line"])
                    self.assertEqual([wrong["line"] for wrong in found["diagnostics"] if "second ExecStart" in
                                      wrong["problem"]], [2] if others else [])
        autostarted = {setting["value"] for found in explained.values() for setting in found["settings"]
                       if setting["unit"] == "l4d2.target"}
        self.assertEqual({unit for unit in has["l4d2.target"]["Wants"] if unit.startswith("l4d2@")}, autostarted)
        return explained

    def assert_files(self, unit, has):
        if not unit["fragment"]["masked"]:
            self.assertEqual(plain_path(has["FragmentPath"]), plain_path(unit["fragment"]["path"]))
            self.assertEqual([plain_path(path) for path in has["DropInPaths"]],
                             [plain_path(drop_in["path"]) for drop_in in unit["drop_ins"]])

    def assert_setting(self, name, setting, has):
        key = setting["key"]
        values = [value["value"] for value in setting["values"]]
        if key in AS_LAST:
            property_name, convert = AS_LAST[key]
            self.assertEqual([has[property_name]], [convert(unescape(value, name)) for value in values], key)
        elif key in AS_SUBSET:
            # Units' names have backslashes and no quotes; paths may have quotes.
            split = shlex.split if key == "RequiresMountsFor" else str.split
            wanted = {unescape(word, name) for value in values for word in split(value)}
            self.assertLessEqual(wanted, set(has[key]), key)
        elif key.startswith("Exec"):
            self.assertEqual([command[1] for command in has[key]], [words(value, name) for value in values], key)
        elif key in ("ReadWritePaths", "InaccessiblePaths"):
            self.assertEqual(has[key], [word for value in values for word in shlex.split(value)], key)
        elif key in ("BindPaths", "BindReadOnlyPaths"):
            self.assertEqual([tuple(path[:3]) for path in has[key]],
                             [path for value in values for path in binds(value, name)], key)
        else:
            # What is mounted shows as the kernel has it.
            self.assertIn(key, ("Documentation", "What", "Type", "X-Left4me-Health"))

    def test_explain_agrees_with_systemd_for_instances_of_all_kinds(self):
        self.machine.run("systemctl", "start", service("retired"))
        game_host.remove_instance(self.machine, "retired")
        self.machine.write("/run/systemd/system.control/l4d2@early.service.d/60-early.conf",
                           "[Unit]\nPartOf=graphical.target\n")
        self.machine.run("systemctl", "daemon-reload")
        explained = self.assert_as_systemd_has_it()
        self.assertEqual({name: found["state"] for name, found in explained.items() if found["state"] != "usable"},
                         {"retired": "retired", "broken": "unusable", "empty": "unusable", "linked": "unusable",
                          "directory": "unusable"})
        self.assertEqual(explained["command"]["command_line"], ["/bin/echo", "a  b", "c", "%", "d"])
        self.assertEqual(explained["unread"]["command_line"], ["/bin/false"])
        self.assertIsNone(explained["masked"]["command_line"])
        self.assertEqual({(found["kind"], found["key"]) for found in explained["early"]["overrides"]},
                         {("ineffective", "Restart"), ("ineffective", "ExecStart"), ("added", "PartOf"),
                          ("added", "Wants"), ("added", "After"), ("replaced", "Description")})

        # Who cannot see what is mounted does not take it for gone.
        done = self.machine.run("runuser", "-u", "left4me", "--", "l4d2ctl", "diff", "--json")
        said = validated("diff", done.stdout)
        self.assertEqual((said["instances"], said["not_compared"]), ([], ["of-root", "retired"]))

    def test_who_is_not_root_sees_what_was_made_of_a_file_and_is_told_what_is_missing(self):
        hidden = "only root may read /etc/left4me/instances/of-root/instance.env: run it as root"
        as_left4me = ("runuser", "-u", "left4me", "--", "l4d2ctl")
        done = self.machine.run(*as_left4me, "explain", "of-root", "--json", check=False)
        self.assertEqual(done.returncode, 66)
        self.assertIn(hidden, done.stderr.splitlines())
        found = validated("explain", done.stdout)
        self.assertEqual((found["state"], found["lines"]), ("hidden", []))
        self.assertEqual(found["command_line"][-2:], ["-port", "27551"])
        done = self.machine.run(*as_left4me, "diff", "of-root", "plain", "--json", check=False)
        self.assertEqual((done.returncode, validated("diff", done.stdout)["not_compared"]), (0, ["of-root"]))
        self.assertIn(hidden, done.stderr.splitlines())

    def generated(self):
        """What the generator has left: {path: {(section, key): values}}, of a symlink {}."""
        top = self.machine.path(GENERATED)
        files = {}
        for path in top.rglob("*"):
            name = str(path.relative_to(top))
            if path.is_symlink() and os.readlink(path).endswith(("/l4d2@.service", "/left4me-late-instances.service")):
                files[name] = {}
            elif path.is_file() and not path.is_symlink() and path.read_text().startswith(
                    "# Automatically generated by left4me-generator\n"):
                files[name] = settings = {}
                section = ""
                for line in path.read_text().splitlines():
                    section = line.strip("[]") if line.startswith("[") else section
                    key, equals, value = line.partition("=")
                    if equals and value:
                        settings.setdefault((section, key), []).append(value)
        return files

    def diff(self, code):
        done = self.machine.run("l4d2ctl", "diff", "--json", check=False)
        self.assertEqual((done.returncode, done.stderr), (code, ""))
        return validated("diff", done.stdout)

    def write_env(self, name, text):
        self.machine.write(f"{ROOT}/instances/{name}/instance.env", text, "left4me")

    def test_what_diff_says_is_what_a_reload_does_and_nothing_else(self):
        running = [service(name) for name in ("port", "layers", "breaking", "deleted", "limited")]
        self.machine.run("systemctl", "start", *running)
        self.assertEqual(self.diff(0)["instances"], [])

        self.write_env("port", instance_env(27612, layers=PLAIN, arguments="+map x"))
        self.write_env("layers", instance_env(PORTS["layers"], layers=("overlays/maps", *PLAIN)))
        self.write_env("breaking", "L4D2_PORT=none\n")
        self.write_env("broken", instance_env(27601, layers=PLAIN, autostart=True))
        self.write_env("auto", instance_env(PORTS["auto"], layers=PLAIN, autostart=True))
        self.write_env("quoting-0", instance_env(27540, layers=PLAIN, arguments="+sv_tags '%n $x'"))
        self.write_env("fresh", instance_env(27602, layers=PLAIN))
        self.write_env("0", "# a comment\n" + instance_env(PORTS["0"], layers=PLAIN).replace("PORT=", "PORT= "))
        game_host.remove_instance(self.machine, "deleted")
        game_host.remove_instance(self.machine, "forgotten")
        expected = {"port": ("usable", "usable", "running", True, False),
                    "layers": ("usable", "usable", "running", True, True),
                    "breaking": ("usable", "unusable", "running", False, False),
                    "broken": ("unusable", "usable", "stopped", False, False),
                    "auto": ("usable", "usable", "stopped", False, False),
                    "quoting-0": ("usable", "usable", "stopped", False, False),
                    "fresh": ("none", "usable", "stopped", False, False),
                    "deleted": ("usable", "retired", "running", False, False),
                    "forgotten": ("usable", "none", "stopped", False, False)}
        self.assert_reload_does_what_diff_says(expected)

        self.machine.write("/etc/left4me/left4me.conf.d/limit.conf", "[Servers]\nStartLimitBurst=8\n")
        changes = self.assert_reload_does_what_diff_says()
        self.assertEqual((changes["limited"]["server"], changes["limited"]["restart"]), ("running", False))
        self.assertNotIn("breaking", changes)
        self.machine.run("systemctl", "stop", *running)
        self.assert_nothing_mounted("deleted")

    def assert_reload_does_what_diff_says(self, expected=None):
        """Returns the instances that it says something about, by name."""
        changes = {change["name"]: change for change in self.diff(1)["instances"]}
        if expected:
            self.assertEqual({name: tuple(change[key] for key in ("before", "after", "server", "restart", "remount"))
                              for name, change in changes.items()}, expected)
        before = self.generated()
        self.machine.run("systemctl", "daemon-reload")
        after = self.generated()
        said = {file["path"]: file for change in changes.values() for file in change["files"]}
        self.assertEqual({path for path in before.keys() | after.keys() if before.get(path) != after.get(path)},
                         said.keys())
        for path, file in said.items():
            if path.endswith(".service"):
                continue
            old, new = before.get(path, {}), after.get(path, {})
            self.assertEqual({(setting["section"], setting["key"]): (setting["before"], setting["after"])
                              for setting in file["settings"]},
                             {key: (old.get(key, []), new.get(key, [])) for key in old.keys() | new.keys()
                              if old.get(key) != new.get(key)}, path)
        self.assert_as_systemd_has_it()
        done = self.machine.run("l4d2ctl", "diff")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        return changes

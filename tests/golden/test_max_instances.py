"""More instances than MaxInstances=: the generator and each verb of l4d2ctl leave out the same, and say so."""

from tests.golden.l4d2ctl import read_json, run_l4d2ctl
from tests.golden.test_ctl_list import ROOT, Tree
from tests.golden.test_golden import read_tree, run_generator

REFUSED = "refused, since there are more than MaxInstances=2 instances: raise it in left4me.conf, or remove instances"


class MaxInstances(Tree):
    def setUp(self):
        super().setUp()
        self.write("etc/left4me/left4me.conf", "[Servers]\nMaxInstances=2\n")

    def add(self, *names):
        for number, name in enumerate(names):
            self.add_instance(name, f"L4D2_LOWERDIRS=installation\nL4D2_PORT={27015 + number}\nL4D2_AUTOSTART=yes\n")

    def message(self, name):
        return f"/{ROOT}/instances/{name}/instance.env: {REFUSED}"

    def generate(self):
        """What the generator says, and the names that have a drop-in, and those that are started at boot."""
        output = self.root / "run/systemd/generator"
        output.mkdir(parents=True, exist_ok=True)
        done = run_generator(f"--root={self.root}", output)
        self.assertEqual(done.returncode, 0)
        units = read_tree(output)
        return (done.stderr,
                sorted(path[5:].partition(".service.d/")[0] for path in units if path.startswith("l4d2@")),
                sorted(path.partition("@")[2].removesuffix(".service") for path in units
                       if path.startswith("l4d2.target.wants/l4d2@")))

    def test_as_many_as_that_are_none_too_many(self):
        self.add("alpha", "beta")
        self.assertEqual(self.generate(), ("", ["alpha", "beta"], ["alpha", "beta"]))

    def test_the_first_are_named_and_the_others_counted(self):
        self.add("alpha", "beta", *(f"n{number:02}" for number in range(13)))
        message, made, started = self.generate()
        named = ", ".join(f"n{number:02}" for number in range(10))
        self.assertEqual(message, f"left4me.conf: more than MaxInstances=2 instances, refused: {named} and 3 "
                                  "others: raise it, or remove instances\n")
        self.assertEqual((made, started), (["alpha", "beta"], ["alpha", "beta"]))

    def test_the_longest_names_fit_into_one_line_of_the_kernel_log(self):
        self.add(*(f"{number:063}" for number in range(13)))
        self.assertLess(len(self.generate()[0]), 900)

    def test_a_mounted_one_beyond_it_can_still_be_unmounted(self):
        self.add("alpha", "beta", "gamma")
        for name in ("alpha", "beta", "gamma"):
            self.write(f"run/left4me/{name}.json", "{}")
        message, made, started = self.generate()
        self.assertIn("refused: gamma: raise it", message)
        self.assertEqual((made, started), (["alpha", "beta", "gamma"], ["alpha", "beta"]))
        drop_in = (self.root / "run/systemd/generator/l4d2@gamma.service.d/50-left4me.conf").read_text()
        self.assertIn("ExecStopPost=+", drop_in)
        self.assertNotIn("ExecStart", drop_in)

    def test_check_names_each_and_judges_the_others_as_ever(self):
        self.add("alpha", "beta", "delta", "gamma")
        self.add_instance("gamma", "nonsense\n")
        done = run_l4d2ctl("check", f"--root={self.root}", "delta", "gamma")
        self.assertEqual(done.returncode, 65)
        lines = done.stdout.splitlines()
        self.assertEqual([line for line in lines if "refused" in line], [self.message("delta"), self.message("gamma")])
        self.assertIn(f"/{ROOT}/instances/gamma/instance.env:1: ", lines[2])
        self.assertNotIn("refused", run_l4d2ctl("check", f"--root={self.root}", "alpha").stdout)
        self.assertIn(self.message("delta"), run_l4d2ctl("check", f"--root={self.root}").stdout)

    def test_the_list_names_each(self):
        self.add("alpha", "beta", "gamma")
        self.generate()
        gamma = self.servers()["gamma"]
        self.assertEqual((gamma["state"], gamma["file_state"], gamma["why"], gamma["needs_reload"]),
                         ("refused", "refused", self.message("gamma"), False))
        self.assertEqual({self.servers()[name]["file_state"] for name in ("alpha", "beta")}, {"usable"})

    def test_a_port_is_not_taken_by_what_is_refused(self):
        self.add("alpha", "beta")
        self.add_instance("gamma", "L4D2_LOWERDIRS=installation\nL4D2_PORT=27015\n")
        self.assertNotIn("is also that of", self.generate()[0])
        self.assertIsNone(self.servers()["alpha"]["warning"])
        self.assertNotIn("is also that of", run_l4d2ctl("check", f"--root={self.root}").stdout)

    def test_the_difference_says_that_one_is_left_out_now(self):
        self.add("beta", "gamma")
        self.generate()
        self.add("alpha")
        said = read_json("diff", f"--root={self.root}")
        changes = {change["name"]: change for change in said["instances"]}
        self.assertEqual(set(changes), {"alpha", "gamma"})
        self.assertEqual((changes["gamma"]["before"], changes["gamma"]["after"]), ("usable", "none"))
        self.assertIn("it cannot be started: there are more instances than MaxInstances= of left4me.conf: raise it, or "
                      "remove instances", changes["gamma"]["meaning"])

    def test_explain_says_why_there_is_nothing(self):
        self.add("alpha", "beta", "gamma")
        said = read_json("explain", f"--root={self.root}", "gamma")
        self.assertEqual((said["state"], said["settings"]), ("refused", []))
        self.assertEqual(said["reasons"], ["there are more instances than MaxInstances= of left4me.conf, so nothing is "
                                           "generated that starts it"])

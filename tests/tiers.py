"""Builds the product and runs the tiers of tests, all of them or those named:

    style         shellcheck, clang-format, clang-tidy, the manual pages and the other documents
    unit          pure code, with sanitizers, and on the other Debian release with its compiler
    golden        the generator and l4d2ctl on whole trees
    fuzz          each fuzzer on its corpus, and for half a minute beyond it
    overlay       the helper against this kernel; needs root
    differential  environment files, against a real systemd of each Debian release; needs root
    machine       a real systemd of each Debian release; needs root
    package       the Debian package: built twice, looked at, and in clean machines of each release from its
                  installation to its purge; needs root
    bench         each benchmark at its smallest size: it ends and prints its table; needs root
    vm            virtual machines: the helper against the kernel of each Debian release, and a boot, a reboot and
                  a power cut; needs root

The last line is the total: `N passed, N failed`. A tier that cannot run here fails when CI is set; otherwise
it says what is missing and that it was not run.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.compiler_cache import build_environment
from tests.machine import product, roots
from tests.machine.machine import RELEASES
from tests.package import packages
from tests.vm import overlay_guest

SOURCE = Path(__file__).resolve().parents[1]
SANITIZED = SOURCE / "build" / "asan-ubsan"
FUZZING = SOURCE / "build" / "fuzz"


def modules_of(tier, besides=()):
    """All test modules of a tier's folder except those named, so that none is forgotten."""
    found = [f"tests.{tier}.{path.stem}" for path in sorted((SOURCE / "tests" / tier).glob("test_*.py"))]
    return [module for module in found if module not in besides]


# What is said beforehand is the same whichever of the two ways to mount is taken.
EITHER_WAY_MODULES = ["tests.overlay.test_ctl_layers", "tests.overlay.test_refused_states"]
# As fast as it is installed, and without the sanitizers' own system calls.
RELEASE_OVERLAY_MODULES = ["tests.overlay.test_faults", "tests.overlay.test_races"]
OVERLAY_MODULES = modules_of("overlay", besides=EITHER_WAY_MODULES + RELEASE_OVERLAY_MODULES)
# What depends on the kernel is run on each of Debian's too. How status words it does not, and takes a third of the time
# on an emulated processor.
GUEST_MODULES = [module for module in OVERLAY_MODULES if module != "tests.overlay.test_status"]
# With the sanitizers too.
MACHINE_MODULES = [f"tests.machine.test_{name}"
                   for name in ("server", "refusals", "late", "hostile", "full", "layers_elsewhere")]
# Looks at what is installed, and boots nothing.
INSTALL_MODULE = "tests.machine.test_install"
# What is about the units rather than the programs, what is with many servers, and how they come from elsewhere.
RELEASE_MODULES = modules_of("machine", besides=[*MACHINE_MODULES, INSTALL_MODULE])
# Of a hundred servers up and down; ten take ten minutes.
ROUNDS = os.environ.get("LEFT4ME_ROUNDS", "1")
SHELL = re.compile(rb"#! ?/bin/(ba)?sh\b")
TOTALS = re.compile(r"^(\d+) passed, (\d+) failed$")


class Totals:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self._lock = threading.Lock()

    def add(self, passed, failed):
        with self._lock:
            self.passed += passed
            self.failed += failed

    def check(self, what, command, **options):
        """One test: the command succeeds."""
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              cwd=SOURCE, **options)
        if done.returncode == 0:
            print(f"ok    {what}", flush=True)
            self.add(1, 0)
        else:
            print(f"FAIL  {what}\n{done.stdout}", flush=True)
            self.add(0, 1)

    def run_modules(self, modules, **environment):
        """The tests of unittest modules, by tests.report in a process of its own."""
        self.run_report("tests.report", modules, **environment)

    def run_report(self, module, arguments, **environment):
        """A Python module that prints as tests.report does, in a process of its own."""
        command = [sys.executable, "-m", module, *arguments]
        totals = None
        block = ""
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SOURCE,
                              env=os.environ | environment) as process:
            for line in process.stdout:
                totals = TOTALS.match(line)
                # A test and what it says of its failure stay together.
                if not line.startswith(" "):
                    print(block, end="", flush=True)
                    block = ""
                block += "" if totals else line
        print(block, end="", flush=True)
        if totals:
            self.add(int(totals[1]), int(totals[2]))
        else:
            print(f"FAIL  {module} {' '.join(arguments)} ended without a total")
            self.add(0, 1)

    def add_boost_results(self, what, results):
        """The test cases in a JUnit log of Boost.Test."""
        cases = list(ElementTree.parse(results).getroot().iter("testcase"))
        failed = 0
        for case in cases:
            name = f"{what}.{case.get('classname', '')}.{case.get('name')}"
            problems = [child for child in case if child.tag in ("failure", "error", "skipped")]
            if problems:
                failed += 1
                print(f"FAIL  {name}\n      " + "\n      ".join(problem.text or "" for problem in problems))
        if not cases:
            failed = 1
        print(f"ok    {what}: {len(cases) - failed} of {len(cases)} cases", flush=True)
        self.add(len(cases) - failed, failed)


_sanitized_build = threading.Lock()


def build_sanitized():
    with _sanitized_build:
        build(SANITIZED.name)


def build(preset, *targets):
    for command in (["cmake", "--log-level=WARNING", "--preset", preset],
                    ["cmake", "--build", "--preset", preset, *(["--target", *targets] if targets else [])]):
        done = subprocess.run(command, cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, env=build_environment())
        if done.returncode != 0:
            raise RuntimeError(done.stdout)


def in_parallel(function, calls):
    """Calls `function` with each of several sets of keyword arguments, all at a time."""
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        for call in [pool.submit(function, **arguments) for arguments in calls]:
            call.result()


@contextlib.contextmanager
def low_priority():
    """For what this thread does and starts."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, before + 10)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


def sources(*endings):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                            check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in listed if name.endswith(endings)]


def shell_scripts():
    """Those whose first line says so: none has a suffix."""
    files = [SOURCE / name for name in sources("")]
    return [file for file in files if file.is_file() and SHELL.match(file.read_bytes())]


def style(totals):
    build_sanitized()
    totals.check("style: shellcheck", ["shellcheck", *shell_scripts()])
    totals.check("style: clang-format", ["clang-format", "--dry-run", "-Werror", *sources(".cpp", ".hpp")])
    totals.run_modules([*modules_of("manual"), *modules_of("documents")],
                       LEFT4ME_BUILD=str(SANITIZED))
    product_sources = [name for name in sources(".cpp") if not name.startswith("tests/")]
    totals.check("style: clang-tidy", [sys.executable, "-m", "tests.clang_tidy", SANITIZED, *product_sources])


def unit(totals):
    build_sanitized()
    program = "tests/unit/left4me-unit-tests"
    log = SANITIZED / "unit-tests.xml"
    log.unlink(missing_ok=True)
    subprocess.run([SANITIZED / program, f"--logger=JUNIT,error,{log}"], check=False, stdout=subprocess.DEVNULL)
    totals.add_boost_results("unit", log)
    totals.run_modules(["tests.completion.test_completion"], LEFT4ME_BUILD=str(SANITIZED))

    # The other release's compiler and libraries.
    for release in RELEASES:
        if release == roots.host_release():
            continue
        tree = product.build(release, "left4me-unit-tests", preset=SANITIZED.name)
        log = tree.parent / "unit-tests.xml"
        log.unlink(missing_ok=True)
        product.run_in_build_root(release, f"/build/{tree.name}/{program} --logger=JUNIT,error,/build/{log.name} || true",
                                  tree.parent)
        totals.add_boost_results(f"unit on {release}", log)


def golden(totals):
    build_sanitized()
    totals.run_modules(modules_of("golden"),
                       LEFT4ME_GENERATOR=str(SANITIZED / "generator/left4me-generator"),
                       LEFT4ME_CTL=str(SANITIZED / "generator/l4d2ctl"))


def fuzz(totals):
    build("fuzz")
    crashes = FUZZING / "crashes"
    shutil.rmtree(crashes, ignore_errors=True)
    crashes.mkdir()
    # What is read at boot, and what is read from the network.
    fuzz_with(totals, crashes, "instance-env-fuzzer", "corpus", "instance_env.dict")
    fuzz_with(totals, crashes, "a2s-reply-fuzzer", "a2s_corpus", "a2s_reply.dict")
    for crash in sorted(crashes.iterdir()):
        print(f"      {crash}\n      {crash.read_bytes()!r}", flush=True)


def fuzz_with(totals, crashes, fuzzer, seeds, dictionary):
    with tempfile.TemporaryDirectory() as directory:
        # What it finds is not for the source tree.
        corpus = Path(directory) / "corpus"
        shutil.copytree(SOURCE / "tests/fuzz" / seeds, corpus)
        command = [FUZZING / "tests/fuzz" / fuzzer, f"-artifact_prefix={crashes}/",
                   f"-dict={SOURCE / 'tests/fuzz' / dictionary}", "-max_len=4096", "-timeout=10"]
        totals.check(f"fuzz: {fuzzer}: the corpus", [*command, "-runs=0", corpus])
        totals.check(f"fuzz: {fuzzer}: 30 s beyond the corpus", [*command, "-max_total_time=30", corpus])


def overlay(totals):
    build_sanitized()
    # Of the two ways to mount, guests with older kernels know only the second.
    in_parallel(totals.run_modules, [{"modules": OVERLAY_MODULES, "LEFT4ME_WAY": way,
                                      "LEFT4ME_OVERLAY": str(SANITIZED / "helper/left4me-overlay")}
                                     for way in ("descriptors", "staged")])
    build("release", "left4me-overlay")
    totals.run_modules(EITHER_WAY_MODULES,
                       LEFT4ME_CTL=str(SANITIZED / "generator/l4d2ctl"),
                       LEFT4ME_OVERLAY=str(SOURCE / "build/release/helper/left4me-overlay"))
    totals.run_modules(RELEASE_OVERLAY_MODULES,
                       LEFT4ME_OVERLAY=str(SOURCE / "build/release/helper/left4me-overlay"))


def differential(totals):
    build_sanitized()
    totals.run_modules(["tests.differential.test_env_file"],
                       LEFT4ME_ENV_DUMP=str(SANITIZED / "tests/differential/env-dump"))


def machine(totals):
    totals.run_modules([INSTALL_MODULE])
    # A machine mostly waits: one of each release at a time.
    for preset in ("release", SANITIZED.name):
        for release in RELEASES:
            product.install(release, preset)
        print(f"--- machine, {preset}", flush=True)
        modules = MACHINE_MODULES + (RELEASE_MODULES if preset == "release" else [])
        in_parallel(totals.run_modules, [{"modules": modules, "LEFT4ME_MACHINE_PRESET": preset,
                                          "LEFT4ME_MACHINE_RELEASES": release, "LEFT4ME_ROUNDS": ROUNDS}
                                         for release in RELEASES])


def package(totals):
    with low_priority():
        for release in RELEASES:
            packages.build(release)
        # One machine of each release at a time, and the second builds take what these leave of the processors.
        in_parallel(totals.run_modules, [
            {"modules": ["tests.package.test_package"]},
            *({"modules": ["tests.package.test_life", "tests.package.test_autopkgtest"],
               "LEFT4ME_MACHINE_RELEASES": release} for release in RELEASES)])


def bench(totals):
    totals.run_modules(["tests.bench.test_smallest"])


def vm(totals):
    helper = overlay_guest.prepare()
    # What the power cut's host has installed; the guests meanwhile build nothing.
    product.install(overlay_guest.USER_SPACE)
    in_parallel(totals.run_report, [
        {"module": "tests.report", "arguments": ["tests.vm.test_power_cut"]},
        *({"module": "tests.vm.overlay_guest", "arguments": [release, *GUEST_MODULES], "LEFT4ME_OVERLAY": str(helper)}
          for release in RELEASES)])


# One processor is enough for each of the first; machines mostly wait, and let packages be compiled meanwhile.
AT_A_TIME = (("golden", "fuzz", "differential"), ("machine", "package"))
TIERS = {tier.__name__: tier for tier in (style, unit, golden, fuzz, overlay, differential, machine, package, bench, vm)}
NEED_ROOT = ("unit", "overlay", "differential", "machine", "package", "bench", "vm")


def run(name, totals):
    if name in NEED_ROOT and os.geteuid() != 0:
        print(f"{'FAIL' if os.environ.get('CI') else 'NOT RUN'}  {name}: needs root")
        totals.add(0, 1 if os.environ.get("CI") else 0)
        return
    began = time.monotonic()
    print(f"--- {name}", flush=True)
    try:
        TIERS[name](totals)
    except (RuntimeError, OSError, ElementTree.ParseError) as error:
        print(f"FAIL  {name}: {error}")
        totals.add(0, 1)
    print(f"--- {name}: {time.monotonic() - began:.0f} s", flush=True)


def main(names):
    unknown = [name for name in names if name not in TIERS]
    if unknown:
        print(f"no such tier: {' '.join(unknown)}; there are: {' '.join(TIERS)}", file=sys.stderr)
        return 64
    totals = Totals()
    wanted = [name for name in TIERS if not names or name in names]
    while wanted:
        group = next((group for group in AT_A_TIME if wanted[0] in group), wanted[:1])
        in_parallel(run, [{"name": name, "totals": totals} for name in wanted if name in group])
        wanted = [name for name in wanted if name not in group]
    print(f"{totals.passed} passed, {totals.failed} failed")
    return 0 if totals.passed and not totals.failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

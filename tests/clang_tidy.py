"""clang-tidy over source files, leaving out those that it found nothing in when they, and all they include, were the
same as now.

    python3 -m tests.clang_tidy BUILD SOURCE...
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.machine.roots import CACHE

SOURCE = Path(__file__).resolve().parents[1]
CLEAN = CACHE / "clang-tidy"


def preprocessing_command(command):
    """A compile command from compile_commands.json, made to print what the compiler sees, comments included."""
    words = shlex.split(command)
    output = words.index("-o")
    del words[output:output + 2]
    words.remove("-c")
    return [*words, "-E", "-C", "-dD"]


def fingerprint(entry, common):
    """Of everything that clang-tidy looks at, whatever the checkout is called."""
    seen = subprocess.run(preprocessing_command(entry["command"]), cwd=entry["directory"], check=True,
                          capture_output=True).stdout
    # The preprocessor joins lines and drops #include.
    seen += Path(entry["file"]).read_bytes()
    seen += entry["command"].encode()
    return hashlib.sha256(common + seen.replace(str(SOURCE).encode(), b"")).hexdigest()


def check(entry, build, common):
    """What clang-tidy complains of; empty when it does not."""
    mark = CLEAN / fingerprint(entry, common)
    if mark.exists():
        return ""
    done = subprocess.run(["clang-tidy", "-quiet", "-p", build, entry["file"]], cwd=SOURCE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    if done.returncode == 0:
        mark.touch()
        return ""
    return done.stdout or f"{entry['file']}: clang-tidy failed with exit code {done.returncode}\n"


def main(build, *sources):
    CLEAN.mkdir(parents=True, exist_ok=True)
    wanted = {str(SOURCE / name) for name in sources}
    entries = [entry for entry in json.loads((Path(build) / "compile_commands.json").read_text())
               if entry["file"] in wanted]
    unknown = wanted - {entry["file"] for entry in entries}
    version = subprocess.run(["clang-tidy", "--version"], check=True, capture_output=True).stdout
    common = version + (SOURCE / ".clang-tidy").read_bytes()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        complaints = [*pool.map(lambda entry: check(entry, build, common), entries),
                      *(f"{name}: is not compiled by {build}\n" for name in sorted(unknown))]
    print("".join(complaints), end="")
    return 1 if any(complaints) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""The time `systemctl daemon-reload` takes in a machine, with and without left4me-generator."""

import shutil
import statistics

from tests.bench import inputs
from tests.machine import game_host
from tests.machine.machine import Machine

_MASK = "/etc/systemd/system-generators/left4me-generator"

# One process inside times all of them: entering the machine takes longer than some reloads. The first of
# each pair is not counted: after it systemd loads or forgets what the other way of doing it changed.
_RELOADS = f"""
mkdir -p {_MASK.rpartition('/')[0]}
settle() {{
    local before= now=.
    while [ "$before" != "$now" ]; do
        before=$now
        now=$(systemctl show --property=NNames)
    done
}}
reload() {{
    systemctl daemon-reload
    settle
    began=$EPOCHREALTIME
    systemctl daemon-reload
    ended=$EPOCHREALTIME
    echo "$1 $((${{ended/./}} - ${{began/./}}))"
}}
for ((run = 0; run < $1; ++run)); do
    reload with
    ln -s /dev/null {_MASK}
    reload without
    rm {_MASK}
done
"""


def measure(release, counts, runs):
    """Yields (instances, whether they start at boot, {"with": ms, "without": ms})."""
    with Machine.create(release) as machine:
        machine.boot()
        instances = machine.path(f"{game_host.ROOT}/instances")
        for count in counts:
            for autostart in (False, True) if count else (False,):
                inputs.write_instances(instances, count, autostart)
                said = machine.run("/bin/bash", "-euc", _RELOADS, "bash", runs, timeout=600).stdout
                check(machine, count)
                yield count, autostart, medians(said)
                for name in inputs.names(count):
                    shutil.rmtree(instances / name)


def check(machine, count):
    machine.run("systemctl", "daemon-reload")
    units = machine.shell("ls /run/systemd/generator | grep -c 'merged[.]mount$' || true").stdout
    if int(units) != count:
        raise RuntimeError(f"{units.strip()} mount units for {count} instances\n{machine.recent_journal()}")


def medians(said):
    times = {}
    for line in said.splitlines():
        how, microseconds = line.split()
        times.setdefault(how, []).append(int(microseconds) / 1000)
    return {how: statistics.median(values) for how, values in times.items()}

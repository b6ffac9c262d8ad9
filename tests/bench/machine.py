"""What the benchmark reads of its machine: memory of a process, CPU time of a cgroup, the status of the daemon."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import time

CGROUPS = pathlib.Path("/sys/fs/cgroup")
UNITS = pathlib.Path("/run/systemd/system")


def run(*command, check=True):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:200]}: status {result.returncode}: {result.stderr[-500:]}")
    return result.stdout


def wait_for(what, condition, seconds=180):
    """The first true value of condition(); RuntimeError when there is none in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        value = condition()
        if value:
            return value
        time.sleep(0.25)
    raise RuntimeError(f"not in {seconds} s: {what}")


def main_pid(unit):
    return int(run("systemctl", "show", "-P", "MainPID", unit))


def memory(pid):
    """PSS and private dirty of a process in bytes, of /proc/PID/smaps_rollup."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {
        key: int(re.search(rf"^{name}: +(\d+) kB", rollup, re.M)[1]) * 1024
        for key, name in (("pss", "Pss"), ("private_dirty", "Private_Dirty"), ("private_clean", "Private_Clean"))
    }


def mappings(pid):
    """Private dirty and PSS in bytes by what is mapped: {"[heap]": {...}, "anonymous": {...}, "libc.so.6": {...}}."""
    sums = {}
    entry = None
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            words = line.split(maxsplit=5)
            name = os.path.basename(words[5]) if len(words) > 5 else "anonymous"
            entry = sums.setdefault(name, {"pss": 0, "private_dirty": 0})
        elif line.startswith("Pss:"):
            entry["pss"] += int(line.split()[1]) * 1024
        elif line.startswith("Private_Dirty:"):
            entry["private_dirty"] += int(line.split()[1]) * 1024
    return sums


def cpu_us(cgroup):
    """CPU microseconds of a cgroup since it was made, (user, system), exact where /proc/PID/stat counts ticks."""
    text = (CGROUPS / cgroup / "cpu.stat").read_text()
    return tuple(int(re.search(rf"^{name} (\d+)", text, re.M)[1]) for name in ("user_usec", "system_usec"))


class CpuWindow:
    """The CPU that cgroups take over a number of seconds: {name: microseconds of CPU per second}."""

    def __init__(self, **cgroups):
        self._cgroups = cgroups

    def measure(self, seconds, meanwhile=time.sleep):
        before = {name: cpu_us(path) for name, path in self._cgroups.items()}
        start = time.monotonic()
        meanwhile(seconds)
        elapsed = time.monotonic() - start
        return {name: sum(now - then for now, then in zip(cpu_us(path), before[name])) / elapsed
                for name, path in self._cgroups.items()}


def status():
    """`cgmemctl status --json`."""
    return json.loads(run("cgmemctl", "status", "--json"))


def summary(values):
    return {"median": statistics.median(values), "max": max(values), "values": values}

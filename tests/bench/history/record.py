"""Reads what cgmemd reads of every service every 5 s, into a CSV file: a recording to choose the chunk format by.

record.py SECONDS FILE: the columns are unit, realtime_us, monotonic_us, then the keys of Core/History/HistoryFields;
absent values are empty. memory.peak.interval is the kernel's own, as memory.peak of a descriptor of ours that is reset.
"""
import csv
import os
import pathlib
import re
import sys
import time

ROOT = pathlib.Path("/sys/fs/cgroup")
INTERVAL = 5
STAT = ("anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem zswap zswapped file_mapped "
        "file_dirty file_writeback inactive_anon active_anon inactive_file active_file unevictable slab_reclaimable "
        "slab_unreclaimable pgfault pgmajfault").split()
EVENTS = "low high max oom oom_kill oom_group_kill".split()
PSS = {"pss": "Pss", "pss_anon": "Pss_Anon", "pss_file": "Pss_File", "pss_shmem": "Pss_Shmem", "swap_pss": "SwapPss"}
KEYS = [
    "memory.current", "memory.peak", "memory.peak.interval", "memory.swap.current", "memory.swap.peak",
    *[f"memory.stat.{key}" for key in STAT],
    *[f"memory.events.{key}" for key in EVENTS], *[f"memory.events.local.{key}" for key in EVENTS],
    "memory.pressure.some.avg10", "memory.pressure.some.total",
    "memory.pressure.full.avg10", "memory.pressure.full.total", "pids.current",
    *PSS, "memory.high", "memory.max", "memory.swap.max", "effective_memory.high", "effective_memory.max",
    "memory.peak.interval.exact",
]
NO_LIMIT = 2 ** 64 - 1


class Group:
    """A cgroup with the descriptor whose memory.peak is ours alone."""

    def __init__(self, path):
        self.path, self.inode = path, path.stat().st_ino
        self.peak = os.open(path / "memory.peak", os.O_RDWR)
        os.write(self.peak, b"r")
        self.passes = hash(path.name) % 6

    def ancestors(self):
        path = self.path
        while path != ROOT:
            yield path
            path = path.parent

    def text(self, name):
        return (self.path / name).read_text()

    def sample(self):
        values = {}
        for key in ("memory.current", "memory.peak", "memory.swap.current", "memory.swap.peak", "pids.current"):
            values[key] = int(self.text(key))
        values["memory.peak.interval"] = int(os.pread(self.peak, 64, 0))
        os.write(self.peak, b"r")
        values["memory.peak.interval.exact"] = 1
        for file, keys in (("memory.stat", STAT), ("memory.events", EVENTS), ("memory.events.local", EVENTS)):
            found = dict(line.split() for line in self.text(file).splitlines())
            values |= {f"{file}.{key}": int(found[key]) for key in keys if key in found}
        for kind, avg10, total in re.findall(r"(\w+) avg10=([\d.]+) .*total=(\d+)", self.text("memory.pressure")):
            values[f"memory.pressure.{kind}.avg10"] = round(float(avg10) * 100)
            values[f"memory.pressure.{kind}.total"] = int(total)
        for name in ("memory.high", "memory.max", "memory.swap.max"):
            values[name] = least([self.path], name)
        for name in ("memory.high", "memory.max"):
            values["effective_" + name] = least(self.ancestors(), name)
        self.passes += 1
        if self.passes % 6 == 0:
            values |= self.pss()
        return values

    def pss(self):
        sums = dict.fromkeys(PSS, 0)
        for pid in self.text("cgroup.procs").split():
            try:
                rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            for key, name in PSS.items():
                if match := re.search(rf"^{name}: +(\d+) kB", rollup, re.M):
                    sums[key] += int(match[1]) * 1024
        return sums


def least(paths, name):
    limits = [(path / name).read_text().strip() for path in paths]
    return min(NO_LIMIT if limit == "max" else int(limit) for limit in limits)


def known(groups):
    """The groups of all services there are now; those that are gone or were made anew are opened again."""
    for path in ROOT.glob("system.slice/**/*.service"):
        group = groups.get(path)
        if group is None or group.inode != path.stat().st_ino:
            groups[path] = Group(path)
    return groups


def record(seconds, file):
    groups = {}
    with open(file, "w", newline="") as target:
        rows = csv.writer(target, lineterminator="\n")
        rows.writerow(["unit", "realtime_us", "monotonic_us", *KEYS])
        due = time.monotonic() + INTERVAL
        end = due + seconds
        while due < end:
            time.sleep(max(0, due - time.monotonic()))
            now = (time.time_ns() // 1000, time.monotonic_ns() // 1000)
            for path, group in list(known(groups).items()):
                try:
                    values = group.sample()
                except OSError:
                    os.close(groups.pop(path).peak)
                    continue
                rows.writerow([path.name, *now, *[values.get(key, "") for key in KEYS]])
            due += INTERVAL


if __name__ == "__main__":
    record(int(sys.argv[1]), sys.argv[2])

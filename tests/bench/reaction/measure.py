"""Inside the VM: how long after a service's memory crossed a threshold each watcher tells, and what it used then.

measure.py HOST_JSON ROUNDS WATCHERS RATES: by turns, in each round every watcher meets a victim of every rate. Prints
the JSON of all runs so far after every turn, and the table at the end.
"""
import json
import os
import pathlib
import select
import struct
import sys
import time

import render
from machine import UNITS, main_pid, run
from watchers import MEMORY_MAX, THRESHOLD, WATCHERS, prepare

RUN = pathlib.Path("/run/reaction")
RECORD = struct.Struct("=4Q")  # struct record of victim.c
FIRST_SECONDS = 11  # A unit in its first 10 s is read twice a second, which would flatter the daemon.
SLOW_SECONDS = 5  # A slow fill begins so long before the crossing.
PATIENCE_SECONDS = 2
# A victim kept below this share of its rate had other work in its way, as had the watcher: it is repeated.
LEAST_SHARE = 0.85
ATTEMPTS = 3
GOLDEN = 0.618034  # Its multiples spread evenly over a period, however many rounds there are.
started = time.monotonic()


def base_of(rate):
    """
    Where the victim idles. Up to half the threshold cgmemd's polling looks every 5 s, and from there the way is
    shortest, which is the worst for it: docs/reaction.md. A slow fill begins nearer: what is below it passes as slowly.
    """
    return max(THRESHOLD // 2, THRESHOLD - rate * 1_000_000 * SLOW_SECONDS)


def step_of(rate):
    """About 500 steps a second; huge pages from 200 MB/s on."""
    return 2 << 20 if rate >= 200 else max(64 << 10, rate * 2000 & ~4095)


def write_unit(unit, watcher, name):
    (UNITS / unit).write_text(
        f"[Service]\nExecStart=/payload/victim {RUN}/{name}.fifo {RUN}/{name}.records\n"
        f"MemoryMax={MEMORY_MAX}\nMemorySwapMax=0\n{watcher.unit_lines}OOMScoreAdjust=500\n")


def start_units(watcher, rates, number):
    """All victims of a turn, idle, so that their first seconds pass together: {rate: unit}."""
    units = {}
    for rate in rates:
        name = f"{watcher.name}-{rate}-{number}"
        units[rate] = f"reaction-{name}.service"
        os.mkfifo(RUN / f"{name}.fifo")
        write_unit(units[rate], watcher, name)
    run("systemctl", "daemon-reload")
    run("systemctl", "start", *units.values())
    return units


def entries():
    """The journal's of the last while: (CLOCK_MONOTONIC ns, entry)."""
    run("journalctl", "--sync")
    lines = run("journalctl", "-b", "-o", "json", "--no-pager", "--since", f"@{int(time.time() - 90)}").splitlines()
    return [(int(entry["__MONOTONIC_TIMESTAMP"]) * 1000, entry) for entry in map(json.loads, lines)
            if isinstance(entry.get("MESSAGE"), str)]


def told(watcher, unit, since_ns, journal):
    """When the watcher's first word stood in the journal, ns; None before that."""
    return min((at for at, entry in journal if at > since_ns and watcher.is_told(entry, unit)), default=None)


def oom_killed(pid, journal):
    """When the kernel did, by its own clock, ns; None if it did not."""
    word = f": Killed process {pid} "
    return min((int(entry["_SOURCE_MONOTONIC_TIMESTAMP"]) * 1000 for _, entry in journal
                if entry.get("_TRANSPORT") == "kernel" and word in entry["MESSAGE"]), default=None)


def await_end(watcher, unit, pid, start_ns, rate, base):
    """
    Until the victim has ended, or the watcher has told: looked for rarely, since that takes CPU time too. True when it
    has ended.
    """
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    wait = (start_ns - time.monotonic_ns()) / 1e9 + (THRESHOLD - base) / (rate * 1e6) + PATIENCE_SECONDS
    limit = time.monotonic() + wait + 60
    while not (is_ended := bool(poll.poll(wait * 1000))) and time.monotonic() < limit and not told(
            watcher, unit, start_ns, entries()):
        wait = PATIENCE_SECONDS
    os.close(descriptor)
    return is_ended


def read_records(name):
    data = (RUN / f"{name}.records").read_bytes()
    (RUN / f"{name}.records").unlink()
    records = [record for record in RECORD.iter_unpack(data[:len(data) // RECORD.size * RECORD.size])]
    return [record for record in records if record[0]]


def crossing(records, watcher, step):
    """
    The number of the step that crossed: that after which what the watcher judges was past the threshold, or where it is
    held there, that which would have taken it past: early by what the kernel charges ahead, 256 KiB, at most.
    """
    for number, (before, record) in enumerate(zip(records, records[1:]), 1):
        value = record[3] if record[1] else before[3]
        if watcher.metric in ("available", "share"):
            is_past = value < watcher.threshold
        else:
            is_past = value > watcher.threshold or watcher.is_held and before[3] + step > watcher.threshold
        if is_past:
            return number
    return None


def one(watcher, unit, rate, share):
    """One victim; `share` of the watcher's period has passed when it begins to fill."""
    name = unit.removeprefix("reaction-").removesuffix(".service")
    base, pid = base_of(rate), main_pid(unit)
    watcher.before_each(pid)
    start_s = time.monotonic() + watcher.settle
    start_s += (share * watcher.period - start_s) % watcher.period
    start_ns = int(start_s * 1e9)
    with open(RUN / f"{name}.fifo", "w") as fifo:
        fifo.write(f"{watcher.metric} {MEMORY_MAX * 2} {base} {rate * 1_000_000} {step_of(rate)} {start_ns}\n")
    is_ended = await_end(watcher, unit, pid, start_ns, rate, base)
    time.sleep(0.3)
    journal = entries()
    told_ns, killed_ns = told(watcher, unit, start_ns, journal), oom_killed(pid, journal)
    run("systemctl", "stop", unit)
    records = read_records(name)
    if is_ended and killed_ns is None:
        # By the watcher, which may tell of it only afterwards, as nohang does: its last step is the reaction.
        told_ns = min(told_ns or sys.maxsize, max(record[1] for record in records))
    result = judge(watcher, rate, records, start_ns, told_ns, killed_ns)
    told_text = "not seen to cross" if result is None else " ".join(map(str, render.row("", [result])))
    print(f"# {time.monotonic() - started:4.0f} s: {rate} MB/s, {watcher.name}: {told_text}", flush=True)
    return result


def judge(watcher, rate, records, start_ns, told_ns, killed_ns):
    number = crossing(records, watcher, step_of(rate))
    if not number:
        print(f"# {watcher.threshold}: {records[-2:]}", flush=True)
        return None
    before, step = records[number - 1], records[number]
    known = [record for record in records if told_ns is not None and 0 < record[1] <= told_ns]
    return {
        "rate": rate,
        "met_bytes_per_second": (before[2] - records[0][2]) * 1e9 / max(1, before[1] - start_ns),
        "latency_ns": told_ns and told_ns - step[0],
        "step_ns": max(0, step[1] - step[0]),
        "past_bytes": known[-1][2] - before[2] if known else None,
        "crossed_at_bytes": before[2],
        "last_bytes": max(record[2] for record in records),
        "killed_after_ns": killed_ns and killed_ns - step[0],
        "killed_first": killed_ns is not None and (told_ns is None or told_ns > killed_ns),
    }


def is_sound(run):
    return run is not None and run["met_bytes_per_second"] >= LEAST_SHARE * run["rate"] * 1e6


def turn(watcher, rates, number, results):
    """One victim of each rate; those that were not sound are repeated, and left out if they never are."""
    watcher.start()
    for attempt in range(ATTEMPTS):
        units = start_units(watcher, rates, f"{number}-{attempt}")
        if watcher.is_young:
            time.sleep(FIRST_SECONDS)
        runs = {rate: one(watcher, unit, rate, (0.5 + number * GOLDEN) % 1) for rate, unit in units.items()}
        results["runs"].setdefault(watcher.name, []).extend(filter(is_sound, runs.values()))
        rates = [rate for rate in rates if not is_sound(runs[rate])]
        results["unsound"] = results.get("unsound", 0) + len(rates)
        if not rates:
            break
    watcher.stop()


def measure(results, rounds, names, rates):
    print("# the VM is up", flush=True)
    prepare()
    for number in range(rounds):
        for name in names:
            turn(WATCHERS[name], rates, number, results)
            results["seconds"] = time.monotonic() - started
            print("BENCH-JSON " + json.dumps(results), flush=True)


figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
figures["kernel"] = run("uname", "-r").strip()
figures["peers"] = run("dpkg-query", "-W", "-f", "${Package} ${Version}; ",
                       "monit", "earlyoom", "nohang", "systemd-oomd").strip("; ")
figures |= {"runs": {}, "memory_max": MEMORY_MAX, "threshold": THRESHOLD}
failed = None
try:
    measure(figures, int(sys.argv[2]), sys.argv[3].split(","), [int(rate) for rate in sys.argv[4].split(",")])
except Exception as error:  # What was measured is worth showing; the status says that it is not all.
    print(f"the benchmark failed: {error!r}", flush=True)
    print(run("journalctl", "-n", "40", "--no-pager", "-o", "short-monotonic"))
    failed = error
print("BENCH-TABLE-BEGIN")
print(render.render(figures))
print("BENCH-TABLE-END", flush=True)
sys.exit(1 if failed else 0)

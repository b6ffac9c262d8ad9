"""The table of reactions. Nothing here measures, and no figure is written down here."""
import math
import statistics

from table import grid
from watchers import WATCHERS


def latency(run):
    """Infinite where the OOM kill came first: worse than any that was told."""
    return math.inf if run["killed_first"] or run["latency_ns"] is None else run["latency_ns"] / 1e6


def number(value):
    return "never" if math.isinf(value) else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def past(runs):
    """Megabytes that memory.current grew from the crossing on, of those that were told."""
    values = [run["past_bytes"] / 1e6 for run in runs if not math.isinf(latency(run))]
    return [f"{statistics.median(values):.1f}", f"{max(values):.1f}"] if values else ["-", "-"]


def row(name, runs):
    latencies = [latency(run) for run in runs]
    killed = sum(run["killed_first"] for run in runs) * 100 / len(runs)
    return [f"  {name}", f"{statistics.median(run['met_bytes_per_second'] for run in runs) / 1e6:.0f}", len(runs),
            number(statistics.median(latencies)), number(max(latencies)), *past(runs), f"{killed:.0f} %"]


def render(figures):
    limit, threshold = figures["memory_max"], figures["threshold"]
    head = (f"Debian 13 VM of two CPUs, Linux {figures['kernel']}; {figures['peers']}\n"
            f"cgmemd {figures['version']}; {figures['date']}; {figures.get('seconds', 0):.0f} s in the VM\n")
    if figures.get("unsound"):
        head += f"{figures['unsound']} runs are left out: the victim did not meet its rate.\n"
    head += ("The VM's clock counts instructions, a nanosecond each (QEMU's -icount), so that the host's load is not "
             "in these.\n")
    rows = []
    rates = sorted({run["rate"] for runs in figures["runs"].values() for run in runs})
    for rate in rates:
        rows.append([f"{rate} MB/s", *[""] * 7])
        for name, runs in figures["runs"].items():
            of_rate = [run for run in runs if run["rate"] == rate]
            if of_rate:
                rows.append(row(name, of_rate))
    title = (f"From crossing {threshold / 1e6:.0f} MB (80 % of MemoryMax) to the entry in the journal or the kill; "
             f"MemoryMax is {(limit - threshold) / 1e6:.0f} MB further")
    header = ["fill rate, watcher", "met MB/s", "runs", "median ms", "worst ms", "median MB past", "worst MB past",
              "OOM-killed first"]
    notes = "\n".join(f"    {name}: {WATCHERS[name].note}." for name in figures["runs"])
    return f"{head}\n{grid(title, header, rows)}\n{notes}\n"

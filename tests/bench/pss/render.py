"""The table of what reading PSS costs. Nothing here measures, and no figure is written down here."""
import statistics

from table import grid, ratio

GIB = 1 << 30
READERS = (
    ("bare read, files kept open", "kept"), ("bare read, opened each time", "opened"),
    ("cgmemd, its measuring thread", "daemon"), ("smem", "smem"), ("process-exporter, a scrape", "exporter"))
WATCHERS = (
    ("nobody", "nobody"), ("cgmemd, defaults", "daemon"), ("process-exporter, every 5 s", "exporter"),
    ("bare reads without a pause", "endless"))


def median(rounds, key):
    return statistics.median(round_[key] for round_ in rounds)


def duration(ns):
    return f"{ns / 1e3:.0f} us" if abs(ns) < 10e6 else f"{ns / 1e6:.0f} ms"


def render_cost(figures):
    rows = []
    for shape in figures["shapes"]:
        floor = {key: median(shape["kept"], key) for key in ("cpu", "wall")}
        rows.append([shape["name"], *[""] * 6])
        for name, reader in READERS:
            cost = {key: median(shape[reader], key) for key in ("cpu", "wall")}
            # Without what it costs where there is nothing to read: what it does of other processes, and its start.
            for key in cost:
                cost[key] -= median(figures["alone"][reader], key) if reader in figures["alone"] else 0
            rows.append([f"  {name}", duration(cost["cpu"]), duration(cost["cpu"] / shape["processes"]),
                         duration(cost["cpu"] * GIB / shape["bytes"]), ratio(cost["cpu"], floor["cpu"]),
                         duration(cost["wall"]), ratio(cost["wall"], floor["wall"])])
    alone = {reader: duration(median(figures["alone"][reader], "cpu")) for reader in ("smem", "exporter")}
    rounds = len(figures["alone"]["smem"])
    note = (f"    Medians of {rounds} rounds. Taken off: what a run of smem and a scrape take without a victim\n    "
            f"({alone['smem']} and {alone['exporter']} of CPU). cgmemd with a share of 10 %, its "
            "lists of processes included.\n")
    return grid("1. Reading PSS of all processes once",
                ["", "CPU", "a process", "a GiB", "/ floor", "wall", "/ floor"], rows) + note


def render_latency(figures):
    base = median(figures["latency"]["nobody"], "mean")
    rows = []
    for name, watcher in WATCHERS:
        rounds = figures["latency"][watcher]
        readings = str(median(rounds, "readings")) if "readings" in rounds[0] else "-"
        times = [duration(median(rounds, key)) for key in ("mean", "p999", "max")]
        rows.append([name, readings, f"{median(rounds, 'calls'):.0f}", *times,
                     ratio(median(rounds, "mean"), base)])
    count = len(figures["latency"]["nobody"])
    note = (f"    Medians of {count} rounds. One call a millisecond, as far as the victim has a CPU for it; with those "
            "that a\n    long one kept from being made. cgmemd is started in each round; its "
            "readings are of all services of the VM.\n")
    return grid("2. mmap and munmap of 1 MiB in a process of 4 GiB, by who reads its PSS meanwhile",
                ["", "readings", "calls", "mean", "99.9 %", "max", "mean / nobody"], rows) + note


def render(figures):
    head = [
        f"{figures['date']}, Debian 13 VM, {figures['accelerator'].upper()}, Linux {figures['kernel']}; "
        f"{figures['peers']}",
        f"cgmemd {figures['version']}; host: {figures['host_cpus']} CPUs, load {figures['host_load']} at the start; "
        f"{figures.get('seconds', 0):.0f} s in the VM",
    ]
    if figures["accelerator"] != "kvm":
        head.append("Under emulation: ratios only.")
    parts = []
    for part in (render_cost, render_latency):
        try:
            parts.append(part(figures))
        except KeyError as missing:
            parts.append(f"{part.__name__}: {missing} was not measured\n")
    return "\n".join(head) + "\n\n" + "\n".join(parts)

"""The table of the benchmark's figures. Nothing here measures, and no figure is written down here."""


def size(count):
    if count >= 1 << 20:
        return f"{count / (1 << 20):.2f} MiB"
    return f"{count / 1024:.1f} KiB" if count >= 1024 else f"{count:.0f} B"


def milliseconds(us):
    return f"{us / 1000:.2f} ms" if abs(us) < 10_000 else f"{us / 1000:.0f} ms"


def ratio(value, base):
    return f"{value / base:.2f} x" if base else "-"


def grid(title, header, rows):
    """A table with a title, its columns as wide as their widest cell."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [title, ""]
    for number, row in enumerate(cells):
        words = [cell.ljust(width) if column == 0 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("    " + "  ".join(words).rstrip())
        if number == 0:
            lines.append("    " + "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def render_memory(figures):
    none, all_units = figures["memory_0"], figures["memory_200"]
    count = figures["units"]
    rows = [
        [f"cgmemd, {n} units", size(m["pss"]), size(m["private_dirty"]), ratio(m["pss"], none["pss"])]
        for n, m in ((0, none), (count, all_units))
    ]
    rows.append([f"cgmemd, each unit of the {count}", size((all_units["pss"] - none["pss"]) / count),
                 size((all_units["private_dirty"] - none["private_dirty"]) / count), "-"])
    for name, key in (("cgmemd restarted, without PSS", "pss_off"), ("floor (C, static)", "floor"),
                      ("process-exporter", "process_exporter"), ("node_exporter, systemd alone", "node_exporter")):
        memory = figures[key]["memory"]
        rows.append([f"{name}, {count} units", size(memory["pss"]), size(memory["private_dirty"]),
                     ratio(memory["pss"], none["pss"])])
    return grid("1. Memory of the process", ["", "PSS", "private dirty", "PSS / cgmemd at 0"], rows)


def render_mappings(figures):
    mappings = figures["mappings_200"]
    names = sorted(mappings, key=lambda name: -mappings[name]["pss"])[:10]
    rest = [mappings[name] for name in mappings if name not in names]
    rows = [[name, size(mappings[name]["pss"]), size(mappings[name]["private_dirty"])] for name in names]
    rows.append(["the rest", size(sum(m["pss"] for m in rest)), size(sum(m["private_dirty"] for m in rest))])
    return grid(f"   cgmemd at {figures['units']} units, by what is mapped", ["", "PSS", "private dirty"], rows)


def render_cpu(figures):
    floors = [figures[key]["cpu_us_per_second"] for key in ("floor", "floor_again")]
    base = sum(floor["process"] for floor in floors) / 2
    idle = sum(floor["pid1"] for floor in floors) / 2
    own = figures["pss_off"]["cpu_us_per_second"]["process"]
    rows = []
    for name, key in (("floor: one pread of each file", "floor"), ("floor, once more", "floor_again"),
                      ("cgmemd, without PSS", "pss_off"), ("cgmemd, with PSS", "pss_on"),
                      ("process-exporter, with smaps", "process_exporter"),
                      ("node_exporter, systemd alone", "node_exporter")):
        cpu = figures[key]["cpu_us_per_second"]
        bus = cpu["pid1"] + cpu["dbus"]
        rows.append([name, f"{cpu['process']:.0f} us/s", ratio(cpu["process"], base), ratio(cpu["process"], own),
                     f"{bus:.0f} us/s", ratio(cpu["process"] + max(0, cpu["pid1"] - idle) + cpu["dbus"], base)])
    title = (f"2. CPU per second at {figures['units']} units, every {figures['interval_seconds']} s, over "
             f"{figures['window_seconds']} s each ({figures['floor']['files']} files read per interval by the floor)")
    note = ("    PID 1 + dbus: what those took meanwhile. All: with that, less PID 1's while only the floor ran.\n"
            f"    The answers hold {figures['process_exporter']['knows_the_units']} (process-exporter) and "
            f"{figures['node_exporter']['knows_the_units']} (node_exporter) lines of the units.\n")
    return grid(title, ["", "CPU", "/ floor", "/ cgmemd", "PID 1 + dbus", "all / floor"], rows) + note


def render_alerts(figures):
    rows = []
    for rate, result in figures["alerts"].items():
        latency = result["latency_us"]
        speed = result["rate_bytes_per_second"]["median"] / 1e6
        rows.append([f"{rate} MB/s" if rate != "0" else "as fast as it can", f"{speed:.0f} MB/s",
                     size(result["memory_max"]), len(latency["values"]), milliseconds(latency["median"]),
                     milliseconds(latency["max"])])
    return grid("3. From crossing 80 % of memory.max to the entry in the journal",
                ["fill rate asked", "met, median", "memory.max", "times", "median", "max"], rows)


def render_allocation(figures):
    result = figures["allocation"]
    intervals = result["intervals"]
    ticks, total = (sum(interval[part] for interval in intervals) for part in ("ticks", "bytes"))
    each = sorted(interval["bytes"] / max(1, interval["ticks"]) for interval in intervals)
    rows = [
        [f"in all, over {result['seconds'] * len(intervals)} s with {ticks} ticks", f"{total} B"],
        ["per tick", f"{total / max(1, ticks):.0f} B"],
        [f"per tick, in the quietest {result['seconds']} s", f"{each[0]:.0f} B"],
        [f"per tick, in the usual {result['seconds']} s (median)", f"{each[len(each) // 2]:.0f} B"],
        ["one status call, taken off above", f"{result['status_call_bytes']} B"],
        ["the state file, saved once a minute", f"{result['state_file_bytes'] or 0} B"],
    ]
    note = "    Of gc_allocated_bytes, which counts in steps of an allocation context (8 KiB).\n"
    return grid(f"4. Managed bytes allocated in the steady state, {figures['units']} units", ["", "bytes"], rows) + note


def render_sizes(figures):
    rows = [[name, f"{count} B", size(count)] for name, count in figures["sizes"].items()]
    return grid("5. Sizes", ["", "bytes", "size"], rows)


def render_host(figures):
    with_, without = figures["generic_host"]["with"], figures["generic_host"]["without"]
    rows = [[name, size(without[key]), size(with_[key]), size(with_[key] - without[key]),
             ratio(with_[key], without[key])]
            for name, key in (("PSS", "pss"), ("private dirty", "private_dirty"), ("binary", "binary"))]
    return grid("6. An idle AOT program with Microsoft.Extensions.Hosting and without (on the host)",
                ["", "without", "with", "more", "ratio"], rows)


def render(figures):
    emulated = figures["accelerator"] != "kvm"
    head = [
        f"Debian 13 VM, {figures['accelerator'].upper()}, Linux {figures['kernel']}, {figures['systemd']}; "
        f"{figures['peers']}",
        f"cgmemd {figures['version']}; host: {figures['host_cpus']} CPUs, load {figures['host_load']} at the start; "
        f"{figures.get('seconds', 0):.0f} s in the VM",
    ]
    if emulated:
        head.append("The CPU is emulated (TCG), many times slower than a real one: of times and CPU per second only\n"
                    "ratios and order mean something. Memory, allocation and sizes hold as they are.")
    parts = []
    for part in (render_memory, render_mappings, render_cpu, render_alerts, render_allocation, render_sizes,
                 render_host):
        try:
            parts.append(part(figures))
        except KeyError as missing:
            parts.append(f"{part.__name__}: {missing} was not measured\n")
    return "\n".join(head) + "\n\n" + "\n".join(parts)

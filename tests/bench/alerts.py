"""How long after a unit's memory has crossed the threshold the alert stands in the journal."""
import json
import pathlib
import random
import time

from machine import UNITS, run, summary, wait_for

# Rate in MB/s, 0 for as fast as the machine can; memory.max; how often.
RATES = ((10, "64M", 3), (100, "256M", 5), (0, "256M", 5))
PERCENT = 80
IDLE_MS = 11_000  # A unit in its first 10 s is read twice a second, which would flatter the daemon.
STOP_PERCENT = 90  # Held below the limit: no event of memory.max comes to the daemon's help.


def entries(unit):
    lines = run("journalctl", "-u", unit, "-o", "json", "--no-pager", "CGMEMD_EVENT=alert-firing").splitlines()
    return [json.loads(line) for line in lines]


def one(rate, limit, number, dice):
    """One victim: what it wrote at the crossing, and microseconds until the journal's time of the entry."""
    unit = f"bench@fill-{rate}-{number}.service"
    out = pathlib.Path(f"/run/fill-{rate}-{number}")
    # It begins at any time between two samples of the base interval.
    wait_ms = IDLE_MS + int(dice.random() * 5000)
    (UNITS / unit).write_text(
        f"[Service]\nExecStart=/payload/fill {rate} {wait_ms} {PERCENT} {STOP_PERCENT} {out}\nMemoryMax={limit}\n"
        "MemorySwapMax=0\nOOMScoreAdjust=500\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", unit)
    wait_for(f"{unit} crosses the threshold", lambda: out.exists() and out.read_text().endswith("\n"))
    crossed, used, maximum, filled_us = map(int, out.read_text().split())
    entry = wait_for(f"alert of {unit}", lambda: entries(unit), seconds=60)[0]
    run("systemctl", "stop", unit)
    return {
        "latency_us": int(entry["__REALTIME_TIMESTAMP"]) - crossed,
        "rate_bytes_per_second": used * 1_000_000 / max(1, filled_us),
        "used_at_crossing": used,
        "used_in_entry": int(entry["CGMEMD_VALUE"]),
        "memory_max": maximum,
    }


def measure():
    """{rate: {latency_us: {median, max, values}, rate_bytes_per_second: ...}}."""
    dice = random.Random(time.time_ns())
    results = {}
    for rate, limit, times in RATES:
        runs = [one(rate, limit, number, dice) for number in range(times)]
        results[str(rate)] = {
            "latency_us": summary([entry["latency_us"] for entry in runs]),
            "rate_bytes_per_second": summary([entry["rate_bytes_per_second"] for entry in runs]),
            "memory_max": runs[0]["memory_max"],
            "runs": runs,
        }
    return results

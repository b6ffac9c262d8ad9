"""Inside the VM: cgmemd, atop and PCP's pmlogger record real services, all at 5 s; then what writing costs cgmemd.

measure.py SECONDS: prints HISTORY-JSON with the figures after each stage, and the history, sealed, as base64 of gzip.
With 0 seconds only what writing costs.
"""
import base64
import gzip
import json
import pathlib
import sqlite3
import subprocess
import sys
import time

import workload
from machine import UNITS, CpuWindow, main_pid, memory, run, status, wait_for

INTERVAL = 5  # Seconds: the daemon's default, and what the others are told.
COUNT = 200
WINDOW = 60
HISTORY = pathlib.Path("/var/lib/cgmemd/history.db")
ATOP = pathlib.Path("/var/tmp/atop.raw")
PCP = pathlib.Path("/var/tmp/pcp")
ALL = ["*.service"]


def configure(units, history=True):
    """What the daemon watches; the VM has less free disk than the default wants to leave."""
    directory = pathlib.Path("/etc/cgmemd/cgmemd.toml.d")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "bench.toml").write_text(
        f'[history]\nenabled = {str(history).lower()}\nkeep_free = "16M"\n')
    rules = pathlib.Path("/etc/cgmemd/rules.d")
    (rules / "50-default.toml").write_text("")
    (rules / "60-bench.toml").write_text(f"[watch.bench]\nunits = {json.dumps(units)}\n" if units else "")


def start_peers():
    run("systemctl", "stop", "atop", "atopacct", "pmlogger", "pmie", "pmproxy", check=False)
    # Under emulation on a busy host it takes longer than systemd's 90 s.
    patience = UNITS / "pmcd.service.d/patience.conf"
    patience.parent.mkdir(parents=True, exist_ok=True)
    patience.write_text("[Service]\nTimeoutStartSec=600\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "pmcd")
    wait_for("pmcd answers", lambda: run("pminfo", "-f", "cgroup.memory.current", check=False).count("value") > 10)
    PCP.mkdir()
    config = PCP / "config"
    config.write_text(f"log mandatory on {INTERVAL} sec {{\n    cgroup.memory\n    cgroup.pressure.memory\n}}\n")
    run("systemd-run", "--unit=peer-atop", "atop", "-w", str(ATOP), str(INTERVAL))
    run("systemd-run", "--unit=peer-pmlogger", "/usr/bin/pmlogger", "-c", str(config), str(PCP / "archive"))


def lines_of(command, *wanted):
    """How many lines of a program's output hold each text."""
    counts = dict.fromkeys(wanted, 0)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, shell=True) as program:
        for line in program.stdout:
            for text in wanted:
                counts[text] += text in line
    return counts


def peers():
    """Bytes written, and what is in them: atop's samples and its lines of a process in one, pmlogger's values."""
    run("systemctl", "stop", "peer-pmlogger", "peer-atop", check=False)
    archive = sorted(PCP.glob("archive*"))
    compressed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in archive)
    return {
        "atop": {"bytes": ATOP.stat().st_size, **lines_of(f"atop -r {ATOP} -P PRM", "PRM ", "SEP")},
        "pmlogger": {
            "bytes": sum(path.stat().st_size for path in archive), "gzip_bytes": compressed,
            **lines_of(f"pmdumplog {PCP}/archive", " value "),
        },
    }


def query(text):
    database = sqlite3.connect(f"file:{HISTORY}?mode=ro", uri=True)
    try:
        return database.execute(text).fetchall()
    finally:
        database.close()


def seal():
    """Nothing is watched any more, so all lives end and all samples are sealed; then the daemon ends."""
    open_samples = query("SELECT count(*), total(length(data)) FROM open_sample")[0]
    configure([])
    # On a busy host the answer may come too late for cgmemctl; what counts is that all is sealed.
    try:
        run("systemctl", "reload", "cgmemd")
    except RuntimeError as error:
        print(f"# {error}\n" + run("journalctl", "-u", "cgmemd", "-n", "20", "--no-pager"), flush=True)
    # The last row of the log stays, for the number it has.
    wait_for("all is sealed", lambda: query("""
        SELECT (SELECT count(*) FROM open_sample) <= 1 AND NOT EXISTS (SELECT 1 FROM chunk WHERE final = 0)
            AND NOT EXISTS (SELECT 1 FROM invocation WHERE end_us IS NULL)
        """)[0][0])
    run("systemctl", "stop", "cgmemd")
    return {"rows": open_samples[0], "bytes": open_samples[1]}


def history(before_sealing):
    tiers = query("SELECT tier, count(*), sum(rows), sum(points), sum(length(data)) FROM chunk GROUP BY tier")
    pages, free, size = (query(f"PRAGMA {name}")[0][0] for name in ("page_count", "freelist_count", "page_size"))
    return {
        "file_bytes": sum(path.stat().st_size for path in HISTORY.parent.glob("history.db*")),
        "pages": pages, "free_pages": free, "page_size": size, "before_sealing": before_sealing,
        "tiers": [dict(zip(("tier", "chunks", "rows", "points", "bytes"), tier)) for tier in tiers],
        "by_table": dict(query("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")),
        "fields": query("SELECT count(*) FROM field")[0][0],
    }


def record(results, seconds):
    configure(ALL)
    start_peers()
    workload.start()
    run("systemctl", "stop", "cgmemd")
    for path in HISTORY.parent.glob("history.db*"):
        path.unlink()
    run("systemctl", "start", "cgmemd")
    wait_for("services are watched", lambda: status()["units"] > 30)
    print(f"# recording for {seconds} s", flush=True)
    time.sleep(seconds)
    results["history"] = history(seal())
    results["peers"] = peers()
    print("HISTORY-FILE-BEGIN")
    print(base64.encodebytes(gzip.compress(HISTORY.read_bytes(), 9)).decode(), end="")
    print("HISTORY-FILE-END", flush=True)


def writing(results):
    """The daemon with 200 idle units, with and without the history, one after the other."""
    run("systemctl", "stop", "pmcd", "postgresql", "redis-server", "nginx", *workload.SERVICES, "idle@*", check=False)
    (UNITS / "bench@.service").write_text("[Service]\nExecStart=/usr/bin/sleep infinity\nMemoryMax=64M\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", *[f"bench@{number}" for number in range(1, COUNT + 1)])
    window = CpuWindow(daemon="system.slice/cgmemd.service")
    for name in ("off", "on", "off again", "on again"):
        configure(["bench@*.service"], history=name.startswith("on"))
        run("systemctl", "restart", "cgmemd")
        wait_for("all units are watched", lambda: status()["units"] == COUNT)
        time.sleep(12)
        results[name] = {
            "cpu_us_per_second": window.measure(WINDOW)["daemon"], "memory": memory(main_pid("cgmemd")),
        }


def main(seconds):
    results = {"seconds": seconds}
    begun = time.monotonic()
    stages = [lambda: writing(results.setdefault("writing", {}))]
    if seconds:
        stages.insert(0, lambda: record(results, seconds))
    for stage in stages:
        stage()
        print("HISTORY-JSON " + json.dumps(results), flush=True)
        print(f"# {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))

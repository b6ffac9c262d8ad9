"""Inside the VM: what reading PSS costs, by shape of what is read and by who reads, and what the process feels of it.

measure.py HOST_JSON ROUNDS SECONDS: prints the JSON of all figures so far after every stage, and the table at the end.
"""
import json
import pathlib
import sys
import time

import readers
import render
from machine import run, status
from victims import SHAPES, Victim

INTERVAL = 5  # Seconds between scrapes, where they go on.
started = time.monotonic()


def report(results, stage):
    results["seconds"] = time.monotonic() - started
    print("BENCH-JSON " + json.dumps(results), flush=True)
    print(f"# {results['seconds']:4.0f} s: {stage} measured", flush=True)


def peers_alone(rounds):
    """What a run of smem and a scrape cost where there is no victim."""
    readers.start_exporter()
    result = {"smem": [], "exporter": []}
    for _ in range(rounds):
        result["smem"].append(readers.smem(None))
        result["exporter"].append(readers.exporter(None))
    readers.stop_exporter()
    return result


def cost(shape, rounds, seconds):
    """All readers by turns, since the host's own load changes; then the daemon, between two rounds of bare reads."""
    result = {name: [] for name in ("kept", "opened", "smem", "exporter", "daemon")}
    with Victim(*shape[1:]) as victim:
        readers.start_exporter()
        for _ in range(rounds):
            for kind in ("kept", "opened"):
                result[kind].append(readers.bare(kind, victim))
            result["smem"].append(readers.smem(victim))
            result["exporter"].append(readers.exporter(victim))
        readers.stop_exporter()
        result["daemon"].append(readers.daemon(victim, seconds))
        for kind in ("kept", "opened"):
            result[kind].append(readers.bare(kind, victim))
    return {"name": shape[0], "processes": victim.count, "bytes": victim.bytes, **result}


def nobody(victim, seconds):
    return victim.latency(seconds, time.sleep)


def endless(victim, seconds):
    run("systemd-run", "--quiet", "--collect", "--unit=endless", "/payload/rollup", "endless", "0", *victim.pids)
    result = victim.latency(seconds, time.sleep)
    run("systemctl", "is-active", "endless")  # Or what was measured is not what it says.
    run("systemctl", "stop", "endless")
    return result


def daemon(victim, seconds):
    """As the package has it, from its start on: so it reads the victim at once, sooner than it otherwise would."""
    readers.start_daemon(None, None)
    result = victim.latency(seconds, time.sleep)
    pss = status()["pss"]
    readers.stop_daemon()
    return result | {"readings": pss["readings"], "spent_us": pss["spent_usec"]}


def exporter(victim, seconds):
    readers.start_exporter()
    scrapes = 0

    def scrape_meanwhile(seconds):
        nonlocal scrapes
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            due = time.monotonic() + INTERVAL
            readers.scrape()
            scrapes += 1
            time.sleep(max(0, min(due, end) - time.monotonic()))

    result = victim.latency(seconds, scrape_meanwhile)
    readers.stop_exporter()
    return result | {"readings": scrapes}


def latency(rounds, seconds):
    """The 4 GiB victim, by who reads it meanwhile, by turns."""
    watchers = {"nobody": nobody, "daemon": daemon, "exporter": exporter, "endless": endless}
    result = {name: [] for name in watchers}
    shape = next(shape for shape in SHAPES if shape[2] == 4 << 20)
    with Victim(*shape[1:]) as victim:
        for _ in range(rounds):
            for name, watch in watchers.items():
                result[name].append(watch(victim, seconds))
    return result


def measure(results, rounds, seconds):
    readers.prepare()
    results["alone"] = peers_alone(rounds)
    report(results, "the peers without a victim")
    for shape in SHAPES:
        results.setdefault("shapes", []).append(cost(shape, rounds, seconds))
        report(results, shape[0])
    results["latency"] = latency(max(1, (rounds + 1) // 2), seconds)
    report(results, "latency")


figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
figures["kernel"] = run("uname", "-r").strip()
figures["peers"] = run("dpkg-query", "-W", "-f", "${Package} ${Version}; ",
                       "prometheus-process-exporter", "smem").strip("; ")
failed = None
try:
    measure(figures, int(sys.argv[2]), int(sys.argv[3]))
except Exception as error:  # What was measured is worth showing; the status says that it is not all.
    print(f"the benchmark failed: {error!r}", flush=True)
    print(run("journalctl", "-n", "40", "--no-pager", "-o", "short-monotonic"))
    failed = error
print("BENCH-TABLE-BEGIN")
print(render.render(figures))
print("BENCH-TABLE-END", flush=True)
sys.exit(1 if failed else 0)

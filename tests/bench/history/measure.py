"""Inside the VM: records real services by record.py, atop and PCP's pmlogger at once, and tells what each wrote.

measure.py SECONDS: prints HISTORY-JSON with the figures, and the recording as base64 of gzip between two marks.
"""
import base64
import gzip
import json
import pathlib
import subprocess
import sys
import time

import record
import workload
from machine import run, wait_for

RECORDING = pathlib.Path("/var/tmp/recording.csv")
ATOP = pathlib.Path("/var/tmp/atop.raw")
PCP = pathlib.Path("/var/tmp/pcp")


def start_peers():
    run("systemctl", "stop", "atop", "atopacct", "pmlogger", "pmie", "pmproxy", check=False)
    run("systemctl", "start", "pmcd")
    wait_for("pmcd answers", lambda: run("pminfo", "-f", "cgroup.memory.current", check=False).count("value") > 10)
    PCP.mkdir()
    config = PCP / "config"
    config.write_text(f"log mandatory on {record.INTERVAL} sec {{\n    cgroup.memory\n    cgroup.pressure.memory\n}}\n")
    run("systemd-run", "--unit=peer-atop", "atop", "-w", str(ATOP), str(record.INTERVAL))
    run("systemd-run", "--unit=peer-pmlogger", "/usr/bin/pmlogger", "-c", str(config), str(PCP / "archive"))


def stop_peers():
    run("systemctl", "stop", "peer-pmlogger", "peer-atop", check=False)


def size(*paths):
    return sum(path.stat().st_size for path in paths)


def lines_of(command, *wanted):
    """How many lines of a program's output hold each text."""
    counts = dict.fromkeys(wanted, 0)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, shell=True) as program:
        for line in program.stdout:
            for text in wanted:
                counts[text] += text in line
    return counts


def peers():
    """Bytes written, and what is in them: atop's process lines, pmlogger's values."""
    archive = sorted(PCP.glob("archive*"))
    dumped = lines_of(f"pmdumplog {PCP}/archive", "inst [", " value ", "metrics)", "metric)")
    return {
        "atop_bytes": size(ATOP),
        "atop": lines_of(f"atop -r {ATOP} -P PRM", "PRM ", "SEP"),
        "atop_version": run("atop", "-V").strip(),
        "pmlogger_bytes": {path.suffix: size(path) for path in archive},
        "pmlogger": dumped,
        "pmlogger_metrics": run("pminfo", "cgroup.memory", "cgroup.pressure.memory", check=False).split(),
        "pmlogger_version": run("pmlogger", "--version", check=False).strip(),
    }


def main(seconds):
    workload.start()
    start_peers()
    print(f"# recording for {seconds} s", flush=True)
    record.record(seconds, RECORDING)
    stop_peers()
    recording = gzip.compress(RECORDING.read_bytes(), 9)
    print("HISTORY-RECORDING-BEGIN")
    print(base64.encodebytes(recording).decode(), end="")
    print("HISTORY-RECORDING-END", flush=True)
    print("HISTORY-JSON " + json.dumps({"seconds": seconds, **peers()}), flush=True)


if __name__ == "__main__":
    begun = time.monotonic()
    main(int(sys.argv[1]))
    print(f"# {time.monotonic() - begun:.0f} s in all", flush=True)

"""The benchmark, inside the VM: one run measures the daemon, the floor and the peers on the same 200 units.

measure.py HOST_JSON: prints the JSON of all figures so far after every stage, and the table at the end.
"""
import json
import pathlib
import socket
import sys
import time
import urllib.request

import alerts
import table
from machine import (
    CGROUPS, UNITS, CpuWindow, main_pid, mappings, memory, run, status, wait_for)

COUNT = 200
INTERVAL = 5  # Seconds, the daemon's base interval and the scrapes'.
WINDOW = 60
SLICE = "system.slice/system-bench.slice"
NODE_EXPORTER = "/usr/bin/prometheus-node-exporter --web.listen-address=127.0.0.1:9100 " \
    "--collector.disable-defaults --collector.systemd"
PROCESS_EXPORTER = "/usr/bin/prometheus-process-exporter -web.listen-address=127.0.0.1:9256 " \
    "-config.path=/run/process-exporter.yaml"
FLOOR_OUTPUT = pathlib.Path("/run/floor.out")
started = time.monotonic()


def service(name, text):
    (UNITS / f"{name}.service").write_text(text)


def prepare():
    """Only bench@*.service is watched, by one rule; nothing of the peers runs yet."""
    run("systemctl", "stop", "prometheus-node-exporter", "prometheus-process-exporter", check=False)
    service("bench@", "[Service]\nExecStart=/usr/bin/sleep infinity\nMemoryMax=64M\n")
    pathlib.Path("/run/process-exporter.yaml").write_text(
        "process_names:\n  - name: '{{.Cgroups}}'\n    cmdline: ['.+']\n")
    units = [f"{CGROUPS}/{SLICE}/bench@{number}.service" for number in range(1, COUNT + 1)]
    service("floor", f"[Service]\nLimitNOFILE=65536\nStandardOutput=truncate:{FLOOR_OUTPUT}\n"
            f"ExecStart=/payload/floor {INTERVAL} {' '.join(units)}\n")
    service("peer-process", f"[Service]\nExecStart={PROCESS_EXPORTER}\n")
    service("peer-node", f"[Service]\nExecStart={NODE_EXPORTER}\n")
    rules = pathlib.Path("/etc/cgmemd/rules.d")
    rules.mkdir(parents=True, exist_ok=True)
    (rules / "50-default.toml").write_text("")
    (rules / "60-bench.toml").write_text(
        '[watch.bench]\nunits = ["bench@*.service"]\n\n'
        '[rule.near-limit]\nunits = ["bench@*.service"]\non = "memory.current"\n'
        f'above = "{alerts.PERCENT}%"\nseverity = "warning"\nsummary = "memory is near the limit"\n')


def restart_daemon(units, pss):
    path = pathlib.Path("/etc/cgmemd/cgmemd.toml.d/bench.toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[pss]\nenabled = {'true' if pss else 'false'}\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "cgmemd")
    wait_for(f"{units} units watched", lambda: status()["units"] == units)
    time.sleep(12)


def allocation(seconds, times):
    """Managed bytes that the daemon allocates between status calls, less what one call takes; for each interval."""
    # Two calls at once: what a call allocates lies between them.
    costs = [status()["cost"], status()["cost"]]
    call = costs[1]["gc_allocated_bytes"] - costs[0]["gc_allocated_bytes"]
    for _ in range(times):
        time.sleep(seconds)
        costs.append(status()["cost"])
    intervals = [
        {"ticks": after["ticks"] - before["ticks"],
         "bytes": after["gc_allocated_bytes"] - before["gc_allocated_bytes"] - call}
        for before, after in zip(costs[1:], costs[2:])
    ]
    return {"status_call_bytes": call, "intervals": intervals, "seconds": seconds,
            "state_file_bytes": costs[-1].get("state_file_bytes"), "fds": costs[-1]["fds"]}


def daemon_window(pss):
    """CPU, allocation and memory of the daemon in the steady state."""
    restart_daemon(COUNT, pss)
    window = CpuWindow(process="system.slice/cgmemd.service", pid1="init.scope", dbus="system.slice/dbus.service")
    cpu = window.measure(WINDOW)
    pid = main_pid("cgmemd")
    return {"cpu_us_per_second": cpu, "memory": memory(pid), "mappings": mappings(pid)}


def daemon_with_pss(results):
    """The default configuration."""
    results["pss_on"] = daemon_window(pss=True)
    # The state file is saved once a minute: in the 64 s once, in most of the intervals not at all.
    results["allocation"] = allocation(16, 4)


def is_floor_ready():
    return FLOOR_OUTPUT.exists() and "ready" in FLOOR_OUTPUT.read_text()


def floor_window():
    run("systemctl", "start", "floor")
    wait_for("the floor has its files", is_floor_ready)
    time.sleep(INTERVAL)
    window = CpuWindow(process="system.slice/floor.service", pid1="init.scope", dbus="system.slice/dbus.service")
    result = {
        "cpu_us_per_second": window.measure(WINDOW),
        "files": int(FLOOR_OUTPUT.read_text().split()[1]),
        "memory": memory(main_pid("floor")),
    }
    run("systemctl", "stop", "floor")
    return result


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        return answer.read().decode()


def is_open(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def peer_window(name, port, proof):
    """A peer, scraped once per interval; the proof is text that its answer holds for one of the units."""
    run("systemctl", "start", name)
    wait_for(f"{name} listens", lambda: is_open(port))
    answers = [scrape(port), scrape(port)]
    time.sleep(2)

    def scrapes(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            due = time.monotonic() + INTERVAL
            answers.append(scrape(port))
            time.sleep(max(0, min(due, end) - time.monotonic()))

    window = CpuWindow(process=f"system.slice/{name}.service", pid1="init.scope", dbus="system.slice/dbus.service")
    cpu = window.measure(WINDOW, scrapes)
    result = {
        "cpu_us_per_second": cpu,
        "memory": memory(main_pid(name)),
        "answer_bytes": len(answers[-1]),
        "knows_the_units": answers[-1].count(proof),
    }
    run("systemctl", "stop", name)
    return result


def start_units():
    run("systemctl", "start", *[f"bench@{number}" for number in range(1, COUNT + 1)])


def first(results):
    """0 units, then all of them in the same process."""
    restart_daemon(0, pss=True)
    results["memory_0"] = memory(main_pid("cgmemd"))
    results["mappings_0"] = mappings(main_pid("cgmemd"))
    run("systemctl", "start", *[f"bench@{number}" for number in range(1, COUNT + 1)])
    wait_for(f"{COUNT} units watched", lambda: status()["units"] == COUNT)
    # A round of PSS (every 30 s), and what starting them cost given back.
    time.sleep(40)
    results["memory_200"] = memory(main_pid("cgmemd"))
    results["mappings_200"] = mappings(main_pid("cgmemd"))


def without_daemon(results):
    """The floor and the peers, each alone."""
    run("systemctl", "stop", "cgmemd")
    results["floor"] = floor_window()
    results["process_exporter"] = peer_window("peer-process", 9256, "bench@")
    results["node_exporter"] = peer_window("peer-node", 9100, 'name="bench@')
    results["floor_again"] = floor_window()


def alerts_with_daemon():
    restart_daemon(COUNT, pss=True)
    return alerts.measure()


def measure(results):
    """Fills the results in, and prints them after every stage: those of a run that fails later are kept."""
    results |= {"units": COUNT, "interval_seconds": INTERVAL, "window_seconds": WINDOW}
    prepare()
    stages = (
        ("memory", first),
        ("daemon with PSS", daemon_with_pss),
        ("daemon without PSS", lambda results: results.update(pss_off=daemon_window(pss=False))),
        ("floor and peers", without_daemon),
        ("time to the journal", lambda results: results.update(alerts=alerts_with_daemon())),
    )
    for name, stage in stages:
        stage(results)
        results["seconds"] = time.monotonic() - started
        print("BENCH-JSON " + json.dumps(results), flush=True)
        print(f"# {results['seconds']:4.0f} s: {name} measured", flush=True)


figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
figures["kernel"] = run("uname", "-r").strip()
figures["systemd"] = run("systemctl", "--version").split("\n")[0]
figures["peers"] = run("dpkg-query", "-W", "-f", "${Package} ${Version}; ",
                       "prometheus-process-exporter", "prometheus-node-exporter").strip("; ")
failed = None
try:
    measure(figures)
except Exception as error:  # What was measured is worth showing; the status says that it is not all.
    print(f"the benchmark failed: {error!r}", flush=True)
    print(run("journalctl", "-n", "40", "--no-pager", "-o", "short-monotonic"))
    failed = error
print("BENCH-TABLE-BEGIN")
print(table.render(figures))
print("BENCH-TABLE-END", flush=True)
sys.exit(1 if failed else 0)

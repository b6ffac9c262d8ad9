"""The demonstration of `make run`, inside the VM: three services, the table, the alert, the capture.

Exits with 0 only if all that it shows truly happened.
"""
import glob
import json
import pathlib
import subprocess
import sys
import time

PATIENCE = 150
SERVICES = {
    "demo-healthy": ("victims/allocate.py /run/demo-healthy 60", "200M"),
    "demo-spiky": ("demo/spike.py 90", "200M"),
    "demo-leaking": ("victims/leak.py 4", "200M"),
}
missing = []


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120).stdout


def say(title):
    print(f"\n\033[1m== {title}\033[0m", flush=True)


def shown(command, required):
    """Print a command and its output; remember what it should have held and did not."""
    output = run("sh", "-c", command)
    print(f"$ {command}\n{output}", flush=True)
    for text in required:
        if text not in output:
            missing.append(f"{command}: no {text!r}")
    return output


def events(kind):
    lines = run("journalctl", "-u", "demo-leaking", "-o", "json", "--no-pager").splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return [entry for entry in entries if entry.get("CGMEMD_EVENT") == kind]


def start_services():
    for name, (program, limit) in SERVICES.items():
        pathlib.Path(f"/run/systemd/system/{name}.service").write_text(
            f"[Service]\nExecStart=/usr/bin/python3 /payload/{program}\nMemoryMax={limit}\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", *SERVICES)


def current(name):
    output = run("cgmemctl", "show", f"{name}.service", "--json")
    return json.loads(output)["sample"].get("memory.current", 0) if output.startswith("{") else 0


def watch_the_table():
    """Show the table until the alert is there; the values must have changed meanwhile."""
    seen = {name: set() for name in SERVICES}
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        shown("cgmemctl list", [f"{name}.service" for name in SERVICES])
        for name, values in seen.items():
            values.add(current(name) >> 20)
        if events("alert-firing") and events("capture"):
            break
        time.sleep(4)
    for name in ("demo-leaking", "demo-spiky"):
        if len(seen[name] - {0}) < 2:
            missing.append(f"{name} never changed: {seen[name]}")


say("cgmemd is installed and running")
# As installed: the default rules are the ones that warn here.
shown("systemctl is-active cgmemd", ["active"])
shown("cgmemctl status", [])

say("a healthy, a spiky and a leaking service")
start_services()
watch_the_table()

say("the alert, where the operator looks")
shown("journalctl -x -u demo-leaking --no-pager -o short | tail -n 80", ["near-limit", "Subject:", "░"])
if not events("alert-firing"):
    missing.append("no alert in the journal of demo-leaking")

say("the capture of the leaking service")
paths = [entry.get("CGMEMD_CAPTURE_PATH", "") for entry in events("capture")]
if paths and paths[0] in glob.glob("/var/lib/cgmemd/captures/*.json"):
    shown(f"ls -l {paths[0]}", ["-rw-------"])
    text = json.dumps(json.loads(pathlib.Path(paths[0]).read_text()), indent=2).splitlines()
    print("\n".join(text[:70]), f"\n… {max(0, len(text) - 70)} lines more" if len(text) > 70 else "", flush=True)
    if "demo-leaking" not in "\n".join(text):
        missing.append("the capture is not about demo-leaking")
else:
    missing.append(f"no capture on disk: {paths}")

say("all of it happened" if not missing else "MISSING")
print("\n".join(missing))
sys.exit(1 if missing else 0)

"""What the scenarios share: real services, what the daemon and the journal say of them, and counted assertions.

Nothing here asserts a time: a wait ends when its condition holds, or fails the assertion after a generous limit, since
under emulation everything is ten to twenty times slower.
"""
import glob
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
VICTIMS = HERE / "victims"
CAPTURES = "/var/lib/cgmemd/captures"
MIB = 1 << 20
PATIENCE = 90
_failures = 0


def ok(condition, name, detail=""):
    """Count and print one assertion; detail is shown when it fails."""
    global _failures
    if not condition:
        _failures += 1
    print(("ok - " if condition else "not ok - ") + name, flush=True)
    if not condition and detail != "":
        print(f"#   {detail}", flush=True)
    return bool(condition)


def done():
    """End the test: the exit status says whether all assertions held; the daemon's own log helps if not."""
    if _failures:
        print(run("journalctl", "-u", "cgmemd", "-n", "60", "-o", "short-monotonic", "--no-pager").stdout)
    sys.exit(1 if _failures else 0)


def run(*command):
    """Run a command to its end: the finished process, with stdout and stderr as text."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)


def wait_for(condition):
    """The first true value of condition(), or its last false one after PATIENCE seconds."""
    limit = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value or time.monotonic() > limit:
            return value
        time.sleep(0.3)


class Service:
    """A real systemd service in /run, started and stopped by the scenario."""

    def __init__(self, name, program, *arguments, **properties):
        self.unit = f"{name}.service"
        self.status = pathlib.Path(f"/run/{name}.status")
        words = [str(self.status) if argument is Service else str(argument) for argument in arguments]
        lines = ["[Service]", f"ExecStart=/usr/bin/python3 {VICTIMS / program} {' '.join(words)}"]
        lines += [f"{key}={value}" for key, value in properties.items()]
        pathlib.Path(f"/run/systemd/system/{self.unit}").write_text("\n".join(lines) + "\n")
        run("systemctl", "daemon-reload")

    def start(self):
        self.status.unlink(missing_ok=True)
        run("systemctl", "start", self.unit)
        return self

    def restart(self):
        self.status.unlink(missing_ok=True)
        run("systemctl", "restart", self.unit)

    def stop(self):
        run("systemctl", "stop", self.unit)

    def signal(self, number):
        run("systemctl", "kill", f"--signal={signal.Signals(number).name}", "--kill-whom=main", self.unit)

    def wait_status(self, word):
        """Wait until the victim says the word; false if it never does."""
        return wait_for(lambda: self.status.exists() and self.status.read_text() == word)

    def property(self, name):
        return run("systemctl", "show", "-P", name, self.unit).stdout.strip()

    def story(self):
        """What systemd, the kernel and the daemon say of it now, for the detail of an assertion that failed."""
        said = [run("systemctl", "status", "--no-pager", "-n", "20", self.unit), run("cgmemctl", "show", self.unit),
                run("cgmemctl", "rules", "explain", self.unit), run("cgmemctl", "status")]
        files = glob.glob(f"/sys/fs/cgroup/system.slice/{self.unit}/memory.[cem]*")
        read = [path + ": " + " ".join(pathlib.Path(path).read_text().split()) for path in files]
        return "\n#   ".join("\n".join([one.stdout + one.stderr for one in said] + read).splitlines())


def show(unit):
    """`cgmemctl show UNIT --json`, or {} while the daemon does not know it."""
    result = run("cgmemctl", "show", unit, "--json")
    return json.loads(result.stdout) if result.returncode == 0 else {}


def sample(unit, key):
    """One value of a unit's latest sample by the kernel's key, or 0 where there is none."""
    return show(unit).get("sample", {}).get(key) or 0


def alert(unit, rule):
    """The state of a rule for a unit: {"rule", "state", "episode", ...} or {}."""
    return next((entry for entry in show(unit).get("alerts", []) if entry["rule"] == rule), {})


def events(unit, kind=None):
    """The daemon's journal entries that `journalctl -u UNIT` shows, oldest first, of one kind or of all."""
    output = run("journalctl", "-u", unit, "-o", "json", "--no-pager", "--all").stdout
    entries = [json.loads(line) for line in output.splitlines()]
    return [entry for entry in entries if "CGMEMD_EVENT" in entry and kind in (None, entry["CGMEMD_EVENT"])]


def position(entry):
    """Where an entry stands in time, for order alone: microseconds since boot."""
    return int(entry["__MONOTONIC_TIMESTAMP"])


def captures(unit):
    """The paths of the captures of a unit, by what is inside them."""
    paths = [path for path in glob.glob(f"{CAPTURES}/*.json") if unit in pathlib.Path(path).read_text()]
    return sorted(paths, key=os.path.getmtime)


def daemon(name):
    """A property of the daemon's own unit."""
    return run("systemctl", "show", "-P", name, "cgmemd.service").stdout.strip()


def configure():
    """Install the scenarios' own watch and rules in place of the default ones, once, and have the daemon take them."""
    target = pathlib.Path("/etc/cgmemd/cgmemd.toml.d/90-tests.toml")
    wanted = (HERE / "tests.toml").read_text()
    if target.exists() and target.read_text() == wanted:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(wanted)
    # Empty: masks the file of that name under /usr/lib.
    pathlib.Path("/etc/cgmemd/rules.d/50-default.toml").write_text("")
    result = run("systemctl", "reload", "cgmemd")
    if result.returncode != 0:
        ok(False, "the tests' configuration is taken", run("cgmemctl", "config", "check").stderr)
        done()

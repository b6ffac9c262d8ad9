"""Those who watch the victim, each configured as near to "80 % of this service's memory" as it can be.

A watcher is measured by what it judges itself: `metric` and `threshold` say that in the victim's terms (victim.c), and
the crossing is of that.
"""
import pathlib
import re

from machine import run

MIB = 1 << 20
MEMORY_MAX = 1024 * MIB
THRESHOLD = MEMORY_MAX * 80 // 100
SERVICES = ("cgmemd", "monit", "earlyoom", "nohang", "nohang-desktop", "systemd-oomd")
CGMEMD = pathlib.Path("/etc/cgmemd")
PID_FILE = pathlib.Path("/run/reaction/victim.pid")


def meminfo(name):
    return int(re.search(rf"^{name}: +(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M)[1]) * 1024


class Watcher:
    """
    period: within how many seconds it looks again at an idle host; the fill begins at all phases of that alike.
    settle: how long the victim idles before it fills. is_young: the unit's age matters, so it waits for that first.
    unit_lines: of the victim's service. is_held: its memory.high stands at the threshold, so that what would cross is
    held there, and need not be seen beyond.
    """
    metric, threshold, unit_lines = "current", THRESHOLD, ""
    period, settle, is_young, is_held = 1.0, 2.5, False, False

    def __init__(self, name, note):
        self.name, self.note = name, note

    def start(self):
        """It runs, with its configuration."""
        self.configure()
        run("systemctl", "restart", self.service)

    def stop(self):
        run("systemctl", "stop", self.service)

    def before_each(self, pid):
        """Something to do when a victim's turn comes."""

    def is_told(self, entry, unit):
        """Whether this entry of the journal is its word on the victim."""
        raise NotImplementedError


class Cgmemd(Watcher):
    service, is_young = "cgmemd", True

    def __init__(self, name, note, configuration="", rules="", period=5.0, is_held=False):
        super().__init__(name, note)
        self.period, self.settle, self.is_held = period, 3, is_held
        self.files = {CGMEMD / "cgmemd.toml.d/60-bench.toml": configuration, CGMEMD / "rules.d/60-bench.toml": rules}

    def configure(self):
        for path, text in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run("cgmemctl", "config", "check")

    def is_told(self, entry, unit):
        return (entry.get("CGMEMD_EVENT") == "alert-firing" and entry.get("OBJECT_SYSTEMD_UNIT") == unit
                and entry.get("CGMEMD_RULE") == "near-limit")


class Monit(Watcher):
    """Of the process and its children, by RSS."""
    service, metric = "monit", "rss"
    KIB = THRESHOLD // 1024
    threshold = KIB * 1024

    def configure(self):
        path = pathlib.Path("/etc/monit/conf.d/bench")
        path.write_text(f"set daemon 1\nset log syslog\ncheck process victim with pidfile {PID_FILE}\n"
                        f'  if total memory > {self.KIB} KB then exec "/usr/bin/true"\n')

    def before_each(self, pid):
        PID_FILE.write_text(f"{pid}\n")

    def is_told(self, entry, unit):
        return "resource limit" in entry["MESSAGE"] and "'victim'" in entry["MESSAGE"]


class OfHost(Watcher):
    """
    Of the host's MemAvailable: the threshold is what is left of it when the victim has used its 80 %. That is set anew
    for each victim, since free pages that a CPU keeps to itself are not in MemAvailable.
    """
    metric = "available"

    def start(self):
        """Not before there is a victim."""

    def before_each(self, pid):
        self.threshold = (meminfo("MemAvailable") - THRESHOLD) // MIB * MIB
        super().start()


class Earlyoom(OfHost):
    """It judges MemAvailable as a share of itself and AnonPages."""
    service, metric = "earlyoom", "share"

    def configure(self):
        percent = round(100 * self.threshold / (meminfo("MemAvailable") + meminfo("AnonPages")), 2)
        self.threshold = int(percent * 10_000)
        pathlib.Path("/etc/default/earlyoom").write_text(f'EARLYOOM_ARGS="-r 3600 -m {percent}"\n')

    def is_told(self, entry, unit):
        return entry["MESSAGE"].startswith(("low memory!", "sending SIG"))


class Nohang(OfHost):
    service, period, settle = "nohang", 3.0, 4.0

    def configure(self):
        path = pathlib.Path("/etc/nohang/nohang.conf")
        text = path.read_text()
        for key, value in (("soft_threshold_min_mem", self.threshold // MIB), ("hard_threshold_min_mem", 100)):
            text, count = re.subn(rf"^{key} = .*$", f"{key} = {value} M", text, flags=re.M)
            if count != 1:
                raise RuntimeError(f"nohang.conf has {count} lines of {key}")
        path.write_text(text)

    def is_told(self, entry, unit):
        return bool(re.search(r"threshold|SIGTERM|SIGKILL", entry["MESSAGE"]))


class Oomd(Watcher):
    """
    Of the stalls of the service: full avg10 of memory.pressure above 1 % for a second, which is the shortest that it
    takes. Restarted for each victim: after a kill it kills nothing for 15 seconds.
    """
    service = "systemd-oomd"
    unit_lines = "ManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressureLimit=1%\n"

    def __init__(self, name, note, memory_high=None):
        super().__init__(name, note)
        if memory_high:
            self.unit_lines += f"MemoryHigh={memory_high}\n"
            self.is_held = True

    def configure(self):
        path = pathlib.Path("/etc/systemd/oomd.conf.d/bench.conf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[OOM]\nDefaultMemoryPressureDurationSec=1s\n")

    def before_each(self, pid):
        run("systemctl", "restart", self.service)

    def is_told(self, entry, unit):
        return entry["MESSAGE"].startswith("Killed ") and "memory pressure" in entry["MESSAGE"]


WATCHERS = {watcher.name: watcher for watcher in (
    Cgmemd("poll", "cgmemd as installed: memory.current above 80 % of the limit, interval 5 s, min_interval 100 ms"),
    Cgmemd("poll-fast", "cgmemd with interval 1 s and min_interval 10 ms",
           '[sampling]\ninterval = "1s"\nmin_interval = "10ms"\n', period=1.0),
    Cgmemd("tripwire", "cgmemd as installed, with tripwire = true in the rule",
           rules="[rule.near-limit]\ntripwire = true\n", is_held=True),
    Monit("monit", "set daemon 1, its shortest cycle; total memory of the process (RSS) above the same; it executes"),
    Earlyoom("earlyoom", "of the host: MemAvailable below what is left when the victim is at 80 %; it kills"),
    Nohang("nohang", "of the host, the same; its own pace (0.1 to 3 s); it kills"),
    Oomd("oomd", "systemd-oomd on stalls: full avg10 of the service's memory.pressure above 1 % for 1 s; it kills"),
    Oomd("oomd-high", "the same, with MemoryHigh at the threshold, which is what makes the victim stall",
         memory_high=THRESHOLD),
)}


def prepare():
    """None of them runs, whatever the packages enabled."""
    run("systemctl", "disable", "--now", *SERVICES, check=False)
    run("systemctl", "stop", "systemd-oomd.socket", check=False)
    PID_FILE.parent.mkdir(exist_ok=True)

"""The processes that are read: shapes of the same memory, and one with much of it."""
import subprocess

from machine import CGROUPS, run

# Name, processes, KiB of each, pages. The first three have 256 MiB in all.
SHAPES = (
    ("1 process, 256 MiB", 1, 256 << 10, "4k"),
    ("50 processes, 256 MiB", 50, (256 << 10) // 50, "4k"),
    ("500 processes, 256 MiB", 500, (256 << 10) // 500, "4k"),
    ("1 process, 4 GiB", 1, 4 << 20, "4k"),
    ("1 process, 4 GiB of huge pages", 1, 4 << 20, "huge"),
)


class Victim:
    """Processes of a shape, in victim.service, from "ready" to the end of the block."""

    def __init__(self, count, kib, pages):
        self._command = ["systemd-run", "--quiet", "--pipe", "--collect", "--unit=victim",
                         "/payload/victim", str(count), str(kib), pages]
        self.count, self.bytes = count, count * kib * 1024

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        answer = self._process.stdout.readline()
        if answer != "ready\n":
            raise RuntimeError(f"the victim said: {answer + self._process.stdout.read()}")
        self.pids = (CGROUPS / "system.slice/victim.service/cgroup.procs").read_text().split()
        if len(self.pids) != self.count:
            raise RuntimeError(f"{len(self.pids)} processes of {self.count}")
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(60)
        run("systemctl", "stop", "victim", check=False)

    def latency(self, seconds, meanwhile):
        """Has it map and unmap for so long: nanoseconds, {"calls", "mean", "p999", "max"}."""
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        meanwhile(seconds)
        words = self._process.stdout.readline().split()
        return dict(zip(("calls", "mean", "p999", "max"), map(int, words), strict=True))

#!/usr/bin/python3
"""thrash.py STATUS [CHILD] - stall above memory.high, with reclaim that gets nowhere, until somebody kills it.

With CHILD, a cgroup of that name is made below the service's own, delegated one, and a process thrashes there; the
service waits in another, and writes "killed" to STATUS when it is gone.
"""
import mmap
import os
import pathlib
import signal
import sys
import tempfile

MIB = 1 << 20
HIGH = 30 * MIB


def thrash():
    """Read a file over and over that does not fit, and hold on to more and more besides."""
    held = []
    # /var/tmp is on the disk: what a tmpfs has cannot be reclaimed.
    with tempfile.TemporaryFile(dir="/var/tmp") as file:
        for _ in range(2 * HIGH // MIB):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
        mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        while True:
            for at in range(0, len(mapped), mmap.PAGESIZE):
                mapped[at]
                if at % MIB == 0:
                    held.append(bytearray(MIB // 4))


def move(directory):
    """This process goes into a cgroup."""
    (directory / "cgroup.procs").write_text(str(os.getpid()))


status = pathlib.Path(sys.argv[1])
if len(sys.argv) == 2:
    status.write_text("thrashing")
    thrash()
own = pathlib.Path("/sys/fs/cgroup" + pathlib.Path("/proc/self/cgroup").read_text().strip().split("::")[1])
for name in ("waiting", sys.argv[2]):
    (own / name).mkdir()
move(own / "waiting")
(own / "cgroup.subtree_control").write_text("+memory")
(own / sys.argv[2] / "memory.high").write_text(str(HIGH))
child = os.fork()
if child == 0:
    move(own / sys.argv[2])
    thrash()
status.write_text("thrashing")
os.waitpid(child, 0)
status.write_text("killed")
signal.pause()

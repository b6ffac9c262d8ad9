"""tree.py STATUS_FILE MEBIBYTES CHILDREN - a service with a delegated subtree.

Makes main/ and pool/worker-N/ below its own cgroup, moves itself to main/, and lets CHILDREN processes of MEBIBYTES each
hold their memory in pool/worker-N/. Says "held" in STATUS_FILE when all of them do.
"""
import mmap
import os
import sys
import time

status, size, children = sys.argv[1], int(sys.argv[2]) << 20, int(sys.argv[3])
with open("/proc/self/cgroup") as file:
    root = "/sys/fs/cgroup" + file.read().strip().split("::")[1]


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


os.makedirs(f"{root}/main")
put(f"{root}/main/cgroup.procs", str(os.getpid()))
put(f"{root}/cgroup.subtree_control", "+memory")
os.makedirs(f"{root}/pool")
put(f"{root}/pool/cgroup.subtree_control", "+memory")
ready_read, ready_write = os.pipe()
for number in range(children):
    os.makedirs(f"{root}/pool/worker-{number}")
    if os.fork() == 0:
        put(f"{root}/pool/worker-{number}/cgroup.procs", str(os.getpid()))
        block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for _ in range(size >> 20):
            block.write(b"\x5a" * (1 << 20))
        os.write(ready_write, b"x")
        time.sleep(1_000_000)
for _ in range(children):
    os.read(ready_read, 1)
put(status, "held")
time.sleep(1_000_000)

"""escaped.py STATUS_FILE CGROUP MEBIBYTES - a service whose processes leave its control group, each in another way.

scope      systemd-run --scope
child      moved to CGROUP, its parent lives on
orphan     moved to CGROUP when its parent had exited, still in the service's session
daemon     the same, with a session of its own whose leader has exited
Each but the first holds MEBIBYTES. Restarts victim-neighbour.service, too. Then says "left" in STATUS_FILE; the
pids are in STATUS_FILE.json.
"""
import json
import os
import subprocess
import sys
import time

status, cgroup, size = sys.argv[1], sys.argv[2], int(sys.argv[3]) << 20
pids = {}


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


def hold(name, writer):
    put("/proc/self/comm", name)
    put(f"/sys/fs/cgroup{cgroup}/cgroup.procs", str(os.getpid()))
    block = bytearray(b"\x5a" * size)
    os.write(writer, str(os.getpid()).encode())
    time.sleep(1_000_000)
    print(len(block))


def start(name, forks, session):
    reader, writer = os.pipe()
    first = os.fork()
    if first == 0:
        if session:
            os.setsid()
        for _ in range(forks - 1):
            if os.fork():
                os._exit(0)
        while forks > 1 and os.getppid() != 1:
            time.sleep(0.01)
        hold(name, writer)
    if forks > 1:
        os.waitpid(first, 0)
    pids[name] = int(os.read(reader, 20))


os.makedirs(f"/sys/fs/cgroup{cgroup}", exist_ok=True)
start("child", 1, False)
start("orphan", 2, False)
start("daemon", 2, True)
pids["scope"] = subprocess.Popen(["systemd-run", "--scope", "--quiet", "sleep", "1000000"]).pid
subprocess.run(["systemctl", "restart", "victim-neighbour.service"], check=True)
put(status + ".json", json.dumps(pids))
put(status, "left")
time.sleep(1_000_000)

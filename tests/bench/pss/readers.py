"""Those who read PSS of a victim. Each gives the cost of reading all its processes once: {"wall", "cpu"}, ns."""
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.request

from machine import UNITS, cpu_us, main_pid, run, status, wait_for

PORT = 9256
EXPORTER = f"/usr/bin/prometheus-process-exporter -web.listen-address=127.0.0.1:{PORT} " \
    "-config.path=/run/process-exporter.yaml"
CONFIGURATION = pathlib.Path("/etc/cgmemd/cgmemd.toml.d/bench.toml")
RULES = pathlib.Path("/etc/cgmemd/rules.d")


def prepare():
    """Only the victim is read, by whom ever; nobody runs yet."""
    run("systemctl", "stop", "prometheus-process-exporter", "cgmemd", check=False)
    pathlib.Path("/run/process-exporter.yaml").write_text(
        "process_names:\n  - name: '{{.Comm}}'\n    comm: [victim]\n")
    (UNITS / "peer-process.service").write_text(f"[Service]\nExecStart={EXPORTER}\n")
    run("systemctl", "daemon-reload")
    for path in (CONFIGURATION.parent, RULES):
        path.mkdir(parents=True, exist_ok=True)


def bare(kind, victim):
    """One round of rollup.c: "kept" or "opened" files."""
    wall, cpu = run("/payload/rollup", kind, "1", *victim.pids).split()
    return {"wall": int(wall), "cpu": int(cpu)}


def smem(victim):
    """One run; the proof that it read is a line for each process."""
    start = time.monotonic_ns()
    program = subprocess.Popen(["smem", "-H", "-P", "^/payload/victim", "-c", "pid pss"], stdout=subprocess.PIPE)
    lines = program.stdout.read().split(b"\n")
    _, status_, usage = os.wait4(program.pid, 0)
    wall = time.monotonic_ns() - start
    program.returncode = os.waitstatus_to_exitcode(status_)
    found, count = sum(bool(line.strip()) for line in lines), victim.count if victim else 0
    if program.returncode != 0 or found != count:
        raise RuntimeError(f"smem: status {program.returncode}, {found} processes of {count}")
    return {"wall": wall, "cpu": int((usage.ru_utime + usage.ru_stime) * 1e9)}


def scrape():
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=120) as answer:
        return answer.read().decode()


def is_exporter_open():
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", PORT)) == 0


def start_exporter():
    run("systemctl", "start", "peer-process")
    wait_for("process-exporter listens", is_exporter_open)
    # What it does with a process that it sees for the first time is not what it does with each scrape.
    scrape()
    scrape()


def stop_exporter():
    run("systemctl", "stop", "peer-process")


def exporter(victim):
    """One scrape; the proof that it read is the sum of PSS."""
    before, start = cpu_us("system.slice/peer-process.service"), time.monotonic_ns()
    answer = scrape()
    wall = time.monotonic_ns() - start
    after = cpu_us("system.slice/peer-process.service")
    found = re.search(r'memory_bytes\{groupname="victim",memtype="proportionalResident"\} (\S+)', answer)
    if victim and (found is None or float(found[1]) < 0.9 * victim.bytes):
        raise RuntimeError(f"process-exporter's PSS is {found and found[1]} of {victim.bytes}")
    return {"wall": wall, "cpu": (sum(after) - sum(before)) * 1000}


def start_daemon(configuration, rules):
    """With what is said, in place of the package's rules; with None for both as the package has it."""
    for path, text in ((CONFIGURATION, configuration), (RULES / "60-bench.toml", rules),
                       (RULES / "50-default.toml", None if rules is None else "")):
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)
    run("systemctl", "restart", "cgmemd")


def stop_daemon():
    run("systemctl", "stop", "cgmemd")


def thread_cpu_ns():
    """
    The CPU time of the measuring thread, by the scheduler (proc_pid_schedstat): all threads but the loop's. NativeAOT
    gives a thread no name that the kernel knows. The history is off; the runtime's own threads do next to nothing.
    """
    pid = main_pid("cgmemd")
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks if task.name != str(pid))


def daemon(victim, seconds):
    """Readings of the measuring thread as fast as may be configured, its lists of processes included."""
    start_daemon('[history]\nenabled = false\n[pss]\ninterval = "1s"\nshare = "10%"\ntarget_share = "10%"\n',
                 '[watch.bench]\nunits = ["victim.service"]\n')
    wait_for("all processes were read", lambda: is_all_read(victim))
    before, cpu = status()["pss"], thread_cpu_ns()
    time.sleep(seconds)
    wait_for("each was read once more", lambda: status()["pss"]["readings"] >= before["readings"] + victim.count, 600)
    cpu, after = thread_cpu_ns() - cpu, status()["pss"]
    stop_daemon()
    readings = after["readings"] - before["readings"]
    times = readings / victim.count
    return {"wall": (after["spent_usec"] - before["spent_usec"]) * 1000 / times, "cpu": cpu / times,
            "readings": readings, "undercounts": after["undercounts"] - before["undercounts"]}


def is_all_read(victim):
    pss = status()["pss"]
    return pss["processes"] == victim.count and pss["never_read"] == 0

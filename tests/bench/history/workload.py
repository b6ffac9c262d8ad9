"""Real services under light load: two databases, a web server, a service of Python's, a build, and idle units."""
import pathlib

from machine import UNITS, run, wait_for

IDLE = 25
BUILD = "/var/tmp/build"

# A translation unit of some size, compiled over and over with pauses, as a build machine does.
SOURCE = """python3 -c 'for n in range(1500): print(
 "int f%d(int a, int b) { int s = 0; for (int i = 0; i < a; i++) s += i * b + %d; return s; }" % (n, n))' >big.c"""

API = """
import http.server, random
cache = {}
class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        cache[random.randrange(20000)] = bytes(random.randrange(200, 4000))
        self.send_response(200); self.end_headers(); self.wfile.write(b"x" * 2000)
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Api).serve_forever()
"""

# name: (options, a shell command that runs for ever)
SERVICES = {
    "api": ("MemoryMax=256M", "exec python3 /var/tmp/api.py"),
    "load-web": ("", "while :; do ab -q -n 40 -c 2 http://127.0.0.1/ >/dev/null 2>&1; sleep 1; done"),
    "load-api": ("", "while :; do ab -q -n 20 -c 2 http://127.0.0.1:8000/ >/dev/null 2>&1; sleep 2; done"),
    "load-sql": ("User=postgres", "sleep 5; exec /usr/lib/postgresql/*/bin/pgbench -n -c 2 -R 6 -T 100000 bench"),
    "load-redis": ("", "while :; do redis-benchmark -q -c 2 -n 200 -r 100000 -d 600 -t set,get,lpush >/dev/null; "
                       "sleep 2; done"),
    "build": ("MemoryHigh=400M", f"cd {BUILD} && while :; do {SOURCE} && gcc -O1 -c big.c; sleep 15; done"),
}


def service(name, options, command):
    path = pathlib.Path(f"/var/tmp/{name}.sh")
    path.write_text(command + "\n")
    (UNITS / f"{name}.service").write_text(f"[Service]\n{options}\nExecStart=/bin/bash /var/tmp/{name}.sh\n")


def start():
    pathlib.Path(BUILD).mkdir(exist_ok=True)
    pathlib.Path("/var/tmp/api.py").write_text(API)
    (UNITS / "idle@.service").write_text("[Service]\nExecStart=/usr/bin/sleep infinity\nMemoryMax=64M\n")
    for name, (options, command) in SERVICES.items():
        service(name, options, command)
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "postgresql", "redis-server", "nginx")
    wait_for("postgresql answers", lambda: "1" in run(
        "runuser", "-u", "postgres", "--", "psql", "-Atc", "select 1", check=False))
    run("runuser", "-u", "postgres", "--", "createdb", "bench")
    run("runuser", "-u", "postgres", "--", "sh", "-c", "/usr/lib/postgresql/*/bin/pgbench -q -i -s 5 bench")
    run("systemctl", "start", *SERVICES, *[f"idle@{number}" for number in range(1, IDLE + 1)])


if __name__ == "__main__":
    start()

"""attribution.py STATUS_FILE KIND MEBIBYTES [PATH] - a process of which it is known where its memory goes.

Says "ready" in STATUS_FILE, does the next step of KIND at each SIGUSR1, and says "done 1", "done 2" after it.
"""
import mmap
import os
import signal
import socket
import sys
import time

status, kind, size = sys.argv[1], sys.argv[2], int(sys.argv[3]) << 20
path = sys.argv[4] if len(sys.argv) > 4 else ""
MAP_HUGETLB = 0x40000
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
kept = []


def say(word):
    with open(status + ".new", "w") as file:
        file.write(word)
    os.rename(status + ".new", status)


def touch(block):
    """Write all of it: a page of zswap's that is the same byte throughout costs nothing, hence the random part."""
    page = os.urandom(1024) + bytes(3072)
    for start in range(0, len(block), mmap.PAGESIZE):
        block[start:start + mmap.PAGESIZE] = page


def anonymous(flags=0):
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flags)
    kept.append(block)
    return block


def write_file(descriptor):
    for _ in range(size >> 20):
        os.write(descriptor, b"\x5a" * (1 << 20))


def read_file():
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def map_file():
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, size)
    kept.append(mmap.mmap(descriptor, size))
    touch(kept[-1])


def huge_pages():
    block = mmap.mmap(-1, size + (2 << 20), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    block.madvise(mmap.MADV_HUGEPAGE)
    kept.append(block)
    for start in range(0, size, mmap.PAGESIZE):
        block[start] = 0x5a


def fill(sender, amount):
    """Send without a reader until the amount is in the buffers or they are full; how much went."""
    sent = 0
    sender.setblocking(False)
    while sent < amount:
        try:
            sent += sender.send(b"\x5a" * 16384)
        except BlockingIOError:
            time.sleep(0.01)
            try:
                sent += sender.send(b"\x5a" * 16384)
            except BlockingIOError:
                break
    return sent


def tcp():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
    kept.append(listener)
    held = 0
    while held < size and len(kept) < 200:
        sender = socket.create_connection(listener.getsockname())
        sender.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20)
        kept.append((sender, listener.accept()[0]))
        held += fill(sender, 4 << 20)


def unix():
    held = 0
    while held < size and len(kept) < 400:
        pair = socket.socketpair()
        pair[0].setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20)
        kept.append(pair)
        held += fill(pair[0], 4 << 20)


def child():
    """A child that holds all of it; its pid is in the file of that name."""
    if os.fork() == 0:
        touch(anonymous())
        with open(path + ".new", "w") as file:
            file.write(str(os.getpid()))
        os.rename(path + ".new", path)
        time.sleep(1_000_000)
    while not os.path.exists(path):
        time.sleep(0.1)


def memfd():
    kept.append(os.memfd_create("cgmemd-victim"))
    write_file(kept[-1])


def map_memfd():
    kept.append(mmap.mmap(kept[0], size))
    touch(kept[-1])


def tmpfs():
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    write_file(descriptor)
    os.close(descriptor)


steps = {
    "anonymous": [lambda: touch(anonymous())],
    "tmpfs": [tmpfs],
    "map": [map_file],
    "cache": [read_file],
    "tcp": [tcp],
    "unix": [unix],
    "hugetlb": [lambda: touch(anonymous(MAP_HUGETLB))],
    "thp": [huge_pages],
    "memfd": [memfd, map_memfd],
    "child": [child],
    "idle": [],
}[kind]

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
# What a step needs once is paid before the first breakdown.
os.urandom(1024)
socket.socketpair()
say("ready")
for number, step in enumerate(steps, 1):
    signal.sigwait({signal.SIGUSR1})
    step()
    say(f"done {number}")
while True:
    signal.sigwait({signal.SIGUSR1})

"""steps.py STATUS_FILE MEBIBYTES... - a process that holds one size after another.

Holds the first of MEBIBYTES of anonymous memory and says "step 1" in STATUS_FILE; with each SIGUSR1 it goes on to the
next and says "step 2", "step 3".
"""
import mmap
import os
import signal
import sys

status, sizes = sys.argv[1], [int(size) for size in sys.argv[2:]]
blocks = []


def hold(mebibytes):
    """Hold so many in blocks of 1 MiB, each written and given back as a whole."""
    while len(blocks) > mebibytes:
        blocks.pop().close()
    while len(blocks) < mebibytes:
        block = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        block.write(b"\x5a" * (1 << 20))
        blocks.append(block)


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
for number, size in enumerate(sizes, 1):
    hold(size)
    with open(status + ".new", "w") as file:
        file.write(f"step {number}")
    os.rename(status + ".new", status)
    signal.sigwait({signal.SIGUSR1})

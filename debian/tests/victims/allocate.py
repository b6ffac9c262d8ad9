"""allocate.py STATUS_FILE MEBIBYTES - a process whose memory is known.

Allocates and touches MEBIBYTES of anonymous memory and says "held" in STATUS_FILE. On SIGUSR1 it gives all of it back
and says "freed"; on SIGUSR2 it takes as much once more.
"""
import mmap
import signal
import sys

status, size = sys.argv[1], int(sys.argv[2]) << 20


def say(word):
    with open(status, "w") as file:
        file.write(word)


def hold():
    # An anonymous private mapping, given back as a whole; the page is written, not only read.
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for _ in range(size >> 20):
        block.write(b"\x5a" * (1 << 20))
    return block


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})
memory = [hold()]
say("held")
while True:
    if signal.sigwait({signal.SIGUSR1, signal.SIGUSR2}) == signal.SIGUSR1:
        while memory:
            memory.pop().close()
        say("freed")
    else:
        memory.append(hold())
        say("held")

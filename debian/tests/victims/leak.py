"""leak.py MEBIBYTES_PER_SECOND - takes anonymous memory in steps of a mebibyte and never gives any back."""
import mmap
import sys
import time

pause = 1 / float(sys.argv[1])
kept = []
while True:
    block = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    block.write(b"\x5a" * (1 << 20))
    kept.append(block)
    time.sleep(pause)

"""spike.py MEBIBYTES - takes MEBIBYTES for a moment, gives them back, and again."""
import mmap
import sys
import time

while True:
    block = mmap.mmap(-1, int(sys.argv[1]) << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for _ in range(int(sys.argv[1])):
        block.write(b"\x5a" * (1 << 20))
    time.sleep(3)
    block.close()
    time.sleep(5)

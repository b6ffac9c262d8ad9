/*
 * fill MB_PER_SECOND WAIT_MS PERCENT STOP_PERCENT FILE - a victim that fills its cgroup's memory at a rate, 0 for as
 * fast as it can, after waiting WAIT_MS; it holds at STOP_PERCENT of memory.max.
 *
 * It reads its own memory.current after every step, and writes to FILE, when that first exceeds PERCENT of memory.max:
 * CLOCK_REALTIME in microseconds, memory.current, memory.max, and microseconds since it began to fill.
 * A megabyte is 10^6 bytes.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The rate is met within 1 MiB at the fastest, and the crossing is seen within the time of one step. */
enum { STEP = 256 * 1024 };

static long long now_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* A file of this process's own cgroup: /proc/self/cgroup has "0::/system.slice/x.service". */
static int open_own(const char *name)
{
    char line[4096], path[8192];
    FILE *own = fopen("/proc/self/cgroup", "r");
    while (own && fgets(line, sizeof line, own)) {
        if (strncmp(line, "0::", 3) != 0)
            continue;
        line[strcspn(line, "\n")] = 0;
        snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", line + 3, name);
        return open(path, O_RDONLY | O_CLOEXEC);
    }
    return -1;
}

static long long read_number(int file)
{
    char text[64] = "";
    return pread(file, text, sizeof text - 1, 0) > 0 ? atoll(text) : -1;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    long long rate = atoll(argv[1]) * 1000000LL;
    long long limit = read_number(open_own("memory.max"));
    int current = open_own("memory.current");
    if (limit <= 0 || current < 0)
        return 1;
    usleep(atoi(argv[2]) * 1000);
    char *memory = mmap(NULL, limit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    /* Huge pages would make a step of 256 KiB one of 2 MiB. */
    madvise(memory, limit, MADV_NOHUGEPAGE);
    long long start = now_us(CLOCK_MONOTONIC), used = 0, crossed = 0;
    for (long long done = 0; used * 100 < limit * atoll(argv[4]); done += STEP) {
        memset(memory + done, 0x5a, STEP);
        used = read_number(current);
        if (!crossed && used * 100 > limit * atoll(argv[3])) {
            crossed = now_us(CLOCK_REALTIME);
            FILE *out = fopen(argv[5], "w");
            if (!out)
                return 1;
            fprintf(out, "%lld %lld %lld %lld\n", crossed, used, limit, now_us(CLOCK_MONOTONIC) - start);
            fclose(out);
        }
        long long ahead = rate ? (done + STEP) * 1000000LL / rate - (now_us(CLOCK_MONOTONIC) - start) : 0;
        if (ahead > 0)
            usleep(ahead);
    }
    pause();
}

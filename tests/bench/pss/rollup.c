/*
 * rollup kept|opened|endless ROUNDS PID... - the least that reading PSS can cost: smaps_rollup of all PIDs, ROUNDS
 * times, and nothing is made of the text.
 *
 * kept: each file is opened once. opened: for each reading anew. endless: kept, and no pause, until a signal ends it.
 * Prints for each round "WALL CPU", nanoseconds, both of the readings alone.
 *
 * Built static, so that no loader's work is counted.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char buffer[16384];

static long long now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int open_rollup(const char *pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        perror(path);
        exit(1);
    }
    return file;
}

static void read_rollup(int file)
{
    if (pread(file, buffer, sizeof buffer, 0) <= 0) {
        perror("smaps_rollup");
        exit(1);
    }
}

static void read_all(char **pids, const int *kept, int count)
{
    for (int i = 0; i < count; i++) {
        if (kept) {
            read_rollup(kept[i]);
        } else {
            int file = open_rollup(pids[i]);
            read_rollup(file);
            close(file);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: rollup kept|opened|endless ROUNDS PID...\n");
        return 2;
    }
    int count = argc - 3;
    int *kept = NULL;
    if (strcmp(argv[1], "opened") != 0) {
        kept = calloc((size_t)count, sizeof *kept);
        for (int i = 0; i < count; i++)
            kept[i] = open_rollup(argv[3 + i]);
    }
    while (strcmp(argv[1], "endless") == 0)
        read_all(argv + 3, kept, count);
    for (int round = 0; round < atoi(argv[2]); round++) {
        long long wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_THREAD_CPUTIME_ID);
        read_all(argv + 3, kept, count);
        cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
        printf("%lld %lld\n", now(CLOCK_MONOTONIC) - wall, cpu);
    }
}

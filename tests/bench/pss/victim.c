/*
 * victim COUNT KIB 4k|huge - COUNT processes, each with KIB of anonymous memory touched, in one mapping of pages of
 * 4 KiB or of huge ones. Says "ready" when all have it.
 *
 * Then, for each number of seconds on standard input, the first of them maps and unmaps 1 MiB every millisecond for so
 * long, and says "CALLS MEAN P99.9 MAX", nanoseconds that mmap(2) and munmap(2) took together. One that takes longer
 * keeps those from being made that are due meanwhile: each of them counts, with what it would have waited. Ends with
 * its input, and the others with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MAPPED = 1 << 20, PERIOD_NS = 1000000, MOST = 1 << 20 };

static long long taken[MOST];

static void *map(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void wait_until(long long when)
{
    struct timespec time = { when / 1000000000, when % 1000000000 };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        continue;
}

static int compare(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

static void measure(int seconds)
{
    long long due = now(), end = due + seconds * 1000000000LL, sum = 0;
    int calls = 0;
    for (; due < end && calls < MOST; due += PERIOD_NS) {
        wait_until(due);
        long long start = now();
        munmap(map(MAPPED), MAPPED);
        for (long long rest = now() - start; rest > 0 && calls < MOST; rest -= PERIOD_NS) {
            taken[calls++] = rest;
            sum += rest;
        }
        // Those that have been counted are not made, nor those for which this process had no CPU.
        while (due + PERIOD_NS < now())
            due += PERIOD_NS;
    }
    qsort(taken, (size_t)calls, sizeof *taken, compare);
    printf("%d %lld %lld %lld\n", calls, sum / calls, taken[(long long)calls * 999 / 1000], taken[calls - 1]);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: victim COUNT KIB 4k|huge\n");
        return 2;
    }
    int count = atoi(argv[1]), ready[2];
    size_t size = (size_t)atol(argv[2]) << 10;
    int advice = strcmp(argv[3], "huge") == 0 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
    if (pipe(ready) < 0)
        return 1;
    int is_child = 0;
    for (int i = 1; i < count && !is_child; i++) {
        pid_t child = fork();
        if (child < 0)
            return 1;
        is_child = child == 0;
    }
    if (is_child)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    char *memory = map(size);
    if (madvise(memory, size, advice) < 0)
        return 1;
    memset(memory, 1, size);
    if (write(ready[1], "", 1) != 1)
        return 1;
    while (is_child)
        pause();
    char byte;
    for (int i = 0; i < count; i++)
        if (read(ready[0], &byte, 1) != 1)
            return 1;
    puts("ready");
    fflush(stdout);
    int seconds;
    while (scanf("%d", &seconds) == 1)
        measure(seconds);
}

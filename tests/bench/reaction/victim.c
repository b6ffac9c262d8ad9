/*
 * victim FIFO RECORDS - waits for one line on FIFO, fills its cgroup's memory as that says, and records what it used.
 *
 * The line: METRIC BYTES BASE RATE STEP START_NS. It fills to BASE bytes of memory.current as fast as it can, sleeps
 * until START_NS of CLOCK_MONOTONIC, and fills on at RATE bytes a second by its own clock, STEP at a time, until it is
 * ended or has filled BYTES in all. RECORDS, a file it makes, gets a struct record of each step, in memory that
 * outlives a SIGKILL; the first is of START_NS, and one without an end is of a step in whose course it was ended.
 * METRIC is what is recorded besides memory.current: "current" once more; "rss", its own, of /proc/self/statm;
 * "available", MemAvailable of /proc/meminfo; "share", millionths that MemAvailable is of itself and AnonPages, which
 * is what earlyoom judges.
 *
 * It fills by MADV_POPULATE_WRITE: the kernel makes and charges the pages as for a touch, without an exception for
 * each, which under emulation would keep it from the faster rates. In steps of a huge page they are huge ones.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct record {
    uint64_t begin_ns, end_ns, current, value;
};

enum { RECORDS = 1 << 16, HUGE_PAGE = 2 << 20 };

static int current_file, metric_file;
static char metric;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void sleep_until(uint64_t ns)
{
    struct timespec until = {ns / 1000000000ULL, ns % 1000000000ULL};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
        ;
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
        fclose(own);
        return open(path, O_RDONLY | O_CLOEXEC);
    }
    return -1;
}

static uint64_t read_after(int file, const char *word)
{
    char text[2048] = "";
    if (pread(file, text, sizeof text - 1, 0) <= 0)
        exit(3);
    char *at = strstr(text, word);
    return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

static uint64_t read_metric(uint64_t current)
{
    uint64_t available;
    switch (metric) {
    case 'r': /* "SIZE RESIDENT ...", in pages */
        return read_after(metric_file, " ") * sysconf(_SC_PAGESIZE);
    case 'a':
        return read_after(metric_file, "MemAvailable:") * 1024;
    case 's':
        available = read_after(metric_file, "MemAvailable:");
        return available * 1000000 / (available + read_after(metric_file, "AnonPages:"));
    default:
        return current;
    }
}

static struct record *make_records(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, RECORDS * sizeof(struct record)) != 0)
        return NULL;
    struct record *records = mmap(NULL, RECORDS * sizeof *records, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return records == MAP_FAILED ? NULL : records;
}

static char *reserve(uint64_t bytes, int is_huge)
{
    char *memory = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    memory += -(uintptr_t)memory & (HUGE_PAGE - 1);
    return madvise(memory, bytes, is_huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) == 0 ? memory : NULL;
}

static void fill(char *memory, uint64_t bytes)
{
    if (madvise(memory, bytes, MADV_POPULATE_WRITE) != 0)
        memset(memory, 0x5a, bytes);
}

int main(int argc, char **argv)
{
    char word[16] = "";
    uint64_t bytes, base, rate, step, start_ns;
    FILE *fifo = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (!fifo || fscanf(fifo, "%15s %lu %lu %lu %lu %lu", word, &bytes, &base, &rate, &step, &start_ns) != 6)
        return 2;
    metric = word[0];
    current_file = open_own("memory.current");
    metric_file = open(metric == 'r' ? "/proc/self/statm" : "/proc/meminfo", O_RDONLY | O_CLOEXEC);
    struct record *records = make_records(argv[2]);
    char *memory = reserve(bytes, step >= HUGE_PAGE);
    if (current_file < 0 || metric_file < 0 || !records || !memory)
        return 1;
    uint64_t done = 0, number = 0, filled = 0, current;
    while ((current = read_after(current_file, "")) < base && done + HUGE_PAGE <= bytes) {
        fill(memory + done, HUGE_PAGE);
        done += HUGE_PAGE;
    }
    sleep_until(start_ns);
    current = read_after(current_file, "");
    records[number++] = (struct record){start_ns, now_ns(), current, read_metric(current)};
    for (; done + step <= bytes && number < RECORDS; done += step, filled += step) {
        sleep_until(start_ns + filled * 1000 / (rate / 1000000));
        struct record *record = &records[number++];
        record->begin_ns = now_ns();
        fill(memory + done, step);
        uint64_t end_ns = now_ns();
        record->current = read_after(current_file, "");
        record->value = read_metric(record->current);
        record->end_ns = end_ns;
    }
    pause();
}

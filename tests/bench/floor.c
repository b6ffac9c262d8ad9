/*
 * floor SECONDS CGROUP... - the least that sampling these cgroups can cost: every file the daemon reads of a cgroup is
 * opened once and read whole with one pread every SECONDS, and nothing is made of the text.
 *
 * Built static, so that no loader's work is counted. The files are those of src/Cgmemd.Linux/Cgroups. Prints "ready N"
 * with the number of open files; ends with a signal.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char *const files[] = {
    "memory.current", "memory.peak", "memory.swap.current", "memory.swap.peak", "memory.stat", "memory.events",
    "memory.events.local", "memory.pressure", "pids.current", "memory.high", "memory.max", "memory.swap.max",
};
enum { FILES = sizeof files / sizeof files[0] };

static char buffer[16384];

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: floor SECONDS CGROUP...\n");
        return 2;
    }
    struct rlimit many = { 65536, 65536 };
    setrlimit(RLIMIT_NOFILE, &many);
    int *open_files = calloc((size_t)argc * FILES, sizeof *open_files);
    int count = 0;
    for (int i = 2; i < argc; i++) {
        int directory = open(argv[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
        for (int j = 0; directory >= 0 && j < FILES; j++) {
            int file = openat(directory, files[j], O_RDONLY | O_CLOEXEC);
            if (file >= 0)
                open_files[count++] = file;
        }
        close(directory);
    }
    printf("ready %d\n", count);
    fflush(stdout);
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (;;) {
        for (int i = 0; i < count; i++)
            if (pread(open_files[i], buffer, sizeof buffer, 0) < 0)
                return 1;
        due.tv_sec += atoi(argv[1]);
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    }
}

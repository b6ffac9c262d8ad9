// disk.c - a disk that forgets what was not synced, and fails when told to; to be preloaded.
//
// Of every file whose name begins with $DISK_PREFIX a second one, NAME.durable, has what a disk would have after a power
// loss: what was written before the last fsync(2) of it. What was written since is on the disk in part at most, and
// whoever cuts the power picks that part out of the file itself. The shared memory of SQLite's log (NAME-shm) is not on
// the disk in any sense that counts: it is made anew at the next start.
//
// The first byte of the file $DISK_FAULT says what fails now: 'w' writes and syncs (EIO), 'r' reads (EIO), 's' syncs
// alone (EIO), 'f' what makes a file grow (ENOSPC); anything else nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define MAX_PAGES (64 * 1024)
#define MAX_FILES 64
#define MAX_FDS 4096
#define SYNC_US 4000 // as a disk needs: most of the time, something is not synced

struct file {
    dev_t device;
    ino_t inode;
    char durable[512];
    unsigned char dirty[MAX_PAGES];
    long last_dirty;
};

static struct file *files[MAX_FILES];
static struct file *by_fd[MAX_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *prefix;
static volatile const char *fault = "";

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void start(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    prefix = getenv("DISK_PREFIX");
    const char *control = getenv("DISK_FAULT");
    if (control) {
        int fd = real_open(control, O_RDONLY | O_CLOEXEC);
        void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
        if (map != MAP_FAILED)
            fault = map;
    }
}

static int is_tracked(const char *path) {
    size_t length = strlen(path);
    return prefix && strncmp(path, prefix, strlen(prefix)) == 0
        && !(length > 4 && strcmp(path + length - 4, "-shm") == 0)
        && !strstr(path, ".durable");
}

static void track(int fd, const char *path) {
    struct stat status;
    if (fd < 0 || fd >= MAX_FDS || !is_tracked(path) || fstat(fd, &status) != 0)
        return;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_FILES; i++) {
        if (!files[i]) {
            files[i] = calloc(1, sizeof(struct file));
            files[i]->device = status.st_dev;
            files[i]->inode = status.st_ino;
            files[i]->last_dirty = -1;
            snprintf(files[i]->durable, sizeof files[i]->durable, "%s.durable", path);
        }
        if (files[i]->device == status.st_dev && files[i]->inode == status.st_ino) {
            by_fd[fd] = files[i];
            break;
        }
    }
    pthread_mutex_unlock(&lock);
}

static struct file *file_of(int fd) { return fd >= 0 && fd < MAX_FDS ? by_fd[fd] : NULL; }

static int fails(int fd, const char *kinds, int error) {
    if (!file_of(fd) || !*fault || !strchr(kinds, *fault))
        return 0;
    errno = error;
    return 1;
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    int fd = real_open(path, flags, mode);
    track(fd, path);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open64(path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < MAX_FDS)
        by_fd[fd] = NULL;
    return real_close(fd);
}

ssize_t pread64(int fd, void *buffer, size_t count, off64_t offset) {
    return fails(fd, "r", EIO) ? -1 : real_pread(fd, buffer, count, offset);
}

ssize_t pwrite64(int fd, const void *buffer, size_t count, off64_t offset) {
    struct stat status;
    struct file *file = file_of(fd);
    if (fails(fd, "w", EIO))
        return -1;
    if (file && *fault == 'f' && fstat(fd, &status) == 0 && offset + (off64_t)count > status.st_size) {
        errno = ENOSPC;
        return -1;
    }
    pthread_mutex_lock(&lock);
    ssize_t done = real_pwrite(fd, buffer, count, offset);
    for (long page = offset / PAGE; file && done > 0 && page <= (offset + done - 1) / PAGE; page++) {
        if (page < MAX_PAGES)
            file->dirty[page] = 1;
        if (page > file->last_dirty)
            file->last_dirty = page;
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off64_t size) {
    return fails(fd, "w", EIO) ? -1 : real_ftruncate(fd, size);
}

// What is dirty goes to the durable file; a power loss meanwhile finds a part of it there, as it should.
static int sync_file(int fd) {
    struct stat status;
    struct file *file = file_of(fd);
    if (!file)
        return 0;
    if (fails(fd, "ws", EIO))
        return -1;
    usleep(SYNC_US);
    pthread_mutex_lock(&lock);
    int durable = real_open(file->durable, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (durable < 0 || fstat(fd, &status) != 0)
        abort();
    char page[PAGE];
    for (long i = 0; i <= file->last_dirty && i < MAX_PAGES; i++) {
        if (!file->dirty[i])
            continue;
        ssize_t length = real_pread(fd, page, PAGE, i * PAGE);
        if (length > 0 && real_pwrite(durable, page, length, i * PAGE) != length)
            abort();
        file->dirty[i] = 0;
    }
    file->last_dirty = -1;
    if (real_ftruncate(durable, status.st_size) != 0)
        abort();
    real_close(durable);
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int fd) { return sync_file(fd); }

int fdatasync(int fd) { return sync_file(fd); }

// Its number may be given to another file at once.
static void forget(const struct stat *status) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_FILES; i++) {
        if (files[i] && files[i]->device == status->st_dev && files[i]->inode == status->st_ino)
            files[i]->inode = 0;
    }
    pthread_mutex_unlock(&lock);
}

int unlink(const char *path) {
    struct stat status;
    int is_known = is_tracked(path) && stat(path, &status) == 0;
    int result = real_unlink(path);
    if (result == 0 && is_known) {
        char durable[512];
        snprintf(durable, sizeof durable, "%s.durable", path);
        real_unlink(durable);
        forget(&status);
    }
    return result;
}

/* Linux: pages of objects, and facts about the system. */
#include "platform/linux_names.h"
#include "platform/platform.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* ------------------------------------------------------------------- pages */

int il_platform_reserve(int fd, int64_t offset, int64_t length) {
    int error;
    do {
        error = posix_fallocate(fd, (off_t)offset, (off_t)length);
    } while (error == EINTR); /* tmpfs gives up half-way on a signal and starts over at the next call */
    return error;
}

int il_platform_release(int fd, int64_t offset, int64_t length) {
    int result;
    IL_RETRY(result, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length));
    return result == 0 ? 0 : errno;
}

int il_platform_blank(void *address, size_t readable, size_t length) {
    void *blank = mmap(address, readable, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (blank != MAP_FAILED && length > readable) {
        blank = mmap((char *)address + readable, length - readable, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    }
    return blank != MAP_FAILED ? 0 : errno;
}

/* ------------------------------------------------------------------- facts */

uint64_t il_platform_shm_size(void) {
    struct statvfs facts;
    return statvfs(SHM_DIRECTORY, &facts) == 0 ? (uint64_t)facts.f_blocks * facts.f_frsize : 0;
}

static uint64_t read_number(const char *path) {
    unsigned long long number = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%llu", &number) != 1) { /* "max": no limit */
        number = 0;
    }
    fclose(file);
    return number;
}

static uint64_t smaller_limit(uint64_t a, uint64_t b) {
    if (a == 0 || b == 0) {
        return a == 0 ? b : a;
    }
    return a < b ? a : b;
}

uint64_t il_platform_memory_limit(void) {
    struct rlimit address_space;
    /* Inside a container the process's own group is the root of what it sees, v2 and v1. */
    uint64_t limit = smaller_limit(read_number("/sys/fs/cgroup/memory.max"),
                                   read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    if (getrlimit(RLIMIT_AS, &address_space) == 0 && address_space.rlim_cur != RLIM_INFINITY) {
        limit = smaller_limit(limit, address_space.rlim_cur);
    }
    return limit;
}

int il_platform_pid_namespace(uint64_t *id) {
    struct stat facts;
    *id = 0;
    if (stat("/proc/self/ns/pid", &facts) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    *id = (uint64_t)facts.st_ino;
    return 0;
}

int il_platform_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int il_platform_random(void *buffer, size_t length) {
    ssize_t result; /* up to 256 bytes come whole */
    IL_RETRY(result, getrandom(buffer, length, 0));
    return result == (ssize_t)length ? 0 : result < 0 ? errno : EIO;
}

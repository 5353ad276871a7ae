/* macOS: pages of the file that an object is (portable_objects.c), and facts about the system. */
#include "platform/platform.h"
#include "platform/places.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

/* ------------------------------------------------------------------- pages */

/*
 * Only a look whether there is room: F_PREALLOCATE does not fill holes, and to write there would meet what others
 * store. A file system that runs full in between is a SIGBUS; docs/guarantees.md says so.
 */
int il_platform_reserve(int fd, int64_t offset, int64_t length) {
    struct statfs facts;
    (void)offset;
    if (fstatfs(fd, &facts) != 0) {
        return errno;
    }
    return facts.f_bavail >= (uint64_t)length / facts.f_bsize + 1 ? 0 : ENOSPC;
}

int il_platform_release(int fd, int64_t offset, int64_t length) {
    fpunchhole_t hole = {.fp_offset = (off_t)offset, .fp_length = (off_t)length};
    int result; /* EINVAL where its blocks are larger than our pages: then the pages stay */
    IL_RETRY(result, fcntl(fd, F_PUNCHHOLE, &hole));
    return result == 0 ? 0 : errno;
}

int il_platform_blank(void *address, size_t readable, size_t length) {
    void *blank = mmap(address, readable, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
    /* Pages have 16 KiB on arm: what lies between stays readable. */
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), rest = (readable + page - 1) / page * page;
    if (blank != MAP_FAILED && length > rest) {
        blank = mmap((char *)address + rest, length - rest, PROT_NONE, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
    }
    return blank != MAP_FAILED ? 0 : errno;
}

/* ------------------------------------------------------------------- facts */

uint64_t il_platform_shm_size(void) {
    char path[IL_PLACE_MAX];
    struct statfs facts;
    return il_place_directory(path) == 0 && statfs(path, &facts) == 0 ? facts.f_blocks * facts.f_bsize : 0;
}

uint64_t il_platform_memory_limit(void) {
    struct rlimit space;
    return getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY ? space.rlim_cur : 0;
}

int il_platform_pid_namespace(uint64_t *id) {
    *id = 0; /* there is one */
    return 0;
}

int il_platform_processors(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

int il_platform_random(void *buffer, size_t length) { return getentropy(buffer, length) == 0 ? 0 : errno; }

/*
 * macOS: named semaphores. Nothing stands behind one that could be told from another, handed on or listed, and a name has
 * 30 characters. So each that Interlock uses has a file beside it, which holds its whole name and is its identity; a
 * longer name becomes a hash of it (portable_names.h), which only Interlock can share. Whoever holds the file opens the
 * semaphore by that name: so one that was unlinked cannot be handed on any more.
 */
#include "platform/libc.h"
#include "platform/platform.h"
#include "platform/portable_names.h"
#include "platform/private_directory.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SEMAPHORES "semaphores"
#define PATH_SIZE (IL_DIRECTORY_MAX + 1 + IL_PLATFORM_NAME_MAX + 1)
#define LONGEST_PAUSE INT64_C(2000000)

static int path_of(const char *name, char path[PATH_SIZE]) {
    int error = il_directory_path(SEMAPHORES, path);
    if (error == 0) {
        size_t length = strlen(path);
        path[length++] = '/';
        error = il_file_name_of(name + 1, path + length, IL_PLATFORM_NAME_MAX + 1);
    }
    return error;
}

static int open_by_name(const char *name, int flags, uint32_t value, sem_t **semaphore) {
    char system_name[IL_SHORT_NAME_MAX + 1];
    il_short_name_of(name, system_name);
    do {
        *semaphore = sem_open(system_name, flags, S_IRUSR | S_IWUSR, (unsigned)value);
    } while (*semaphore == SEM_FAILED && errno == EINTR);
    return *semaphore == SEM_FAILED ? errno : 0;
}

int il_platform_semaphore_create(const char *name, uint32_t value) {
    sem_t *semaphore;
    int error = open_by_name(name, O_CREAT | O_EXCL, value, &semaphore);
    if (error == 0) {
        sem_close(semaphore);
    }
    return error;
}

int il_platform_semaphore_unlink(const char *name) {
    char path[PATH_SIZE], system_name[IL_SHORT_NAME_MAX + 1];
    il_short_name_of(name, system_name);
    int error = sem_unlink(system_name) == 0 ? 0 : errno;
    if ((error == 0 || error == ENOENT) && path_of(name, path) == 0) {
        (void)unlink(path);
    }
    return error;
}

static int open_file(const char *path, int *fd) {
    IL_RETRY(*fd, open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    return *fd < 0 ? errno : 0;
}

/* A file of the name; the same bytes whoever writes them, so that two may. */
static int write_name(int fd, const char *name) {
    const size_t length = strlen(name) + 1;
    ssize_t written;
    IL_RETRY(written, pwrite(fd, name, length, 0));
    return written < 0 ? errno : (size_t)written == length ? 0 : EIO;
}

int il_platform_semaphore_file(const char *name, int *fd) {
    char path[PATH_SIZE];
    sem_t *semaphore;
    int error = open_by_name(name, 0, 0, &semaphore); /* another program may have made it, or taken it away */
    if (error != 0) {
        if (error == ENOENT && path_of(name, path) == 0) {
            (void)unlink(path);
        }
        return error;
    }
    sem_close(semaphore);
    error = path_of(name, path);
    error = error == 0 ? open_file(path, fd) : error;
    if (error == ENOENT) { /* the first semaphore of this user */
        error = il_directory_make(SEMAPHORES);
        error = error == 0 ? open_file(path, fd) : error;
    }
    if (error == 0) {
        error = write_name(*fd, name);
        if (error != 0) {
            close(*fd);
        }
    }
    return error;
}

int il_platform_semaphore_map(int fd, sem_t **semaphore) {
    char name[IL_PLATFORM_NAME_MAX + 1];
    ssize_t length;
    IL_RETRY(length, pread(fd, name, sizeof name, 0));
    if (length < 0) {
        return errno;
    }
    return memchr(name, 0, (size_t)length) != NULL && name[0] == '/' ? open_by_name(name, 0, 0, semaphore) : EINVAL;
}

void il_platform_semaphore_unmap(sem_t *semaphore) { sem_close(semaphore); }

/* sem_getvalue is there, and says ENOSYS. To count by taking all would lose them if this process were killed then. */
int il_platform_semaphore_value(sem_t *semaphore, int *value) {
    (void)semaphore;
    (void)value;
    return ENOSYS;
}

/* There is no sem_timedwait, and sem_wait cannot be told to give up: so looks, less and less often. */
int il_platform_semaphore_wait(sem_t *semaphore, int64_t deadline) {
    int64_t pause = LONGEST_PAUSE / 100;
    for (;;) {
        if (sem_trywait(semaphore) == 0) {
            return 0;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return errno;
        }
        int64_t left = time_left(deadline);
        if (left == 0) {
            return ETIMEDOUT;
        }
        struct timespec time = to_timespec(left < pause ? left : pause);
        nanosleep(&time, NULL);
        pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
    }
}

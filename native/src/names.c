/* Names in the shared memory file system: checking, finding, unlinking, sweeping. */
#include "segment.h"
#include "retry.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define UNLINK_PATIENCE (INT64_C(5) * 1000000000)
#define LONGEST_PAUSE 8000000L /* two hundred who poll every half a millisecond leave the one who builds no processor */

int il_name_is_valid(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length = strlen(name);
    return length >= 1 && length <= IL_NAME_MAX && strspn(name, allowed) == length;
}

int il_name_is_ours(const char *name) { return il_name_is_valid(name[0] == '~' ? name + 1 : name); }

il_status il_name_random(char *buffer) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567"; /* 32: five bits each */
    uint8_t random[20];
    int error = il_platform_random(random, sizeof random);
    if (error != 0) {
        return il_fail(IL_CALL_GETRANDOM, error);
    }
    buffer[0] = '~';
    for (size_t i = 0; i < sizeof random; i++) {
        buffer[i + 1] = letters[random[i] & 31];
    }
    buffer[sizeof random + 1] = '\0';
    return IL_OK;
}

/* That a name is somebody else's says more than EACCES. */
il_status il_name_open_failed(const char *name, int error) {
    struct stat facts;
    if (error == ENAMETOOLONG) {
        return IL_INVALID;
    }
    if (error == EACCES && il_platform_shm_facts(name, &facts) == 0 && facts.st_uid != geteuid()) {
        return IL_FOREIGN;
    }
    return il_fail(IL_CALL_SHM_OPEN, error);
}

il_status il_name_open(const char *name, int *fd) {
    struct stat facts;
    int error = il_platform_object_open(name, 0, fd);
    if (error != 0) {
        return error == ENOENT ? (il_status)IL_NOT_FOUND : il_name_open_failed(name, error);
    }
    if (fstat(*fd, &facts) != 0) {
        error = errno;
        close(*fd);
        return il_fail(IL_CALL_FSTAT, error);
    }
    if (facts.st_uid != geteuid()) {
        close(*fd);
        return IL_FOREIGN;
    }
    return IL_OK;
}

il_status il_creation_lock(int fd, int64_t deadline) {
    struct timespec pause = {0, LONGEST_PAUSE / 16};
    for (;;) {
        int result;
        IL_RETRY(result, flock(fd, LOCK_EX | LOCK_NB));
        if (result == 0) {
            return IL_OK;
        }
        if (errno != EWOULDBLOCK) {
            return il_fail(IL_CALL_FLOCK, errno);
        }
        if (il_clock_now() >= deadline) {
            return IL_TIMED_OUT;
        }
        nanosleep(&pause, NULL);
        pause.tv_nsec = pause.tv_nsec * 2 < LONGEST_PAUSE ? pause.tv_nsec * 2 : LONGEST_PAUSE;
    }
}

void il_creation_unlock(int fd) { flock(fd, LOCK_UN); }

/*
 * The segment of an anonymous semaphore goes last, so that a sweep after our death, or after a failure here, finds the
 * semaphore through it.
 */
static il_status unlink_semaphore_beside(const char *name, int fd) {
    uint32_t kind = 0;
    char semaphore[IL_NAME_MAX + 16];
    ssize_t length = 0;
    if (name[0] == '~') {
        IL_RETRY(length, pread(fd, &kind, sizeof kind, offsetof(struct il_header, kind)));
    }
    if (length < 0) {
        return il_fail(IL_CALL_PREAD, errno);
    }
    if (kind != IL_KIND_SEMAPHORE) {
        return IL_OK;
    }
    il_semaphore_name(name, semaphore, sizeof semaphore);
    int error = il_platform_semaphore_unlink(semaphore);
    return error == 0 || error == ENOENT ? IL_OK : il_fail(IL_CALL_SEM_UNLINK, error);
}

/*
 * Under the creation lock of fd: unlinks name if it means fd's file. Compared, because name may come out of a header
 * that somebody overwrote; nobody changes what it means meanwhile, for that needs the creation lock, too.
 */
static il_status unlink_locked(const char *name, int fd) {
    struct stat facts, named;
    if (fstat(fd, &facts) != 0) {
        return il_fail(IL_CALL_FSTAT, errno);
    }
    int error = il_platform_shm_facts(name, &named);
    if (error != 0 && error != ENOENT) {
        return il_fail(IL_CALL_LSTAT, error);
    }
    if (facts.st_nlink == 0 || error != 0 || named.st_ino != facts.st_ino || named.st_dev != facts.st_dev) {
        return IL_NOT_FOUND;
    }
    il_status status = unlink_semaphore_beside(name, fd);
    if (status != IL_OK) {
        return status;
    }
    IL_STAGE("unlink", 1);
    error = il_platform_object_unlink(name);
    if (error != 0) {
        return error == ENOENT ? (il_status)IL_NOT_FOUND : il_fail(IL_CALL_SHM_UNLINK, error);
    }
    IL_STAGE("unlink", 2);
    return IL_OK;
}

static il_status unlink_unused(const char *name, int fd) { return il_unlink_if_unused(name, fd, IL_NO_SLOT); }

static il_status unlink_by(const char *name, il_status (*unlink_it)(const char *name, int fd)) {
    int fd;
    if (name == NULL || !il_name_is_ours(name)) {
        return IL_INVALID;
    }
    il_status status = il_name_open(name, &fd);
    if (status != IL_OK) {
        return status;
    }
    status = il_creation_lock(fd, il_deadline_after(UNLINK_PATIENCE));
    if (status == IL_OK) {
        status = unlink_it(name, fd);
    }
    close(fd);
    return status;
}

il_status il_name_unlink(const char *name) { return unlink_by(name, unlink_locked); }

il_status il_name_unlink_unused(const char *name) { return unlink_by(name, unlink_unused); }

il_status il_object_unlink(il_object *object) {
    /* The checked name, not the one in shared memory: that may be garbage by now. */
    int fd;
    struct stat facts;
    il_status status = il_name_open(object->name, &fd);
    if (status != IL_OK) {
        return status == IL_FOREIGN ? IL_NOT_FOUND : status;
    }
    status = il_creation_lock(fd, il_deadline_after(UNLINK_PATIENCE));
    if (status == IL_OK) {
        /* Whoever unlinks this file needs its creation lock, so the name keeps meaning it until we are through. */
        if (fstat(fd, &facts) != 0) {
            status = il_fail(IL_CALL_FSTAT, errno);
        } else if ((uint64_t)facts.st_ino != object->inode || (uint64_t)facts.st_dev != object->device) {
            status = IL_NOT_FOUND;
        } else {
            status = unlink_locked(object->name, fd);
        }
    }
    close(fd);
    return status;
}

il_status il_unlink_if_unused(const char *name, int fd, uint32_t own) {
    int taken = 1;
    int error = il_platform_slot_taken(fd, own, 0, IL_MAX_PROCESSES, &taken);
    if (error != 0) {
        return il_fail(IL_CALL_FCNTL, error);
    }
    return taken ? (il_status)IL_WOULD_BLOCK : unlink_locked(name, fd);
}

static void sweep_one(const char *name, void *swept) {
    int fd;
    if (name[0] != '~' || !il_name_is_ours(name) || il_name_open(name, &fd) != IL_OK) {
        return;
    }
    /* No waiting: who holds the creation lock is using the object. Closing fd lets go of it. */
    if (il_creation_lock(fd, INT64_MIN) == IL_OK && !il_header_is_strange(fd) &&
        il_unlink_if_unused(name, fd, IL_NO_SLOT) == IL_OK) {
        ++*(uint32_t *)swept;
    }
    close(fd);
}

il_status il_sweep(uint32_t *swept) {
    uint32_t count = 0;
    int error = il_platform_shm_list(sweep_one, &count);
    il_platform_slots_sweep();
    if (swept != NULL) {
        *swept = count;
    }
    return error == 0 ? IL_OK : il_fail(IL_CALL_OPENDIR, error);
}

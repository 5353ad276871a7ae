/*
 * ProcessSemaphore: a POSIX named semaphore as it is, shared with whoever calls sem_open("/name"). An anonymous one has
 * a segment of the same name beside it (kind IL_KIND_SEMAPHORE), whose slots say who uses it; the segment is
 * made first and goes last, so a semaphore without one is never left behind.
 */
#include "retry.h"
#include "segment.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct il_semaphore {
    sem_t *semaphore;
    int tally;
    int fd;              /* of the semaphore's file */
    il_object *sidecar;  /* anonymous ones */
    uint32_t fork_count; /* of the process that opened it */
    uint64_t device;
    uint64_t inode;
    char name[IL_NAME_MAX + 16]; /* for sem_open, with its slash */
};

static il_status failure(enum il_call call, int error) {
    return error == ENOENT ? (il_status)IL_NOT_FOUND : error == EINVAL ? (il_status)IL_CORRUPT : il_fail(call, error);
}

/* Takes fd over. */
static il_status make_handle(const char *name, int fd, il_semaphore **out) {
    struct stat facts;
    sem_t *memory;
    int tally;
    if (fstat(fd, &facts) != 0) {
        il_status status = il_fail(IL_CALL_FSTAT, errno);
        close(fd);
        return status;
    }
    if (facts.st_uid != geteuid() && geteuid() != 0) {
        close(fd);
        return IL_FOREIGN;
    }
    int error = il_platform_semaphore_map(fd, &memory, &tally);
    il_semaphore *handle = error == 0 ? calloc(1, sizeof *handle) : NULL;
    if (handle == NULL) {
        if (error == 0) {
            il_platform_semaphore_unmap(memory, tally);
        }
        close(fd);
        return error != 0 ? il_fail(IL_CALL_MMAP, error) : il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    handle->semaphore = memory;
    handle->tally = tally;
    handle->fd = fd;
    handle->device = (uint64_t)facts.st_dev;
    handle->inode = (uint64_t)facts.st_ino;
    handle->fork_count = atomic_load(&il_fork_count);
    snprintf(handle->name, sizeof handle->name, "%s", name);
    *out = handle;
    return IL_OK;
}

static il_status attach(const char *name, il_semaphore **out) {
    int fd;
    int error = il_platform_semaphore_file(name, &fd);
    return error == 0 ? make_handle(name, fd, out) : failure(IL_CALL_SEM_OPEN, error);
}

static il_status open_named(const char *name, uint32_t mode, uint32_t permits, il_semaphore **out) {
    for (;;) {
        il_status status = attach(name, out);
        if (status != IL_NOT_FOUND || mode == IL_FIND) {
            return status;
        }
        int error = il_platform_semaphore_create(name, permits);
        if (error != 0 && error != EEXIST) {
            return il_fail(IL_CALL_SEM_OPEN, error);
        }
    }
}

/* Its segment first: from then on this process counts as using it. */
static il_status open_anonymous(const il_spec *spec, uint32_t permits, il_semaphore **out) {
    char name[IL_NAME_MAX + 16];
    il_object *sidecar;
    il_status status = il_object_open(spec, &sidecar, NULL);
    if (status != IL_OK) {
        return status;
    }
    IL_STAGE("semaphore", 1);
    il_semaphore_name(sidecar->name, name, sizeof name);
    status = open_named(name, spec->mode == IL_CREATE ? IL_OPEN : IL_FIND, permits, out);
    IL_STAGE("semaphore", 2);
    if (status != IL_OK) {
        (void)il_object_close(sidecar);
        return status;
    }
    (*out)->sidecar = sidecar;
    return IL_OK;
}

void il_semaphore_name(const char *object_name, char *buffer, size_t size) {
    /* An anonymous one is found by its segment's name; a user's own name stands bare, as C and Python would write it. */
    snprintf(buffer, size, object_name[0] == '~' ? "/interlock.%s" : "/%s", object_name);
}

static void fill_info(const il_semaphore *semaphore, il_info *info) {
    const char *name = semaphore->sidecar != NULL ? semaphore->sidecar->name : semaphore->name + 1;
    memset(info, 0, sizeof *info);
    info->kind = IL_KIND_SEMAPHORE;
    info->size = sizeof(sem_t);
    info->device = semaphore->device;
    info->inode = semaphore->inode;
    snprintf(info->platform, sizeof info->platform, "%s", il_platform_name());
    snprintf(info->name, sizeof info->name, "%s", name);
}

/* What il_object_open would accept, for the names that it never sees. */
static int is_valid(const il_spec *spec) {
    if (spec->kind != IL_KIND_SEMAPHORE || spec->mode > IL_FIND || (spec->mode == IL_CREATE) != (spec->name == NULL) ||
        (spec->mode != IL_FIND && (spec->parameter[0] < 0 || spec->parameter[0] > il_platform_semaphore_max))) {
        return 0;
    }
    return spec->name == NULL || (spec->mode == IL_FIND ? il_name_is_ours(spec->name) : il_name_is_valid(spec->name));
}

il_status il_semaphore_open(const il_spec *spec, il_semaphore **out, il_info *info) {
    char name[IL_NAME_MAX + 16];
    il_status status;
    if (!is_valid(spec)) {
        return IL_INVALID;
    }
    if (spec->name == NULL || spec->name[0] == '~') {
        status = open_anonymous(spec, (uint32_t)spec->parameter[0], out);
    } else {
        il_semaphore_name(spec->name, name, sizeof name);
        status = open_named(name, spec->mode, (uint32_t)spec->parameter[0], out);
    }
    if (status == IL_OK && info != NULL) {
        fill_info(*out, info);
    }
    return status;
}

/* Nothing tells others that a forked process uses an anonymous one; a user's own is POSIX's, and works on. */
static il_status check_fork(const il_semaphore *semaphore) {
    const int forked = semaphore->fork_count != atomic_load_explicit(&il_fork_count, memory_order_relaxed);
    return forked && semaphore->sidecar != NULL ? IL_FORKED : IL_OK;
}

il_status il_semaphore_try(il_semaphore *semaphore) {
    if (check_fork(semaphore) != IL_OK) {
        return IL_FORKED;
    }
    int error = il_platform_semaphore_try(semaphore->semaphore, semaphore->tally);
    return error == 0 ? IL_OK : error == EAGAIN ? (il_status)IL_WOULD_BLOCK : il_fail(IL_CALL_SEM_TRYWAIT, error);
}

il_status il_semaphore_acquire(il_semaphore *semaphore, int64_t deadline) {
    if (check_fork(semaphore) != IL_OK) {
        return IL_FORKED;
    }
    int error = il_platform_semaphore_wait(semaphore->semaphore, semaphore->tally, deadline);
    return error == 0 ? IL_OK : error == ETIMEDOUT ? (il_status)IL_TIMED_OUT : il_fail(IL_CALL_SEM_WAIT, error);
}

il_status il_semaphore_release(il_semaphore *semaphore, uint32_t permits) {
    int value = 0;
    if (check_fork(semaphore) != IL_OK) {
        return IL_FORKED;
    }
    int unknown = il_platform_semaphore_value(semaphore->semaphore, &value);
    if (unknown != 0 && unknown != ENOSYS) { /* then sem_post alone says when there are too many */
        return il_fail(IL_CALL_SEM_GETVALUE, unknown);
    }
    if (value < 0 || permits > il_platform_semaphore_max - (uint32_t)value) {
        return IL_INVALID; /* before the first post, so that nothing is half-done; a race is undone below */
    }
    for (uint32_t i = 0; i < permits; i++) {
        if (sem_post(semaphore->semaphore) != 0) {
            int error = errno;
            while (i > 0 && sem_trywait(semaphore->semaphore) == 0) {
                i--;
            }
            return error == EOVERFLOW ? (il_status)IL_INVALID : il_fail(IL_CALL_SEM_POST, error);
        }
    }
    return IL_OK;
}

il_status il_semaphore_value(const il_semaphore *semaphore, int32_t *value) {
    int found = 0;
    if (check_fork(semaphore) != IL_OK) {
        return IL_FORKED;
    }
    int error = il_platform_semaphore_count(semaphore->semaphore, semaphore->tally, &found);
    if (error != 0) {
        return il_fail(IL_CALL_SEM_GETVALUE, error);
    }
    *value = found > 0 ? found : 0;
    return IL_OK;
}

il_status il_semaphore_unlink(il_semaphore *semaphore) {
    struct stat facts;
    int fd;
    int error = il_platform_semaphore_file(semaphore->name, &fd);
    if (error != 0) {
        return failure(IL_CALL_SEM_OPEN, error);
    }
    error = fstat(fd, &facts) == 0 ? 0 : errno;
    close(fd);
    if (error != 0) {
        return il_fail(IL_CALL_FSTAT, error);
    }
    int same = (uint64_t)facts.st_ino == semaphore->inode && (uint64_t)facts.st_dev == semaphore->device;
    if (!same) {
        return IL_NOT_FOUND;
    }
    /* POSIX has no "unlink if it is still this one": sem_unlink of another program may come between. */
    error = il_platform_semaphore_unlink(semaphore->name);
    il_status status = error == 0 ? IL_OK : failure(IL_CALL_SEM_UNLINK, error);
    if (status == IL_OK && semaphore->sidecar != NULL) {
        (void)il_object_unlink(semaphore->sidecar);
    }
    return status;
}

il_status il_semaphore_name_unlink(const char *user_name) {
    char name[IL_NAME_MAX + 16];
    if (user_name == NULL || !il_name_is_valid(user_name)) {
        return IL_INVALID;
    }
    il_semaphore_name(user_name, name, sizeof name);
    int error = il_platform_semaphore_unlink(name);
    return error == 0 ? IL_OK : failure(IL_CALL_SEM_UNLINK, error);
}

/* ------------------------------------------------------------------ handing on */

il_status il_semaphore_lend(il_semaphore *semaphore, int *fd, int *sidecar_fd, uint32_t *slot, uint32_t *generation) {
    *sidecar_fd = -1;
    int error = il_platform_reopen(semaphore->fd, fd);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    if (semaphore->sidecar == NULL) {
        return IL_OK;
    }
    il_status status = il_object_lend(semaphore->sidecar, sidecar_fd, slot, generation);
    if (status != IL_OK) {
        close(*fd);
    }
    return status;
}

il_status il_semaphore_adopt(const char *object_name, int fd, int sidecar_fd, uint32_t slot, uint32_t generation,
                             il_semaphore **out, il_info *info) {
    char name[IL_NAME_MAX + 16];
    il_object *sidecar = NULL;
    il_status status = IL_OK;
    if (sidecar_fd >= 0) {
        status = il_object_adopt(sidecar_fd, slot, generation, IL_KIND_SEMAPHORE, &sidecar, NULL);
    }
    if (status == IL_OK && !il_name_is_ours(object_name)) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        int result;
        IL_RETRY(result, fcntl(fd, F_SETFD, FD_CLOEXEC));
        status = result == 0 ? IL_OK : il_fail(IL_CALL_FCNTL, errno);
    }
    if (status == IL_OK) {
        il_semaphore_name(object_name, name, sizeof name);
        status = make_handle(name, fd, out);
    } else {
        close(fd);
    }
    if (status != IL_OK) {
        if (sidecar != NULL) {
            (void)il_object_close(sidecar);
        }
        return status;
    }
    (*out)->sidecar = sidecar;
    if (info != NULL) {
        fill_info(*out, info);
    }
    return IL_OK;
}

il_status il_semaphore_retire(il_semaphore *semaphore) {
    close(semaphore->fd);
    semaphore->fd = -1;
    if (semaphore->sidecar == NULL) {
        return IL_OK;
    }
    return il_object_retire(semaphore->sidecar, 0);
}

void il_semaphore_free(il_semaphore *semaphore) {
    if (semaphore->fd >= 0) {
        close(semaphore->fd);
    }
    if (semaphore->sidecar != NULL) {
        il_object_free(semaphore->sidecar);
    }
    il_platform_semaphore_unmap(semaphore->semaphore, semaphore->tally);
    free(semaphore);
}

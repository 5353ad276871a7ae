/*
 * POSIX itself, one call each, for org.interlock.posix: what courses teach and C programs share. Nothing of Interlock
 * is built on it, and it keeps none of its promises; see decision 0002 for what a condition variable does.
 */
#include "platform/platform.h"
#include "retry.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ------------------------------------------------------------------ shared memory */

/* All of it, as large as it is now. */
static il_status map(int fd, il_posix_memory *memory) {
    struct stat facts;
    if (fstat(fd, &facts) != 0) {
        return il_fail(IL_CALL_FSTAT, errno);
    }
    /* Of size 0 (its creator has not given it one yet, or died before) mmap makes EINVAL. */
    void *address = mmap(NULL, (size_t)facts.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) {
        return il_fail(IL_CALL_MMAP, errno);
    }
    *memory = (il_posix_memory){address, (uint64_t)facts.st_size, (uint64_t)facts.st_dev, (uint64_t)facts.st_ino};
    return IL_OK;
}

il_status il_posix_shm_create(const char *name, uint64_t size, il_posix_memory *memory) {
    if (size == 0 || size > INT64_MAX) {
        return IL_INVALID;
    }
    int fd, result;
    IL_RETRY(fd, shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (fd < 0) {
        return il_fail(IL_CALL_SHM_OPEN, errno);
    }
    IL_RETRY(result, ftruncate(fd, (off_t)size));
    il_status status = result == 0 ? IL_OK : il_fail(IL_CALL_FTRUNCATE, errno);
    if (status == IL_OK) {
        /* Beyond "one call": without it a full file system is a SIGBUS at the first touch. */
        int error = il_platform_reserve(fd, 0, (int64_t)size);
        status = error == 0 ? IL_OK : il_fail(IL_CALL_POSIX_FALLOCATE, error);
    }
    if (status == IL_OK) {
        status = map(fd, memory);
    }
    if (status != IL_OK) {
        (void)shm_unlink(name);
    }
    close(fd);
    return status;
}

il_status il_posix_shm_open(const char *name, il_posix_memory *memory) {
    int fd;
    IL_RETRY(fd, shm_open(name, O_RDWR | O_CLOEXEC, 0));
    if (fd < 0) {
        return il_fail(IL_CALL_SHM_OPEN, errno);
    }
    il_status status = map(fd, memory);
    close(fd);
    return status;
}

il_status il_posix_shm_unmap(void *address, uint64_t size) {
    return munmap(address, size) == 0 ? IL_OK : il_fail(IL_CALL_MUNMAP, errno);
}

il_status il_posix_shm_unlink(const char *name) {
    return shm_unlink(name) == 0 ? IL_OK : il_fail(IL_CALL_SHM_UNLINK, errno);
}

/* ------------------------------------------------------------------ semaphores */

static il_status open_semaphore(const char *name, int flags, uint32_t value, void **semaphore) {
    sem_t *opened;
    do {
        opened = sem_open(name, flags, S_IRUSR | S_IWUSR, (unsigned)value);
    } while (opened == SEM_FAILED && errno == EINTR);
    if (opened == SEM_FAILED) {
        return il_fail(IL_CALL_SEM_OPEN, errno);
    }
    *semaphore = opened;
    return IL_OK;
}

il_status il_posix_sem_create(const char *name, uint32_t value, void **semaphore) {
    return open_semaphore(name, O_CREAT | O_EXCL, value, semaphore);
}

il_status il_posix_sem_open(const char *name, void **semaphore) { return open_semaphore(name, 0, 0, semaphore); }

il_status il_posix_sem_wait(void *semaphore, int64_t deadline) {
    int error = il_platform_semaphore_wait(semaphore, -1, deadline);
    return error == 0 ? IL_OK : error == ETIMEDOUT ? (il_status)IL_TIMED_OUT : il_fail(IL_CALL_SEM_WAIT, error);
}

il_status il_posix_sem_trywait(void *semaphore) {
    while (sem_trywait(semaphore) != 0) {
        if (errno != EINTR) {
            return errno == EAGAIN ? (il_status)IL_WOULD_BLOCK : il_fail(IL_CALL_SEM_TRYWAIT, errno);
        }
    }
    return IL_OK;
}

il_status il_posix_sem_post(void *semaphore) {
    return sem_post(semaphore) == 0 ? IL_OK : il_fail(IL_CALL_SEM_POST, errno);
}

il_status il_posix_sem_getvalue(void *semaphore, int32_t *value) {
    int found = 0;
    int error = il_platform_sem_getvalue(semaphore, &found);
    *value = found;
    return error == 0 ? IL_OK : il_fail(IL_CALL_SEM_GETVALUE, error);
}

il_status il_posix_sem_close(void *semaphore) {
    return sem_close(semaphore) == 0 ? IL_OK : il_fail(IL_CALL_SEM_CLOSE, errno);
}

il_status il_posix_sem_unlink(const char *name) {
    return sem_unlink(name) == 0 ? IL_OK : il_fail(IL_CALL_SEM_UNLINK, errno);
}

/* ------------------------------------------------------------------ mutexes */

uint64_t il_posix_mutex_size(void) { return sizeof(pthread_mutex_t); }

static il_status done(enum il_call call, int error) { return error == 0 ? IL_OK : il_fail(call, error); }

il_status il_posix_mutex_init(void *mutex) {
    return done(IL_CALL_PTHREAD_MUTEX_INIT, il_platform_pthread_mutex_init(mutex));
}

static il_status locked(enum il_call call, int error) {
    return error == EOWNERDEAD ? (il_status)IL_OWNER_DIED : done(call, error);
}

il_status il_posix_mutex_lock(void *mutex, int64_t deadline) {
    int error = il_platform_pthread_mutex_lock(mutex, deadline);
    return error == ETIMEDOUT ? (il_status)IL_TIMED_OUT : locked(IL_CALL_PTHREAD_MUTEX_LOCK, error);
}

il_status il_posix_mutex_trylock(void *mutex) {
    int error = il_platform_pthread_mutex_try(mutex);
    return error == EBUSY ? (il_status)IL_WOULD_BLOCK : locked(IL_CALL_PTHREAD_MUTEX_TRYLOCK, error);
}

il_status il_posix_mutex_consistent(void *mutex) {
    return done(IL_CALL_PTHREAD_MUTEX_CONSISTENT, il_platform_pthread_mutex_consistent(mutex));
}

il_status il_posix_mutex_unlock(void *mutex) {
    return done(IL_CALL_PTHREAD_MUTEX_UNLOCK, pthread_mutex_unlock(mutex));
}

il_status il_posix_mutex_destroy(void *mutex) {
    return done(IL_CALL_PTHREAD_MUTEX_DESTROY, pthread_mutex_destroy(mutex));
}

/* ------------------------------------------------------------------ condition variables */

uint64_t il_posix_cond_size(void) { return sizeof(pthread_cond_t); }

il_status il_posix_cond_init(void *condition) {
    return done(IL_CALL_PTHREAD_COND_INIT, il_platform_pthread_cond_init(condition));
}

il_status il_posix_cond_wait(void *condition, void *mutex, int64_t deadline) {
    int error = il_platform_pthread_cond_wait(condition, mutex, deadline);
    return error == ETIMEDOUT ? (il_status)IL_TIMED_OUT : done(IL_CALL_PTHREAD_COND_WAIT, error);
}

il_status il_posix_cond_signal(void *condition) {
    return done(IL_CALL_PTHREAD_COND_SIGNAL, pthread_cond_signal(condition));
}

il_status il_posix_cond_broadcast(void *condition) {
    return done(IL_CALL_PTHREAD_COND_BROADCAST, pthread_cond_broadcast(condition));
}

il_status il_posix_cond_destroy(void *condition) {
    return done(IL_CALL_PTHREAD_COND_DESTROY, pthread_cond_destroy(condition));
}

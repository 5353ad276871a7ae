/* macOS: mutexes and condition variables of the C library, for org.interlock.posix alone: it has no robust mutexes. */
#include "platform/libc.h"
#include "platform/platform.h"

#include <errno.h>

#define PAUSE INT64_C(1000000)

int il_platform_pthread_mutex_init(pthread_mutex_t *mutex) {
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);
    if (error != 0) {
        return error;
    }
    error = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (error == 0) {
        error = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    }
    if (error == 0) {
        error = pthread_mutex_init(mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return error;
}

/* There is no pthread_mutex_timedlock. */
int il_platform_pthread_mutex_lock(pthread_mutex_t *mutex, int64_t deadline) {
    if (deadline == INT64_MAX) {
        return pthread_mutex_lock(mutex);
    }
    for (;;) {
        int error = pthread_mutex_trylock(mutex);
        if (error != EBUSY) {
            return error;
        }
        int64_t left = time_left(deadline);
        if (left == 0) {
            return ETIMEDOUT;
        }
        struct timespec time = to_timespec(left < PAUSE ? left : PAUSE);
        nanosleep(&time, NULL);
    }
}

int il_platform_pthread_mutex_try(pthread_mutex_t *mutex) { return pthread_mutex_trylock(mutex); }

int il_platform_pthread_mutex_consistent(pthread_mutex_t *mutex) {
    (void)mutex;
    return ENOSYS;
}

int il_platform_pthread_cond_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error == 0) {
        error = pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    }
    if (error == 0) {
        error = pthread_cond_init(condition, &attributes);
        pthread_condattr_destroy(&attributes);
    }
    return error;
}

int il_platform_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline) {
    if (deadline == INT64_MAX) {
        return pthread_cond_wait(condition, mutex);
    }
    struct timespec left = to_timespec(time_left(deadline));
    return pthread_cond_timedwait_relative_np(condition, mutex, &left);
}

/* It is there, deprecated, and fails. */
int il_platform_sem_getvalue(sem_t *semaphore, int *value) {
    (void)semaphore;
    (void)value;
    return ENOSYS;
}

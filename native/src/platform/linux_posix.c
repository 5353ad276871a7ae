/* Linux: mutexes and condition variables of the C library, for org.interlock.posix and for linux_lock.c. */
#include "platform/libc.h"
#include "platform/platform.h"
#include "recovery.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The word in which libc keeps the owner's thread id. */
#if defined(__GLIBC__)
static int *lock_place(pthread_mutex_t *mutex) { return &mutex->__data.__lock; }
#else
static int *lock_place(pthread_mutex_t *mutex) { return (int *)mutex + 1; } /* musl */
#endif

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
    if (error == 0 && il_recovers(IL_RECOVER_MUTEX)) {
        error = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    if (error == 0) {
        error = pthread_mutex_init(mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return error;
}

typedef int (*clocklock)(pthread_mutex_t *, clockid_t, const struct timespec *);

/* glibc 2.30 and newer. */
static clocklock find_clocklock(void) {
    static struct libc_function known = {.name = "pthread_mutex_clocklock"};
    void *address = find_function(&known);
    clocklock function;
    memcpy(&function, &address, sizeof function);
    return function;
}

/*
 * Without clocklock the wait is on CLOCK_REALTIME, in slices so short that a clock that somebody sets delays
 * it by one slice at most.
 */
static int lock_by_wall_clock(pthread_mutex_t *mutex, int64_t deadline) {
    const int64_t slice = NANOS_PER_SECOND / 10;
    for (;;) {
        int64_t left = time_left(deadline);
        struct timespec until = to_timespec(clock_of(CLOCK_REALTIME) + (left < slice ? left : slice));
        int error = pthread_mutex_timedlock(mutex, &until);
        if (error != ETIMEDOUT || left <= slice) {
            return error;
        }
    }
}

int il_platform_pthread_mutex_lock(pthread_mutex_t *mutex, int64_t deadline) {
    if (deadline == INT64_MAX) {
        return pthread_mutex_lock(mutex);
    }
    clocklock function = find_clocklock();
    if (function == NULL) {
        return lock_by_wall_clock(mutex, deadline);
    }
    struct timespec until = to_timespec(deadline);
    return function(mutex, CLOCK_MONOTONIC, &until);
}

/*
 * glibc (2.36 and all before, by its source): when trylock tells ENOTRECOVERABLE it has taken the lock, and leaves it
 * taken, for it compares the word's old value with the thread's id, and that was 0. Everybody else's lock would wait
 * for ever instead of being told.
 */
int il_platform_pthread_mutex_try(pthread_mutex_t *mutex) {
    int error = pthread_mutex_trylock(mutex);
    int *lock = lock_place(mutex);
    if (error == ENOTRECOVERABLE &&
        (__atomic_load_n(lock, __ATOMIC_RELAXED) & FUTEX_TID_MASK) == (int)syscall(SYS_gettid)) {
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
        syscall(SYS_futex, lock, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
    return error;
}

int il_platform_pthread_mutex_consistent(pthread_mutex_t *mutex) { return pthread_mutex_consistent(mutex); }

int il_platform_pthread_cond_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error == 0) {
        error = pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    }
    if (error == 0) {
        error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    }
    if (error == 0) {
        error = pthread_cond_init(condition, &attributes);
        pthread_condattr_destroy(&attributes);
    }
    return error;
}

typedef int (*clockwait)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);

/* glibc 2.30 and newer: whatever clock the condition variable was made with, a C program's being CLOCK_REALTIME. */
static clockwait find_clockwait(void) {
    static struct libc_function known = {.name = "pthread_cond_clockwait"};
    void *address = find_function(&known);
    clockwait function;
    memcpy(&function, &address, sizeof function);
    return function;
}

int il_platform_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline) {
    struct timespec until = to_timespec(deadline);
    if (deadline == INT64_MAX) {
        return pthread_cond_wait(condition, mutex);
    }
    clockwait function = find_clockwait();
    return function != NULL ? function(condition, mutex, CLOCK_MONOTONIC, &until)
                            : pthread_cond_timedwait(condition, mutex, &until); /* right for those that are ours */
}

int il_platform_sem_getvalue(sem_t *semaphore, int *value) { return sem_getvalue(semaphore, value) == 0 ? 0 : errno; }

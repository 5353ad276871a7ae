/* Linux: wait on address by futex, and the robust mutex of the C library. */
#include "platform/platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NANOS_PER_SECOND INT64_C(1000000000)

static struct timespec to_timespec(int64_t nanos) {
    if (nanos < 0) {
        nanos = 0;
    }
    return (struct timespec){(time_t)(nanos / NANOS_PER_SECOND), (long)(nanos % NANOS_PER_SECOND)};
}

int il_platform_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline) {
    /* FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC time; FUTEX_WAIT's is relative and would drift over retries. */
    struct timespec until = to_timespec(deadline);
    long result = syscall(SYS_futex, (uint32_t *)word, FUTEX_WAIT_BITSET, expected, deadline == INT64_MAX ? NULL : &until,
                          NULL, FUTEX_BITSET_MATCH_ANY);
    if (result == 0 || errno == EAGAIN || errno == EINTR) {
        return 0;
    }
    return errno;
}

void il_platform_wake(_Atomic uint32_t *word, int everyone) {
    /* No FUTEX_PRIVATE_FLAG: the waiters are other processes. */
    syscall(SYS_futex, (uint32_t *)word, FUTEX_WAKE, everyone ? INT_MAX : 1, NULL, NULL, 0);
}

/* ------------------------------------------------------------------ mutex */

/*
 * The type word of a robust, process-shared, error-checking mutex. libc branches on it before anything else and
 * a random one can crash it, so it is compared first. Learned from a mutex that libc itself initialised.
 */
#if defined(__GLIBC__)
static int type_word(const pthread_mutex_t *mutex) { return __atomic_load_n(&mutex->__data.__kind, __ATOMIC_RELAXED); }
static unsigned lock_word(const pthread_mutex_t *mutex) {
    return (unsigned)__atomic_load_n(&mutex->__data.__lock, __ATOMIC_ACQUIRE);
}
#else
/* musl: _m_type is the first int, _m_lock the second. */
static int type_word(const pthread_mutex_t *mutex) { return __atomic_load_n((const int *)mutex, __ATOMIC_RELAXED); }
static unsigned lock_word(const pthread_mutex_t *mutex) {
    return (unsigned)__atomic_load_n((const int *)mutex + 1, __ATOMIC_ACQUIRE);
}
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
    if (error == 0) {
        error = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    if (error == 0) {
        error = pthread_mutex_init(mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return error;
}

#define UNKNOWN_TYPE (-1)

static int expected_type_word(void) {
    static _Atomic int known; /* every thread would compute the same value */
    int type = atomic_load_explicit(&known, memory_order_relaxed);
    if (type == 0) {
        pthread_mutex_t reference;
        if (il_platform_pthread_mutex_init(&reference) != 0) {
            return UNKNOWN_TYPE;
        }
        type = type_word(&reference);
        pthread_mutex_destroy(&reference);
        atomic_store_explicit(&known, type, memory_order_relaxed);
    }
    return type;
}

/* 0, or why the mutex must not be touched. */
static inline int check_type(const il_mutex *mutex) {
    int expected = expected_type_word();
    if (__builtin_expect(type_word(&mutex->native) == expected, 1)) {
        return 0;
    }
    return expected == UNKNOWN_TYPE ? ENOMEM : EINVAL;
}

int il_platform_mutex_init(il_mutex *mutex) {
    memset(mutex, 0, sizeof *mutex);
    return il_platform_pthread_mutex_init(&mutex->native);
}

int il_platform_mutex_try(il_mutex *mutex) {
    int error = check_type(mutex);
    return error == 0 ? pthread_mutex_trylock(&mutex->native) : error;
}

typedef int (*clocklock)(pthread_mutex_t *, clockid_t, const struct timespec *);

/* glibc 2.30 and newer; looked up, because linking to it would tie the library to that version. */
static clocklock find_clocklock(void) {
    static _Atomic(clocklock) known;
    static _Atomic int looked;
    if (!atomic_load_explicit(&looked, memory_order_acquire)) {
        void *symbol = dlsym(RTLD_DEFAULT, "pthread_mutex_clocklock");
        clocklock function;
        memcpy(&function, &symbol, sizeof function); /* ISO C has no cast from object to function pointer */
        atomic_store_explicit(&known, function, memory_order_relaxed);
        atomic_store_explicit(&looked, 1, memory_order_release);
    }
    return atomic_load_explicit(&known, memory_order_relaxed);
}

static int64_t clock_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/*
 * Without clocklock the wait is on CLOCK_REALTIME, in slices so short that a clock that somebody sets delays
 * it by one slice at most.
 */
static int lock_by_wall_clock(pthread_mutex_t *mutex, int64_t deadline) {
    const int64_t slice = NANOS_PER_SECOND / 10;
    for (;;) {
        int64_t left = deadline - clock_of(CLOCK_MONOTONIC);
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

int il_platform_mutex_lock(il_mutex *mutex, int64_t deadline) {
    int error = check_type(mutex);
    return error == 0 ? il_platform_pthread_mutex_lock(&mutex->native, deadline) : error;
}

int il_platform_pthread_mutex_consistent(pthread_mutex_t *mutex) { return pthread_mutex_consistent(mutex); }

typedef int (*clockwait)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);

/* glibc 2.30 and newer: whatever clock the condition variable was made with, a C program's being CLOCK_REALTIME. */
static clockwait find_clockwait(void) {
    void *symbol = dlsym(RTLD_DEFAULT, "pthread_cond_clockwait");
    clockwait function;
    memcpy(&function, &symbol, sizeof function);
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

int il_platform_mutex_consistent(il_mutex *mutex) { return pthread_mutex_consistent(&mutex->native); }

int il_platform_mutex_unlock(il_mutex *mutex) {
    int error = check_type(mutex);
    return error == 0 ? pthread_mutex_unlock(&mutex->native) : error;
}

int il_platform_mutex_is_held(const il_mutex *mutex) {
    /* The kernel clears the thread id of a dead owner when it sets FUTEX_OWNER_DIED. */
    return (lock_word(&mutex->native) & FUTEX_TID_MASK) != 0;
}

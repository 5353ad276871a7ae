/* What the files here share of the C library: its times, and functions that old versions lack. */
#ifndef IL_LIBC_H
#define IL_LIBC_H

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define NANOS_PER_SECOND INT64_C(1000000000)

static inline struct timespec to_timespec(int64_t nanos) {
    if (nanos < 0) {
        nanos = 0;
    }
    return (struct timespec){(time_t)(nanos / NANOS_PER_SECOND), (long)(nanos % NANOS_PER_SECOND)};
}

static inline int64_t clock_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/* What is left until a deadline, any int64_t there is: not less than 0. */
static inline int64_t time_left(int64_t deadline) {
    int64_t now = clock_of(CLOCK_MONOTONIC); /* never below 0, so this cannot overflow */
    return deadline > now ? deadline - now : 0;
}

/* A function that is looked up, once, because linking to it would tie the library to the version that has it. */
struct libc_function {
    const char *name;
    _Atomic(void *) address;
    _Atomic int looked;
};

/*
 * NULL if this version lacks it; in test builds also if IL_OLD_LIBC is in the environment, so that what replaces it is
 * tried where it is not needed. ISO C has no cast from it to a function pointer: memcpy.
 */
static inline void *find_function(struct libc_function *function) {
    if (!atomic_load_explicit(&function->looked, memory_order_acquire)) {
        void *address = dlsym(RTLD_DEFAULT, function->name);
#ifdef IL_CRASH_STAGES
        address = getenv("IL_OLD_LIBC") == NULL ? address : NULL;
#endif
        atomic_store_explicit(&function->address, address, memory_order_relaxed);
        atomic_store_explicit(&function->looked, 1, memory_order_release);
    }
    return atomic_load_explicit(&function->address, memory_order_relaxed);
}

#endif

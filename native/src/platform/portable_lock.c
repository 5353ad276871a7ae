/*
 * A robust mutex of ours, for systems whose C library has none: an owner word {owner: 32, thread: 31, inconsistent: 1},
 * changed by compare-and-set, and a word to sleep on. That an owner has died is not told but looked for: its slot is free,
 * or its thread, ending, has put 0 in the place of its number (portable_holds.c). Whoever waits looks each slice.
 */
#include "platform/architecture.h"
#include "platform/portable_holds.h"
#include "recovery.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

const int il_platform_owner_needs_slot = 1;

#define TYPE UINT32_C(0x494c4d58) /* "XMLI" in memory: no kind of any C library's mutex */
#define INCONSISTENT UINT64_C(1)
#define FREE UINT64_C(0)
#define NOT_RECOVERABLE UINT64_MAX /* no owner: a thread number is smaller */
#define SLEEPERS 1u
#define RENOUNCED (UINT32_C(1) << 31) /* in the count of a holder */
#define STEP 2u
/* What a death that nobody announces costs those who wait. */
#define SLICE (INT64_C(5) * 1000000)

static uint64_t word_of(const struct il_holder *self, uint32_t thread) {
    return (uint64_t)self->owner << 32 | (uint64_t)thread << 1;
}

static uint32_t thread_of(uint64_t word) { return (uint32_t)word >> 1; }

static int is_dead(const struct il_holder *self, uint64_t word) {
    return il_recovers(IL_RECOVER_MUTEX) && (thread_of(word) == 0 || !self->is_alive(self->object, (uint32_t)(word >> 32)));
}

int il_platform_mutex_init(il_mutex *mutex) {
    memset(mutex, 0, sizeof *mutex);
    mutex->portable.type = TYPE;
    return 0;
}

static int take(il_mutex *mutex, const struct il_holder *self, uint32_t thread) {
    const uint64_t mine = word_of(self, thread);
    for (;;) {
        uint64_t word = atomic_load(&mutex->portable.owner);
        if (word == FREE) {
            if (atomic_compare_exchange_strong(&mutex->portable.owner, &word, mine)) {
                il_holds_add(mutex, mine, self->taken);
                return 0;
            }
        } else if (word == NOT_RECOVERABLE) {
            return ENOTRECOVERABLE;
        } else if ((word & ~INCONSISTENT) == mine) {
            return EDEADLK;
        } else if (!is_dead(self, word)) {
            return EBUSY;
        } else if (atomic_compare_exchange_strong(&mutex->portable.owner, &word, mine | INCONSISTENT)) {
            /* A slot's generation is never used twice, so the word was that of the same dead owner all the time. */
            il_holds_add(mutex, mine, self->taken);
            return EOWNERDEAD;
        }
    }
}

int il_platform_mutex_try(il_mutex *mutex, const struct il_holder *self) {
    if (mutex->portable.type != TYPE) {
        return EINVAL;
    }
    uint32_t thread;
    int error = il_holds_prepare(&thread);
    if (error != 0) {
        return error;
    }
    /* Counted before it is looked whether that is still allowed, and before there is anything that needs the slot. */
    error = atomic_fetch_add(self->taken, 1) & RENOUNCED ? ECANCELED : take(mutex, self, thread);
    if (error != 0 && error != EOWNERDEAD) {
        atomic_fetch_sub(self->taken, 1);
    }
    return error;
}

int il_platform_mutex_renounce(const struct il_holder *self) {
    return (atomic_fetch_or(self->taken, RENOUNCED) & ~RENOUNCED) == 0;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int il_platform_mutex_lock(il_mutex *mutex, const struct il_holder *self, int64_t deadline) {
    for (;;) {
        int error = il_platform_mutex_try(mutex, self);
        if (error != EBUSY) {
            return error;
        }
        uint32_t ticket = atomic_fetch_or(&mutex->portable.sleepers, SLEEPERS) | SLEEPERS;
        error = il_platform_mutex_try(mutex, self);
        if (error != EBUSY) {
            return error;
        }
        int64_t time = now();
        if (time >= deadline) {
            return ETIMEDOUT;
        }
        error = il_platform_wait(&mutex->portable.sleepers, ticket, SLICE < deadline - time ? time + SLICE : deadline);
        if (error != 0 && error != ETIMEDOUT) {
            return error;
        }
        /* The wake-up took the announcement away for all; if we get the lock now, our unlock must wake the next. */
        atomic_fetch_or(&mutex->portable.sleepers, SLEEPERS);
    }
}

int il_platform_mutex_consistent(il_mutex *mutex) {
    atomic_fetch_and(&mutex->portable.owner, ~INCONSISTENT);
    return 0;
}

static void wake_next(il_mutex *mutex) {
    uint32_t word = atomic_load(&mutex->portable.sleepers);
    while (word & SLEEPERS) {
        if (atomic_compare_exchange_weak(&mutex->portable.sleepers, &word, (word & ~SLEEPERS) + STEP)) {
            il_platform_wake(&mutex->portable.sleepers, 0);
            return;
        }
    }
}

int il_platform_mutex_unlock(il_mutex *mutex, const struct il_holder *self) {
    if (mutex->portable.type != TYPE) {
        return EINVAL;
    }
    const uint32_t thread = il_holds_thread(); /* giving back needs no memory */
    const uint64_t mine = word_of(self, thread);
    uint64_t word = atomic_load(&mutex->portable.owner);
    if (thread == 0 || (word & ~INCONSISTENT) != mine) {
        return EPERM;
    }
    il_holds_remove(mutex, mine);
    if (!atomic_compare_exchange_strong(&mutex->portable.owner, &word, word == mine ? FREE : NOT_RECOVERABLE)) {
        return EPERM;
    }
    atomic_fetch_sub(self->taken, 1);
    wake_next(mutex);
    return 0;
}

void il_holds_ended(il_mutex *mutex, uint64_t mine) {
    const uint64_t ended = mine >> 32 << 32;
    uint64_t word = mine;
    if (atomic_compare_exchange_strong(&mutex->portable.owner, &word, ended) ||
        (word == (mine | INCONSISTENT) && atomic_compare_exchange_strong(&mutex->portable.owner, &word, ended))) {
        wake_next(mutex);
    }
}

int il_platform_mutex_is_held(const il_mutex *mutex, const struct il_holder *self) {
    uint64_t word = atomic_load(&((il_mutex *)(uintptr_t)mutex)->portable.owner);
    return word != FREE && word != NOT_RECOVERABLE && !is_dead(self, word);
}

void il_platform_mutex_before_fork(void) {} /* portable_holds.c has its own part in it */
void il_platform_mutex_in_child(void) {}

#if defined(__APPLE__)
const char *il_platform_name(void) { return "darwin-" IL_ARCHITECTURE; }
#else
const char *il_platform_name(void) { return "linux-" IL_ARCHITECTURE "-portable"; }
#endif

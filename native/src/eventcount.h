/*
 * Eventcounts: sleeping until something changes, on one 32-bit word that a killed sleeper leaves nothing
 * behind in. (pthread_cond_t would: glibc 2.25 to 2.40 wait for killed waiters; see decision 0002.)
 *
 * The protocol has no stuck state: a sleeper announces itself before its last look; a waker moves the sequence
 * with the same compare-and-set that takes the announcement away; and whoever slept passes on what it does
 * not use (il_wait_leave), because the one wake-up may have come to a sleeper that times out or dies.
 * A plain "somebody sleeps" flag lost wake-ups with four consumers.
 */
#ifndef IL_EVENTCOUNT_H
#define IL_EVENTCOUNT_H

#include "platform/architecture.h"
#include "segment.h"

#define IL_SLEEPERS 1u
#define IL_SLEEPERS_FOR_BYTES 2u
#define IL_SEQUENCE_STEP 4u

static inline uint32_t il_event_prepare(struct il_eventcount *event, uint32_t bits) {
    return atomic_fetch_or(&event->word, bits) | bits;
}

/*
 * Call after publishing and unlocking. Free when nobody sleeps: the unlocking, or whatever atomic change the caller made
 * last, orders its publication before this look, as the sleeper's fetch_or orders its announcement.
 */
static inline void il_event_wake(struct il_eventcount *event, int everyone) {
    il_platform_fence_after_atomic();
    uint32_t word = atomic_load(&event->word);
    while (word & (IL_SLEEPERS | IL_SLEEPERS_FOR_BYTES)) {
        uint32_t next = (word & ~(IL_SLEEPERS | IL_SLEEPERS_FOR_BYTES)) + IL_SEQUENCE_STEP;
        if (atomic_compare_exchange_weak(&event->word, &word, next)) {
            il_platform_wake(&event->word, everyone || (word & IL_SLEEPERS_FOR_BYTES) != 0);
            return;
        }
    }
}

/* Wakes all, whether announced or not: after a death the announcement may be lost with the dead. */
static inline void il_event_disturb(struct il_eventcount *event) {
    atomic_fetch_add(&event->word, IL_SEQUENCE_STEP);
    il_platform_wake(&event->word, 1);
}

void il_events_disturb(il_object *object);

/*
 * Runs attempt until it answers something else than IL_WOULD_BLOCK or IL_NO_BYTES, sleeping in between; the blocking
 * functions of the C interface.
 */
il_status il_wait_until(il_object *object, int reason, il_status (*attempt)(void *argument), void *argument,
                        int64_t deadline);

#endif

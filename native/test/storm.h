/*
 * The kill storm: what its workers and its killer share. storm_queues.h, storm_locks.h, storm_counts.h, storm_gates.h
 * and storm_pipes.h are the objects: what their workers do, and what ledger, outside the object, says of what must have survived.
 */
#ifndef IL_TEST_STORM_H
#define IL_TEST_STORM_H

#include "objects.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { QUEUE, JOINABLE, LOCK, CONDITION, SEMAPHORE, POOL, EVENT, BARRIER, LONG, PIPE, OBJECTS };
enum { MOST_WORKERS = 50 };

struct worker {
    int pid, object, index;      /* index: among the workers of its object */
    _Atomic uint64_t successes;  /* operations that did something */
    _Atomic int asleep;          /* it does nothing but wait: stopped now, it must hold up nobody */
    _Atomic int doing;           /* for its object's bury */
    _Atomic int64_t since;       /* likewise */
};

/* Of one object, over all rounds. */
struct tally {
    _Atomic uint64_t kills, stops, asleep, lost, duplicated, hangs;
    _Atomic uint64_t remarks; /* how often the dead had the effect that they may have */
};

struct ledger {
    struct worker workers[MOST_WORKERS];
    _Atomic int failed, ending;
};

/* What an object brings to the storm. Everything but work runs in the test itself. */
struct object {
    const char *name;
    const char *remark; /* what tally.remarks counts */
    int workers;
    void (*prepare)(unsigned round);
    void (*work)(struct worker *me);     /* until ledger->ending; then it gives back what it has */
    void (*doom)(struct worker *victim); /* before SIGKILL; may be NULL */
    void (*bury)(struct worker *dead);   /* after it; may be NULL */
    void (*tend)(void);                  /* often, to the end of the last worker; may be NULL */
    int (*is_resting)(void);             /* its workers wait for tend: none must stay stopped; may be NULL */
    void (*finish)(void);                /* nobody has it open any more */
};

static struct ledger *ledger;
static struct tally *tallies; /* shared */
static unsigned seed;

static inline int choose(int count) { return (int)((unsigned)rand_r(&seed) % (unsigned)count); }

#define EXPECT(condition)                                                                                    \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            atomic_store(&ledger->failed, 1);                                                                \
            harness_fail(__FILE__, __LINE__, "not true: %s", #condition);                                    \
        }                                                                                                    \
    } while (0)

/* For how long nobody may get on; longer than anybody is kept stopped. */
static inline int64_t hang_limit(void) {
    int64_t limit = harness_watchdog_seconds() * SECONDS * 3 / 10;
    return limit < 30 * SECONDS ? limit : 30 * SECONDS;
}

static inline void did(struct worker *me) { atomic_fetch_add(&me->successes, 1); }
static inline int is_over(void) { return atomic_load(&ledger->ending); }

static inline void spin(int rounds) {
    for (volatile int i = 0; i < rounds; i++) {
    }
}

static inline int64_t at_most(int64_t nanos, int64_t deadline) {
    int64_t end = il_deadline_after(nanos);
    return end < deadline ? end : deadline;
}

/*
 * Waits as the Java side does: the sleep is no part of an operation. Ends with the round, too, as a timeout.
 */
static inline il_status wait_asleep(struct worker *me, il_object *object, int reason, il_status (*attempt)(void *),
                                    void *argument, int64_t deadline) {
    int slept = 0, for_bytes = 0;
    il_status status = attempt(argument);
    while (status == IL_WOULD_BLOCK || status == IL_NO_BYTES) {
        uint32_t ticket;
        if (status == IL_NO_BYTES && slept && !for_bytes) il_wait_leave(object, reason);
        for_bytes = status == IL_NO_BYTES;
        EXPECT(il_wait_prepare(object, reason, for_bytes, &ticket) == IL_OK);
        status = attempt(argument);
        if (status != (for_bytes ? IL_NO_BYTES : IL_WOULD_BLOCK)) continue;
        if (il_clock_now() >= deadline || is_over()) {
            status = IL_TIMED_OUT;
            break;
        }
        atomic_store(&me->asleep, 1);
        il_status woken = il_wait_sleep(object, reason, for_bytes, ticket, at_most(100 * MS, deadline));
        atomic_store(&me->asleep, 0);
        EXPECT(woken == IL_OK || woken == IL_TIMED_OUT);
        slept = 1;
        status = attempt(argument);
    }
    if (slept) il_wait_leave(object, reason);
    return status;
}

static inline il_object *open_sized(uint32_t kind, const char *name, int64_t size) {
    il_spec spec = spec_of(kind, name);
    il_object *object;
    spec.parameter[0] = size;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    return object;
}

static inline void end_object(il_object *object) {
    CHECK_OK(il_object_unlink(object));
    CHECK_OK(il_object_close(object));
}

#endif

/* The storm over what counts: ProcessSemaphore, PermitPool, ProcessLong. */
#ifndef IL_TEST_STORM_COUNTS_H
#define IL_TEST_STORM_COUNTS_H

#include "storm.h"

enum { PERMITS = 5 };

/* ------------------------------------------------------------------------------- the semaphore */

/*
 * A killed holder's permit is lost, so the test counts now and then, and gives back what is missing. Nobody but the
 * dead knows whether one killed in the middle of taking had its permit; while it is counted all rest.
 */
enum { SEMAPHORE_WORKERS = 4 };
enum { IDLE, TAKING, HOLDING, GIVING, RESTING };

static struct {
    char name[80];
    _Atomic int counting;
    _Atomic int inside;       /* holders, dead ones too, since the last count */
    int64_t gone, in_doubt;   /* permits, likewise */
    int64_t next_count;
} *turns;

static il_semaphore *observed_semaphore;

static il_semaphore *open_semaphore(const char *name) {
    il_spec spec = {.kind = IL_KIND_SEMAPHORE, .mode = IL_OPEN, .name = name, .parameter = {PERMITS, 0}};
    il_semaphore *semaphore;
    CHECK_OK(il_semaphore_open(&spec, &semaphore, NULL));
    return semaphore;
}

static void close_semaphore(il_semaphore *semaphore) {
    CHECK_OK(il_semaphore_retire(semaphore));
    il_semaphore_free(semaphore);
}

static void prepare_semaphore(unsigned round) {
    (void)round;
    turns = harness_shared(sizeof *turns);
    strcpy(turns->name, harness_name());
    observed_semaphore = open_semaphore(turns->name);
}

static void visit_semaphore(struct worker *me, il_semaphore *semaphore) {
    atomic_store(&me->doing, TAKING);
    atomic_store(&me->asleep, 1);
    il_status status = choose(4) == 0 ? il_semaphore_try(semaphore)
                                      : il_semaphore_acquire(semaphore, il_deadline_after(choose(30) * MS));
    atomic_store(&me->asleep, 0);
    EXPECT(status == IL_OK || status == IL_TIMED_OUT || status == IL_WOULD_BLOCK);
    if (status == IL_OK) {
        atomic_store(&me->doing, HOLDING);
        if (atomic_fetch_add(&turns->inside, 1) >= PERMITS) tallies[me->object].duplicated++;
        usleep((useconds_t)choose(200));
        atomic_fetch_sub(&turns->inside, 1);
        atomic_store(&me->doing, GIVING);
        EXPECT(il_semaphore_release(semaphore, 1) == IL_OK);
        did(me);
    }
    atomic_store(&me->doing, IDLE);
}

static void work_on_semaphore(struct worker *me) {
    il_semaphore *semaphore = open_semaphore(turns->name);
    while (!is_over()) {
        if (atomic_load(&turns->counting)) {
            atomic_store(&me->doing, RESTING);
            while (atomic_load(&turns->counting) && !is_over()) usleep(200);
            atomic_store(&me->doing, IDLE);
        }
        visit_semaphore(me, semaphore);
        if (choose(200) == 0) {
            close_semaphore(semaphore);
            semaphore = open_semaphore(turns->name);
        }
    }
    close_semaphore(semaphore);
}

static void bury_holder(struct worker *dead) {
    int doing = atomic_exchange(&dead->doing, IDLE);
    turns->gone += doing == HOLDING;
    turns->in_doubt += doing == TAKING || doing == GIVING;
}

static void count_semaphore(struct tally *tally) {
    int32_t value;
    CHECK_OK(il_semaphore_value(observed_semaphore, &value));
    int64_t most = PERMITS - turns->gone, least = most - turns->in_doubt;
    if (value < least) tally->lost += (uint64_t)(least - value);
    if (value > most) tally->duplicated += (uint64_t)(value - most);
    if (value < PERMITS) {
        tally->remarks += (uint64_t)(PERMITS - value);
        CHECK_OK(il_semaphore_release(observed_semaphore, (uint32_t)(PERMITS - value)));
    }
    turns->gone = turns->in_doubt = 0;
    atomic_store(&turns->inside, 0);
}

static int is_counting(void) { return atomic_load(&turns->counting); }

static void tend_semaphore(void) {
    if (is_over() || il_clock_now() < turns->next_count) return;
    atomic_store(&turns->counting, 1);
    for (int i = 0; i < MOST_WORKERS; i++) {
        const struct worker *worker = &ledger->workers[i];
        if (worker->object == SEMAPHORE && worker->pid != 0 && atomic_load(&worker->doing) != RESTING) return;
    }
    count_semaphore(&tallies[SEMAPHORE]);
    turns->next_count = il_deadline_after(150 * MS);
    atomic_store(&turns->counting, 0);
}

static void finish_semaphore(void) {
    count_semaphore(&tallies[SEMAPHORE]);
    CHECK_OK(il_semaphore_unlink(observed_semaphore));
    close_semaphore(observed_semaphore);
    munmap(turns, sizeof *turns);
}

/* ------------------------------------------------------------------------------- permits */

/*
 * One byte for each worker: what it surely holds; so all of them are seen at one instant. DOOMED: it is about to be
 * killed, and its permits are there for others before the ledger could say so.
 */
enum { POOL_WORKERS = 5, DOOMED = 0xff };

static struct {
    char name[80];
    _Atomic uint64_t held;
} *pool_ledger;

static void prepare_pool(unsigned round) {
    (void)round;
    pool_ledger = harness_shared(sizeof *pool_ledger);
    strcpy(pool_ledger->name, harness_name());
}

static unsigned held_of(uint64_t all, int index) { return all >> 8 * index & 0xff; }

static unsigned sum_of(uint64_t all) {
    unsigned sum = 0;
    for (int i = 0; i < POOL_WORKERS; i++) sum += held_of(all, i) != DOOMED ? held_of(all, i) : 0;
    return sum;
}

static uint64_t set_held(int index, unsigned permits, int even_if_doomed) {
    uint64_t all = atomic_load(&pool_ledger->held), next;
    do {
        if (held_of(all, index) == DOOMED && !even_if_doomed) return all;
        next = (all & ~(UINT64_C(0xff) << 8 * index)) | (uint64_t)permits << 8 * index;
    } while (!atomic_compare_exchange_weak(&pool_ledger->held, &all, next));
    return next;
}

struct wish {
    il_object *pool;
    uint32_t permits;
    int64_t since;
};

static il_status try_wish(void *argument) {
    const struct wish *wish = argument;
    return il_permits_try_waiting(wish->pool, wish->permits, wish->since);
}

static il_status take_permits(struct worker *me, il_object *pool, uint32_t permits) {
    struct wish wish = {pool, permits, il_clock_now()};
    int64_t deadline = choose(3) == 0 ? IL_FOREVER : il_deadline_after(choose(150) * MS);
    switch (choose(3)) {
    case 0:
        return il_permits_try(pool, permits);
    case 1:
        return il_permits_acquire(pool, permits, deadline);
    default: {
        il_status status = wait_asleep(me, pool, IL_NOT_EMPTY, try_wish, &wish, deadline);
        if (status != IL_OK) il_permits_stop_waiting(pool, wish.since);
        return status;
    }
    }
}

static void work_on_pool(struct worker *me) {
    il_object *pool = open_sized(IL_KIND_PERMITS, pool_ledger->name, PERMITS);
    while (!is_over()) {
        uint32_t permits = 1 + (uint32_t)choose(PERMITS);
        il_status status = take_permits(me, pool, permits);
        EXPECT(status == IL_OK || status == IL_TIMED_OUT || status == IL_WOULD_BLOCK);
        if (status != IL_OK) continue;
        if (sum_of(set_held(me->index, permits, 0)) > PERMITS) tallies[me->object].duplicated++;
        if (choose(3) == 0) usleep((useconds_t)choose(200));
        set_held(me->index, 0, 0);
        if (choose(50) == 0) { /* closing gives them back */
            CHECK_OK(il_object_close(pool));
            pool = open_sized(IL_KIND_PERMITS, pool_ledger->name, PERMITS);
        } else {
            if (permits > 1) EXPECT(il_permits_release(pool, 1) == IL_OK);
            EXPECT(il_permits_release(pool, permits > 1 ? permits - 1 : 1) == IL_OK);
        }
        did(me);
    }
    CHECK_OK(il_object_close(pool));
}

static void doom_pool_worker(struct worker *victim) {
    if (held_of(atomic_load(&pool_ledger->held), victim->index) > 0) tallies[victim->object].remarks++;
    set_held(victim->index, DOOMED, 1);
}

static void bury_pool_worker(struct worker *dead) { set_held(dead->index, 0, 1); }

static void finish_pool(void) {
    il_object *pool = open_sized(IL_KIND_PERMITS, pool_ledger->name, PERMITS);
    uint32_t available;
    CHECK_OK(il_permits_available(pool, &available));
    tallies[POOL].lost += PERMITS - available;
    if (available == PERMITS) CHECK_OK(il_permits_try(pool, PERMITS));
    end_object(pool);
    munmap(pool_ledger, sizeof *pool_ledger);
}

/* ------------------------------------------------------------------------------- the number */

enum { LONG_WORKERS = 2 };

static struct {
    char name[80];
    _Atomic int64_t added;
    int64_t in_doubt;
} *sum;

static void prepare_long(unsigned round) {
    (void)round;
    sum = harness_shared(sizeof *sum);
    strcpy(sum->name, harness_name());
}

static int64_t add(il_object *number, int64_t delta) {
    int64_t value;
    if (choose(2)) {
        EXPECT(il_long_add(number, delta, &value) == IL_OK);
        return value;
    }
    EXPECT(il_long_get(number, &value) == IL_OK);
    while (il_long_compare_and_set(number, &value, value + delta) != IL_OK) {
    }
    return value + delta;
}

/* me->doing: what may have been added and is not in the ledger. */
static void work_on_long(struct worker *me) {
    il_object *number = open_object(IL_KIND_LONG, sum->name);
    int64_t last = 0;
    while (!is_over()) {
        for (int i = choose(100); i > 0; i--) {
            int delta = 1 + choose(9);
            atomic_store(&me->doing, delta);
            int64_t value = add(number, delta);
            if (value < last + delta) tallies[me->object].lost++;
            last = value;
            atomic_fetch_add(&sum->added, delta);
            atomic_store(&me->doing, 0);
            did(me);
        }
        usleep((useconds_t)choose(500));
    }
    CHECK_OK(il_object_close(number));
}

static void bury_adder(struct worker *dead) { sum->in_doubt += atomic_exchange(&dead->doing, 0); }

static void finish_long(void) {
    il_object *number = open_object(IL_KIND_LONG, sum->name);
    int64_t value, least = atomic_load(&sum->added), most = least + sum->in_doubt;
    CHECK_OK(il_long_get(number, &value));
    if (value < least) tallies[LONG].lost += (uint64_t)(least - value);
    if (value > most) tallies[LONG].duplicated += (uint64_t)(value - most);
    tallies[LONG].remarks += value > least;
    end_object(number);
    munmap(sum, sizeof *sum);
}

#endif

/* The storm over ProcessLock and its conditions: one owner at a time, deaths told, signals to the living not lost. */
#ifndef IL_TEST_STORM_LOCKS_H
#define IL_TEST_STORM_LOCKS_H

#include "condition.h"
#include "storm.h"

#include <signal.h>

/* ------------------------------------------------------------------------------- the lock */

enum { LOCK_WORKERS = 3 };

static struct {
    char name[80];
    uint64_t halves[2];   /* equal whenever the lock is free and its last owner lived */
    _Atomic int owner;    /* pid, from after it was taken until before it is given back */
    _Atomic int unsolved; /* a death was told, and not repaired */
} *locked;

static void prepare_lock(unsigned round) {
    (void)round;
    locked = harness_shared(sizeof *locked);
    strcpy(locked->name, harness_name());
}

/* What the dead one left is repaired by most; who does not leaves the news to the next. */
static void visit_lock(struct tally *tally, il_object *lock, il_status status) {
    volatile uint64_t *halves = locked->halves;
    int left = atomic_exchange(&locked->owner, (int)getpid());
    if (status == IL_OK) {
        if (left != 0 && kill(left, 0) == 0) tally->duplicated++; /* or a death that was not told; it fails either way */
        else if (left != 0 || atomic_load(&locked->unsolved) || halves[0] != halves[1]) tally->lost++;
    } else {
        atomic_store(&locked->unsolved, 1);
        halves[1] = halves[0];
        tally->remarks++;
        if (choose(4) != 0) {
            EXPECT(il_lock_repaired(lock) == IL_OK);
            atomic_store(&locked->unsolved, 0);
        }
    }
    halves[0]++;
    spin(choose(200));
    halves[1]++;
    atomic_store(&locked->owner, 0);
}

static void work_on_lock(struct worker *me) {
    il_object *lock = open_object(IL_KIND_LOCK, locked->name);
    while (!is_over()) {
        il_status status = choose(4) == 0 ? il_lock_try(lock)
                                          : il_lock_acquire(lock, choose(2) ? IL_FOREVER : il_deadline_after(choose(10) * MS));
        if (status == IL_TIMED_OUT || status == IL_WOULD_BLOCK) continue;
        EXPECT(status == IL_OK || status == IL_OWNER_DIED);
        visit_lock(&tallies[LOCK], lock, status);
        EXPECT(il_lock_release(lock) == IL_OK);
        did(me);
        if (choose(500) == 0) {
            CHECK_OK(il_object_close(lock));
            lock = open_object(IL_KIND_LOCK, locked->name);
        }
    }
    CHECK_OK(il_object_close(lock));
}

static void finish_lock(void) {
    il_object *lock = open_object(IL_KIND_LOCK, locked->name); /* perhaps nobody came to make it */
    CHECK(!il_lock_is_held(lock));
    end_object(lock);
    munmap(locked, sizeof *locked);
}

/* ------------------------------------------------------------------------------- its conditions */

/*
 * One signal is out at a time, so that what became of it is known: as long as nobody has used it up, a waiter has it,
 * or a dead one, from whom another will take it.
 */
enum { WAITERS = 4, SIGNALLERS = 2, CONDITION_WORKERS = WAITERS + SIGNALLERS, DOOMED_SHIFT = 16 };

static struct {
    char name[80];
    _Atomic uint32_t waiting; /* bit i: waiter i is enlisted and has not begun to leave; bit 16 + i: it is about to be killed */
    /* Written with the lock: */
    _Atomic uint64_t out;   /* signals given and not used up: 0 or 1 */
    _Atomic int in_doubt;   /* whoever dies now leaves it unsure which */
} *signals;

static il_object *observed_lock;

static void prepare_condition(unsigned round) {
    (void)round;
    signals = harness_shared(sizeof *signals);
    strcpy(signals->name, harness_name());
    observed_lock = open_object(IL_KIND_LOCK, signals->name);
}

/* What the object says, with the lock; for what the ledger can not know, because somebody died in doubt. */
static uint64_t count_out(const il_object *lock) {
    const struct il_conditions *table = (struct il_conditions *)(void *)((char *)lock->header + IL_CONDITIONS_OFFSET);
    uint64_t count = 0;
    for (uint32_t i = 0; i < IL_MAX_WAITERS; i++) count += ((uint32_t)atomic_load(&table->waiters[i].word) >> 30) == 2;
    return count;
}

static void take_lock(il_object *lock) {
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    EXPECT(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) {
        if (atomic_load(&signals->in_doubt)) atomic_store(&signals->out, count_out(lock));
        atomic_store(&signals->in_doubt, 0);
        EXPECT(il_lock_repaired(lock) == IL_OK);
        tallies[CONDITION].remarks++;
    }
    if (count_out(lock) < atomic_load(&signals->out) && !is_over()) {
        tallies[CONDITION].lost++;
        atomic_store(&signals->out, 0);
    }
}

static uint32_t surely_waiting(void) {
    uint32_t word = atomic_load(&signals->waiting);
    return word & ~(word >> DOOMED_SHIFT) & ((1u << DOOMED_SHIFT) - 1);
}

/* If one has waited, and lives, before and after it, the signal has found somebody. */
static int give_signal(il_object *lock, uint32_t condition) {
    const uint32_t before = surely_waiting();
    if (before == 0 || atomic_load(&signals->out) > 0) return 0;
    atomic_store(&signals->in_doubt, 1);
    EXPECT(il_condition_signal(lock, condition, 0) == IL_OK);
    atomic_store(&signals->out, before & surely_waiting() ? 1 : count_out(lock));
    atomic_store(&signals->in_doubt, 0);
    return 1;
}

static void give_signals(struct worker *me, il_object *lock, uint32_t condition) {
    while (!is_over()) {
        take_lock(lock);
        int given = give_signal(lock, condition);
        EXPECT(il_lock_release(lock) == IL_OK);
        if (given) did(me);
        usleep((useconds_t)choose(300));
    }
}

/* With the lock; the signal is used up in here. */
static void use_signal(il_object *lock, uint32_t entry) {
    int signalled;
    atomic_store(&signals->in_doubt, 1);
    EXPECT(il_condition_leave(lock, entry, &signalled) == IL_OK);
    EXPECT(signalled);
    if (atomic_exchange(&signals->out, 0) == 0 && !is_over()) tallies[CONDITION].duplicated++;
    atomic_store(&signals->in_doubt, 0);
}

static void wait_for_signals(struct worker *me, il_object *lock, uint32_t condition) {
    const uint32_t bit = 1u << me->index;
    while (!is_over()) {
        uint32_t entry;
        int signalled = 1;
        take_lock(lock);
        EXPECT(il_condition_enlist(lock, condition, &entry) == IL_OK);
        atomic_fetch_or(&signals->waiting, bit);
        EXPECT(il_lock_release(lock) == IL_OK);
        il_status status = il_condition_sleep(lock, &entry, choose(3) ? IL_FOREVER : il_deadline_after(choose(20) * MS));
        EXPECT(status == IL_OK || status == IL_TIMED_OUT);
        if (status == IL_TIMED_OUT) {
            atomic_fetch_and(&signals->waiting, ~bit); /* a signal may go to another from now on */
            EXPECT(il_condition_withdraw(lock, entry, &signalled) == IL_OK);
        }
        if (!signalled) continue;
        take_lock(lock);
        atomic_fetch_and(&signals->waiting, ~bit);
        use_signal(lock, entry);
        EXPECT(il_lock_release(lock) == IL_OK);
        did(me);
    }
}

static void work_on_condition(struct worker *me) {
    uint32_t condition;
    il_object *lock = open_object(IL_KIND_LOCK, signals->name);
    EXPECT(il_condition_open(lock, "turn", &condition) == IL_OK);
    if (me->index < WAITERS) {
        wait_for_signals(me, lock, condition);
    } else {
        give_signals(me, lock, condition);
    }
    CHECK_OK(il_object_close(lock));
}

static void doom_waiter(struct worker *victim) { atomic_fetch_or(&signals->waiting, 1u << DOOMED_SHIFT << victim->index); }

static void bury_waiter(struct worker *dead) {
    atomic_fetch_and(&signals->waiting, ~((1u << DOOMED_SHIFT | 1u) << dead->index));
}

/* Those who wait for ever are let go at the end. */
static void tend_condition(void) {
    uint32_t condition;
    if (!is_over()) return;
    il_status status = il_lock_acquire(observed_lock, il_deadline_after(10 * MS));
    if (status == IL_TIMED_OUT) return;
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(observed_lock));
    CHECK_OK(il_condition_open(observed_lock, "turn", &condition));
    CHECK_OK(il_condition_signal(observed_lock, condition, 1));
    CHECK_OK(il_lock_release(observed_lock));
}

static void finish_condition(void) {
    CHECK_OK(il_lock_try(observed_lock));
    CHECK_OK(il_lock_release(observed_lock));
    end_object(observed_lock);
    munmap(signals, sizeof *signals);
}

#endif

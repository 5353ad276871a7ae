/* Processes that wait for their turn, a condition of a lock, and tests that give it to them. */
#ifndef IL_TEST_TURNS_H
#define IL_TEST_TURNS_H

#include "objects.h"

static inline void close_and_unlink(il_object *lock) {
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

static inline void lock_it(il_object *lock) {
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
}

static inline il_status await_turn(il_object *lock, uint32_t condition, int64_t deadline) {
    uint32_t entry;
    int signalled;
    CHECK_OK(il_condition_enlist(lock, condition, &entry));
    CHECK_OK(il_lock_release(lock));
    il_status status = il_condition_sleep(lock, &entry, deadline);
    lock_it(lock);
    CHECK_OK(il_condition_leave(lock, entry, &signalled));
    CHECK(status == IL_OK ? signalled : 1);
    return signalled ? IL_OK : status;
}

struct turns {
    char name[80];
    _Atomic int waiting; /* changed with the lock held: a waiter counted here is enlisted or is about to sleep */
    _Atomic int woken;
    _Atomic int order[16];
};

static inline void wait_once(void *argument) {
    struct turns *turns = argument;
    il_object *lock = open_object(IL_KIND_LOCK, turns->name);
    uint32_t condition;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    lock_it(lock);
    int place = turns->waiting++;
    CHECK_OK(await_turn(lock, condition, IL_FOREVER));
    turns->order[turns->woken++] = place;
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

/* Until n are enlisted: with the lock in hand, whoever counted itself sleeps. */
static inline void until_waiting(struct turns *turns, il_object *lock, int n) {
    for (;;) {
        lock_it(lock);
        int there = turns->waiting;
        CHECK_OK(il_lock_release(lock));
        if (there == n) return;
        harness_sleep_ms(1);
    }
}

static inline void signal_now(il_object *lock, uint32_t condition, int everyone) {
    lock_it(lock);
    CHECK_OK(il_condition_signal(lock, condition, everyone));
    CHECK_OK(il_lock_release(lock));
}

static inline int one_more_woken(void *argument) {
    int *wanted = ((void **)argument)[1];
    return ((struct turns *)((void **)argument)[0])->woken >= *wanted;
}

static inline void until_woken(struct turns *turns, int n) {
    void *argument[] = {turns, &n};
    harness_until(one_more_woken, argument);
}

static inline struct turns *start_turns(il_object **lock, uint32_t *condition) {
    struct turns *turns = harness_shared(sizeof *turns);
    strcpy(turns->name, harness_name());
    *lock = open_object(IL_KIND_LOCK, turns->name);
    CHECK_OK(il_condition_open(*lock, "turn", condition));
    return turns;
}

#endif

/* Conditions of a lock: order, deadlines, names; waiters and signallers that die. */
#include "harness.h"

#include <signal.h>
#include <string.h>

static il_object *open_lock(const char *name) {
    il_spec spec = {.kind = IL_KIND_LOCK, .mode = IL_OPEN, .name = name,
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *lock;
    CHECK_OK(il_object_open(&spec, &lock, NULL));
    return lock;
}

static void close_and_unlink(il_object *lock) {
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

static void lock_it(il_object *lock) {
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
}

static il_status await(il_object *lock, uint32_t condition, int64_t deadline) {
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

struct shared {
    char name[80];
    _Atomic int waiting; /* changed with the lock held: a waiter counted here is enlisted or is about to sleep */
    _Atomic int woken;
    _Atomic int order[16];
};

static void wait_once(void *argument) {
    struct shared *shared = argument;
    il_object *lock = open_lock(shared->name);
    uint32_t condition;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    lock_it(lock);
    int place = shared->waiting++;
    CHECK_OK(await(lock, condition, IL_FOREVER));
    shared->order[shared->woken++] = place;
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

/* Until n are enlisted: with the lock in hand, whoever counted itself sleeps. */
static void until_waiting(struct shared *shared, il_object *lock, int n) {
    for (;;) {
        lock_it(lock);
        int there = shared->waiting;
        CHECK_OK(il_lock_release(lock));
        if (there == n) return;
        harness_sleep_ms(1);
    }
}

static void signal_now(il_object *lock, uint32_t condition, int everyone) {
    lock_it(lock);
    CHECK_OK(il_condition_signal(lock, condition, everyone));
    CHECK_OK(il_lock_release(lock));
}

static int one_more_woken(void *argument) {
    int *wanted = ((void **)argument)[1];
    return ((struct shared *)((void **)argument)[0])->woken >= *wanted;
}

static void until_woken(struct shared *shared, int n) {
    void *argument[] = {shared, &n};
    harness_until(one_more_woken, argument);
}

static struct shared *start(il_object **lock, uint32_t *condition) {
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    *lock = open_lock(shared->name);
    CHECK_OK(il_condition_open(*lock, "turn", condition));
    return shared;
}

TEST(a_signal_goes_to_the_one_who_waits_longest) {
    enum { WAITERS = 6 };
    il_object *lock;
    uint32_t condition;
    struct shared *shared = start(&lock, &condition);
    int pids[WAITERS];
    for (int i = 0; i < WAITERS; i++) {
        pids[i] = harness_fork(wait_once, shared);
        until_waiting(shared, lock, i + 1);
    }
    for (int i = 0; i < WAITERS; i++) {
        signal_now(lock, condition, 0);
        until_woken(shared, i + 1);
    }
    for (int i = 0; i < WAITERS; i++) {
        harness_expect_exit(pids[i]);
        CHECK(shared->order[i] == i);
    }
    close_and_unlink(lock);
}

TEST(signal_all_wakes_all_of_this_condition_and_no_other) {
    enum { WAITERS = 5 };
    il_object *lock;
    uint32_t condition, other;
    struct shared *shared = start(&lock, &condition);
    int pids[WAITERS];
    CHECK_OK(il_condition_open(lock, "other", &other));
    CHECK(other != condition);
    for (int i = 0; i < WAITERS; i++) pids[i] = harness_fork(wait_once, shared);
    until_waiting(shared, lock, WAITERS);
    signal_now(lock, other, 1);
    CHECK(shared->woken == 0);
    signal_now(lock, condition, 1);
    for (int i = 0; i < WAITERS; i++) harness_expect_exit(pids[i]);
    close_and_unlink(lock);
}

TEST(waiting_ends_at_the_deadline_and_needs_the_lock) {
    il_object *lock = open_lock(harness_name());
    uint32_t condition, anonymous, another, entry;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    CHECK_OK(il_condition_open(lock, NULL, &anonymous));
    CHECK_OK(il_condition_open(lock, NULL, &another));
    CHECK(anonymous != another && anonymous != condition);
    CHECK_STATUS(IL_NOT_OWNER, il_condition_enlist(lock, condition, &entry));
    CHECK_STATUS(IL_NOT_OWNER, il_condition_signal(lock, condition, 0));
    lock_it(lock);
    CHECK_STATUS(IL_TIMED_OUT, await(lock, condition, il_deadline_after(3000000)));
    CHECK_OK(il_lock_release(lock));
    char name[8] = "c00";
    for (int i = 0; i < 63; i++) {
        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        CHECK_OK(il_condition_open(lock, name, &anonymous));
    }
    CHECK_STATUS(IL_LIMIT_CONDITIONS, il_condition_open(lock, "one-more", &anonymous));
    CHECK_OK(il_condition_open(lock, "turn", &anonymous));
    CHECK(anonymous == condition);
    close_and_unlink(lock);
}

TEST(a_thousand_killed_waiters_never_block_a_signal) {
    il_object *lock;
    uint32_t condition;
    struct shared *shared = start(&lock, &condition);
    for (int round = 0; round < 250; round++) {
        int doomed[4];
        shared->waiting = 0;
        for (int i = 0; i < 4; i++) doomed[i] = harness_fork(wait_once, shared);
        until_waiting(shared, lock, 4);
        for (int i = 0; i < 4; i++) harness_kill(doomed[i]);
        signal_now(lock, condition, round % 2);
    }
    shared->waiting = 0;
    int alive = harness_fork(wait_once, shared);
    until_waiting(shared, lock, 1);
    signal_now(lock, condition, 0);
    harness_expect_exit(alive);
    close_and_unlink(lock);
}

TEST(a_signal_whose_receiver_dies_goes_to_another_waiter) {
    il_object *lock;
    uint32_t condition;
    struct shared *shared = start(&lock, &condition);
    for (int round = 0; round < 50; round++) {
        shared->waiting = 0;
        int first = harness_fork(wait_once, shared);
        until_waiting(shared, lock, 1);
        int second = harness_fork(wait_once, shared);
        until_waiting(shared, lock, 2);
        lock_it(lock);
        CHECK_OK(il_condition_signal(lock, condition, 0)); /* to the first, which cannot have the lock yet */
        harness_kill(first);
        CHECK_OK(il_lock_release(lock));
        harness_expect_exit(second);
    }
    close_and_unlink(lock);
}

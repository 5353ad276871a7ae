/* Conditions of a lock: order, deadlines, names; waiters that die. */
#include "turns.h"

#include <signal.h>

TEST(a_signal_goes_to_the_one_who_waits_longest) {
    enum { WAITERS = 6 };
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    int pids[WAITERS];
    for (int i = 0; i < WAITERS; i++) {
        pids[i] = harness_fork(wait_once, turns);
        until_waiting(turns, lock, i + 1);
    }
    for (int i = 0; i < WAITERS; i++) {
        signal_now(lock, condition, 0);
        until_woken(turns, i + 1);
    }
    for (int i = 0; i < WAITERS; i++) {
        harness_expect_exit(pids[i]);
        CHECK(turns->order[i] == i);
    }
    close_and_unlink(lock);
}

TEST(signal_all_wakes_all_of_this_condition_and_no_other) {
    enum { WAITERS = 5 };
    il_object *lock;
    uint32_t condition, other;
    struct turns *turns = start_turns(&lock, &condition);
    int pids[WAITERS];
    CHECK_OK(il_condition_open(lock, "other", &other));
    CHECK(other != condition);
    for (int i = 0; i < WAITERS; i++) pids[i] = harness_fork(wait_once, turns);
    until_waiting(turns, lock, WAITERS);
    signal_now(lock, other, 1);
    CHECK(turns->woken == 0);
    signal_now(lock, condition, 1);
    for (int i = 0; i < WAITERS; i++) harness_expect_exit(pids[i]);
    close_and_unlink(lock);
}

TEST(waiting_ends_at_the_deadline_and_needs_the_lock) {
    il_object *lock = open_object(IL_KIND_LOCK, harness_name());
    uint32_t condition, anonymous, another, entry;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    CHECK_OK(il_condition_open(lock, NULL, &anonymous));
    CHECK_OK(il_condition_open(lock, NULL, &another));
    CHECK(anonymous != another && anonymous != condition);
    CHECK_STATUS(IL_NOT_OWNER, il_condition_enlist(lock, condition, &entry));
    CHECK_STATUS(IL_NOT_OWNER, il_condition_signal(lock, condition, 0));
    lock_it(lock);
    CHECK_STATUS(IL_TIMED_OUT, await_turn(lock, condition, il_deadline_after(3000000)));
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
    struct turns *turns = start_turns(&lock, &condition);
    for (int round = 0; round < 250; round++) {
        int doomed[4];
        turns->waiting = 0;
        for (int i = 0; i < 4; i++) doomed[i] = harness_fork(wait_once, turns);
        until_waiting(turns, lock, 4);
        for (int i = 0; i < 4; i++) harness_kill(doomed[i]);
        signal_now(lock, condition, round % 2);
    }
    turns->waiting = 0;
    int alive = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 1);
    signal_now(lock, condition, 0);
    harness_expect_exit(alive);
    close_and_unlink(lock);
}

TEST(a_signal_whose_receiver_dies_goes_to_another_waiter) {
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    for (int round = 0; round < 50; round++) {
        turns->waiting = 0;
        int first = harness_fork(wait_once, turns);
        until_waiting(turns, lock, 1);
        int second = harness_fork(wait_once, turns);
        until_waiting(turns, lock, 2);
        lock_it(lock);
        CHECK_OK(il_condition_signal(lock, condition, 0)); /* to the first, which cannot have the lock yet */
        harness_kill(first);
        CHECK_OK(il_lock_release(lock));
        harness_expect_exit(second);
    }
    close_and_unlink(lock);
}

/* Whoever waits with no other beside it, is signalled and dies leaves a signal that nobody will ever ask for. */
static void fill_with_signals_and_die(void *argument) {
    struct turns *turns = argument;
    il_object *lock = open_object(IL_KIND_LOCK, turns->name);
    uint32_t condition, entry;
    CHECK_OK(il_condition_open(lock, NULL, &condition));
    lock_it(lock);
    while (il_condition_enlist(lock, condition, &entry) == IL_OK) CHECK_OK(il_condition_signal(lock, condition, 0));
    raise(SIGKILL);
}

TEST(a_table_full_of_signals_of_the_dead_has_room) {
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    for (int round = 0; round < 3; round++) {
        turns->waiting = 0;
        CHECK(harness_wait(harness_fork(fill_with_signals_and_die, turns)) == -SIGKILL);
        int alive = harness_fork(wait_once, turns);
        until_waiting(turns, lock, 1);
        signal_now(lock, condition, 0);
        harness_expect_exit(alive);
    }
    close_and_unlink(lock);
}

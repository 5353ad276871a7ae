/* Processes die at the crash stages of conditions and events, and giving back permits, while others wait there. */
#include "stages.h"
#include "turns.h"

#include "condition.h"

#ifdef IL_CRASH_STAGES

/* ------------------------------------------------------------------ conditions */

struct signalling {
    struct turns *turns;
    int everyone;
};

static void signal_turn(void *argument) {
    const struct signalling *signalling = argument;
    il_object *lock = open_object(IL_KIND_LOCK, signalling->turns->name);
    uint32_t condition;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    signal_now(lock, condition, signalling->everyone);
}

/* Dies between a signal and the call that wakes its receiver. Whom it had not signalled waits on, and can be. */
TEST(a_signaller_that_dies_half_way_loses_no_signal_and_no_waiter) {
    enum { WAITERS = 4 };
    for (int everyone = 0; everyone < 2; everyone++) {
        il_object *lock;
        uint32_t condition;
        struct turns *turns = start_turns(&lock, &condition);
        struct signalling signalling = {turns, everyone};
        int pids[WAITERS];
        for (int i = 0; i < WAITERS; i++) {
            pids[i] = harness_fork(wait_once, turns);
            until_waiting(turns, lock, i + 1);
        }
        for (int died = 1; died <= 2; died++) {
            CHECK(dies_at("condition", 4, signal_turn, &signalling));
            until_woken(turns, died);
        }
        harness_sleep_ms(250); /* two slices: as long as it takes whoever waits to look again */
        CHECK(turns->woken == 2 && turns->order[0] == 0 && turns->order[1] == 1);
        signal_now(lock, condition, 0);
        until_woken(turns, 3);
        signal_now(lock, condition, 1);
        for (int i = 0; i < WAITERS; i++) harness_expect_exit(pids[i]);
        close_and_unlink(lock);
    }
}

static void wait_once_and_die_at_5(void *turns) {
    setenv("IL_STAGE", "condition:5", 1);
    wait_once(turns);
}

/* The second dies the moment it has taken over the signal of the first, who died before it. */
TEST(a_signal_goes_on_from_one_dead_receiver_to_the_next) {
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    int first = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 1);
    int second = harness_fork(wait_once_and_die_at_5, turns);
    until_waiting(turns, lock, 2);
    lock_it(lock);
    CHECK_OK(il_condition_signal(lock, condition, 0));
    harness_kill(first);
    CHECK_OK(il_lock_release(lock));
    CHECK(harness_wait(second) == -SIGKILL);
    int third = harness_fork(wait_once, turns);
    harness_expect_exit(third);
    CHECK(turns->woken == 1);
    close_and_unlink(lock);
}

TEST(a_waiter_that_dies_naming_a_condition_or_enlisting_is_in_nobodys_way) {
    for (int stage = 1; stage <= 3; stage++) {
        struct turns *turns = harness_shared(sizeof *turns);
        strcpy(turns->name, harness_name());
        CHECK(dies_at("condition", stage, wait_once, turns));
        il_object *lock = open_object(IL_KIND_LOCK, turns->name);
        uint32_t condition, again;
        CHECK_OK(il_condition_open(lock, "turn", &condition));
        CHECK_OK(il_condition_open(lock, "turn", &again));
        CHECK(condition == again);
        turns->waiting = 0;
        int alive = harness_fork(wait_once, turns);
        until_waiting(turns, lock, 1);
        signal_now(lock, condition, 0);
        harness_expect_exit(alive);
        close_and_unlink(lock);
    }
}

static void fill_and_die(void *argument) {
    struct signalling *signalling = argument;
    il_object *lock = open_object(IL_KIND_LOCK, signalling->turns->name);
    uint32_t condition, anonymous, entry;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    CHECK_OK(il_condition_open(lock, NULL, &anonymous));
    lock_it(lock);
    CHECK_OK(il_condition_signal(lock, condition, 0));
    while (il_condition_enlist(lock, anonymous, &entry) == IL_OK) CHECK_OK(il_condition_signal(lock, anonymous, 0));
    raise(SIGKILL);
}

/* The first of two waiters is signalled and dies; who makes room in the full table dies while it passes that on. */
TEST(a_signal_is_not_lost_with_one_who_makes_room) {
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    struct signalling signalling = {turns, 0};
    int first = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 1);
    int second = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 2);
    CHECK(kill(first, SIGSTOP) == 0);
    CHECK(kill(second, SIGSTOP) == 0);
    CHECK(harness_wait(harness_fork(fill_and_die, &signalling)) == -SIGKILL);
    harness_kill(first);
    CHECK(dies_at("condition", 6, wait_once, turns));
    CHECK(kill(second, SIGCONT) == 0);
    harness_expect_exit(second);
    close_and_unlink(lock);
}

/* ------------------------------------------------------------------ the others */

struct subject {
    char name[80];
    uint32_t kind;
    int64_t size; /* permits, parties */
    _Atomic int ready, taken;
};

static il_object *open_subject(const struct subject *subject) {
    il_spec spec = spec_of(subject->kind, subject->name);
    il_object *object;
    spec.parameter[0] = subject->size;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    return object;
}

static struct subject *new_subject(uint32_t kind, int64_t size) {
    struct subject *subject = harness_shared(sizeof *subject);
    strcpy(subject->name, harness_name());
    subject->kind = kind;
    subject->size = size;
    return subject;
}

static int is_ready(void *subject) { return ((struct subject *)subject)->ready; }

static void await_event(void *argument) {
    struct subject *subject = argument;
    il_object *event = open_subject(subject);
    subject->ready = 1;
    CHECK_OK(il_event_await(event, IL_FOREVER));
    CHECK_OK(il_object_close(event));
}

static void set_event(void *subject) { CHECK_OK(il_event_set(open_subject(subject))); }

TEST(a_setter_that_dies_before_it_wakes_those_who_wait_has_set) {
    for (int round = 0; round < 5; round++) {
        struct subject *subject = new_subject(IL_KIND_EVENT, 0);
        int set, waiter = harness_fork(await_event, subject);
        harness_until(is_ready, subject);
        harness_sleep_ms(3 * round); /* awake, going to sleep, asleep */
        CHECK(dies_at("event", 1, set_event, subject));
        harness_expect_exit(waiter);
        il_object *event = open_subject(subject);
        CHECK_OK(il_event_is_set(event, &set));
        CHECK(set);
        close_and_unlink(event);
    }
}

enum { PERMITS = 3 };

static void take_all_permits(void *argument) {
    const struct subject *subject = argument;
    il_object *pool = open_subject(subject);
    CHECK_OK(il_permits_acquire(pool, PERMITS, IL_FOREVER));
    CHECK_OK(il_permits_release(pool, PERMITS));
    CHECK_OK(il_object_close(pool));
}

static int is_taken(void *subject) { return ((struct subject *)subject)->taken; }

static void wait_for_all_permits(void *argument) {
    struct subject *subject = argument;
    harness_until(is_taken, subject);
    subject->ready = 1;
    take_all_permits(subject);
}

static void take_all_and_give_back(void *argument) {
    struct subject *subject = argument;
    il_object *pool = open_subject(subject);
    CHECK_OK(il_permits_try(pool, PERMITS));
    subject->taken = 1;
    harness_until(is_ready, subject);
    harness_sleep_ms(5); /* most likely it sleeps by now */
    CHECK_OK(il_permits_release(pool, PERMITS));
}

TEST(permits_given_back_by_one_who_dies_before_it_wakes_others_reach_them) {
    struct subject *subject = new_subject(IL_KIND_PERMITS, PERMITS);
    il_object *pool = open_subject(subject);
    int waiter = harness_fork(wait_for_all_permits, subject);
    CHECK(dies_at("permits", 4, take_all_and_give_back, subject));
    harness_expect_exit(waiter);
    close_and_unlink(pool);
}

#else

TEST(this_build_has_no_crash_stages) { (void)wait_once, (void)until_woken, (void)start_turns; }

#endif

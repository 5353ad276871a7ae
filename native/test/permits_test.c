/* Owned permits: limits, waiting, and what killed and closed holders give back. */
#include "harness.h"

#include <signal.h>
#include <string.h>

static il_object *open_pool(const char *name, int64_t permits) {
    il_spec spec = {.kind = IL_KIND_PERMITS, .mode = name != NULL ? IL_OPEN : IL_CREATE, .name = name,
                    .parameter = {permits, 0}, .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *pool;
    CHECK_OK(il_object_open(&spec, &pool, NULL));
    return pool;
}

static uint32_t available(il_object *pool) {
    uint32_t permits;
    CHECK_OK(il_permits_available(pool, &permits));
    return permits;
}

TEST(permits_are_counted_and_never_more_than_there_are) {
    il_object *pool = open_pool(NULL, 4);
    CHECK_OK(il_permits_try(pool, 3));
    CHECK(available(pool) == 1);
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try(pool, 2));
    CHECK_STATUS(IL_TIMED_OUT, il_permits_acquire(pool, 2, il_deadline_after(3000000)));
    CHECK_STATUS(IL_INVALID, il_permits_try(pool, 5));
    CHECK_STATUS(IL_INVALID, il_permits_try(pool, 0));
    CHECK_STATUS(IL_INVALID, il_permits_release(pool, 4));
    CHECK_OK(il_permits_release(pool, 2));
    CHECK_OK(il_permits_acquire(pool, 3, IL_FOREVER));
    CHECK(available(pool) == 0);
    CHECK_OK(il_object_close(pool));
}

struct shared {
    char name[80];
    _Atomic int inside;
    _Atomic int most;
    _Atomic int holding;
    int permits;
};

static void hold_for_ever(void *argument) {
    struct shared *shared = argument;
    il_object *pool = open_pool(shared->name, 4);
    CHECK_OK(il_permits_acquire(pool, (uint32_t)shared->permits, IL_FOREVER));
    shared->holding++;
    for (;;) harness_sleep_ms(1000);
}

TEST(permits_of_a_killed_holder_come_back_to_waiters_too) {
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    il_object *pool = open_pool(shared->name, 4);
    for (int round = 0; round < 30; round++) {
        shared->permits = 1 + round % 4;
        shared->holding = 0;
        int first = harness_fork(hold_for_ever, shared);
        while (shared->holding < 1) harness_sleep_ms(1);
        CHECK(available(pool) == (uint32_t)(4 - shared->permits));
        shared->permits = 4;
        int second = harness_fork(hold_for_ever, shared); /* waits for all */
        harness_sleep_ms(round % 4);
        harness_kill(first);
        while (shared->holding < 2) harness_sleep_ms(1);
        CHECK(available(pool) == 0);
        harness_kill(second);
        CHECK_OK(il_permits_acquire(pool, 4, IL_FOREVER));
        CHECK_OK(il_permits_release(pool, 4));
    }
    CHECK_OK(il_object_unlink(pool));
    CHECK_OK(il_object_close(pool));
}

static void visit(void *argument) {
    struct shared *shared = argument;
    il_object *pool = open_pool(shared->name, 3);
    for (int i = 0; i < 2000; i++) {
        CHECK_OK(il_permits_acquire(pool, 1, IL_FOREVER));
        int inside = ++shared->inside;
        if (inside > shared->most) shared->most = inside;
        CHECK(inside <= 3);
        shared->inside--;
        CHECK_OK(il_permits_release(pool, 1));
    }
    CHECK_OK(il_object_close(pool));
}

TEST(never_more_are_inside_than_there_are_permits) {
    enum { VISITORS = 6 };
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    il_object *pool = open_pool(shared->name, 3);
    int pids[VISITORS];
    for (int i = 0; i < VISITORS; i++) pids[i] = harness_fork(visit, shared);
    for (int i = 0; i < VISITORS; i++) harness_expect_exit(pids[i]);
    CHECK(available(pool) == 3);
    CHECK_OK(il_object_unlink(pool));
    CHECK_OK(il_object_close(pool));
}

TEST(closing_gives_back_what_was_held) {
    const char *name = harness_name();
    il_object *first = open_pool(name, 2), *second = open_pool(name, 2);
    CHECK_OK(il_permits_try(first, 2));
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try(second, 1));
    CHECK_OK(il_object_close(first));
    CHECK_OK(il_permits_try(second, 2));
    CHECK_OK(il_object_unlink(second));
    CHECK_OK(il_object_close(second));
}

static void wait_for_all(void *argument) {
    struct shared *shared = argument;
    il_object *pool = open_pool(shared->name, 4);
    shared->holding++;
    CHECK_OK(il_permits_acquire(pool, 4, IL_FOREVER));
    for (;;) harness_sleep_ms(1000);
}

TEST(killed_and_stopped_waiters_hinder_nobody) {
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    il_object *pool = open_pool(shared->name, 4);
    for (int round = 0; round < 150; round++) {
        CHECK_OK(il_permits_try(pool, 4));
        shared->holding = 0;
        int waiter = harness_fork(wait_for_all, shared);
        while (shared->holding < 1) harness_sleep_ms(1);
        harness_sleep_ms(round % 50 == 0 ? 200 : round % 3); /* after 100 ms it comes first */
        if (round % 2) harness_stop(waiter);
        if (round % 4 < 2) harness_kill(waiter);
        CHECK_OK(il_permits_release(pool, 4));
        if (round % 4 == 3) {
            CHECK_OK(il_permits_acquire(pool, 3, IL_FOREVER));
            CHECK_OK(il_permits_release(pool, 3));
        }
        if (round % 4 >= 2) harness_kill(waiter); /* with the permits, perhaps */
        CHECK_OK(il_permits_acquire(pool, 4, IL_FOREVER));
        CHECK_OK(il_permits_release(pool, 4));
    }
    CHECK_OK(il_object_unlink(pool));
    CHECK_OK(il_object_close(pool));
}

TEST(who_waited_for_100_ms_comes_first_and_pauses) {
    il_object *pool = open_pool(NULL, 2);
    const int64_t now = il_clock_now(), ms = 1000000;
    CHECK_OK(il_permits_try(pool, 1));
    CHECK_STATUS(IL_NO_BYTES, il_permits_try_waiting(pool, 2, now - 50 * ms)); /* no claim yet */
    CHECK_OK(il_permits_try_waiting(pool, 1, now));
    CHECK_OK(il_permits_release(pool, 1));
    CHECK_STATUS(IL_NO_BYTES, il_permits_try_waiting(pool, 2, now - 150 * ms));
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try_waiting(pool, 1, now));
    CHECK_OK(il_permits_try(pool, 1)); /* who does not wait does not let past */
    CHECK_OK(il_permits_release(pool, 1));
    CHECK_OK(il_permits_try_waiting(pool, 1, now - 160 * ms)); /* older */
    CHECK_OK(il_permits_release(pool, 1));
    il_permits_stop_waiting(pool, now - 150 * ms);
    CHECK_OK(il_permits_try_waiting(pool, 1, now));
    CHECK_OK(il_permits_release(pool, 1));
    CHECK_STATUS(IL_NO_BYTES, il_permits_try_waiting(pool, 2, now - 350 * ms)); /* pausing */
    CHECK_OK(il_permits_try_waiting(pool, 1, now));
    CHECK_OK(il_permits_release(pool, 1));
    CHECK_STATUS(IL_NO_BYTES, il_permits_try_waiting(pool, 2, now - 600 * ms)); /* a round again */
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try_waiting(pool, 1, now));
    CHECK_OK(il_permits_release(pool, 1));
    CHECK_OK(il_permits_try_waiting(pool, 2, now - 600 * ms));
    CHECK_OK(il_object_close(pool));
}

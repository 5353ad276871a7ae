/* Events: set, clear, waiters let go even when cleared at once, killed waiters in nobody's way. */
#include "harness.h"

#include <signal.h>
#include <string.h>

static il_object *open_event(const char *name) {
    il_spec spec = {.kind = IL_KIND_EVENT, .mode = name != NULL ? IL_OPEN : IL_CREATE, .name = name,
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *event;
    CHECK_OK(il_object_open(&spec, &event, NULL));
    return event;
}

TEST(is_set_follows_set_and_clear) {
    il_object *event = open_event(NULL);
    int set = 1;
    CHECK_OK(il_event_is_set(event, &set));
    CHECK(!set);
    CHECK_STATUS(IL_TIMED_OUT, il_event_await(event, il_deadline_after(1000000)));
    CHECK_OK(il_event_set(event));
    CHECK_OK(il_event_set(event));
    CHECK_OK(il_event_is_set(event, &set));
    CHECK(set);
    CHECK_OK(il_event_await(event, 0));
    CHECK_OK(il_event_clear(event));
    CHECK_STATUS(IL_TIMED_OUT, il_event_await(event, 0));
    CHECK_OK(il_object_close(event));
}

TEST(whoever_began_to_wait_while_it_was_set_is_let_go_though_it_is_cleared_before_the_look) {
    il_object *event = open_event(NULL);
    uint32_t start;
    CHECK_OK(il_event_set(event));
    CHECK_OK(il_event_start_waiting(event, &start));
    CHECK_OK(il_event_set(event)); /* changes nothing */
    CHECK_OK(il_event_clear(event));
    CHECK_OK(il_event_passed(event, start));
    CHECK_OK(il_object_close(event));
}

struct crowd {
    char name[80];
    _Atomic int waiting;
    _Atomic int through;
};

static void wait_in_crowd(void *argument) {
    struct crowd *crowd = argument;
    il_object *event = open_event(crowd->name);
    uint32_t start;
    CHECK_OK(il_event_start_waiting(event, &start));
    crowd->waiting++;
    il_status status;
    while ((status = il_event_passed(event, start)) == IL_WOULD_BLOCK) {
        uint32_t ticket;
        CHECK_OK(il_wait_prepare(event, IL_CHANGED, 0, &ticket));
        if ((status = il_event_passed(event, start)) != IL_WOULD_BLOCK) break;
        il_wait_sleep(event, IL_CHANGED, 0, ticket, IL_FOREVER); /* no slice: a lost wake-up would hang */
    }
    CHECK_OK(status);
    crowd->through++;
    CHECK_OK(il_object_close(event));
}

TEST(whoever_waits_when_it_is_set_is_let_go_though_it_is_cleared_at_once) {
    enum { WAITERS = 8, ROUNDS = 20 };
    struct crowd *crowd = harness_shared(sizeof *crowd);
    strcpy(crowd->name, harness_name());
    il_object *event = open_event(crowd->name);
    for (int round = 0; round < ROUNDS; round++) {
        int pids[WAITERS];
        crowd->waiting = 0;
        for (int i = 0; i < WAITERS; i++) pids[i] = harness_fork(wait_in_crowd, crowd);
        while (crowd->waiting < WAITERS) harness_sleep_ms(1);
        CHECK_OK(il_event_set(event));
        CHECK_OK(il_event_clear(event));
        for (int i = 0; i < WAITERS; i++) harness_expect_exit(pids[i]);
    }
    CHECK(crowd->through == WAITERS * ROUNDS);
    CHECK_OK(il_object_unlink(event));
    CHECK_OK(il_object_close(event));
}

TEST(killed_waiters_never_block_set_and_clear) {
    enum { ROUNDS = 50 };
    struct crowd *crowd = harness_shared(sizeof *crowd);
    strcpy(crowd->name, harness_name());
    il_object *event = open_event(crowd->name);
    for (int round = 0; round < ROUNDS; round++) {
        crowd->waiting = 0;
        int doomed = harness_fork(wait_in_crowd, crowd);
        int other = harness_fork(wait_in_crowd, crowd);
        while (crowd->waiting < 2) harness_sleep_ms(1);
        harness_kill(doomed);
        CHECK_OK(il_event_set(event));
        CHECK_OK(il_event_clear(event));
        harness_expect_exit(other);
    }
    CHECK_OK(il_object_unlink(event));
    CHECK_OK(il_object_close(event));
}

/* The barrier between processes: cycles, deaths, timeouts, reset. */
#include "harness.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static il_object *open_barrier(const char *name, int64_t parties) {
    il_spec spec = {.kind = IL_KIND_BARRIER, .mode = name != NULL ? IL_OPEN : IL_CREATE, .name = name,
                    .parameter = {parties, 0}, .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *barrier;
    CHECK_OK(il_object_open(&spec, &barrier, NULL));
    return barrier;
}

struct shared {
    char name[80];
    _Atomic int ready;
    _Atomic int arrived[4];
    _Atomic int broken;
    _Atomic int firsts;
};

enum { PARTIES = 4, CYCLES = 500 };

static void go_round(void *argument) {
    struct shared *shared = argument;
    il_object *barrier = open_barrier(shared->name, PARTIES);
    for (int cycle = 0; cycle < CYCLES; cycle++) {
        uint32_t index;
        shared->arrived[cycle % 4]++;
        CHECK_OK(il_barrier_await(barrier, &index, IL_FOREVER));
        CHECK(index < PARTIES);
        CHECK(shared->arrived[cycle % 4] >= PARTIES * (cycle / 4 + 1)); /* nobody is through before all came */
        if (index == 0) shared->firsts++;
    }
    /* Closing must not break the last cycle for those who have not seen its end: settled cycles stay passed. */
    CHECK_OK(il_object_close(barrier));
}

TEST(nobody_passes_before_all_have_come_cycle_after_cycle) {
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    il_object *barrier = open_barrier(shared->name, PARTIES);
    int pids[PARTIES];
    for (int i = 0; i < PARTIES; i++) pids[i] = harness_fork(go_round, shared);
    for (int i = 0; i < PARTIES; i++) harness_expect_exit(pids[i]);
    CHECK(shared->firsts == CYCLES);
    CHECK_OK(il_object_unlink(barrier));
    CHECK_OK(il_object_close(barrier));
}

static void wait_to_be_broken(void *argument) {
    struct shared *shared = argument;
    il_object *barrier = open_barrier(shared->name, 3);
    uint32_t index;
    shared->ready++;
    CHECK_STATUS(IL_BROKEN, il_barrier_await(barrier, &index, IL_FOREVER));
    shared->broken++;
    CHECK_OK(il_object_close(barrier));
}

static void only_have_it_open(void *argument) {
    struct shared *shared = argument;
    (void)open_barrier(shared->name, 3);
    shared->ready++;
    for (;;) harness_sleep_ms(1000);
}

TEST(the_death_of_a_process_that_has_it_open_breaks_it) {
    for (int round = 0; round < 20; round++) {
        struct shared *shared = harness_shared(sizeof *shared);
        strcpy(shared->name, harness_name());
        il_object *barrier = open_barrier(shared->name, 3);
        int waiter = harness_fork(wait_to_be_broken, shared);
        int doomed = harness_fork(round % 2 ? wait_to_be_broken : only_have_it_open, shared);
        while (shared->ready < 2) harness_sleep_ms(1);
        harness_sleep_ms(round % 3);
        harness_kill(doomed);
        harness_expect_exit(waiter);
        uint32_t waiting, index;
        int broken;
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(broken && waiting == 0);
        CHECK_STATUS(IL_BROKEN, il_barrier_await(barrier, &index, IL_FOREVER));
        CHECK_OK(il_barrier_reset(barrier));
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(!broken);
        CHECK_OK(il_object_unlink(barrier));
        CHECK_OK(il_object_close(barrier));
    }
}

TEST(a_timeout_breaks_it_for_all_and_reset_mends_it) {
    il_object *barrier = open_barrier(NULL, 2);
    uint32_t index, waiting;
    int broken;
    CHECK_STATUS(IL_TIMED_OUT, il_barrier_await(barrier, &index, il_deadline_after(3000000)));
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
    CHECK(broken);
    CHECK_OK(il_barrier_reset(barrier));
    uint32_t cycle, other;
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    CHECK(index == 1);
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
    CHECK(waiting == 1 && !broken);
    CHECK_OK(il_barrier_arrive(barrier, &other, &index));
    CHECK(index == 0 && cycle == other);
    CHECK_OK(il_barrier_passed(barrier, cycle));
    CHECK_OK(il_barrier_give_up(barrier, cycle)); /* too late to break it */
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    CHECK_OK(il_barrier_abort(barrier));
    CHECK_STATUS(IL_BROKEN, il_barrier_passed(barrier, cycle));
    CHECK_OK(il_object_close(barrier));
}

static void arrive_and_wait(void *argument) {
    struct shared *shared = argument;
    il_object *barrier = open_barrier(shared->name, 3);
    uint32_t cycle, index;
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    shared->ready++;
    for (;;) harness_sleep_ms(1000);
}

/* The next user of a slot overwrites the word of the dead one. */
TEST(a_death_is_noticed_though_another_process_took_the_slot) {
    struct shared *shared = harness_shared(sizeof *shared);
    strcpy(shared->name, harness_name());
    il_object *barrier = open_barrier(shared->name, 3);
    for (int round = 0; round < 100; round++) {
        uint32_t waiting;
        int broken;
        shared->ready = 0;
        int doomed = harness_fork(round % 2 ? arrive_and_wait : only_have_it_open, shared);
        while (shared->ready < 1) harness_sleep_ms(1);
        harness_kill(doomed);
        il_object *next = open_barrier(shared->name, 3);
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(broken);
        CHECK_OK(il_barrier_reset(next));
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(!broken && waiting == 0);
        CHECK_OK(il_object_close(next));
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(!broken);
    }
    CHECK_OK(il_object_unlink(barrier));
    CHECK_OK(il_object_close(barrier));
}

/* A hundred cycles later the state does not tell any more. */
TEST(who_comes_late_to_look_is_told_what_became_of_its_cycle) {
    const char *name = harness_name();
    il_object *late = open_barrier(name, 2), *other = open_barrier(name, 2);
    for (int passes = 0; passes < 2; passes++) {
        uint32_t cycle, ignored, index;
        CHECK_OK(il_barrier_arrive(late, &cycle, &index));
        if (passes) CHECK_OK(il_barrier_arrive(other, &ignored, &index));
        for (int i = 0; i < 100; i++) CHECK_OK(il_barrier_reset(other));
        CHECK_STATUS(passes ? IL_OK : IL_BROKEN, il_barrier_passed(late, cycle));
        CHECK_STATUS(passes ? IL_OK : IL_BROKEN, il_barrier_give_up(late, cycle));
    }
    CHECK_OK(il_object_unlink(late));
    CHECK_OK(il_object_close(late));
    CHECK_OK(il_object_close(other));
}

TEST(what_was_lent_is_a_party_until_it_is_taken_back) {
    il_object *barrier = open_barrier(NULL, 2);
    uint32_t slot, generation, waiting;
    int fd, broken;
    CHECK_OK(il_object_lend(barrier, &fd, &slot, &generation));
    il_object_take_back(barrier, slot, generation);
    close(fd);
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
    CHECK(!broken);
    CHECK_OK(il_object_lend(barrier, &fd, &slot, &generation));
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
    CHECK(!broken);
    close(fd); /* as the end of a child that never had it */
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
    CHECK(broken);
    CHECK_OK(il_object_close(barrier));
}

TEST(a_name_that_nobody_has_open_starts_anew) {
    const char *name = harness_name();
    il_object *closed = NULL; /* the last one, whose memory is still there */
    uint32_t waiting;
    int broken;
    for (int round = 0; round < 4; round++) {
        il_object *barrier = open_barrier(name, 2);
        CHECK_OK(il_barrier_inspect(barrier, &waiting, &broken));
        CHECK(!broken && waiting == 0);
        CHECK_OK(il_barrier_abort(barrier));
        if (closed != NULL) {
            il_object_free(closed);
        }
        CHECK_OK(round % 2 == 0 ? il_object_retire(barrier, IL_KEEP_MAPPING) : il_object_depart(barrier, 0));
        closed = barrier;
    }
    il_object_free(closed);
    CHECK_OK(il_name_unlink(name));
}

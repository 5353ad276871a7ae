/* Eventcounts: nobody sleeps through a change, nobody is woken who need not be, and the dead leave nothing behind. */
#include "objects.h"

#include "eventcount.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

struct scene {
    char name[80];
    uint32_t kind;
    int reason, for_bytes, consumers;
    _Atomic int asleep, awake;
    _Atomic uint32_t next, taken;
    _Atomic uint64_t sum;
};

static struct scene *new_scene(uint32_t kind) {
    struct scene *scene = harness_shared(sizeof *scene);
    strcpy(scene->name, harness_name());
    scene->kind = kind;
    return scene;
}

static int process_sleeps(void *argument) {
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", *(int *)argument);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) == 1);
    fclose(file);
    return state == 'S';
}

static void sleep_once(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_object(scene->kind, scene->name);
    uint32_t ticket;
    CHECK_OK(il_wait_prepare(queue, scene->reason, scene->for_bytes, &ticket));
    atomic_fetch_add(&scene->asleep, 1);
    CHECK_OK(il_wait_sleep(queue, scene->reason, scene->for_bytes, ticket, il_deadline_after(60 * SECONDS)));
    atomic_fetch_add(&scene->awake, 1);
    pause();
}

static void start_sleepers(struct scene *scene, int *pids, int count, int reason, int for_bytes) {
    scene->reason = reason;
    scene->for_bytes = for_bytes;
    atomic_store(&scene->asleep, 0);
    atomic_store(&scene->awake, 0);
    for (int i = 0; i < count; i++) pids[i] = harness_fork(sleep_once, scene);
    while (atomic_load(&scene->asleep) < count) harness_sleep_ms(1);
    for (int i = 0; i < count; i++) harness_until(process_sleeps, &pids[i]);
}

static void wait_for_awake(struct scene *scene, int count) {
    while (atomic_load(&scene->awake) < count) harness_sleep_ms(1);
}

static void expect_awake(struct scene *scene, int count) {
    wait_for_awake(scene, count);
    harness_sleep_ms(20); /* for those who should not be */
    CHECK(atomic_load(&scene->awake) == count);
}

static void kill_all(const int *pids, int count) {
    for (int i = 0; i < count; i++) harness_kill(pids[i]);
}

TEST(one_change_wakes_one_sleeper_unless_all_are_concerned) {
    struct scene *scene = new_scene(IL_KIND_JOINABLE_QUEUE);
    il_object *queue = open_object(scene->kind, scene->name);
    uint64_t token;
    int pids[5];
    start_sleepers(scene, pids, 5, IL_NOT_EMPTY, 0);
    put_number(queue, 1);
    expect_awake(scene, 1);
    put_number(queue, 2);
    expect_awake(scene, 2);
    kill_all(pids, 5);
    start_sleepers(scene, pids, 5, IL_NOT_FULL, 0);
    take_number(queue, &token);
    expect_awake(scene, 1);
    kill_all(pids, 5);
    start_sleepers(scene, pids, 5, IL_NOT_FULL, 1); /* bytes came free: each may have enough now */
    CHECK_OK_AT_LAST(il_queue_done(queue, token));
    expect_awake(scene, 5);
    kill_all(pids, 5);
    start_sleepers(scene, pids, 5, IL_ALL_DONE, 0);
    take_number(queue, &token);
    expect_awake(scene, 0);
    CHECK_OK_AT_LAST(il_queue_done(queue, token));
    expect_awake(scene, 5);
    kill_all(pids, 5);
    start_sleepers(scene, pids, 5, IL_NOT_EMPTY, 0);
    il_object_wake(queue);
    expect_awake(scene, 5);
    kill_all(pids, 5);
    start_sleepers(scene, pids, 5, IL_NOT_EMPTY, 0);
    CHECK_OK_AT_LAST(il_queue_shutdown(queue));
    expect_awake(scene, 5);
    kill_all(pids, 5);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(a_change_between_prepare_and_sleep_is_not_slept_through) {
    il_object *queue = open_object(IL_KIND_QUEUE, NULL);
    uint32_t ticket;
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK_OK(il_wait_prepare(queue, IL_NOT_EMPTY, 0, &ticket));
        put_number(queue, i);
        CHECK_OK(il_wait_sleep(queue, IL_NOT_EMPTY, 0, ticket, IL_FOREVER));
        CHECK_OK(il_wait_prepare(queue, IL_NOT_FULL, i % 2 == 0, &ticket));
        take_number(queue, NULL);
        CHECK_OK(il_wait_sleep(queue, IL_NOT_FULL, i % 2 == 0, ticket, IL_FOREVER));
    }
    int64_t deadline = il_deadline_after(20 * MS);
    CHECK_OK(il_wait_prepare(queue, IL_NOT_EMPTY, 0, &ticket));
    CHECK_STATUS(IL_TIMED_OUT, il_wait_sleep(queue, IL_NOT_EMPTY, 0, ticket, deadline));
    CHECK(il_clock_now() >= deadline);
    CHECK_STATUS(IL_TIMED_OUT, il_wait_sleep(queue, IL_NOT_EMPTY, 0, ticket, -1));
    CHECK_STATUS(IL_INVALID, il_wait_prepare(queue, -1, 0, &ticket));
    CHECK_STATUS(IL_INVALID, il_wait_prepare(queue, IL_REASONS, 0, &ticket));
    CHECK_OK(il_object_close(queue));
}

/* A killed waiter of a pthread_cond_t makes the second broadcast hang for ever. */
TEST(killed_sleepers_never_hinder_a_wake) {
    enum { ROUNDS = 150, SLEEPERS = 4 };
    struct scene *scene = new_scene(IL_KIND_QUEUE);
    il_object *queue = open_object(scene->kind, scene->name);
    for (int round = 0; round < ROUNDS; round++) {
        int pids[SLEEPERS];
        start_sleepers(scene, pids, SLEEPERS, round % 2 ? IL_NOT_EMPTY : IL_NOT_FULL, 0);
        kill_all(pids, SLEEPERS - 1);
        for (int i = 0; i < 3; i++) il_object_wake(queue);
        wait_for_awake(scene, 1);
        harness_kill(pids[SLEEPERS - 1]);
    }
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

/* ---- no wake-up is ever lost: sleeps that end by wake-ups only, where il_queue_take would look again each slice */

static il_status attempt(il_object *queue, int reason, uint32_t *number) {
    il_item item;
    return reason == IL_NOT_EMPTY ? il_queue_try_take(queue, number, sizeof *number, &item)
                                  : il_queue_try_put(queue, number, sizeof *number);
}

static il_status run_without_slices(il_object *queue, int reason, uint32_t *number) {
    int slept = 0;
    for (;;) {
        uint32_t ticket;
        il_status status = attempt(queue, reason, number);
        if (status == IL_WOULD_BLOCK) {
            CHECK_OK(il_wait_prepare(queue, reason, 0, &ticket));
            status = attempt(queue, reason, number);
        }
        if (status != IL_WOULD_BLOCK) {
            if (slept) il_wait_leave(queue, reason);
            return status;
        }
        CHECK_OK(il_wait_sleep(queue, reason, 0, ticket, il_deadline_after(30 * SECONDS)));
        slept = 1;
    }
}

enum { NUMBERS = 40000 };

static void put_numbers(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_queue(IL_KIND_QUEUE, scene->name, 2, 1 << 16);
    uint32_t number;
    while ((number = atomic_fetch_add(&scene->next, 1)) < NUMBERS) {
        CHECK_OK(run_without_slices(queue, IL_NOT_FULL, &number));
    }
    CHECK_OK(il_object_close(queue));
}

static void take_numbers(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_queue(IL_KIND_QUEUE, scene->name, 2, 1 << 16);
    uint32_t number;
    il_status status;
    while ((status = run_without_slices(queue, IL_NOT_EMPTY, &number)) == IL_OK) {
        atomic_fetch_add(&scene->sum, number);
        if (atomic_fetch_add(&scene->taken, 1) + 1 == NUMBERS) CHECK_OK_AT_LAST(il_queue_shutdown(queue));
    }
    CHECK_STATUS(IL_SHUT_DOWN, status);
    CHECK_OK(il_object_close(queue));
}

TEST(four_producers_and_four_consumers_never_sleep_through_a_change) {
    enum { EACH = 4 };
    struct scene *scene = new_scene(IL_KIND_QUEUE);
    int pids[2 * EACH];
    for (int i = 0; i < EACH; i++) {
        pids[2 * i] = harness_fork(put_numbers, scene);
        pids[2 * i + 1] = harness_fork(take_numbers, scene);
    }
    for (int i = 0; i < 2 * EACH; i++) harness_expect_exit(pids[i]);
    CHECK(atomic_load(&scene->sum) == (uint64_t)NUMBERS * (NUMBERS - 1) / 2);
    CHECK_OK(il_name_unlink(scene->name));
}

static void count_signal(int number) { (void)number; }

static void take_under_signals(void *argument) {
    struct scene *scene = argument;
    struct sigaction action = {.sa_handler = count_signal}; /* without SA_RESTART */
    sigaction(SIGUSR1, &action, NULL);
    il_object *queue = open_object(IL_KIND_QUEUE, scene->name);
    atomic_store(&scene->asleep, 1);
    CHECK(take_number(queue, NULL) == 12);
    CHECK_OK(il_object_close(queue));
}

TEST(signals_do_not_end_a_wait) {
    struct scene *scene = new_scene(IL_KIND_QUEUE);
    il_object *queue = open_object(IL_KIND_QUEUE, scene->name);
    int pid = harness_fork(take_under_signals, scene);
    while (!atomic_load(&scene->asleep)) harness_sleep_ms(1);
    for (int i = 0; i < 300; i++) {
        CHECK(kill(pid, SIGUSR1) == 0);
        usleep(200);
    }
    put_number(queue, 12);
    harness_expect_exit(pid);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

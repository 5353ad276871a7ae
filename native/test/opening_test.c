/* Many processes that open, unlink and sweep the same name at once. */
#include "objects.h"

#include "segment.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

struct crowd {
    char name[80];
    uint32_t kind;
    _Atomic int ready, go, attached;
    _Atomic uint64_t inode;
    int pipe[2];
};

static void open_at_once(void *argument) {
    struct crowd *crowd = argument;
    il_spec spec = spec_of(crowd->kind, crowd->name);
    il_object *object;
    il_info info;
    uint64_t none = 0;
    char byte;
    close(crowd->pipe[1]);
    atomic_fetch_add(&crowd->ready, 1);
    CHECK(read(crowd->pipe[0], &byte, 1) == 0);
    CHECK_OK(il_object_open(&spec, &object, &info));
    if (!atomic_compare_exchange_strong(&crowd->inode, &none, info.inode)) CHECK(none == info.inode);
    if (crowd->kind == IL_KIND_LONG) {
        int64_t sum;
        CHECK_OK(il_long_add(object, 1, &sum));
    } else {
        put_number(object, (uint32_t)getpid());
    }
    atomic_fetch_add(&crowd->attached, 1);
    while (!atomic_load(&crowd->go)) harness_sleep_ms(2);
    CHECK_OK(il_object_close(object));
}

static void crowd_at(uint32_t kind, int processes) {
    struct crowd *crowd = harness_shared(sizeof *crowd);
    int pids[300];
    crowd->kind = kind;
    strcpy(crowd->name, harness_name());
    CHECK(pipe(crowd->pipe) == 0);
    for (int i = 0; i < processes; i++) pids[i] = harness_fork(open_at_once, crowd);
    while (atomic_load(&crowd->ready) < processes) harness_sleep_ms(1);
    close(crowd->pipe[0]);
    close(crowd->pipe[1]);
    while (atomic_load(&crowd->attached) < processes) harness_sleep_ms(1);
    il_object *object = open_object(kind, crowd->name);
    if (kind == IL_KIND_LONG) {
        int64_t value;
        CHECK_OK(il_long_get(object, &value));
        CHECK(value == processes);
    } else {
        uint32_t size;
        CHECK_OK(il_queue_size(object, &size));
        CHECK(size == (uint32_t)processes);
    }
    atomic_store(&crowd->go, 1);
    for (int i = 0; i < processes; i++) harness_expect_exit(pids[i]);
    CHECK_OK(il_object_unlink(object));
    CHECK_OK(il_object_close(object));
}

TEST(two_hundred_processes_that_open_one_name_at_once_get_one_object) { crowd_at(IL_KIND_LONG, 200); }

TEST(a_crowd_opens_a_queue) { crowd_at(IL_KIND_QUEUE, 100); }

static void open_and_unlink(void *argument) {
    struct crowd *crowd = argument;
    unsigned seed = (unsigned)getpid();
    while (!atomic_load(&crowd->go)) {
        il_object *object = open_object(crowd->kind, crowd->name);
        il_info info;
        il_object_info(object, &info);
        CHECK(info.kind == crowd->kind && strcmp(info.name, crowd->name) == 0);
        if (crowd->kind == IL_KIND_LOCK) {
            CHECK_OK(il_lock_acquire(object, IL_FOREVER));
            CHECK_OK(il_lock_release(object));
        } else {
            char data[100];
            il_item item;
            fill(data, sizeof data, 3);
            CHECK_OK(il_queue_put(object, data, sizeof data, IL_FOREVER));
            CHECK_OK(il_queue_take(object, data, sizeof data, &item, IL_FOREVER));
            CHECK(item.length == sizeof data && is_filled(data, sizeof data, 3));
        }
        atomic_fetch_add(&crowd->attached, 1);
        if (rand_r(&seed) % 2 == 0) {
            il_status status = rand_r(&seed) % 2 == 0 ? il_object_unlink(object) : il_name_unlink(crowd->name);
            CHECK(status == IL_OK || status == IL_NOT_FOUND);
        }
        CHECK_OK(il_object_close(object));
    }
}

/* Every opener is on an object that works, whether its name is still there or not. */
static void race(uint32_t kind, int ms) {
    enum { PROCESSES = 4 };
    struct crowd *crowd = harness_shared(sizeof *crowd);
    int pids[PROCESSES];
    crowd->kind = kind;
    strcpy(crowd->name, harness_name());
    for (int i = 0; i < PROCESSES; i++) pids[i] = harness_fork(open_and_unlink, crowd);
    harness_sleep_ms(ms);
    atomic_store(&crowd->go, 1);
    for (int i = 0; i < PROCESSES; i++) harness_expect_exit(pids[i]);
    CHECK(atomic_load(&crowd->attached) > 100);
    il_status status = il_name_unlink(crowd->name);
    CHECK(status == IL_OK || status == IL_NOT_FOUND);
}

TEST(unlinking_races_opening_of_a_lock) { race(IL_KIND_LOCK, 700); }

TEST(unlinking_races_opening_of_a_queue) { race(IL_KIND_QUEUE, 700); }

/* The same while openers are killed at any moment: the next one always gets a whole object. */
TEST(openers_are_killed_while_others_open_and_unlink) {
    enum { PROCESSES = 3, KILLS = 300 };
    struct crowd *crowd = harness_shared(sizeof *crowd);
    int pids[PROCESSES];
    crowd->kind = IL_KIND_QUEUE;
    strcpy(crowd->name, harness_name());
    int survivor = harness_fork(open_and_unlink, crowd);
    for (int i = 0; i < PROCESSES; i++) pids[i] = harness_fork(open_and_unlink, crowd);
    for (int i = 0; i < KILLS; i++) {
        harness_sleep_ms(1);
        harness_kill(pids[i % PROCESSES]);
        pids[i % PROCESSES] = harness_fork(open_and_unlink, crowd);
    }
    atomic_store(&crowd->go, 1);
    for (int i = 0; i < PROCESSES; i++) harness_expect_exit(pids[i]);
    harness_expect_exit(survivor);
    CHECK_OK(il_object_close(open_object(crowd->kind, crowd->name)));
    CHECK_OK(il_name_unlink(crowd->name));
}

/* Blocking operations between processes: deadlines, all wake-ups, every number of producers and consumers. */
#include "objects.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST = 8 };

struct scene {
    char name[80];
    uint32_t kind;
    int64_t capacity;
    uint32_t producers, items;
    _Atomic uint32_t next_producer, taken, twice;
    _Atomic uint64_t sum;
    _Atomic int step;
    uint64_t lengths[2];
    _Atomic uint8_t seen[MOST * 20000];
};

static struct scene *new_scene(uint32_t kind, int64_t capacity) {
    struct scene *scene = harness_shared(sizeof *scene);
    strcpy(scene->name, harness_name());
    scene->kind = kind;
    scene->capacity = capacity;
    return scene;
}

static il_object *open_scene(const struct scene *scene) {
    return open_queue(scene->kind, scene->name, scene->capacity, 1 << 18);
}

struct message {
    uint32_t producer, number;
    char padding[120];
};

static void produce(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_scene(scene);
    struct message message = {.producer = atomic_fetch_add(&scene->next_producer, 1)};
    for (; message.number < scene->items; message.number++) {
        fill(message.padding, message.number % 120, message.number);
        CHECK_OK(il_queue_put(queue, &message, 8 + message.number % 120, IL_FOREVER));
    }
    CHECK_OK(il_object_close(queue));
}

static void consume(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_scene(scene);
    int64_t last[MOST];
    for (int i = 0; i < MOST; i++) last[i] = -1;
    for (;;) {
        struct message message;
        il_item item;
        il_status status = il_queue_take(queue, &message, sizeof message, &item, IL_FOREVER);
        if (status == IL_SHUT_DOWN) break;
        CHECK_OK(status);
        CHECK(item.length == 8 + message.number % 120 && is_filled(message.padding, message.number % 120, message.number));
        CHECK(message.producer < scene->producers && message.number < scene->items);
        CHECK((int64_t)message.number > last[message.producer]); /* FIFO per producer, at each consumer */
        last[message.producer] = message.number;
        if (atomic_exchange(&scene->seen[message.producer * scene->items + message.number], 1)) atomic_fetch_add(&scene->twice, 1);
        atomic_fetch_add(&scene->sum, message.number);
        atomic_fetch_add(&scene->taken, 1);
        if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_object_close(queue));
}

static void meet(uint32_t kind, int64_t capacity, uint32_t producers, uint32_t consumers, uint32_t items) {
    struct scene *scene = new_scene(kind, capacity);
    il_object *queue = open_scene(scene);
    int pids[2 * MOST];
    scene->producers = producers;
    scene->items = items;
    for (uint32_t i = 0; i < producers; i++) pids[i] = harness_fork(produce, scene);
    for (uint32_t i = 0; i < consumers; i++) pids[producers + i] = harness_fork(consume, scene);
    for (uint32_t i = 0; i < producers; i++) harness_expect_exit(pids[i]);
    if (kind == IL_KIND_JOINABLE_QUEUE) {
        CHECK_OK(il_queue_join(queue, IL_FOREVER));
        CHECK(atomic_load(&scene->taken) == producers * items);
    }
    CHECK_OK_AT_LAST(il_queue_shutdown(queue));
    for (uint32_t i = 0; i < consumers; i++) harness_expect_exit(pids[producers + i]);
    CHECK(atomic_load(&scene->taken) == producers * items && atomic_load(&scene->twice) == 0);
    CHECK(atomic_load(&scene->sum) == (uint64_t)producers * items * (items - 1) / 2);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(four_producers_and_four_consumers_meet_at_any_capacity) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        meet(kind, 1, 4, 4, 3000);
        meet(kind, 4, 4, 4, 5000);
        meet(kind, 1000, 4, 4, 20000);
    }
}

TEST(one_and_many_meet) {
    meet(IL_KIND_QUEUE, 1, 1, 1, 10000);
    meet(IL_KIND_QUEUE, 2, 8, 1, 2000);
    meet(IL_KIND_QUEUE, 2, 1, 8, 10000);
    meet(IL_KIND_JOINABLE_QUEUE, 1, 1, 8, 5000);
}

TEST(deadlines_are_kept) {
    il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, NULL, 1, 1 << 16);
    const int64_t waits[] = {-1, 0, 5 * MS, 130 * MS};
    uint32_t number = 1;
    il_item item;
    for (int i = 0; i < 4; i++) {
        int64_t deadline = il_deadline_after(waits[i]);
        CHECK_STATUS(IL_TIMED_OUT, il_queue_take(queue, &number, sizeof number, &item, deadline));
        CHECK(il_clock_now() >= deadline);
    }
    put_number(queue, 1);
    for (int i = 0; i < 4; i++) {
        int64_t deadline = il_deadline_after(waits[i]);
        CHECK_STATUS(IL_TIMED_OUT, il_queue_put(queue, &number, sizeof number, deadline));
        CHECK_STATUS(IL_TIMED_OUT, il_queue_join(queue, deadline));
        CHECK(il_clock_now() >= deadline);
    }
    CHECK_OK(il_queue_take(queue, &number, sizeof number, &item, 0)); /* what is there needs no time */
    CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    CHECK_OK(il_queue_join(queue, 0));
    CHECK_OK(il_object_close(queue));
}

static void expect_shut_down(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_scene(scene);
    char byte = 0;
    il_item item;
    int taker = atomic_fetch_add(&scene->step, 1) % 2;
    CHECK_STATUS(IL_SHUT_DOWN, taker ? il_queue_take(queue, &byte, 1, &item, IL_FOREVER) : il_queue_put(queue, &byte, 1, IL_FOREVER));
    CHECK_OK(il_object_close(queue));
}

TEST(a_shutdown_ends_all_waiting) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        struct scene *scene = new_scene(kind, 1);
        int pids[6];
        il_object *queue = open_scene(scene);
        atomic_store(&scene->step, 1);
        for (int i = 0; i < 6; i++) { /* first takers alone, then putters alone */
            if (i == 3) CHECK_OK(il_queue_try_put(queue, "x", 1));
            scene->step = i < 3;
            pids[i] = harness_fork(expect_shut_down, scene);
            while (atomic_load(&scene->step) != (i < 3) + 1) harness_sleep_ms(1);
            if (i == 2) {
                harness_sleep_ms(10);
                CHECK_OK_AT_LAST(il_queue_shutdown(queue));
                for (int k = 0; k < 3; k++) harness_expect_exit(pids[k]);
                CHECK_OK(il_object_unlink(queue));
                CHECK_OK(il_object_close(queue));
                queue = open_scene(scene); /* a new one of the same name */
            }
        }
        harness_sleep_ms(10);
        CHECK_OK_AT_LAST(il_queue_shutdown(queue));
        for (int k = 3; k < 6; k++) harness_expect_exit(pids[k]);
        CHECK_OK(il_object_unlink(queue));
        CHECK_OK(il_object_close(queue));
    }
}

static void put_one(void *argument) {
    struct scene *scene = argument;
    static char data[1 << 18];
    il_object *queue = open_scene(scene);
    uint64_t length = scene->lengths[atomic_fetch_add(&scene->step, 1)];
    CHECK_OK(il_queue_put(queue, data, length, IL_FOREVER));
    atomic_fetch_add(&scene->taken, 1);
    CHECK_OK(il_object_close(queue));
}

/*
 * The queue holds two items, which are as many as may be, and leave few bytes. A large put and then a small one wait
 * for a place. One item is taken: the large one, woken for the place, still wants for bytes and must pass it on.
 */
static int64_t small_behind_large(int large_first) {
    static char data[1 << 18];
    struct scene *scene = new_scene(IL_KIND_QUEUE, 2);
    il_object *queue = open_scene(scene);
    int pids[2];
    il_item item;
    scene->lengths[!large_first] = 190000;
    scene->lengths[large_first] = 10;
    CHECK_OK(il_queue_put(queue, data, 10, IL_FOREVER));
    CHECK_OK(il_queue_put(queue, data, 200000, IL_FOREVER));
    for (int i = 0; i < 2; i++) {
        pids[i] = harness_fork(put_one, scene);
        while (atomic_load(&scene->step) <= i) harness_sleep_ms(1);
        harness_sleep_ms(3); /* until it sleeps */
    }
    int64_t start = il_clock_now();
    CHECK_OK(il_queue_take(queue, data, sizeof data, &item, IL_FOREVER));
    while (atomic_load(&scene->taken) == 0) usleep(100);
    int64_t waited = il_clock_now() - start;
    CHECK_OK(il_queue_take(queue, data, sizeof data, &item, IL_FOREVER));
    CHECK(item.length == 200000);
    for (int i = 0; i < 2; i++) harness_expect_exit(pids[i]);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
    return waited;
}

TEST(a_small_put_does_not_sleep_behind_a_large_one_that_does_not_fit) {
    for (int large_first = 0; large_first < 2; large_first++) {
        int64_t best = IL_FOREVER; /* of many, because the machine may be busy; a slice is 100 ms */
        for (int round = 0; round < 12; round++) {
            int64_t waited = small_behind_large(large_first);
            best = waited < best ? waited : best;
        }
        CHECK(best < 60 * MS);
    }
}

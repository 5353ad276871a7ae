/* Random bytes in the control words, slots and cells of living objects: an error or right behaviour; no crash, no hang. */
#include "objects.h"

#include "cells.h"
#include "lock.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { CELLS = 64 };

static char data[1 << 16], buffer[1 << 17];
static unsigned seed;

static uint32_t choose(uint32_t count) { return (uint32_t)rand_r(&seed) % count; }

static int is_in(size_t offset, const void *control, const void *field) {
    size_t start = IL_CONTROL_OFFSET + (size_t)((const char *)field - (const char *)control);
    return offset >= start && offset < start + sizeof(il_mutex);
}

/* Garbage inside a mutex is libc's to deal with: measured, not promised. */
static int is_in_a_mutex(const il_object *object, size_t offset) {
    const struct il_queue_control *queue = (const void *)il_control_of(object);
    const struct il_lock_control *lock = (const void *)il_control_of(object);
    if (object->kind == IL_KIND_LOCK) return is_in(offset, lock, &lock->mutex);
    return object->kind >= IL_KIND_QUEUE && (is_in(offset, queue, &queue->put_mutex) || is_in(offset, queue, &queue->take_mutex));
}

static void scribble(il_object *object) {
    size_t end = IL_SMALL_SIZE + (object->kind == IL_KIND_JOINABLE_QUEUE ? CELLS * sizeof(struct il_cell) : 0);
    for (uint32_t bytes = 1 + choose(choose(4) == 0 ? 300 : 8); bytes > 0; bytes--) {
        size_t offset = IL_CONTROL_OFFSET + choose((uint32_t)(end - IL_CONTROL_OFFSET));
        if (choose(2)) offset = IL_CONTROL_OFFSET + choose(sizeof(struct il_queue_control)); /* most of the rest is empty */
        if (object->kind == IL_KIND_JOINABLE_QUEUE && choose(4) == 0) offset = IL_SMALL_SIZE + choose(8 * sizeof(struct il_cell));
        if (!is_in_a_mutex(object, offset)) ((volatile char *)object->header)[offset] = (char)(choose(3) ? choose(256) : choose(2) * 255);
    }
}

static void use_lock(il_object *lock) {
    il_status status = il_lock_acquire(lock, il_deadline_after(2 * MS));
    (void)il_lock_dead_owner(lock);
    (void)il_lock_repaired(lock);
    (void)il_lock_owner_pid(lock);
    if (status == IL_OK || status == IL_OWNER_DIED) (void)il_lock_release(lock);
}

static void use_long(il_object *counter) {
    int64_t value = 3;
    CHECK_OK(il_long_add(counter, 1, &value));
    CHECK_OK(il_long_get(counter, &value));
    (void)il_long_compare_and_set(counter, &value, 9);
}

static void use_batches(il_object *queue) {
    uint64_t packed[20], needed;
    uint32_t count;
    for (int i = 0; i < 20; i += 2) packed[i] = 8;
    (void)il_queue_try_put_all(queue, packed, sizeof packed, 10, &count);
    CHECK(count <= 10);
    (void)il_queue_try_take_all(queue, buffer, sizeof buffer, 10, &count, &needed);
    CHECK(count <= 10);
}

static void use_queue(il_object *queue, uint64_t token) {
    il_queue_state state;
    il_item item;
    il_cursor cursor = {0};
    uint32_t size;
    for (int round = 0; round < 60; round++) {
        switch (choose(12)) {
        case 0:
        case 1:
            (void)il_queue_put(queue, data, choose(sizeof data), il_deadline_after(MS / 10));
            break;
        case 2:
            (void)il_queue_try_put(queue, data, choose(200));
            break;
        case 3:
        case 4:
        case 5:
            if (il_queue_take(queue, buffer, sizeof buffer, &item, il_deadline_after(MS / 10)) == IL_OK) token = item.token;
            break;
        case 6:
            use_batches(queue);
            break;
        case 7:
            (void)il_queue_done(queue, choose(3) ? token : (uint64_t)rand_r(&seed) << 32 | choose(70));
            break;
        case 8:
            (void)il_queue_give_back(queue, token);
            break;
        case 9:
            for (int i = 0; i < 20; i++) (void)il_queue_look(queue, &cursor, buffer, sizeof buffer, &item);
            break;
        case 10:
            (void)il_queue_inspect(queue, &state);
            (void)il_queue_size(queue, &size);
            break;
        default:
            (void)il_queue_try_join(queue);
            (void)il_queue_join(queue, il_deadline_after(MS / 10));
            if (choose(10) == 0) (void)il_queue_shutdown(queue);
        }
        if (choose(20) == 0) scribble(queue);
    }
    il_object_wake(queue);
}

/* In a process of its own, which may end well or not at all. */
static void try_garbage(void *argument) {
    seed = *(unsigned *)argument;
    uint32_t kind = choose(8) == 0 ? 1 + choose(2) : 3 + choose(2);
    il_object *object = kind < IL_KIND_QUEUE ? open_object(kind, NULL) : open_queue(kind, NULL, choose(2) ? 20 : 100000, 1 << 17);
    uint64_t token = 0;
    il_item item;
    alarm(60);
    for (uint32_t i = choose(20); kind >= IL_KIND_QUEUE && i > 0; i--) {
        CHECK_OK(il_queue_try_put(object, data, choose(choose(4) ? 100 : 5000)));
        if (choose(3) == 0) {
            CHECK_OK(il_queue_try_take(object, buffer, sizeof buffer, &item));
            token = item.token;
        }
    }
    scribble(object);
    if (kind == IL_KIND_LOCK) {
        use_lock(object);
    } else if (kind == IL_KIND_LONG) {
        use_long(object);
    } else {
        use_queue(object, token);
    }
    il_status status = il_object_close(object);
    CHECK(status == IL_OK || status == IL_CORRUPT);
}

TEST(random_bytes_in_living_objects_crash_nobody_and_hang_nobody) {
    const char *tries = getenv("IL_TRIES");
    for (unsigned i = 0; i < (tries != NULL ? (unsigned)atoi(tries) : 1500); i++) {
        int status = harness_wait(harness_fork(try_garbage, &i));
        if (status != 0) harness_fail(__FILE__, __LINE__, "seed %u: ended with %d", i, status);
    }
    CHECK_OK(il_sweep(NULL));
}

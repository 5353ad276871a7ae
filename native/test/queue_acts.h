/*
 * Queue operations in which a process dies, and what must hold afterwards: what was put stays, in order; what a dead
 * consumer of a plain queue had taken is gone; nothing hangs. For the tests that kill at crash stages and at instructions.
 */
#ifndef IL_TEST_QUEUE_ACTS_H
#define IL_TEST_QUEUE_ACTS_H

#include "objects.h"

#include "queue.h"

enum { ITEMS = 6, MAX = 1 << 18 };

struct scene;
struct act {
    const char *name;
    void (*run)(il_object *queue, const struct scene *scene);
    int puts, takes; /* at most */
    int joinable_only;
    uint64_t length; /* of the items that are there, at least 4 */
    int64_t max_bytes;
    int items;
};

struct scene {
    char name[80];
    uint32_t kind;
    const struct act *act;
};

static char data[MAX], buffer[MAX];

static il_object *open_scene(const struct scene *scene) {
    return open_queue(scene->kind, scene->name, 100, scene->act->max_bytes);
}

static il_status put_item(il_object *queue, uint32_t number, uint64_t length) {
    memcpy(data, &number, sizeof number);
    fill(data + 4, length - 4, number);
    return il_queue_try_put(queue, data, length);
}

static uint32_t take_item(il_object *queue, il_item *item) {
    uint32_t number;
    CHECK_OK(il_queue_take(queue, buffer, sizeof buffer, item, il_deadline_after(20 * SECONDS)));
    memcpy(&number, buffer, sizeof number);
    CHECK(is_filled(buffer + 4, item->length - 4, number));
    return number;
}

/* ---- what the one who dies does */

static void put_small(il_object *queue, const struct scene *scene) {
    CHECK_OK(put_item(queue, (uint32_t)scene->act->items, 20));
}

static void put_large(il_object *queue, const struct scene *scene) {
    CHECK_OK(put_item(queue, (uint32_t)scene->act->items, 100000));
}

static void put_largest(il_object *queue, const struct scene *scene) {
    il_queue_state state;
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK_OK(put_item(queue, (uint32_t)scene->act->items, state.largest_item));
}

static void put_batch(il_object *queue, const struct scene *scene) {
    uint64_t packed[6];
    uint32_t put;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t number = (uint32_t)scene->act->items + i;
        packed[2 * i] = sizeof number;
        memcpy(&packed[2 * i + 1], &number, sizeof number);
    }
    CHECK_OK(il_queue_try_put_all(queue, packed, sizeof packed, 3, &put));
}

static void take_first(il_object *queue, const struct scene *scene) {
    il_item item;
    (void)scene;
    CHECK(take_item(queue, &item) == 0);
}

static void take_batch(il_object *queue, const struct scene *scene) {
    uint32_t taken;
    uint64_t needed;
    CHECK_OK(il_queue_try_take_all(queue, buffer, sizeof buffer, (uint32_t)scene->act->items, &taken, &needed));
}

static void take_and_give_back(il_object *queue, const struct scene *scene) {
    il_item item;
    CHECK(take_item(queue, &item) == 0);
    CHECK_OK_AT_LAST(il_queue_give_back(queue, item.token));
    take_first(queue, scene); /* delivered again */
}

static void take_and_finish(il_object *queue, const struct scene *scene) {
    il_item item;
    (void)scene;
    CHECK(take_item(queue, &item) == 0);
    CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
}

/* More cells than one page has. */
static void take_many(il_object *queue, const struct scene *scene) {
    il_item item;
    for (uint32_t i = 0; i < 90; i++) CHECK_OK(put_item(queue, (uint32_t)scene->act->items + i, 4));
    for (uint32_t i = 0; i < 90; i++) CHECK(take_item(queue, &item) == i);
}

/* As if nothing had been put before. */
static void put_the_first(il_object *queue, const struct scene *scene) {
    il_queue_of(queue)->control->blocks_reserved_end = il_queue_of(queue)->blocks_base;
    put_small(queue, scene);
}

/* As if the area of blocks were used up. */
static void take_into_a_gap(il_object *queue, const struct scene *scene) {
    il_queue_of(queue)->control->blocks_end = il_queue_of(queue)->blocks_limit;
    take_first(queue, scene);
}

static const struct act acts[] = {
    {"put", put_small, 1, 0, 0, 50, MAX, ITEMS},
    {"put into an empty one", put_small, 1, 0, 0, 50, MAX, 0},
    {"put a batch", put_batch, 3, 0, 0, 50, MAX, ITEMS},
    {"grow", put_large, 1, 0, 0, 50, MAX, ITEMS},
    {"grow at once", put_large, 1, 0, 0, 50, MAX, 0},
    {"start over", put_largest, 1, 0, 0, 50, 1 << 14, 0},
    {"put the first", put_the_first, 1, 0, 1, 50, MAX, ITEMS},
    {"take", take_first, 0, 1, 0, 50, MAX, ITEMS},
    {"take the last", take_first, 0, 1, 0, 50, MAX, 1},
    {"take a batch", take_batch, 0, ITEMS, 0, 50, MAX, ITEMS},
    {"take over a jump", take_batch, 0, ITEMS, 0, 30000, MAX, ITEMS},
    {"finish", take_and_finish, 0, 1, 1, 50, MAX, ITEMS},
    {"give back", take_and_give_back, 0, 0, 1, 50, MAX, ITEMS},
    {"take many", take_many, 90, 0, 1, 50, MAX, ITEMS},
    {"take into a gap", take_into_a_gap, 0, 0, 1, 50, MAX, ITEMS},
};

enum { ACTS = sizeof acts / sizeof acts[0] };

/* The cursors stand somewhere, and the act's items are there. */
static void prepare(struct scene *scene, uint32_t kind, const struct act *act) {
    il_item item;
    scene->kind = kind;
    scene->act = act;
    strcpy(scene->name, harness_name());
    il_object *queue = open_scene(scene);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_OK(put_item(queue, i, 1000));
        CHECK(take_item(queue, &item) == i);
        if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    for (uint32_t i = 0; i < (uint32_t)act->items; i++) CHECK_OK(put_item(queue, i, act->length));
    CHECK_OK(il_object_close(queue));
}

/* Both sides' locks, taken by somebody who may die while it cleans up. */
static void touch_both_sides(void *argument) {
    il_object *queue = open_scene(argument);
    uint32_t put;
    il_item item;
    CHECK_STATUS(IL_TOO_LARGE, il_queue_try_put(queue, data, UINT64_MAX));
    CHECK_OK(il_queue_try_put_all(queue, data, 0, 0, &put));
    il_status status = il_queue_try_take(queue, NULL, 0, &item);
    CHECK(status == IL_TOO_SMALL || status == IL_WOULD_BLOCK);
}

static void check_rest(const struct scene *scene) {
    il_object *queue = open_scene(scene);
    il_queue_state state;
    il_item item;
    uint32_t last = 0;
    int taken = 0;
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    int full = put_item(queue, 5000, 30) == IL_NO_BYTES; /* others go on, as soon as the largest item is out */
    for (;;) {
        uint32_t number = take_item(queue, &item);
        CHECK(number > last || taken == 0);
        last = number;
        if (scene->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
        if (number == 5000) break;
        if (taken == 0) CHECK(number <= (scene->kind == IL_KIND_QUEUE || scene->act->joinable_only ? (uint32_t)scene->act->takes : 0));
        taken++;
        if (full && taken == 1) CHECK_OK(put_item(queue, 5000, 30));
    }
    CHECK(full == 0 || scene->act->run == put_largest);
    const int may_be_gone = scene->kind == IL_KIND_QUEUE || scene->act->takes == 1 ? scene->act->takes : 0;
    CHECK(taken >= scene->act->items - may_be_gone && taken <= scene->act->items + scene->act->puts);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, buffer, sizeof buffer, &item));
    if (scene->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_try_join(queue));
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK(state.size == 0 && state.unfinished == 0 && !state.full);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_OK(put_item(queue, i, i == 0 ? state.largest_item : 1000));
        CHECK(take_item(queue, &item) == i);
        if (scene->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

#endif

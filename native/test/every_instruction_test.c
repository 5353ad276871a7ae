/* A process dies at any instruction of a queue operation: nothing that was put is lost, and nobody waits for it. */
#include "objects.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "queue.h"
#include "stepping.h"

enum { LENGTH = 40, LARGE = 1000 };

struct world {
    char name[80];
    uint32_t kind;
    int64_t max_bytes;
    uint32_t items;    /* that are there before */
    uint64_t length;   /* of each of them */
    uint32_t held;     /* of them, those that the dying process holds before its steps */
    uint32_t may_lose; /* the first so many may have gone with a dead consumer */
    uint32_t may_add;
    uint64_t added_length;
    il_object *queue;
    uint64_t tokens[64];
    il_status (*dead_holder)(il_object *queue); /* takes a side's mutex and dies */
};

static char data[1 << 16], buffer[1 << 17];

static il_object *open_world(const struct world *world) {
    return open_queue(world->kind, world->name, 1000, world->max_bytes);
}

static void put(il_object *queue, uint32_t number, uint64_t length) {
    memcpy(data, &number, sizeof number);
    CHECK_OK(il_queue_try_put(queue, data, length));
}

static uint32_t take(il_object *queue, il_item *item) {
    uint32_t number;
    CHECK_OK(il_queue_take(queue, buffer, sizeof buffer, item, il_deadline_after(30 * SECONDS)));
    memcpy(&number, buffer, sizeof number);
    return number;
}

static void hold_and_die(void *argument) {
    const struct world *world = argument;
    CHECK_OK(world->dead_holder(open_world(world)));
    raise(SIGKILL);
}

static il_status die_putting(il_object *queue) { return il_queue_lock_put(il_queue_of(queue)); }

/* Leaves a cell that does not count yet, because head was not stored. */
static il_status die_taking(il_object *queue) {
    uint32_t cell;
    CHECK_OK(il_queue_lock_take(il_queue_of(queue)));
    if (queue->kind == IL_KIND_JOINABLE_QUEUE) {
        CHECK_OK(il_cell_find(queue, LENGTH, &cell));
        il_cell_hold(queue, cell, il_cursor_count(atomic_load(&il_queue_of(queue)->control->head)), data, LENGTH);
    }
    return IL_OK;
}

/* As its holder: the item comes again. */
static il_status die_holding(il_object *queue) {
    il_item item;
    take(queue, &item);
    return IL_OK;
}

/* The cursors stand somewhere, and the items are there. */
static void prepare(void *argument) {
    struct world *world = argument;
    il_item item;
    strcpy(world->name, harness_name());
    il_object *queue = open_world(world);
    put(queue, 0, 1500);
    CHECK(take(queue, &item) == 0);
    if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    for (uint32_t i = 0; i < world->items; i++) put(queue, i, world->length);
    if (world->dead_holder != NULL) CHECK(harness_wait(harness_fork(hold_and_die, world)) == -SIGKILL);
    CHECK_OK(il_object_close(queue));
}

static void open_and_hold(void *argument) {
    struct world *world = argument;
    il_item item;
    world->queue = open_world(world);
    for (uint32_t i = 0; i < world->held; i++) {
        CHECK(take(world->queue, &item) == i);
        world->tokens[i] = item.token;
    }
    memcpy(data, &world->items, sizeof world->items);
}

static void check(void *argument) {
    const struct world *world = argument;
    il_object *queue = open_world(world);
    const int joinable = world->kind == IL_KIND_JOINABLE_QUEUE;
    uint32_t next = 0, size;
    il_item item;
    il_queue_state state;
    if (il_queue_try_put(queue, "last", 4) == IL_NO_BYTES) CHECK(world->added_length > 2000);
    while (next < world->items + world->may_add) {
        il_status status = il_queue_try_take(queue, buffer, sizeof buffer, &item);
        if (status == IL_WOULD_BLOCK || (status == IL_OK && item.length == 4)) break;
        CHECK_OK(status);
        uint32_t number = *(uint32_t *)(void *)buffer;
        CHECK(number == next || (next == 0 && number <= world->may_lose));
        CHECK(item.length == (number < world->items ? world->length : world->added_length));
        if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
        next = number + 1;
    }
    CHECK(next >= world->items || world->may_lose == world->items);
    if (joinable) CHECK_OK_AT_LAST(il_queue_give_back_all(queue)); /* "last", perhaps */
    while (il_queue_try_take(queue, buffer, sizeof buffer, &item) == IL_OK) {
        CHECK(item.length == 4);
        if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_queue_size(queue, &size));
    CHECK(size == 0);
    if (joinable) CHECK_OK(il_queue_try_join(queue));
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    for (int i = 0; i < 3; i++) { /* all of the room is there again */
        CHECK_OK(il_queue_try_put(queue, buffer, state.largest_item < sizeof buffer ? state.largest_item : sizeof buffer));
        take(queue, &item);
        if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

/* -------------------------------------------------------------------- the steps */

static void run_put(void *argument) {
    struct world *world = argument;
    CHECK_OK(il_queue_try_put(world->queue, data, world->added_length));
}

static void run_put_all(void *argument) {
    struct world *world = argument;
    uint64_t packed[3][2];
    uint32_t count;
    for (uint32_t i = 0; i < 3; i++) {
        packed[i][0] = 8;
        packed[i][1] = world->items + i;
    }
    CHECK_OK(il_queue_try_put_all(world->queue, packed, sizeof packed, 3, &count));
}

static void run_take(void *argument) {
    struct world *world = argument;
    il_item item;
    CHECK_OK(il_queue_try_take(world->queue, buffer, sizeof buffer, &item));
}

static void run_take_all(void *argument) {
    struct world *world = argument;
    uint32_t taken;
    uint64_t needed;
    /* Stepped through it takes long enough for a second look at the dead, which it has no time for else. */
    atomic_store(&il_queue_of(world->queue)->next_probe, INT64_MAX);
    CHECK_OK(il_queue_try_take_all(world->queue, buffer, sizeof buffer, 3, &taken, &needed));
}

static void run_done(void *argument) {
    struct world *world = argument;
    CHECK_OK_AT_LAST(il_queue_done(world->queue, world->tokens[0]));
}

static void run_give_back(void *argument) {
    struct world *world = argument;
    CHECK_OK_AT_LAST(il_queue_give_back(world->queue, world->tokens[0]));
}

static void run_close(void *argument) {
    struct world *world = argument;
    CHECK_OK(il_object_close(world->queue));
}

static void step_through(struct world world, void (*run)(void *)) {
    kill_at_every_step(&(struct operation){prepare, open_and_hold, run, check, NULL}, &world);
}

TEST(at_any_instruction_of_a_put) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        struct world world = {.kind = kind, .max_bytes = 1 << 17, .items = 4, .length = LENGTH, .may_add = 1, .added_length = 48};
        step_through(world, run_put);
        world.items = 0;
        step_through(world, run_put);
    }
}

TEST(at_any_instruction_of_a_batch_of_puts) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        step_through((struct world){.kind = kind, .max_bytes = 1 << 17, .items = 2, .length = LENGTH, .may_add = 3, .added_length = 8},
                     run_put_all);
    }
}

TEST(at_any_instruction_of_growing) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        step_through((struct world){.kind = kind, .max_bytes = 1 << 18, .items = 62, .length = LARGE, .may_add = 1, .added_length = 1500},
                     run_put);
    }
}

/* The ring is empty, but its cursors leave no room for the item: both are moved. */
TEST(at_any_instruction_of_starting_over) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        step_through((struct world){.kind = kind, .max_bytes = 4096, .may_add = 1, .added_length = 3800}, run_put);
    }
}

TEST(at_any_instruction_of_a_take) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        step_through((struct world){.kind = kind, .max_bytes = 1 << 17, .items = 4, .length = LENGTH, .may_lose = kind == IL_KIND_QUEUE},
                     run_take);
    }
}

TEST(at_any_instruction_of_taking_what_a_dead_one_held) {
    step_through((struct world){.kind = IL_KIND_JOINABLE_QUEUE, .max_bytes = 1 << 17, .items = 4, .length = LENGTH, .dead_holder = die_holding},
                 run_take);
}

TEST(at_any_instruction_of_a_batch_of_takes) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        step_through((struct world){.kind = kind, .max_bytes = 1 << 17, .items = 5, .length = LENGTH, .may_lose = kind == IL_KIND_QUEUE ? 3 : 0},
                     run_take_all);
    }
}

TEST(at_any_instruction_of_finishing_giving_back_and_closing) {
    struct world world = {.kind = IL_KIND_JOINABLE_QUEUE, .max_bytes = 1 << 17, .items = 4, .length = LENGTH, .held = 2};
    step_through(world, run_give_back);
    step_through(world, run_close);
    world.may_lose = 1; /* it was finished */
    step_through(world, run_done);
}

TEST(at_any_instruction_of_cleaning_up_after_a_death) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        struct world world = {.kind = kind, .max_bytes = 1 << 17, .items = 4, .length = LENGTH, .may_add = 1, .added_length = 48};
        world.dead_holder = die_putting;
        step_through(world, run_put);
        world.dead_holder = die_taking;
        world.may_add = 0;
        world.may_lose = kind == IL_KIND_QUEUE;
        step_through(world, run_take);
    }
}

static void run_shutdown(void *argument) { CHECK_OK(il_queue_shutdown(((struct world *)argument)->queue)); }

/* It is shut down, or it is not and can be; what is in it comes out, then the end. */
static void check_shutdown(void *argument) {
    const struct world *world = argument;
    il_object *queue = open_world(world);
    il_item item;
    uint32_t expected = world->items;
    if (il_queue_put(queue, &expected, sizeof expected, il_deadline_after(30 * SECONDS)) == IL_OK) expected++;
    CHECK_OK_AT_LAST(il_queue_shutdown(queue));
    CHECK_STATUS(IL_SHUT_DOWN, il_queue_put(queue, "x", 1, IL_FOREVER));
    for (uint32_t i = 0; i < expected; i++) {
        CHECK(take(queue, &item) == i);
        if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_STATUS(IL_SHUT_DOWN, il_queue_take(queue, buffer, sizeof buffer, &item, IL_FOREVER));
    if (world->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_join(queue, IL_FOREVER));
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(at_any_instruction_of_a_shutdown) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        struct world world = {.kind = kind, .max_bytes = 1 << 17, .items = 4, .length = LENGTH};
        kill_at_every_step(&(struct operation){prepare, open_and_hold, run_shutdown, check_shutdown, NULL}, &world);
    }
}

#else

TEST(this_build_is_not_stepped_through) { CHECK(open_queue != NULL); }

#endif

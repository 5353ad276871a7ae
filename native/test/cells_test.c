/* In-flight cells of a joinable queue: giving back, the dead, tokens, and finding room for every size. */
#include "objects.h"

#include "cells.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char data[1 << 20], buffer[1 << 20];

struct scene {
    char name[80];
};

static struct scene *new_scene(void) {
    struct scene *scene = harness_shared(sizeof *scene);
    strcpy(scene->name, harness_name());
    return scene;
}

static il_object *queue_of(const struct scene *scene) { return open_object(IL_KIND_JOINABLE_QUEUE, scene->name); }

static void end_scene(struct scene *scene, il_object *queue) {
    CHECK_OK(il_object_close(queue));
    CHECK_OK(il_name_unlink(scene->name));
}

static uint32_t unfinished(il_object *queue) {
    il_queue_state state;
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    return state.unfinished;
}

TEST(a_token_ends_the_delivery_it_came_with_and_no_other) {
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    uint64_t first, again;
    put_number(queue, 1);
    CHECK(take_number(queue, &first) == 1);
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, 0));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, UINT64_MAX));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, first + 1));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, first + (UINT64_C(1) << 32)));
    CHECK_OK_AT_LAST(il_queue_give_back(queue, first));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_give_back(queue, first));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, first));
    CHECK(take_number(queue, &again) == 1);
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, first)); /* another thread may have it now */
    CHECK_STATUS(IL_NOT_FOUND, il_queue_give_back(queue, first));
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
    CHECK_OK_AT_LAST(il_queue_done(queue, again));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, again));
    CHECK_OK(il_queue_try_join(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(an_item_is_its_takers_only) {
    const char *name = harness_name();
    il_object *one = open_object(IL_KIND_JOINABLE_QUEUE, name), *other = open_object(IL_KIND_JOINABLE_QUEUE, name);
    uint64_t token;
    put_number(one, 1);
    CHECK(take_number(one, &token) == 1);
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(other, token));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_give_back(other, token));
    CHECK_OK_AT_LAST(il_queue_give_back_all(other)); /* it has none */
    CHECK(unfinished(one) == 1);
    CHECK_OK_AT_LAST(il_queue_done(one, token));
    CHECK_OK(il_object_unlink(one));
    CHECK_OK(il_object_close(one));
    CHECK_OK(il_object_close(other));
}

TEST(deliveries_are_counted) {
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    uint32_t number;
    il_item item;
    put_number(queue, 5);
    for (uint32_t i = 1; i < 20000; i++) {
        CHECK_OK(il_queue_try_take(queue, &number, sizeof number, &item));
        CHECK(item.deliveries == (i < 0x3fff ? i : 0x3fff));
        CHECK_OK_AT_LAST(il_queue_give_back(queue, item.token));
    }
    CHECK_OK(il_object_close(queue));
}

static void take_two_and_die(void *argument) {
    struct scene *scene = argument;
    il_object *queue = queue_of(scene);
    CHECK(take_number(queue, NULL) == 1);
    CHECK(take_number(queue, NULL) == 2);
    raise(SIGKILL);
}

static void take_two_and_close(void *argument) {
    struct scene *scene = argument;
    il_object *queue = queue_of(scene);
    CHECK(take_number(queue, NULL) == 1);
    CHECK(take_number(queue, NULL) == 2);
    CHECK_OK(il_object_close(queue));
}

TEST(what_a_consumer_left_unfinished_comes_again_ahead_of_newer_items_in_order) {
    void (*const ends[])(void *) = {take_two_and_die, take_two_and_close};
    for (int end = 0; end < 2; end++) {
        struct scene *scene = new_scene();
        il_object *queue = queue_of(scene);
        uint32_t number;
        il_item item;
        for (uint32_t i = 1; i <= 4; i++) put_number(queue, i);
        CHECK(harness_wait(harness_fork(ends[end], scene)) == (end == 0 ? -SIGKILL : 0));
        CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
        for (uint32_t i = 1; i <= 4; i++) {
            CHECK_OK(il_queue_take(queue, &number, sizeof number, &item, IL_FOREVER));
            CHECK(number == i && item.deliveries == (i <= 2 ? 2 : 1));
            CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
        }
        CHECK_OK(il_queue_try_join(queue));
        end_scene(scene, queue);
    }
}

/* The dead one's slot went to a newcomer that lives and holds a cell before the dead one's: the item still comes back. */
TEST(an_item_of_the_dead_is_not_hidden_by_the_next_user_of_its_slot) {
    const char *name = harness_name();
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, name), *newcomer = open_object(IL_KIND_JOINABLE_QUEUE, name);
    uint64_t token;
    uint32_t number;
    il_item item;
    put_number(queue, 0);
    put_number(queue, 1);
    CHECK(take_number(newcomer, &token) == 0);
    CHECK(take_number(newcomer, NULL) == 1);
    struct il_cell *of_the_dead = il_cell_at(il_queue_of(queue), 1);
    atomic_store(&of_the_dead->word, il_cell_word(IL_CELL_HELD, 1, newcomer->slot, newcomer->generation - 1));
    CHECK_OK(il_queue_take(queue, &number, sizeof number, &item, il_deadline_after(20 * SECONDS)));
    CHECK(number == 1 && item.deliveries == 2);
    CHECK_OK_AT_LAST(il_queue_done(newcomer, token)); /* untouched */
    CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
    CHECK_OK(il_object_close(newcomer));
}

static void take_many_and_die(void *argument) {
    struct scene *scene = argument;
    il_object *queue = queue_of(scene);
    for (int i = 0; i < 90; i++) take_number(queue, NULL);
    raise(SIGKILL);
}

TEST(many_items_of_many_dead_come_back_in_order) {
    struct scene *scene = new_scene();
    il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, scene->name, 100, 1 << 20);
    for (uint32_t round = 0; round < 5; round++) {
        for (uint32_t i = 0; i < 100; i++) put_number(queue, i);
        CHECK(harness_wait(harness_fork(take_many_and_die, scene)) == -SIGKILL); /* 0..89 */
        CHECK(harness_wait(harness_fork(take_many_and_die, scene)) == -SIGKILL); /* the same */
        harness_sleep_ms(20); /* one consumer looks for the dead every 10 ms only, and takes newer items meanwhile */
        for (uint32_t i = 0; i < 100; i++) {
            uint64_t token;
            CHECK(take_number(queue, &token) == i);
            CHECK_OK_AT_LAST(il_queue_done(queue, token));
        }
        CHECK_OK(il_queue_try_join(queue));
    }
    end_scene(scene, queue);
}

static void take_stop_and_finish(void *argument) {
    struct scene *scene = argument;
    il_object *queue = queue_of(scene);
    uint64_t token;
    CHECK(take_number(queue, &token) == 1);
    raise(SIGSTOP);
    CHECK_OK_AT_LAST(il_queue_done(queue, token));
}

TEST(a_stopped_consumer_keeps_what_it_took) {
    struct scene *scene = new_scene();
    il_object *queue = queue_of(scene);
    uint32_t number;
    il_item item;
    put_number(queue, 1);
    int pid = harness_fork(take_stop_and_finish, scene);
    harness_await_stop(pid);
    CHECK_STATUS(IL_TIMED_OUT, il_queue_take(queue, &number, sizeof number, &item, il_deadline_after(150 * MS)));
    CHECK_STATUS(IL_TIMED_OUT, il_queue_join(queue, il_deadline_after(150 * MS)));
    CHECK(kill(pid, SIGCONT) == 0);
    CHECK_OK(il_queue_join(queue, IL_FOREVER));
    harness_expect_exit(pid);
    end_scene(scene, queue);
}

TEST(taking_waits_when_all_cells_are_in_use) {
    il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, NULL, INT32_MAX, 64 << 20);
    static uint64_t tokens[IL_MAX_CELLS];
    uint32_t number;
    il_item item;
    for (uint32_t i = 0; i < IL_MAX_CELLS + 2; i++) put_number(queue, i);
    for (uint32_t i = 0; i < IL_MAX_CELLS; i++) CHECK(take_number(queue, &tokens[i]) == i);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, &number, sizeof number, &item));
    CHECK_STATUS(IL_TIMED_OUT, il_queue_take(queue, &number, sizeof number, &item, il_deadline_after(20 * MS)));
    CHECK_OK_AT_LAST(il_queue_done(queue, tokens[7]));
    CHECK(take_number(queue, &tokens[7]) == IL_MAX_CELLS);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, &number, sizeof number, &item));
    for (uint32_t i = 0; i < IL_MAX_CELLS; i++) CHECK_OK_AT_LAST(il_queue_done(queue, tokens[i]));
    CHECK(take_number(queue, &tokens[0]) == IL_MAX_CELLS + 1);
    CHECK(unfinished(queue) == 1);
    CHECK_OK(il_object_close(queue));
}

/* Random sizes, some held for long: a taker that gives one back now and then always gets on. */
static void run_changing_sizes(uint64_t max_bytes, unsigned seed) {
    enum { MOST = 64, ROUNDS = 4000 };
    struct {
        uint64_t token, length;
        uint32_t number;
    } held[MOST];
    il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, NULL, 50, (int64_t)max_bytes);
    uint32_t put = 0, count = 0;
    int idle = 0;
    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t length = (uint64_t)rand() % (max_bytes >> (rand() % 10)) % (max_bytes - 24);
        fill(data, length, put);
        if (il_queue_try_put(queue, data, length) == IL_OK) put++;
        il_item item;
        il_status status = count < MOST ? il_queue_try_take(queue, buffer, sizeof buffer, &item) : (il_status)IL_WOULD_BLOCK;
        if (status == IL_OK) {
            held[count].token = item.token;
            held[count++].length = item.length;
            idle = 0;
        } else {
            CHECK_STATUS(IL_WOULD_BLOCK, status);
            CHECK(count > 0 || ++idle < 100);
        }
        if (count > 0 && (status != IL_OK || rand() % 3 == 0)) {
            uint32_t i = (uint32_t)rand() % count;
            CHECK_OK_AT_LAST(il_queue_done(queue, held[i].token));
            held[i] = held[--count];
        }
    }
    CHECK(put > ROUNDS / 20);
    while (count > 0) CHECK_OK_AT_LAST(il_queue_done(queue, held[--count].token));
    for (il_item item; il_queue_try_take(queue, buffer, sizeof buffer, &item) == IL_OK;) {
        CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_queue_try_join(queue));
    CHECK(unfinished(queue) == 0);
    CHECK_OK(il_object_close(queue));
}

TEST(changing_sizes_and_held_items_never_wedge_a_queue) {
    for (unsigned seed = 0; seed < 4; seed++) {
        for (uint64_t max_bytes = 4096; max_bytes <= 1 << 20; max_bytes *= 4) run_changing_sizes(max_bytes, seed);
    }
}

/* Up to half of a block is unused; nevertheless as much can be held as can be put. */
TEST(whoever_holds_all_that_fits_finds_room_for_every_item) {
    static const uint64_t lengths[] = {0, 1, 9, 17, 25, 33, 65, 100, 1030, 2049, 4100, 9000, 33000, 65537, 140000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, NULL, 1000000, 1 << 20);
        uint32_t put = 0;
        il_item item;
        for (;; put++) {
            fill(data, lengths[i], put);
            il_status status = il_queue_try_put(queue, data, lengths[i]);
            if (status == IL_NO_BYTES) break;
            CHECK_OK(status);
        }
        CHECK(put * (lengths[i] + 24) > 1 << 19);
        for (uint32_t n = 0; n < put; n++) {
            CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
            CHECK(item.length == lengths[i] && is_filled(buffer, lengths[i], n));
        }
        CHECK_OK(il_object_close(queue));
    }
}

/* They are caches of what the cells say, and nothing else would ever put them right while nobody dies. */
TEST(counts_of_cells_that_are_garbage_hold_up_nobody) {
    static const uint32_t garbage[] = {1, 7, IL_MAX_CELLS, IL_MAX_CELLS + 1, INT32_MAX, UINT32_MAX};
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    struct il_queue_control *control = il_queue_of(queue)->control;
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        uint64_t token;
        uint32_t size;
        atomic_store(&control->cells_taken, garbage[i]);
        CHECK(unfinished(queue) <= IL_MAX_CELLS);
        CHECK_OK(il_queue_join(queue, il_deadline_after(30 * SECONDS)));
        CHECK(unfinished(queue) == 0);
        put_number(queue, 1);
        CHECK(take_number(queue, &token) == 1);
        atomic_store(&control->cells_taken, garbage[i]);
        CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
        CHECK(unfinished(queue) == 1);
        atomic_store(&control->cells_back, garbage[i]);
        CHECK_OK(il_queue_size(queue, &size));
        CHECK(size <= IL_MAX_CELLS);
        CHECK_OK_AT_LAST(il_queue_done(queue, token));
        CHECK_OK(il_queue_join(queue, il_deadline_after(30 * SECONDS)));
    }
    CHECK_OK(il_object_close(queue));
}

static void take_and_die(void *argument) {
    take_number(queue_of(argument), NULL);
    raise(SIGKILL);
}

/* Its neighbour in the table says by garbage that it is neither held nor free. */
TEST(a_cell_in_no_known_state_is_not_waited_for) {
    struct scene *scene = new_scene();
    il_object *queue = queue_of(scene);
    uint64_t token;
    put_number(queue, 1);
    put_number(queue, 2);
    CHECK(take_number(queue, &token) == 1);
    CHECK(harness_wait(harness_fork(take_and_die, scene)) == -SIGKILL);
    atomic_store(&il_cell_at(il_queue_of(queue), 0)->word, UINT64_MAX);
    CHECK(take_number(queue, &token) == 2);
    CHECK_OK_AT_LAST(il_queue_done(queue, token));
    CHECK_OK(il_queue_join(queue, il_deadline_after(30 * SECONDS)));
    end_scene(scene, queue);
}

static void take_one_and_wait(void *argument) {
    take_number(queue_of(argument), NULL);
    for (;;) pause();
}

static int is_taken(void *queue) {
    uint32_t size;
    CHECK_OK(il_queue_size(queue, &size));
    return size == 0;
}

/* It looked just before the death, and looks again because it slept. */
TEST(one_who_waits_is_not_given_a_newer_item_than_the_dead_held) {
    for (int round = 0; round < 20; round++) {
        struct scene *scene = new_scene();
        il_object *queue = queue_of(scene);
        uint64_t token;
        uint32_t ticket;
        char none;
        il_item item;
        put_number(queue, 1);
        int holder = harness_fork(take_one_and_wait, scene);
        harness_until(is_taken, queue);
        CHECK_OK(il_wait_prepare(queue, IL_NOT_EMPTY, 0, &ticket));
        CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, &none, sizeof none, &item));
        harness_kill(holder);
        put_number(queue, 2);
        il_status woken = il_wait_sleep(queue, IL_NOT_EMPTY, 0, ticket, il_deadline_after(30 * SECONDS));
        CHECK(woken == IL_OK);
        CHECK(take_number(queue, &token) == 1);
        CHECK_OK_AT_LAST(il_queue_done(queue, token));
        CHECK(take_number(queue, &token) == 2);
        end_scene(scene, queue);
    }
}

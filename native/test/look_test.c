/* Looking at the items of a queue without taking them, also while others take. */
#include "objects.h"

#include <stdatomic.h>

static uint32_t look_number(il_object *queue, il_cursor *cursor) {
    uint32_t number = UINT32_MAX;
    il_item item;
    il_status status = il_queue_look(queue, cursor, &number, sizeof number, &item);
    if (status == IL_WOULD_BLOCK) return UINT32_MAX;
    CHECK_OK(status);
    CHECK(item.length == sizeof number && item.token == 0);
    return number;
}

TEST(looking_goes_through_all_items_and_takes_none) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_queue(kind, NULL, 100000, 1 << 20);
        for (int round = 0; round < 3; round++) {
            il_cursor cursor = {0};
            uint32_t size;
            CHECK(look_number(queue, &cursor) == UINT32_MAX);
            for (uint32_t i = 0; i < 10000; i++) put_number(queue, i);
            for (uint32_t i = 0; i < 10000; i++) CHECK(look_number(queue, &cursor) == i);
            CHECK(look_number(queue, &cursor) == UINT32_MAX);
            put_number(queue, 10000); /* what comes later is seen */
            CHECK(look_number(queue, &cursor) == 10000);
            CHECK_OK(il_queue_size(queue, &size));
            CHECK(size == 10001);
            for (uint32_t i = 0; i <= 10000; i++) {
                uint64_t token;
                CHECK(take_number(queue, &token) == i);
                if (token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, token));
            }
        }
        CHECK_OK(il_object_close(queue));
    }
}

TEST(a_small_buffer_looks_again_with_a_larger_one) {
    il_object *queue = open_object(IL_KIND_QUEUE, NULL);
    il_cursor cursor = {0};
    char buffer[10];
    il_item item;
    CHECK_OK(il_queue_try_put(queue, "0123456789", 10));
    CHECK_OK(il_queue_try_put(queue, "x", 1));
    CHECK_STATUS(IL_TOO_SMALL, il_queue_look(queue, &cursor, buffer, 9, &item));
    CHECK(item.length == 10);
    CHECK_OK(il_queue_look(queue, &cursor, buffer, 10, &item));
    CHECK(item.length == 10 && memcmp(buffer, "0123456789", 10) == 0);
    CHECK_OK(il_queue_look(queue, &cursor, buffer, 10, &item));
    CHECK(item.length == 1 && buffer[0] == 'x');
    CHECK_OK(il_object_close(queue));
}

TEST(items_given_back_are_seen_first) {
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    il_cursor cursor = {0};
    uint64_t tokens[3];
    for (uint32_t i = 0; i < 5; i++) put_number(queue, i);
    for (uint32_t i = 0; i < 3; i++) CHECK(take_number(queue, &tokens[i]) == i);
    CHECK_OK_AT_LAST(il_queue_give_back(queue, tokens[2]));
    CHECK_OK_AT_LAST(il_queue_give_back(queue, tokens[0]));
    CHECK(look_number(queue, &cursor) == 0);
    CHECK(look_number(queue, &cursor) == 2);
    CHECK(look_number(queue, &cursor) == 3);
    CHECK(look_number(queue, &cursor) == 4);
    CHECK(look_number(queue, &cursor) == UINT32_MAX);
    CHECK_OK(il_object_close(queue));
}

/* Wherever the cursor stands, taking, wrapping, growing and starting over go on below it. */
TEST(a_cursor_survives_whatever_happens_to_the_ring) {
    static char data[1 << 16], buffer[1 << 16];
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (int64_t max_bytes = 4096; max_bytes <= 1 << 17; max_bytes *= 2) {
            il_object *queue = open_queue(kind, NULL, 1000000, max_bytes);
            il_cursor cursor = {0};
            uint32_t put = 0, taken = 0, seen = 0;
            srand((unsigned)max_bytes);
            for (int round = 0; round < 3000; round++) {
                il_item item;
                uint64_t length = 4 + (uint64_t)rand() % (rand() % 20 == 0 ? max_bytes - 40 < 60000 ? (uint64_t)max_bytes - 40 : 60000 : 100);
                memcpy(data, &put, sizeof put);
                if (rand() % 3 == 0 && il_queue_try_put(queue, data, length) == IL_OK) put++;
                if (rand() % 3 == 0 && il_queue_try_take(queue, buffer, sizeof buffer, &item) == IL_OK) {
                    taken++;
                    if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
                }
                if (rand() % 3 == 0) {
                    uint32_t number;
                    il_status status = il_queue_look(queue, &cursor, buffer, sizeof buffer, &item);
                    uint32_t next = seen > taken ? seen : taken; /* what was taken is passed over */
                    if (status == IL_WOULD_BLOCK) {
                        CHECK(next == put);
                        continue;
                    }
                    CHECK_OK(status);
                    memcpy(&number, buffer, sizeof number);
                    CHECK(number == next);
                    seen = number + 1;
                }
            }
            CHECK(put > 300 && taken > 300 && seen > 300);
            CHECK_OK(il_object_close(queue));
        }
    }
}

struct scene {
    char name[80];
    _Atomic int end;
};

static void take_for_ever(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_queue(IL_KIND_QUEUE, scene->name, 1000, 1 << 18);
    uint32_t last = 0;
    while (!atomic_load(&scene->end)) {
        uint32_t number;
        il_item item;
        if (il_queue_take(queue, &number, sizeof number, &item, il_deadline_after(MS)) == IL_OK) {
            CHECK(number > last || last == 0); /* one of two consumers: rising, with gaps */
            last = number;
        }
    }
    CHECK_OK(il_object_close(queue));
}

static void look_for_ever(void *argument) {
    struct scene *scene = argument;
    il_object *queue = open_queue(IL_KIND_QUEUE, scene->name, 1000, 1 << 18);
    while (!atomic_load(&scene->end)) {
        il_cursor cursor = {0};
        uint32_t last = 0, number;
        while ((number = look_number(queue, &cursor)) != UINT32_MAX && !atomic_load(&scene->end)) {
            CHECK(number > last);
            last = number;
        }
    }
    CHECK_OK(il_object_close(queue));
}

TEST(looking_races_taking) {
    struct scene *scene = harness_shared(sizeof *scene);
    strcpy(scene->name, harness_name());
    il_object *queue = open_queue(IL_KIND_QUEUE, scene->name, 1000, 1 << 18);
    int pids[4];
    for (int i = 0; i < 4; i++) pids[i] = harness_fork(i < 2 ? take_for_ever : look_for_ever, scene);
    for (uint32_t i = 1; i <= 60000; i++) put_number(queue, i);
    atomic_store(&scene->end, 1);
    for (int i = 0; i < 4; i++) harness_expect_exit(pids[i]);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

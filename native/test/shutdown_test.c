/* The end of a queue, small buffers, and joinable items in one process. */
#include "objects.h"

TEST(a_small_buffer_takes_nothing_and_learns_the_length) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_object(kind, NULL);
        char data[100], buffer[100];
        il_item item;
        uint32_t size;
        fill(data, sizeof data, 1);
        CHECK_OK(il_queue_try_put(queue, data, sizeof data));
        CHECK_STATUS(IL_TOO_SMALL, il_queue_try_take(queue, buffer, 99, &item));
        CHECK(item.length == 100);
        CHECK_STATUS(IL_TOO_SMALL, il_queue_take(queue, buffer, 0, &item, IL_FOREVER));
        CHECK_OK(il_queue_size(queue, &size));
        CHECK(size == 1);
        CHECK_OK(il_queue_try_take(queue, buffer, 100, &item));
        CHECK(is_filled(buffer, 100, 1));
        if (kind == IL_KIND_JOINABLE_QUEUE) {
            CHECK_OK_AT_LAST(il_queue_give_back(queue, item.token));
            CHECK_STATUS(IL_TOO_SMALL, il_queue_try_take(queue, buffer, 99, &item));
            CHECK(item.length == 100);
            CHECK_OK(il_queue_try_take(queue, buffer, 100, &item));
            CHECK(item.deliveries == 2);
        }
        CHECK_OK(il_object_close(queue));
    }
}

TEST(after_a_shutdown_nothing_goes_in_and_what_is_left_comes_out) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_object(kind, NULL);
        uint32_t number, put = 7;
        uint64_t packed[2] = {4, 0};
        il_queue_state state;
        il_item item;
        put_number(queue, 1);
        put_number(queue, 2);
        CHECK_OK_AT_LAST(il_queue_shutdown(queue));
        CHECK_OK_AT_LAST(il_queue_shutdown(queue));
        CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_put(queue, &number, sizeof number));
        CHECK_STATUS(IL_SHUT_DOWN, il_queue_put(queue, &number, sizeof number, IL_FOREVER));
        CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_put_all(queue, packed, sizeof packed, 1, &put));
        CHECK(put == 0);
        CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
        CHECK(state.shut_down && state.size == 2);
        for (uint32_t i = 1; i <= 2; i++) {
            CHECK_OK(il_queue_take(queue, &number, sizeof number, &item, IL_FOREVER));
            CHECK(number == i);
            if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
        }
        CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_take(queue, &number, sizeof number, &item));
        CHECK_STATUS(IL_SHUT_DOWN, il_queue_take(queue, &number, sizeof number, &item, IL_FOREVER));
        if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_join(queue, IL_FOREVER));
        CHECK_OK(il_object_close(queue));
    }
}

TEST(after_a_shutdown_takers_wait_for_what_others_hold) {
    const char *name = harness_name();
    il_object *mine = open_object(IL_KIND_JOINABLE_QUEUE, name), *theirs = open_object(IL_KIND_JOINABLE_QUEUE, name);
    uint64_t token, again;
    uint32_t number;
    il_item item;
    put_number(mine, 1);
    put_number(mine, 2);
    CHECK(take_number(theirs, &token) == 1);
    CHECK_OK_AT_LAST(il_queue_shutdown(mine));
    CHECK(take_number(mine, &again) == 2);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(mine, &number, sizeof number, &item)); /* 1 may come back */
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(theirs, &number, sizeof number, &item)); /* and so may 2 */
    CHECK_OK_AT_LAST(il_queue_done(mine, again));
    CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_take(theirs, &number, sizeof number, &item)); /* its own it can give back itself */
    CHECK_OK_AT_LAST(il_queue_give_back(theirs, token));
    CHECK(take_number(mine, &again) == 1);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(theirs, &number, sizeof number, &item));
    CHECK_OK_AT_LAST(il_queue_done(mine, again));
    CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_take(theirs, &number, sizeof number, &item));
    CHECK_STATUS(IL_SHUT_DOWN, il_queue_try_take(mine, &number, sizeof number, &item));
    CHECK_OK(il_object_unlink(mine));
    CHECK_OK(il_object_close(theirs));
    CHECK_OK(il_object_close(mine));
}

TEST(an_item_given_back_comes_again_ahead_of_newer_ones) {
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    uint64_t first, second, again;
    for (uint32_t i = 1; i <= 3; i++) put_number(queue, i);
    CHECK(take_number(queue, &first) == 1);
    CHECK(take_number(queue, &second) == 2);
    CHECK_OK_AT_LAST(il_queue_give_back(queue, second));
    CHECK_OK_AT_LAST(il_queue_give_back(queue, first));
    for (uint32_t i = 1; i <= 3; i++) {
        CHECK(take_number(queue, &again) == i);
        CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
        CHECK_OK_AT_LAST(il_queue_done(queue, again));
    }
    CHECK_OK(il_queue_try_join(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(a_batch_takes_given_back_items_first) {
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    char buffer[1000];
    uint64_t token, needed;
    uint32_t taken;
    for (uint32_t i = 1; i <= 5; i++) put_number(queue, i);
    CHECK(take_number(queue, &token) == 1);
    CHECK_OK_AT_LAST(il_queue_give_back_all(queue));
    CHECK_OK(il_queue_try_take_all(queue, buffer, sizeof buffer, 100, &taken, &needed));
    CHECK(taken == 5);
    for (uint32_t i = 0; i < taken; i++) {
        il_item item;
        memcpy(&item, buffer + i * (sizeof item + 8), sizeof item);
        CHECK(*(uint32_t *)(void *)(buffer + i * (sizeof item + 8) + sizeof item) == i + 1);
        CHECK(item.deliveries == (i == 0 ? 2 : 1));
        CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK_OK(il_queue_try_join(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(what_is_for_joinable_queues_is_invalid_for_others) {
    il_object *queue = open_object(IL_KIND_QUEUE, NULL), *lock = open_object(IL_KIND_LOCK, NULL);
    uint32_t size;
    int64_t value;
    CHECK_STATUS(IL_INVALID, il_queue_done(queue, 1));
    CHECK_STATUS(IL_INVALID, il_queue_give_back(queue, 1));
    CHECK_STATUS(IL_INVALID, il_queue_give_back_all(queue));
    CHECK_STATUS(IL_INVALID, il_queue_try_join(queue));
    CHECK_STATUS(IL_INVALID, il_queue_join(queue, IL_FOREVER));
    CHECK_STATUS(IL_INVALID, il_queue_try_put(lock, "x", 1));
    CHECK_STATUS(IL_INVALID, il_queue_size(lock, &size));
    CHECK_STATUS(IL_INVALID, il_lock_try(queue));
    CHECK_STATUS(IL_INVALID, il_long_get(lock, &value));
    CHECK_OK(il_object_close(queue));
    CHECK_OK(il_object_close(lock));
}

/* The queue in one process and between two: order, growth, wrap, capacity, batches, joinable items. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

static il_object *make(uint32_t kind, int64_t capacity, int64_t max_bytes) {
    il_spec spec = {.kind = kind, .mode = IL_CREATE, .parameter = {capacity, max_bytes}, .codec = "bytes",
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *queue = NULL;
    CHECK_OK(il_object_open(&spec, &queue, NULL));
    return queue;
}

static void fill(char *data, uint64_t length, uint32_t seed) {
    for (uint64_t i = 0; i < length; i++) data[i] = (char)(seed * 31 + i * 7);
}

static void expect(const char *data, uint64_t length, uint32_t seed) {
    for (uint64_t i = 0; i < length; i++) CHECK(data[i] == (char)(seed * 31 + i * 7));
}

TEST(items_come_out_in_the_order_they_went_in) {
    il_object *queue = make(IL_KIND_QUEUE, 1000000, 1 << 20);
    char buffer[64];
    il_item item;
    for (uint32_t i = 0; i < 1000; i++) {
        fill(buffer, i % 60, i);
        CHECK_OK(il_queue_try_put(queue, buffer, i % 60));
    }
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
        CHECK(item.length == i % 60);
        expect(buffer, item.length, i);
    }
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, buffer, sizeof buffer, &item));
    CHECK_OK(il_object_close(queue));
}

/* Against a model: random lengths, every wrap and growth of a small ring, until the whole of it was used often. */
TEST(random_puts_and_takes_match_a_model_through_wrap_and_growth) {
    enum { MAX = 1 << 18, ROUNDS = 200000 };
    static char buffer[MAX];
    for (int joinable = 0; joinable < 2; joinable++) {
        il_object *queue = make(joinable ? IL_KIND_JOINABLE_QUEUE : IL_KIND_QUEUE, 300, MAX);
        uint32_t put = 0, taken = 0;
        static uint64_t lengths[ROUNDS];
        uint64_t bytes = 0;
        srand(7);
        for (int round = 0; round < ROUNDS; round++) {
            int phase = (round / 500) % 3; /* filling, draining, both */
            if (phase == 0 ? rand() % 4 != 0 : phase == 1 ? rand() % 4 == 0 : rand() % 2) {
                uint64_t length = (uint64_t)(rand() % 50 == 0 ? rand() % (MAX - 100) : rand() % 2000);
                fill(buffer, length, put);
                il_status status = il_queue_try_put(queue, buffer, length);
                if (status == IL_OK) {
                    lengths[put++] = length;
                    bytes += length;
                } else {
                    CHECK(status == IL_WOULD_BLOCK || status == IL_NO_BYTES);
                    CHECK(put > taken);
                    CHECK(status != IL_WOULD_BLOCK || put - taken == 300);
                }
            } else {
                il_item item;
                il_status status = il_queue_try_take(queue, buffer, sizeof buffer, &item);
                CHECK(status == (put == taken ? IL_WOULD_BLOCK : IL_OK));
                if (status == IL_OK) {
                    CHECK(item.length == lengths[taken]);
                    expect(buffer, item.length, taken);
                    taken++;
                    if (joinable) CHECK_OK(il_queue_done(queue, item.token));
                }
            }
            uint32_t size;
            CHECK_OK(il_queue_size(queue, &size));
            CHECK(size == put - taken);
        }
        CHECK(bytes > 10 * MAX);
        CHECK_OK(il_object_close(queue));
    }
}

TEST(the_largest_item_fits_an_empty_ring_wherever_its_cursors_stand) {
    enum { MAX = 1 << 16 };
    static char buffer[MAX];
    il_object *queue = make(IL_KIND_QUEUE, 100, MAX);
    il_queue_state state;
    il_item item;
    CHECK_OK(il_queue_inspect(queue, &state));
    CHECK(state.largest_item > MAX - 100);
    for (uint64_t offset = 0; offset < MAX - 100; offset += 1000) {
        CHECK_OK(il_queue_try_put(queue, buffer, offset));
        CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
        fill(buffer, state.largest_item, (uint32_t)offset);
        CHECK_OK(il_queue_try_put(queue, buffer, state.largest_item));
        memset(buffer, 0, sizeof buffer);
        CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
        CHECK(item.length == state.largest_item);
        expect(buffer, item.length, (uint32_t)offset);
    }
    CHECK_STATUS(IL_TOO_LARGE, il_queue_try_put(queue, buffer, state.largest_item + 16));
    CHECK_OK(il_object_close(queue));
}

struct pair {
    il_object *queue;
    uint32_t items;
};

static void produce(void *argument) {
    const struct pair *pair = argument;
    il_spec spec = {.kind = IL_KIND_QUEUE, .mode = IL_OPEN, .name = (const char *)(pair + 1), .parameter = {8, 1 << 16},
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *queue;
    char data[200];
    CHECK_OK(il_object_open(&spec, &queue, NULL));
    for (uint32_t i = 0; i < pair->items; i++) {
        memcpy(data, &i, sizeof i);
        fill(data + sizeof i, i % 180, i);
        CHECK_OK(il_queue_put(queue, data, sizeof i + i % 180, IL_FOREVER));
    }
    CHECK_OK(il_object_close(queue));
}

TEST(producers_and_consumers_in_processes_meet_at_a_small_capacity) {
    enum { PRODUCERS = 3, ITEMS = 30000 };
    struct {
        struct pair pair;
        char name[80];
    } shared = {.pair = {.items = ITEMS}};
    strcpy(shared.name, harness_name());
    il_spec spec = {.kind = IL_KIND_QUEUE, .mode = IL_OPEN, .name = shared.name, .parameter = {8, 1 << 16},
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *queue;
    CHECK_OK(il_object_open(&spec, &queue, NULL));
    int pids[PRODUCERS];
    for (int i = 0; i < PRODUCERS; i++) pids[i] = harness_fork(produce, &shared);
    uint64_t sum = 0;
    char data[200];
    il_item item;
    for (int i = 0; i < PRODUCERS * ITEMS; i++) {
        uint32_t number;
        CHECK_OK(il_queue_take(queue, data, sizeof data, &item, IL_FOREVER));
        memcpy(&number, data, sizeof number);
        CHECK(item.length == sizeof number + number % 180);
        expect(data + sizeof number, number % 180, number);
        sum += number;
    }
    CHECK(sum == (uint64_t)PRODUCERS * ITEMS * (ITEMS - 1) / 2);
    for (int i = 0; i < PRODUCERS; i++) harness_expect_exit(pids[i]);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

TEST(an_item_given_back_comes_again_ahead_of_newer_ones) {
    il_object *queue = make(IL_KIND_JOINABLE_QUEUE, 100, 1 << 20);
    il_item first, second, again;
    char c;
    CHECK_OK(il_queue_try_put(queue, "a", 1));
    CHECK_OK(il_queue_try_put(queue, "b", 1));
    CHECK_OK(il_queue_try_put(queue, "c", 1));
    CHECK_OK(il_queue_try_take(queue, &c, 1, &first));
    CHECK_OK(il_queue_try_take(queue, &c, 1, &second));
    CHECK_OK(il_queue_give_back(queue, second.token));
    CHECK_OK(il_queue_give_back(queue, first.token));
    CHECK_STATUS(IL_NOT_FOUND, il_queue_done(queue, first.token));
    CHECK_OK(il_queue_try_take(queue, &c, 1, &again));
    CHECK(c == 'a' && again.deliveries == 2);
    CHECK_OK(il_queue_done(queue, again.token));
    CHECK_OK(il_queue_try_take(queue, &c, 1, &again));
    CHECK(c == 'b' && again.deliveries == 2);
    CHECK_OK(il_queue_done(queue, again.token));
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
    CHECK_OK(il_queue_try_take(queue, &c, 1, &again));
    CHECK(c == 'c' && again.deliveries == 1);
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_join(queue));
    CHECK_OK(il_queue_done(queue, again.token));
    CHECK_OK(il_queue_try_join(queue));
    CHECK_OK(il_object_close(queue));
}

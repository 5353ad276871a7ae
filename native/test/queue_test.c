/* The queue in one process, against models: order, growth, wrap, capacity, batches, shutdown, joinable items. */
#include "objects.h"

static char data[1 << 19], buffer[1 << 19];

TEST(items_come_out_in_the_order_they_went_in) {
    il_object *queue = open_queue(IL_KIND_QUEUE, NULL, 1000000, 1 << 20);
    il_item item;
    for (uint32_t i = 0; i < 1000; i++) {
        fill(data, i % 60, i);
        CHECK_OK(il_queue_try_put(queue, data, i % 60));
    }
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
        CHECK(item.length == i % 60 && is_filled(buffer, item.length, i));
        CHECK(item.token == 0 && item.deliveries == 1);
    }
    CHECK_STATUS(IL_WOULD_BLOCK, il_queue_try_take(queue, buffer, sizeof buffer, &item));
    CHECK_OK(il_object_close(queue));
}

/* What is in the queue: numbers and lengths, first to last. */
struct model {
    uint64_t *lengths;
    uint32_t put, taken;
    int64_t capacity;
    uint64_t max_bytes, bytes;
};

static void put_one(il_object *queue, struct model *model, uint64_t length) {
    fill(data, length, model->put);
    il_status status = il_queue_try_put(queue, data, length);
    uint64_t size = (length + 8 + 15) / 16 * 16;
    if (status == IL_OK) {
        CHECK(model->put - model->taken < model->capacity && model->bytes + size <= model->max_bytes);
        model->lengths[model->put++] = length;
        model->bytes += size;
    } else if (status == IL_WOULD_BLOCK) {
        CHECK(model->put - model->taken == model->capacity);
    } else {
        CHECK_STATUS(IL_NO_BYTES, status);
        CHECK(model->put > model->taken);
    }
}

static void check_taken(struct model *model, const il_item *item, const char *bytes) {
    CHECK(model->taken < model->put && item->length == model->lengths[model->taken]);
    CHECK(is_filled(bytes, item->length, model->taken));
    model->taken++;
    model->bytes -= (item->length + 8 + 15) / 16 * 16;
}

static void take_one(il_object *queue, struct model *model, int joinable) {
    il_item item;
    il_status status = il_queue_try_take(queue, buffer, sizeof buffer, &item);
    CHECK_STATUS(model->put == model->taken ? IL_WOULD_BLOCK : IL_OK, status);
    if (status != IL_OK) return;
    check_taken(model, &item, buffer);
    if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
}

static void check_size(il_object *queue, const struct model *model) {
    uint32_t size;
    CHECK_OK(il_queue_size(queue, &size));
    CHECK(size == model->put - model->taken);
}

static void run_model(uint32_t kind, int64_t capacity, uint64_t max_bytes, int rounds, unsigned seed) {
    struct model model = {.capacity = capacity, .max_bytes = max_bytes, .lengths = malloc((size_t)rounds * 8)};
    il_object *queue = open_queue(kind, NULL, capacity, (int64_t)max_bytes);
    srand(seed);
    for (int round = 0; round < rounds; round++) {
        int phase = (round / 500) % 3; /* filling, draining, both */
        if (phase == 0 ? rand() % 4 != 0 : phase == 1 ? rand() % 4 == 0 : rand() % 2) {
            uint64_t most = rand() % 50 == 0 ? max_bytes - 24 : max_bytes / 100 + 1;
            put_one(queue, &model, (uint64_t)rand() % (most + 1));
        } else {
            take_one(queue, &model, kind == IL_KIND_JOINABLE_QUEUE);
        }
        check_size(queue, &model);
    }
    CHECK_OK(il_object_close(queue));
    free(model.lengths);
}

TEST(random_puts_and_takes_match_a_model_at_many_sizes) {
    static const int64_t capacities[] = {1, 2, 7, 300, INT32_MAX};
    for (uint64_t max_bytes = 4096; max_bytes <= 1 << 18; max_bytes = max_bytes * 2 + 4096) {
        for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
            for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
                run_model(kind, capacities[i], max_bytes, 4000, (unsigned)(max_bytes + i));
            }
        }
    }
}

TEST(random_puts_and_takes_match_a_model_for_long) { run_model(IL_KIND_QUEUE, 300, 1 << 18, 100000, 7); }

TEST(the_largest_item_fits_an_empty_ring_wherever_its_cursors_stand) {
    enum { MAX = 1 << 16 };
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_queue(kind, NULL, 100, MAX);
        il_queue_state state;
        CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
        CHECK(state.largest_item > MAX - 100);
        for (uint64_t offset = 0; offset < MAX - 100; offset += 1000) {
            struct model model = {.capacity = 100, .max_bytes = MAX, .lengths = (uint64_t[2]){0}};
            put_one(queue, &model, offset);
            take_one(queue, &model, kind == IL_KIND_JOINABLE_QUEUE);
            put_one(queue, &model, state.largest_item);
            take_one(queue, &model, kind == IL_KIND_JOINABLE_QUEUE);
            CHECK(model.taken == 2);
        }
        CHECK_STATUS(IL_TOO_LARGE, il_queue_try_put(queue, data, state.largest_item + 1));
        CHECK_OK(il_object_close(queue));
    }
}

/* ---- batches */

static uint64_t pack(char *packed, uint64_t length, uint32_t seed) {
    memcpy(packed, &length, sizeof length);
    fill(packed + 8, length, seed);
    return 8 + (length + 7) / 8 * 8;
}

static void put_batch(il_object *queue, struct model *model, uint32_t count, uint64_t most) {
    static char packed[1 << 19];
    uint64_t lengths[IL_MAX_BATCH], used = 0;
    uint32_t put = 77;
    for (uint32_t i = 0; i < count; i++) {
        lengths[i] = (uint64_t)rand() % (most + 1);
        used += pack(packed + used, lengths[i], model->put + i);
    }
    il_status status = il_queue_try_put_all(queue, packed, used, count, &put);
    CHECK(put <= count && (put == count) == (status == IL_OK));
    for (uint32_t i = 0; i < put; i++) {
        model->lengths[model->put++] = lengths[i];
        model->bytes += (lengths[i] + 8 + 15) / 16 * 16;
    }
    CHECK(model->put - model->taken <= model->capacity && model->bytes <= model->max_bytes);
    if (status == IL_WOULD_BLOCK) CHECK(model->put - model->taken == model->capacity);
    if (status != IL_OK && status != IL_WOULD_BLOCK) CHECK_STATUS(IL_NO_BYTES, status);
    if (status == IL_NO_BYTES) CHECK(model->put > model->taken);
}

static void take_batch(il_object *queue, struct model *model, uint32_t count, uint64_t capacity, int joinable) {
    uint32_t taken = 77, before = model->taken;
    uint64_t needed = 77, at = 0;
    il_status status = il_queue_try_take_all(queue, buffer, capacity, count, &taken, &needed);
    for (uint32_t i = 0; i < taken; i++) {
        il_item item;
        memcpy(&item, buffer + at, sizeof item);
        check_taken(model, &item, buffer + at + sizeof item);
        at += sizeof item + (item.length + 7) / 8 * 8;
        if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    CHECK(at <= capacity && taken <= count && (taken > 0) == (status == IL_OK));
    if (status == IL_WOULD_BLOCK) CHECK(model->put == before);
    if (status == IL_TOO_SMALL) {
        CHECK(needed > capacity);
        CHECK_OK(il_queue_try_take_all(queue, buffer, needed, 1, &taken, &needed)); /* exactly that much */
        il_item item;
        memcpy(&item, buffer, sizeof item);
        check_taken(model, &item, buffer + sizeof item);
        if (joinable) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    }
    if (status == IL_OK && taken < count && model->put > model->taken) {
        CHECK(capacity - at < sizeof(il_item) + (model->lengths[model->taken] + 7) / 8 * 8);
    }
}

static void run_batches(uint32_t kind, int64_t capacity, uint64_t max_bytes, unsigned seed) {
    enum { ROUNDS = 600 };
    static uint64_t lengths[ROUNDS * IL_MAX_BATCH];
    struct model model = {.capacity = capacity, .max_bytes = max_bytes, .lengths = lengths};
    il_object *queue = open_queue(kind, NULL, capacity, (int64_t)max_bytes);
    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count = 1 + (uint32_t)rand() % (rand() % 10 == 0 ? IL_MAX_BATCH : 20);
        uint64_t most = rand() % 3 == 0 ? 0 : sizeof buffer / 3 / count < max_bytes / 8 ? sizeof buffer / 3 / count : max_bytes / 8;
        if (rand() % 2) {
            put_batch(queue, &model, count, most);
        } else {
            take_batch(queue, &model, count, (uint64_t)rand() % (rand() % 2 ? sizeof buffer : 500), kind == IL_KIND_JOINABLE_QUEUE);
        }
        check_size(queue, &model);
    }
    CHECK(model.taken > 100);
    CHECK_OK(il_object_close(queue));
}

TEST(batches_match_a_model) {
    static const int64_t capacities[] = {3, 100, 100000};
    for (uint64_t max_bytes = 4096; max_bytes <= 1 << 18; max_bytes *= 8) {
        for (int i = 0; i < 3; i++) {
            run_batches(IL_KIND_QUEUE, capacities[i], max_bytes, (unsigned)i);
            run_batches(IL_KIND_JOINABLE_QUEUE, capacities[i], max_bytes, (unsigned)i);
        }
    }
}

TEST(batches_that_break_the_contract_are_invalid) {
    il_object *queue = open_object(IL_KIND_QUEUE, NULL);
    char packed[64] = {0};
    uint32_t put, taken;
    uint64_t needed, huge = UINT64_MAX - 3;
    CHECK_STATUS(IL_INVALID, il_queue_try_put_all(queue, packed, 16, IL_MAX_BATCH + 1, &put));
    CHECK_STATUS(IL_INVALID, il_queue_try_take_all(queue, buffer, 64, 0, &taken, &needed));
    CHECK_STATUS(IL_INVALID, il_queue_try_take_all(queue, buffer, 64, IL_MAX_BATCH + 1, &taken, &needed));
    CHECK_OK(il_queue_try_put_all(queue, packed, 0, 0, &put));
    CHECK(put == 0);
    pack(packed, 3, 1);
    CHECK_STATUS(IL_INVALID, il_queue_try_put_all(queue, packed, 16 + 7, 2, &put)); /* the second is cut off */
    CHECK(put == 1);
    memcpy(packed, &huge, sizeof huge);
    CHECK_STATUS(IL_INVALID, il_queue_try_put_all(queue, packed, sizeof packed, 1, &put));
    CHECK(put == 0);
    CHECK_OK(il_queue_try_take_all(queue, buffer, sizeof buffer, 5, &taken, &needed));
    CHECK(taken == 1 && is_filled(buffer + sizeof(il_item), 3, 1));
    CHECK_OK(il_object_close(queue));
}

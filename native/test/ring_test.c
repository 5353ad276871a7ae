/* The ring: regions, growth and wrap at every size, and memory that is given back. */
#include "objects.h"

#include "private_shm.h"
#include "ring.h"

#include <stdatomic.h>
#include <sys/stat.h>

static int naive_region_of(const struct il_queue *queue, uint64_t offset, struct il_region *region) {
    uint64_t start = queue->ring_base, size = queue->first_region;
    if (offset < start || offset >= queue->ring_end) return 0;
    for (;; start += size, size *= 2) {
        size = size < queue->max_bytes ? size : queue->max_bytes;
        if (offset < start + size) {
            *region = (struct il_region){start, start + size};
            return 1;
        }
    }
}

TEST(regions_double_up_to_the_last) {
    static const int64_t sizes[] = {4096,       8192,    61440,   65536,   69632,   131072,           135168,
                                    1000 * 4096, 1 << 20, 5 << 20, 1 << 30, 999999488, IL_MAX_QUEUE_BYTES};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
            const int64_t parameter[2] = {10, sizes[i]};
            struct il_queue queue = {0};
            struct il_region naive, region;
            il_queue_geometry(kind, parameter, &queue);
            CHECK(!il_region_of(&queue, queue.ring_base - 1, &region) && !il_region_of(&queue, 0, &region));
            CHECK(!il_region_of(&queue, queue.ring_end, &region) && !il_region_of(&queue, UINT64_MAX, &region));
            CHECK(queue.ring_end < UINT64_C(1) << 36); /* positions are 32 bits of 16 bytes */
            for (uint64_t offset = queue.ring_base; offset < queue.ring_end;) {
                CHECK(naive_region_of(&queue, offset, &naive));
                const uint64_t probes[] = {naive.start, naive.start + 16, (naive.start + naive.end) / 2, naive.end - 1};
                for (int p = 0; p < 4; p++) {
                    CHECK(il_region_of(&queue, probes[p], &region));
                    CHECK(region.start == naive.start && region.end == naive.end);
                }
                CHECK(naive.end <= queue.ring_end && (naive.end < queue.ring_end || naive.end - naive.start == queue.max_bytes));
                offset = naive.end;
            }
        }
    }
}

static char data[1 << 20], buffer[1 << 20];

static void put(il_object *queue, uint64_t length, uint32_t number) {
    fill(data, length, number);
    CHECK_OK(il_queue_try_put(queue, data, length));
}

static void take(il_object *queue, uint64_t length, uint32_t number) {
    il_item item;
    CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
    CHECK(item.length == length && is_filled(buffer, length, number));
    if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
}

/* `waiting` items of one length, round and round: every length meets every place of the wrap. */
static void go_round(uint32_t kind, uint64_t max_bytes, uint64_t length, uint32_t waiting, uint32_t items) {
    il_object *queue = open_queue(kind, NULL, 1000000, (int64_t)max_bytes);
    for (uint32_t i = 0; i < items + waiting; i++) {
        if (i < items) put(queue, length, i);
        if (i >= waiting) take(queue, length, i - waiting);
    }
    CHECK_OK(il_object_close(queue));
}

/* How many may wait while one more is put: what is left of the ring at its end may be nearly one item's worth. */
static uint32_t waiting_in(uint64_t max_bytes, uint64_t length, uint32_t most) {
    uint64_t fit = max_bytes / (il_record_size(length) + IL_UNIT);
    return fit < 3 ? 0 : fit - 2 < most ? (uint32_t)fit - 2 : most;
}

TEST(every_length_wraps_in_the_smallest_ring) {
    for (uint64_t length = 0; length <= 4096 - 16 - 8; length++) {
        go_round(IL_KIND_QUEUE, 4096, length, waiting_in(4096, length, 3), 12);
        if (length % 64 < 20) go_round(IL_KIND_JOINABLE_QUEUE, 4096, length, waiting_in(4096, length, 1), 6);
    }
}

TEST(every_length_grows_and_wraps_in_a_larger_ring) {
    for (uint64_t max_bytes = 64 << 10; max_bytes <= 1 << 20; max_bytes = max_bytes * 2 + 4096) {
        for (uint64_t length = 5; length + 24 <= max_bytes; length = length * 5 / 4 + 3) {
            uint32_t items = (uint32_t)(3 * max_bytes / il_record_size(length)) + 3;
            go_round(IL_KIND_QUEUE, max_bytes, length, waiting_in(max_bytes, length, 50), items < 500 ? items : 500);
            go_round(IL_KIND_JOINABLE_QUEUE, max_bytes, length, waiting_in(max_bytes, length, 3), items < 100 ? items : 100);
        }
    }
}

TEST(impossible_lengths_are_too_large) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_queue(kind, NULL, 10, 1 << 16);
        static const uint64_t lengths[] = {(1 << 16) - 23, 1 << 16, UINT64_C(1) << 32, UINT64_C(1) << 40,
                                           UINT64_MAX - 7, UINT64_MAX - 8, UINT64_MAX - 24, UINT64_MAX};
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            CHECK_STATUS(IL_TOO_LARGE, il_queue_try_put(queue, data, lengths[i]));
            CHECK_STATUS(IL_TOO_LARGE, il_queue_put(queue, data, lengths[i], IL_FOREVER));
        }
        put(queue, (1 << 16) - 24, 1);
        take(queue, (1 << 16) - 24, 1);
        CHECK_OK(il_object_close(queue));
    }
}

static uint64_t memory_used(il_object *object) {
    il_info info;
    char path[300];
    struct stat facts;
    il_object_info(object, &info);
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", info.name);
    CHECK(stat(path, &facts) == 0);
    return (uint64_t)facts.st_blocks * 512;
}

TEST(memory_of_regions_that_were_left_is_given_back) {
    il_object *queue = open_queue(IL_KIND_QUEUE, NULL, 1000000, 1 << 26);
    uint32_t put_count = 0, taken = 0;
    il_queue_state state;
    CHECK(memory_used(queue) < 100000);
    for (; put_count < 60; put_count++) put(queue, 500000, put_count);
    uint64_t full = memory_used(queue);
    CHECK(full > 30000000);
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK(state.reserved_bytes >= 30000000 && state.reserved_bytes <= full + (1 << 20));
    for (; taken < 60; taken++) take(queue, 500000, taken);
    for (int i = 0; i < 3; i++) {
        put(queue, 500000, put_count++);
        take(queue, 500000, taken++);
    }
    CHECK(memory_used(queue) < full * 2 / 3); /* all but the last region, which is the half of all */
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK(state.reserved_bytes < full * 2 / 3);
    CHECK_OK(il_object_close(queue));
}

/* Looking, inspecting and taking never touch memory that was given back: that would make it real again. */
TEST(looking_does_not_bring_memory_back) {
    il_object *queue = open_queue(IL_KIND_QUEUE, NULL, 1000000, 1 << 26);
    for (uint32_t i = 0; i < 30; i++) put(queue, 500000, i);
    for (uint32_t i = 0; i < 29; i++) take(queue, 500000, i);
    uint64_t used = memory_used(queue);
    for (int i = 0; i < 50; i++) {
        il_cursor cursor = {0};
        il_item item;
        uint32_t size;
        CHECK_OK(il_queue_look(queue, &cursor, buffer, sizeof buffer, &item));
        CHECK(item.length == 500000 && is_filled(buffer, 500000, 29));
        CHECK_STATUS(IL_WOULD_BLOCK, il_queue_look(queue, &cursor, buffer, sizeof buffer, &item));
        CHECK_OK(il_queue_size(queue, &size));
    }
    CHECK(memory_used(queue) == used);
    CHECK_OK(il_object_close(queue));
}

TEST(full_says_whether_anything_fits) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (int64_t max_bytes = 4096; max_bytes <= 300000; max_bytes = max_bytes * 3 / 4096 * 4096) {
            il_object *queue = open_queue(kind, NULL, 1000000, max_bytes);
            uint64_t tokens[20];
            uint32_t held = 0;
            srand((unsigned)max_bytes);
            for (int round = 0; round < 3000; round++) {
                uint64_t length = (uint64_t)(rand() % 4 == 0 ? 0 : rand() % (max_bytes / 3));
                il_queue_state state;
                il_item item;
                if (rand() % 5 < 3) {
                    il_status status = il_queue_try_put(queue, data, length);
                    CHECK(status == IL_OK || status == IL_NO_BYTES);
                } else if (held == 20 || (held > 0 && rand() % 2)) {
                    CHECK_OK_AT_LAST(il_queue_done(queue, tokens[--held]));
                } else if (il_queue_try_take(queue, buffer, sizeof buffer, &item) == IL_OK && item.token != 0) {
                    tokens[held++] = item.token;
                }
                CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
                il_status smallest = il_queue_try_put(queue, data, 0);
                CHECK(smallest == (state.full ? IL_NO_BYTES : IL_OK));
            }
            CHECK_OK(il_object_close(queue));
        }
    }
}

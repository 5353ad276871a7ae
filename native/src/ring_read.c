/* The ends of the ring, reading it, and giving back what its readers left behind. */
#include "ring.h"

#include "platform/architecture.h"
#include "stage.h"

#include <string.h>

/* Two jumps can follow each other (a restart, then growth), after deaths a few more; many more are garbage. */
#define MAX_HOPS 40

/* ---------------------------------------------------------------------- the two ends */

static il_status end_at(uint64_t cursor, const struct il_totals *totals, struct il_end *end) {
    for (int i = 0; i < 2; i++) {
        uint64_t total = atomic_load_explicit(&totals->at[i], memory_order_relaxed);
        if ((uint32_t)(total >> 32) == il_cursor_count(cursor)) {
            *end = (struct il_end){cursor, (uint32_t)total};
            return IL_OK;
        }
    }
    return IL_CORRUPT;
}

/* Never over the one that belongs to the cursor that is published now. */
static void store_total(struct il_totals *totals, uint64_t published, const struct il_end *end) {
    uint64_t first = atomic_load_explicit(&totals->at[0], memory_order_relaxed);
    int free = (uint32_t)(first >> 32) == il_cursor_count(published) ? 1 : 0;
    atomic_store_explicit(&totals->at[free], (uint64_t)il_cursor_count(end->cursor) << 32 | end->units,
                          memory_order_relaxed);
}

il_status il_ring_tail(const struct il_queue *queue, struct il_end *tail) {
    const struct il_queue_control *control = queue->control;
    return end_at(atomic_load_explicit(&control->tail, memory_order_relaxed), &control->put_totals, tail);
}

il_status il_ring_head(const struct il_queue *queue, struct il_end *head) {
    const struct il_queue_control *control = queue->control;
    return end_at(atomic_load_explicit(&control->head, memory_order_relaxed), &control->take_totals, head);
}

void il_ring_publish_tail(const struct il_queue *queue, const struct il_end *tail) {
    struct il_queue_control *control = queue->control;
    store_total(&control->put_totals, atomic_load_explicit(&control->tail, memory_order_relaxed), tail);
    IL_STAGE("put", 1);
    atomic_store_explicit(&control->tail, tail->cursor, memory_order_release);
    IL_STAGE("put", 2);
}

void il_ring_publish_head(const struct il_queue *queue, const struct il_end *head) {
    struct il_queue_control *control = queue->control;
    store_total(&control->take_totals, atomic_load_explicit(&control->head, memory_order_relaxed), head);
    IL_STAGE("take", 5);
    atomic_store_explicit(&control->head, head->cursor, memory_order_release);
    IL_STAGE("take", 6);
    if (!queue->joinable) {
        atomic_store_explicit(&control->done_units, head->units, memory_order_relaxed);
    }
}

void il_ring_recover_done(const struct il_queue *queue, uint32_t unfinished_units) {
    struct il_end head;
    if (il_ring_head(queue, &head) == IL_OK) {
        atomic_store(&queue->control->done_units, head.units - unfinished_units);
    }
}

/* ---------------------------------------------------------------------- reading */

static il_status check_offset(const struct il_queue *queue, uint64_t offset, struct il_region *region) {
    uint64_t reserved = atomic_load_explicit(&queue->control->reserved_end, memory_order_acquire);
    if (!il_region_of(queue, offset, region) || offset + IL_UNIT > reserved) {
        return IL_CORRUPT;
    }
    return IL_OK;
}

/* Only what is known to be written: else the line would be taken from whoever is writing it. */
static void prefetch(const struct il_queue *queue, uint64_t offset) {
    const uint64_t from = offset + IL_PREFETCH_AHEAD, to = from + 2 * IL_CACHE_LINE;
    if (to <= il_cursor_offset(queue->control->known_tail)) {
        il_platform_prefetch_to_read(queue->base + from);
        il_platform_prefetch_to_read(queue->base + from + IL_CACHE_LINE);
    }
}

il_status il_ring_read(const struct il_queue *queue, struct il_end *head, const char **data, uint64_t *length) {
    uint64_t offset = il_cursor_offset(head->cursor);
    for (int hops = 0; hops < MAX_HOPS; hops++) {
        struct il_region region;
        uint64_t word;
        if (check_offset(queue, offset, &region) != IL_OK) {
            return IL_CORRUPT;
        }
        memcpy(&word, queue->base + offset, sizeof word);
        if (word >> 40 == IL_TAG_JUMP) {
            uint64_t target = (word & IL_TAG_VALUE) * IL_UNIT;
            struct il_region there;
            if (!il_region_of(queue, target, &there) || target != there.start || there.start < region.start) {
                return IL_CORRUPT;
            }
            offset = target;
            continue;
        }
        *length = word & IL_TAG_VALUE;
        uint64_t end = offset + il_record_size(*length);
        if (word >> 40 != IL_TAG_DATA || end + IL_UNIT > region.end ||
            end > atomic_load_explicit(&queue->control->reserved_end, memory_order_relaxed)) {
            return IL_CORRUPT;
        }
        *data = queue->base + offset + IL_RECORD_HEADER;
        prefetch(queue, end);
        head->cursor = il_cursor_make(il_cursor_count(head->cursor) + 1, end);
        head->units += il_record_units(*length);
        return IL_OK;
    }
    return IL_CORRUPT;
}

void il_ring_release(struct il_queue *queue, uint64_t head) {
    struct il_queue_control *control = queue->control;
    uint64_t offset = il_cursor_offset(head);
    struct il_region region;
    /* The first region stays: queues that never grow must not pay for a comparison with more than one line. */
    if (offset - queue->ring_base < queue->first_region || !il_region_of(queue, offset, &region) ||
        control->released_end >= region.start || control->released_end < queue->ring_base) {
        return;
    }
    IL_STAGE("release", 1);
    if (il_platform_release(queue->object->lock_fd, (int64_t)control->released_end,
                            (int64_t)(region.start - control->released_end)) == 0) {
        IL_STAGE("release", 2);
        control->released_end = region.start;
    }
}

/* -------------------------------------------------------------------- looking from outside */

int il_ring_is_full(const struct il_queue *queue) {
    const uint64_t smallest = il_record_size(0) + IL_UNIT; /* with room for the jump record behind it */
    uint64_t head = atomic_load(&queue->control->head);
    uint32_t done = atomic_load(&queue->control->done_units);
    struct il_end tail;
    struct il_region region;
    if (il_ring_tail(queue, &tail) != IL_OK) {
        return 0; /* somebody put just now */
    }
    uint64_t at = il_cursor_offset(tail.cursor), from = il_cursor_offset(head);
    if ((uint64_t)(tail.units - done) * IL_UNIT + il_record_size(0) > queue->budget) {
        return 1;
    }
    if (il_cursor_count(head) == il_cursor_count(tail.cursor) || !il_region_of(queue, at, &region) ||
        region.end < queue->ring_end) {
        return 0; /* it can start over, or grow */
    }
    if (from > at) {
        return smallest > from - at;
    }
    return smallest > region.end - at && (from < region.start || smallest > from - region.start);
}

uint64_t il_ring_next_step(const struct il_queue *queue) {
    uint64_t reserved = atomic_load(&queue->control->reserved_end);
    uint64_t left = queue->ring_end > reserved ? queue->ring_end - reserved : 0;
    return left < IL_RESERVE_STEP ? left : IL_RESERVE_STEP;
}

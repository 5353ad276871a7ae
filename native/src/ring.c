/*
 * The ring: a chain of regions, each twice as long as the one before, the last one of max_bytes. Producers fill one
 * region round and round; when it is too small they go on in a larger one, and a jump record leads consumers
 * there, as it leads them past the wrap. There is always room for a jump record (16 bytes) at the tail.
 */
#include "ring.h"

#include "platform/architecture.h"
#include "stage.h"

#include <string.h>

uint64_t il_record_size(uint64_t length) { return il_round_up(IL_RECORD_HEADER + length, IL_UNIT); }

/* ---------------------------------------------------------------------- writing */

static void write_header(const struct il_queue *queue, uint64_t offset, uint64_t tag, uint64_t value) {
    uint64_t word = tag << 40 | value;
    memcpy(queue->base + offset, &word, sizeof word);
}

void il_ring_write(const struct il_queue *queue, uint64_t offset, const void *data, uint64_t length) {
    char *record = queue->base + offset;
    write_header(queue, offset, IL_TAG_DATA, length);
    memcpy(record + IL_RECORD_HEADER, data, length);
    /* Takers have read what stood where the next records go; unlocking would wait for these lines to come back. */
    for (int line = 0; line < 2; line++) {
        il_platform_prefetch_to_write(record + il_record_size(length) + IL_PREFETCH_AHEAD + line * IL_CACHE_LINE);
    }
}

/* Makes [.., end) of region real memory, so that a full file system is an error here and not SIGBUS later. */
static il_status reserve(struct il_queue *queue, const struct il_region *region, uint64_t end) {
    uint64_t reserved = atomic_load_explicit(&queue->control->reserved_end, memory_order_relaxed);
    if (end <= reserved) {
        return IL_OK;
    }
    uint64_t from = reserved > region->start ? reserved : region->start;
    uint64_t to = il_round_up(end, IL_RESERVE_STEP);
    to = to < region->end ? to : region->end;
    IL_STAGE("grow", 1);
    int error = il_platform_reserve(queue->object->lock_fd, (int64_t)from, (int64_t)(to - from));
    if (error != 0 && to > il_round_up(end, IL_PAGE)) {
        to = il_round_up(end, IL_PAGE); /* a whole step does not fit: what is needed may */
        error = il_platform_reserve(queue->object->lock_fd, (int64_t)from, (int64_t)(to - from));
    }
    if (error != 0) {
        return il_fail(IL_CALL_POSIX_FALLOCATE, error);
    }
    IL_STAGE("grow", 2);
    atomic_store(&queue->control->reserved_end, to);
    IL_STAGE("grow", 3);
    return IL_OK;
}

/* Behind every record but the first of a joinable queue, the memory for this one was reserved with the record. */
static il_status write_jump(struct il_queue *queue, const struct il_region *region, uint64_t offset, uint64_t target) {
    il_status status = reserve(queue, region, offset + IL_UNIT);
    if (status == IL_OK) {
        write_header(queue, offset, IL_TAG_JUMP, target / IL_UNIT);
    }
    return status;
}

/* IL_OK; IL_NO_BYTES: not in this region as it is now. */
static il_status place_in_region(struct il_queue *queue, uint64_t tail, uint64_t head, uint64_t size,
                                 const struct il_region *region, uint64_t *offset) {
    uint64_t at = il_cursor_offset(tail), from = il_cursor_offset(head);
    if (from >= region->end) {
        return IL_CORRUPT; /* consumers are never ahead of producers */
    }
    int wrapped = from >= region->start && at < from;
    uint64_t limit = wrapped ? from : region->end;
    if (size + IL_UNIT <= limit - at) {
        *offset = at;
        return IL_OK;
    }
    if (!wrapped && from >= region->start && size + IL_UNIT <= from - region->start) {
        *offset = region->start;
        return write_jump(queue, region, at, region->start);
    }
    return IL_NO_BYTES;
}

/* The smallest later region that holds the record; there is none behind the last. */
static il_status grow(struct il_queue *queue, uint64_t size, uint64_t tail, const struct il_region *current, uint64_t *offset) {
    struct il_region next = *current;
    while (il_region_of(queue, next.end, &next)) {
        if (size + IL_UNIT <= next.end - next.start) {
            *offset = next.start;
            return write_jump(queue, current, il_cursor_offset(tail), next.start);
        }
    }
    return IL_NO_BYTES;
}

/*
 * An empty ring whose cursors stand in the middle can be too small for an item that fits into the whole of it: moves
 * both to the start. First the tail, with a jump where it was: if we die here, consumers follow the jump.
 */
static il_status restart(struct il_queue *queue, uint64_t *tail, const struct il_region *region) {
    struct il_queue_control *control = queue->control;
    uint32_t count = il_cursor_count(*tail);
    il_status status;
    if (il_cursor_offset(*tail) != region->start) {
        status = write_jump(queue, region, il_cursor_offset(*tail), region->start);
        if (status != IL_OK) {
            return status;
        }
        *tail = il_cursor_make(count, region->start);
        IL_STAGE("restart", 1);
        atomic_store(&control->tail, *tail);
        IL_STAGE("restart", 2);
    }
    status = il_queue_lock_take(queue); /* the only nesting: put_mutex, then take_mutex */
    if (status != IL_OK) {
        return status;
    }
    if (il_cursor_count(atomic_load(&control->head)) == count) {
        IL_STAGE("restart", 3);
        atomic_store(&control->head, *tail);
        IL_STAGE("restart", 4);
        control->known_tail = *tail;
        control->known_head = *tail;
    }
    il_queue_unlock_take(queue);
    IL_STAGE("restart", 5);
    return IL_OK;
}

/* What was put and is not done with counts, wherever it is by now. */
static int fits_budget(const struct il_queue *queue, uint32_t put_units, uint32_t done_units, uint64_t size) {
    const uint64_t used = (uint64_t)(put_units - done_units) * IL_UNIT;
    return used == 0 || used + size <= queue->budget;
}

/* fresh: only the real head can say that growing, or starting over, is the only way. */
static il_status find_offset(struct il_queue *queue, uint64_t *tail, int tail_is_published, int fresh, uint64_t size,
                             uint64_t *offset) {
    uint64_t head = queue->control->known_head;
    struct il_region region;
    if (!il_region_of(queue, il_cursor_offset(*tail), &region)) {
        return IL_CORRUPT;
    }
    il_status status = place_in_region(queue, *tail, head, size, &region, offset);
    if (status == IL_NO_BYTES && fresh) {
        status = grow(queue, size, *tail, &region, offset);
    }
    if (status == IL_NO_BYTES && fresh && tail_is_published && il_cursor_count(*tail) == il_cursor_count(head)) {
        status = restart(queue, tail, &region);
        if (status == IL_OK) {
            status = place_in_region(queue, *tail, *tail, size, &region, offset);
        }
    }
    return status;
}

/* By what producers know of the other side; a stale head only makes the ring look fuller, up to the capacity. */
static il_status find_place(struct il_queue *queue, struct il_end *tail, int tail_is_published, int fresh, uint64_t size,
                            uint64_t *offset) {
    struct il_queue_control *control = queue->control;
    if (fresh) {
        control->known_head = atomic_load_explicit(&control->head, memory_order_acquire);
        control->known_done = atomic_load_explicit(&control->done_units, memory_order_relaxed);
    }
    uint32_t waiting = il_cursor_count(tail->cursor) - il_cursor_count(control->known_head);
    if (waiting > queue->capacity) {
        return IL_CORRUPT;
    }
    if (waiting + il_queue_count_back(queue) >= queue->capacity) {
        return IL_WOULD_BLOCK;
    }
    if (!fits_budget(queue, tail->units, control->known_done, size)) {
        return IL_NO_BYTES;
    }
    return find_offset(queue, &tail->cursor, tail_is_published, fresh, size, offset);
}

il_status il_ring_place(struct il_queue *queue, struct il_end tail, int tail_is_published, uint64_t length,
                        struct il_place *place) {
    struct il_region region;
    if (length > queue->largest_record - IL_RECORD_HEADER) {
        return IL_TOO_LARGE;
    }
    uint64_t size = il_record_size(length);
    il_status status = find_place(queue, &tail, tail_is_published, 0, size, &place->offset);
    if (status != IL_OK) {
        status = find_place(queue, &tail, tail_is_published, 1, size, &place->offset);
    }
    if (status != IL_OK) {
        return status;
    }
    if (!il_region_of(queue, place->offset, &region)) {
        return IL_CORRUPT;
    }
    /* The jump record that may follow this one needs memory too, and so does its taker. */
    status = reserve(queue, &region, place->offset + size + IL_UNIT);
    if (status == IL_OK && queue->joinable) {
        status = il_blocks_reserve_for(queue->object, length);
    }
    place->after.cursor = il_cursor_make(il_cursor_count(tail.cursor) + 1, place->offset + size);
    place->after.units = tail.units + il_record_units(length);
    return status;
}

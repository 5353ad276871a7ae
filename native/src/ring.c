/*
 * The ring: a chain of regions, each twice as long as the one before, the last one of max_bytes. Producers fill one
 * region round and round; when it is too small they go on in a larger one, and a jump record leads consumers
 * there, as it leads them past the wrap. There is always room for a jump record (16 bytes) at the tail.
 */
#include "queue.h"
#include "stage.h"

#include <errno.h>
#include <string.h>

#define RESERVE_STEP (UINT64_C(1) << 20)
#define MAX_REGIONS 40
#define MAX_HOPS MAX_REGIONS

/* {tag: 24, value: 40}: the length of the data that follows, or the position (in units) to go on at. */
#define TAG_DATA UINT64_C(0xda7a01)
#define TAG_JUMP UINT64_C(0x10a902)
#define VALUE_MASK ((UINT64_C(1) << 40) - 1)

struct region {
    uint64_t start;
    uint64_t end;
};

static uint64_t round_up(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

uint64_t il_record_size(uint64_t length) { return round_up(IL_RECORD_HEADER + length, IL_UNIT); }

/* --------------------------------------------------------------------- geometry */

#define CELLS_BYTES ((uint64_t)IL_MAX_CELLS * sizeof(struct il_cell))

static uint64_t ring_span(uint64_t first, uint64_t max_bytes) {
    uint64_t size = first, span = 0;
    while (size < max_bytes) {
        span += size;
        size *= 2;
    }
    return span + max_bytes;
}

/* Blocks of cells come in powers of two; the largest must hold the largest item. */
static uint64_t blocks_span(uint64_t max_bytes) {
    uint64_t size = IL_PAGE;
    while (size < max_bytes) {
        size *= 2;
    }
    return size;
}

void il_queue_geometry(uint32_t kind, const int64_t parameter[2], struct il_queue *queue) {
    const uint64_t smallest = UINT64_C(64) << 10;
    queue->joinable = kind == IL_KIND_JOINABLE_QUEUE;
    queue->capacity = (uint32_t)parameter[0];
    queue->max_bytes = (uint64_t)parameter[1];
    queue->first_region = queue->max_bytes < smallest ? queue->max_bytes : smallest;
    queue->cells_base = IL_SMALL_SIZE;
    queue->ring_base = IL_SMALL_SIZE + (queue->joinable ? CELLS_BYTES : 0);
    queue->ring_end = queue->ring_base + ring_span(queue->first_region, queue->max_bytes);
    queue->blocks_base = queue->ring_end;
    queue->blocks_limit = queue->blocks_base + (queue->joinable ? blocks_span(queue->max_bytes) : 0);
    queue->largest_record = queue->max_bytes - IL_UNIT;
}

static int region_of(const struct il_queue *queue, uint64_t offset, struct region *region) {
    uint64_t start = queue->ring_base, size = queue->first_region;
    if (offset < start || offset >= queue->ring_end) {
        return 0;
    }
    for (;;) {
        size = size < queue->max_bytes ? size : queue->max_bytes;
        if (offset < start + size) {
            *region = (struct region){start, start + size};
            return 1;
        }
        start += size;
        size *= 2;
    }
}

/* ---------------------------------------------------------------------- writing */

static void write_header(const struct il_queue *queue, uint64_t offset, uint64_t tag, uint64_t value) {
    uint64_t word = tag << 40 | value;
    memcpy(queue->base + offset, &word, sizeof word);
}

void il_ring_write(const struct il_queue *queue, uint64_t offset, const void *data, uint64_t length) {
    write_header(queue, offset, TAG_DATA, length);
    memcpy(queue->base + offset + IL_RECORD_HEADER, data, length);
}

static void write_jump(const struct il_queue *queue, uint64_t offset, uint64_t target) {
    write_header(queue, offset, TAG_JUMP, target / IL_UNIT);
}

/* Makes [.., end) of region real memory, so that a full file system is an error here and not SIGBUS later. */
static il_status reserve(il_object *object, const struct region *region, uint64_t end) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t reserved = atomic_load_explicit(&queue->control->reserved_end, memory_order_relaxed);
    if (end <= reserved) {
        return IL_OK;
    }
    uint64_t from = reserved > region->start ? reserved : region->start;
    uint64_t to = round_up(end, RESERVE_STEP);
    to = to < region->end ? to : region->end;
    IL_STAGE("grow", 1);
    int error = il_platform_reserve(object->lock_fd, (int64_t)from, (int64_t)(to - from));
    if (error == ENOSPC && to > round_up(end, IL_PAGE)) {
        to = round_up(end, IL_PAGE); /* a whole step does not fit: what is needed may */
        error = il_platform_reserve(object->lock_fd, (int64_t)from, (int64_t)(to - from));
    }
    if (error != 0) {
        return il_fail(IL_CALL_POSIX_FALLOCATE, error);
    }
    IL_STAGE("grow", 2);
    atomic_store(&queue->control->reserved_end, to);
    IL_STAGE("grow", 3);
    return IL_OK;
}

static uint64_t bytes_between(const struct il_queue *queue, uint64_t head, uint64_t tail) {
    struct region of_head, of_tail;
    uint64_t from = il_cursor_offset(head), to = il_cursor_offset(tail);
    if (il_cursor_count(head) == il_cursor_count(tail) || !region_of(queue, from, &of_head) ||
        !region_of(queue, to, &of_tail)) {
        return 0;
    }
    if (of_head.start == of_tail.start) {
        return to >= from ? to - from : (of_head.end - from) + (to - of_head.start);
    }
    return (of_head.end - from) + (to - of_tail.start);
}

/* IL_OK; IL_NO_BYTES: not in this region as it is now. */
static il_status place_in_region(const struct il_queue *queue, uint64_t tail, uint64_t head, uint64_t size,
                                 const struct region *region, uint64_t *offset) {
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
        write_jump(queue, at, region->start);
        *offset = region->start;
        return IL_OK;
    }
    return IL_NO_BYTES;
}

/* The smallest later region that holds the record; there is none behind the last. */
static il_status grow(const struct il_queue *queue, uint64_t size, uint64_t tail, const struct region *current,
                      uint64_t *offset) {
    struct region next = *current;
    while (region_of(queue, next.end, &next)) {
        if (size + IL_UNIT <= next.end - next.start) {
            write_jump(queue, il_cursor_offset(tail), next.start);
            *offset = next.start;
            return IL_OK;
        }
    }
    return IL_NO_BYTES;
}

/*
 * An empty ring whose cursors stand in the middle can be too small for an item that fits into the whole of it: moves
 * both to the start. First the tail, with a jump where it was: if we die here, consumers follow the jump.
 */
static il_status restart(il_object *object, uint64_t *tail, const struct region *region) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint32_t count = il_cursor_count(*tail);
    if (il_cursor_offset(*tail) != region->start) {
        write_jump(queue, il_cursor_offset(*tail), region->start);
        *tail = il_cursor_make(count, region->start);
        IL_STAGE("restart", 1);
        atomic_store(&control->tail, *tail);
        IL_STAGE("restart", 2);
    }
    il_status status = il_queue_lock_take(object); /* the only nesting: put_mutex, then take_mutex */
    if (status != IL_OK) {
        return status;
    }
    if (il_cursor_count(atomic_load(&control->head)) == count) {
        atomic_store(&control->head, *tail);
        control->known_tail = *tail;
        control->known_head = *tail;
    }
    il_queue_unlock_take(object);
    IL_STAGE("restart", 3);
    return IL_OK;
}

static int fits_budget(const struct il_queue *queue, uint64_t head, uint64_t tail, uint64_t size) {
    uint64_t taken = atomic_load_explicit(&queue->control->blocks_taken, memory_order_relaxed);
    return bytes_between(queue, head, tail) + taken + size <= queue->max_bytes;
}

/* head_is_fresh: only the real head can say that growing, or starting over, is the only way. */
static il_status find_offset(il_object *object, uint64_t *tail, int tail_is_published, uint64_t head, int head_is_fresh,
                             uint64_t size, uint64_t *offset, struct region *region) {
    struct il_queue *queue = il_queue_of(object);
    if (!region_of(queue, il_cursor_offset(*tail), region)) {
        return IL_CORRUPT;
    }
    if (!fits_budget(queue, head, *tail, size)) {
        return IL_NO_BYTES;
    }
    il_status status = place_in_region(queue, *tail, head, size, region, offset);
    if (status == IL_NO_BYTES && head_is_fresh) {
        status = grow(queue, size, *tail, region, offset);
    }
    if (status == IL_NO_BYTES && head_is_fresh && tail_is_published &&
        il_cursor_count(*tail) == il_cursor_count(head)) {
        status = restart(object, tail, region);
        if (status == IL_OK) {
            status = place_in_region(queue, *tail, *tail, size, region, offset);
        }
    }
    return status;
}

il_status il_ring_place(il_object *object, uint64_t tail, int tail_is_published, uint64_t length, struct il_place *place) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint64_t size = il_record_size(length);
    struct region region;
    il_status status = IL_WOULD_BLOCK;
    if (size > queue->largest_record) {
        return IL_TOO_LARGE;
    }
    for (int fresh = 0; fresh < 2; fresh++) {
        if (fresh) {
            control->known_head = atomic_load_explicit(&control->head, memory_order_acquire);
        }
        uint32_t waiting = il_cursor_count(tail) - il_cursor_count(control->known_head);
        if (waiting > queue->capacity) {
            status = IL_CORRUPT; /* a stale head only makes it look fuller, up to the capacity */
        } else if (waiting == queue->capacity) {
            status = IL_WOULD_BLOCK;
        } else {
            status = find_offset(object, &tail, tail_is_published, control->known_head, fresh, size, &place->offset,
                                 &region);
        }
        if (status == IL_OK) {
            break;
        }
    }
    if (status != IL_OK) {
        return status;
    }
    if (!region_of(queue, place->offset, &region)) {
        return IL_CORRUPT;
    }
    /* The jump record that may follow this one needs memory too. */
    status = reserve(object, &region, place->offset + size + IL_UNIT);
    place->next_tail = il_cursor_make(il_cursor_count(tail) + 1, place->offset + size);
    return status;
}

int il_ring_is_full(const struct il_queue *queue) {
    uint64_t head = atomic_load(&queue->control->head), tail = atomic_load(&queue->control->tail);
    struct region region;
    uint64_t offset;
    if (!region_of(queue, il_cursor_offset(tail), &region) || region.end < queue->ring_end ||
        il_cursor_count(head) == il_cursor_count(tail)) {
        return 0; /* it can grow, or start over */
    }
    uint64_t at = il_cursor_offset(tail), from = il_cursor_offset(head);
    uint64_t smallest = il_record_size(0);
    offset = at < from && from < region.end ? from : region.end;
    return !fits_budget(queue, head, tail, smallest) ||
           (smallest + IL_UNIT > offset - at && (offset == from || from < region.start + smallest + IL_UNIT));
}

uint64_t il_ring_next_step(const struct il_queue *queue) {
    uint64_t reserved = atomic_load(&queue->control->reserved_end);
    uint64_t left = queue->ring_end > reserved ? queue->ring_end - reserved : 0;
    return left < RESERVE_STEP ? left : RESERVE_STEP;
}

/* ---------------------------------------------------------------------- reading */

static il_status check_offset(const struct il_queue *queue, uint64_t offset, struct region *region) {
    uint64_t reserved = atomic_load_explicit(&queue->control->reserved_end, memory_order_acquire);
    if (!region_of(queue, offset, region) || offset + IL_UNIT > reserved) {
        return IL_CORRUPT;
    }
    return IL_OK;
}

il_status il_ring_read(const struct il_queue *queue, uint64_t cursor, const char **data, uint64_t *length, uint64_t *next) {
    uint64_t offset = il_cursor_offset(cursor);
    /* Two jumps can follow each other (a restart, then growth); more than there are regions is garbage. */
    for (int hops = 0; hops < MAX_HOPS; hops++) {
        struct region region;
        uint64_t word;
        if (check_offset(queue, offset, &region) != IL_OK) {
            return IL_CORRUPT;
        }
        memcpy(&word, queue->base + offset, sizeof word);
        if (word >> 40 == TAG_JUMP) {
            uint64_t target = (word & VALUE_MASK) * IL_UNIT;
            struct region there;
            if (!region_of(queue, target, &there) || target != there.start || there.start < region.start) {
                return IL_CORRUPT;
            }
            offset = target;
            continue;
        }
        *length = word & VALUE_MASK;
        uint64_t end = offset + il_record_size(*length);
        if (word >> 40 != TAG_DATA || end + IL_UNIT > region.end ||
            end > atomic_load_explicit(&queue->control->reserved_end, memory_order_relaxed)) {
            return IL_CORRUPT;
        }
        *data = queue->base + offset + IL_RECORD_HEADER;
        *next = il_cursor_make(il_cursor_count(cursor) + 1, end);
        return IL_OK;
    }
    return IL_CORRUPT;
}

void il_ring_release(il_object *object, uint64_t head) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint64_t offset = il_cursor_offset(head);
    struct region region;
    /* The first region stays: queues that never grow must not pay for a comparison with more than one line. */
    if (offset - queue->ring_base < queue->first_region || !region_of(queue, offset, &region) ||
        control->released_end >= region.start || control->released_end < queue->ring_base) {
        return;
    }
    IL_STAGE("release", 1);
    if (il_platform_release(object->lock_fd, (int64_t)control->released_end,
                            (int64_t)(region.start - control->released_end)) == 0) {
        IL_STAGE("release", 2);
        control->released_end = region.start;
    }
}

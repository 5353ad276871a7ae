/* What the two kinds of queue add to creating, attaching and closing: sizes, first state, geometry. */
#include "ring.h"

#include <errno.h>
#include <stdlib.h>

#define CREATION_CELLS (IL_PAGE / sizeof(struct il_cell))
#define CELLS_BYTES ((uint64_t)IL_MAX_CELLS * sizeof(struct il_cell))

static uint64_t ring_span(uint64_t first, uint64_t max_bytes) {
    uint64_t size = first, span = 0;
    while (size < max_bytes) {
        span += size;
        size *= 2;
    }
    return span + max_bytes;
}

/*
 * Blocks of cells come in powers of two; the largest must hold the largest item. Twice that much, because up to half
 * of each block is unused: whoever holds max_bytes of items in all must find a block for every one.
 */
static uint64_t blocks_span(uint64_t max_bytes) {
    uint64_t size = IL_PAGE;
    while (size < max_bytes) {
        size *= 2;
    }
    return 2 * size;
}

void il_ring_geometry(uint64_t base, uint64_t max_bytes, struct il_queue *queue) {
    const uint64_t smallest = UINT64_C(1) << IL_SMALLEST_REGION_BITS;
    queue->max_bytes = max_bytes;
    queue->first_region = max_bytes < smallest ? max_bytes : smallest;
    queue->ring_base = base;
    queue->ring_end = base + ring_span(queue->first_region, max_bytes);
    queue->largest_record = max_bytes - IL_UNIT;
}

void il_queue_geometry(uint32_t kind, const int64_t parameter[2], struct il_queue *queue) {
    queue->joinable = kind == IL_KIND_JOINABLE_QUEUE;
    queue->capacity = (uint32_t)parameter[0];
    queue->cells_base = IL_SMALL_SIZE;
    il_ring_geometry(IL_SMALL_SIZE + (queue->joinable ? CELLS_BYTES : 0), (uint64_t)parameter[1], queue);
    queue->budget = queue->max_bytes;
    queue->blocks_base = queue->ring_end;
    queue->blocks_limit = queue->blocks_base + (queue->joinable ? blocks_span(queue->max_bytes) : 0);
}

int il_queue_round_bytes(int64_t *bytes, int64_t most) {
    if (*bytes < 1 || *bytes > most) {
        return 0;
    }
    *bytes = (*bytes + IL_PAGE - 1) / IL_PAGE * IL_PAGE;
    return 1;
}

/* Checks {capacity, max bytes} and rounds max bytes up to whole pages. */
static int normalise(int64_t parameter[2]) {
    return parameter[0] >= 1 && parameter[0] <= INT32_MAX && il_queue_round_bytes(&parameter[1], IL_MAX_QUEUE_BYTES);
}

static uint64_t size_of(uint32_t kind, int64_t parameter[2]) {
    struct il_queue geometry;
    if (!normalise(parameter)) {
        return 0;
    }
    il_queue_geometry(kind, parameter, &geometry);
    return geometry.blocks_limit;
}

uint64_t il_queue_file_size(int64_t parameter[2]) { return size_of(IL_KIND_QUEUE, parameter); }
uint64_t il_joinable_file_size(int64_t parameter[2]) { return size_of(IL_KIND_JOINABLE_QUEUE, parameter); }

/* Header, control and slots; the builder reserves the rest through il_queue_build's own words, see below. */
uint64_t il_queue_first_reserve(const int64_t parameter[2]) {
    struct il_queue geometry;
    il_queue_geometry(IL_KIND_QUEUE, parameter, &geometry);
    return geometry.ring_base + geometry.first_region;
}

uint64_t il_joinable_first_reserve(const int64_t parameter[2]) {
    (void)parameter;
    return IL_SMALL_SIZE + IL_PAGE; /* the first page of cells; the ring, far behind them, at the first put */
}

il_status il_queue_start(const struct il_queue *geometry, struct il_queue_control *control) {
    uint64_t start = il_cursor_make(0, geometry->ring_base);
    atomic_store(&control->tail, start);
    atomic_store(&control->head, start);
    control->known_head = start;
    control->known_tail = start;
    control->released_end = geometry->ring_base;
    atomic_store(&control->reserved_end, geometry->ring_base);
    int error = il_platform_mutex_init(&control->put_mutex);
    if (error == 0) {
        error = il_platform_mutex_init(&control->take_mutex);
    }
    return error == 0 ? IL_OK : il_fail(IL_CALL_PTHREAD_MUTEX_INIT, error);
}

il_status il_queue_build(struct il_header *header) {
    struct il_queue geometry;
    struct il_queue_control *control = il_queue_control_of(header);
    il_queue_geometry(header->kind, header->parameter, &geometry);
    if (geometry.joinable) {
        atomic_store(&control->cells_reserved, (uint32_t)CREATION_CELLS);
        control->blocks_end = geometry.blocks_base;
        atomic_store(&control->blocks_reserved_end, geometry.blocks_base);
    }
    il_status status = il_queue_start(&geometry, control);
    if (!geometry.joinable) {
        atomic_store(&control->reserved_end, geometry.ring_base + geometry.first_region);
    }
    return status;
}

il_status il_queue_attach(il_object *object) {
    struct il_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) {
        return il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    il_queue_geometry(object->kind, object->parameter, queue);
    queue->object = object;
    queue->control = il_queue_control_of(object->header);
    queue->base = (char *)object->header;
    object->extension = queue;
    return IL_OK;
}

void il_joinable_retire(il_object *object) { (void)il_queue_give_back_all(object); }

int il_queue_same(const int64_t asked[2], const int64_t found[2]) { return asked[0] == found[0]; }

int64_t il_queue_default_bytes(void) {
    uint64_t bytes = UINT64_C(1) << 30;
    uint64_t shm = il_platform_shm_size() / 4, memory = il_platform_memory_limit() / 4;
    bytes = shm != 0 && shm < bytes ? shm : bytes;
    bytes = memory != 0 && memory < bytes ? memory : bytes;
    return bytes < IL_PAGE ? IL_PAGE : (int64_t)(bytes / IL_PAGE * IL_PAGE);
}

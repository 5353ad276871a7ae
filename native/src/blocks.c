/*
 * Finding a free cell, and a block of memory for its payload. Blocks come in powers of two and are reused by size;
 * when their area is used up, or the file system is full, the gaps between those in use are looked for.
 */
#include "cells.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST_CLASS 4 /* 16 bytes, as the smallest record */
#define CELLS_STEP (IL_PAGE / sizeof(struct il_cell))
#define BLOCKS_STEP (UINT64_C(1) << 20)

static uint32_t class_for(uint64_t length) {
    uint32_t class = SMALLEST_CLASS;
    while ((UINT64_C(1) << class) < length) {
        class++;
    }
    return class;
}

/* ------------------------------------------------------------------ memory */

/* Both sides reserve: what each adds starts at what it saw, so the larger end is right whoever stores first. */
static void publish_reserved(struct il_queue_control *control, uint64_t end) {
    uint64_t known = atomic_load(&control->blocks_reserved_end);
    while (known < end && !atomic_compare_exchange_weak(&control->blocks_reserved_end, &known, end)) {
    }
}

static il_status reserve_blocks(il_object *object, uint64_t end) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t reserved = atomic_load(&queue->control->blocks_reserved_end);
    if (end <= reserved) {
        return IL_OK;
    }
    if (reserved < queue->blocks_base || end > queue->blocks_limit) {
        return IL_CORRUPT;
    }
    uint64_t to = (end - queue->blocks_base + BLOCKS_STEP - 1) / BLOCKS_STEP * BLOCKS_STEP + queue->blocks_base;
    to = to < queue->blocks_limit ? to : queue->blocks_limit;
    if (il_platform_reserve(object->lock_fd, (int64_t)reserved, (int64_t)(to - reserved)) != 0) {
        to = (end + IL_PAGE - 1) / IL_PAGE * IL_PAGE; /* a whole step does not fit: what is needed may */
        int error = il_platform_reserve(object->lock_fd, (int64_t)reserved, (int64_t)(to - reserved));
        if (error != 0) {
            return il_fail(IL_CALL_POSIX_FALLOCATE, error);
        }
    }
    IL_STAGE("cell", 2);
    publish_reserved(queue->control, to);
    return IL_OK;
}

il_status il_blocks_reserve_for(il_object *object, uint64_t length) {
    return reserve_blocks(object, il_queue_of(object)->blocks_base + (UINT64_C(1) << class_for(length)));
}

/* ------------------------------------------------------------------ blocks */

struct extent {
    uint64_t start;
    uint64_t end;
};

static int by_start(const void *a, const void *b) {
    uint64_t x = ((const struct extent *)a)->start, y = ((const struct extent *)b)->start;
    return (x > y) - (x < y);
}

/* Takes the blocks of all free cells away and tells where those in use are, in order. */
static uint32_t collect(const struct il_queue *queue, uint32_t used, struct extent *extents) {
    uint32_t taken = 0;
    memset(queue->control->free_cells, 0, sizeof queue->control->free_cells);
    for (uint32_t index = used; index-- > 0;) {
        struct il_cell *cell = il_cell_at(queue, index);
        if (il_cell_state_of(atomic_load(&cell->word)) == IL_CELL_FREE) {
            cell->size_class = 0;
            il_cell_push_free(queue, index);
        } else if (cell->size_class != 0) {
            extents[taken++] = (struct extent){cell->block, cell->block + (UINT64_C(1) << (cell->size_class & 63))};
        }
    }
    qsort(extents, taken, sizeof *extents, by_start);
    return taken;
}

/*
 * The lowest gap between the blocks in use. Rare, so it may cost a sort; without it, items of changing sizes would
 * end in a queue that never delivers again.
 */
static il_status find_gap(il_object *object, uint64_t size, uint64_t *block) {
    struct il_queue *queue = il_queue_of(object);
    const uint32_t used = il_cells_used(queue); /* garbage may change it between two looks */
    struct extent *extents = malloc((used + 1) * sizeof *extents);
    if (extents == NULL) {
        return IL_WOULD_BLOCK;
    }
    IL_STAGE("gap", 1);
    uint32_t taken = collect(queue, used, extents);
    IL_STAGE("gap", 2);
    uint64_t at = queue->blocks_base;
    for (uint32_t i = 0; i < taken && extents[i].start < at + size; i++) {
        at = extents[i].end > at ? extents[i].end : at;
    }
    uint64_t last = taken > 0 ? extents[taken - 1].end : queue->blocks_base;
    free(extents);
    il_status status = IL_WOULD_BLOCK;
    if (at <= queue->blocks_limit && size <= queue->blocks_limit - at) {
        status = reserve_blocks(object, at + size);
    }
    if (status == IL_OK) {
        *block = at;
        last = last > at + size ? last : at + size;
    }
    queue->control->blocks_end = last;
    IL_STAGE("gap", 3);
    return status;
}

static il_status new_block(il_object *object, uint32_t class, uint64_t *block) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint64_t size = UINT64_C(1) << class;
    uint64_t end = control->blocks_end;
    if (end >= queue->blocks_base && end <= queue->blocks_limit && size <= queue->blocks_limit - end &&
        reserve_blocks(object, end + size) == IL_OK) {
        *block = end;
        control->blocks_end = end + size;
        return IL_OK;
    }
    return find_gap(object, size, block);
}

/* ------------------------------------------------------------------ cells */

/* A popped cell's block may be garbage: what is written there must stay inside. */
static int has_block(const struct il_queue *queue, const struct il_cell *cell, uint32_t class) {
    uint64_t end = atomic_load_explicit(&queue->control->blocks_reserved_end, memory_order_relaxed);
    end = end < queue->blocks_limit ? end : queue->blocks_limit;
    return cell->size_class == class && cell->block >= queue->blocks_base && cell->block <= end &&
           UINT64_C(1) << class <= end - cell->block;
}

/* A free cell with a block of 2^class; class 0: with none. */
static int pop_free(const struct il_queue *queue, uint32_t class, uint32_t *index) {
    uint32_t *list = &queue->control->free_cells[class];
    if (*list == 0 || *list > il_cells_used(queue)) {
        *list = 0;
        return 0;
    }
    const struct il_cell *cell = il_cell_at(queue, *list - 1);
    if (il_cell_state_of(atomic_load(&cell->word)) != IL_CELL_FREE || (class != 0 && !has_block(queue, cell, class))) {
        *list = 0;
        return 0;
    }
    *index = *list - 1;
    *list = cell->next_free;
    return 1;
}

static il_status new_cell(il_object *object, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint32_t reserved = atomic_load(&control->cells_reserved);
    if (reserved > IL_MAX_CELLS || reserved % CELLS_STEP != 0 || control->cells_used > reserved) {
        return IL_CORRUPT;
    }
    if (control->cells_used == IL_MAX_CELLS) {
        return IL_WOULD_BLOCK;
    }
    if (control->cells_used == reserved) {
        int error = il_platform_reserve(object->lock_fd, (int64_t)(queue->cells_base + reserved * sizeof(struct il_cell)),
                                        IL_PAGE);
        if (error != 0) {
            return il_fail(IL_CALL_POSIX_FALLOCATE, error);
        }
        IL_STAGE("cell", 1);
        atomic_store(&control->cells_reserved, reserved + (uint32_t)CELLS_STEP);
    }
    *index = control->cells_used++;
    il_cell_at(queue, *index)->size_class = 0;
    return IL_OK;
}

/* Any free cell; if it had a block, that is given up. */
static il_status any_cell(il_object *object, uint32_t *index) {
    const struct il_queue *queue = il_queue_of(object);
    if (pop_free(queue, 0, index)) {
        return IL_OK;
    }
    il_status status = new_cell(object, index);
    for (uint32_t class = SMALLEST_CLASS; status != IL_OK && class < IL_SIZE_CLASSES; class++) {
        status = pop_free(queue, class, index) ? IL_OK : status;
    }
    return status;
}

il_status il_cell_find(il_object *object, uint64_t length, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    uint32_t class = class_for(length);
    uint64_t block;
    if (class >= IL_SIZE_CLASSES) {
        return IL_CORRUPT;
    }
    if (pop_free(queue, class, index)) {
        return IL_OK;
    }
    il_status status = new_block(object, class, &block);
    if (status == IL_OK) {
        status = any_cell(object, index);
    }
    if (status == IL_OK) {
        il_cell_at(queue, *index)->block = block;
        IL_STAGE("cell", 3);
        il_cell_at(queue, *index)->size_class = class;
        return IL_OK;
    }
    /* Without memory for one more, those that are held must do: the next one done makes room for this. */
    if (il_status_code(status) == IL_SYSTEM && atomic_load(&queue->control->cells_taken) > 0) {
        status = IL_WOULD_BLOCK;
    }
    if (status == IL_WOULD_BLOCK) {
        atomic_store(&queue->control->cells_wanted, 1);
    }
    return status;
}

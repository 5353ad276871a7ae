/*
 * In-flight cells of a joinable queue: a copy of each item that was taken and is not done, with the {slot, generation}
 * that holds it. The word of a cell is the truth; lists and counts beside it are rebuilt after a death. Everything
 * here runs under take_mutex.
 */
#include "queue.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST_CLASS 6 /* 64 bytes */
#define CELLS_STEP (IL_PAGE / sizeof(struct il_cell))
#define BLOCKS_STEP (UINT64_C(1) << 20)
#define PROBE_NANOS INT64_C(10000000)

static struct il_cell *cell_at(const struct il_queue *queue, uint32_t index) {
    return (struct il_cell *)(void *)(queue->base + queue->cells_base) + index;
}

static uint64_t word_of(enum il_cell_state state, uint32_t deliveries, uint32_t slot, uint32_t generation) {
    return (uint64_t)state << 62 | (uint64_t)(deliveries & 0x3fff) << 48 | (uint64_t)(slot & 0xffff) << 32 | generation;
}

static enum il_cell_state state_of(uint64_t word) { return (enum il_cell_state)(word >> 62); }
static uint32_t deliveries_of(uint64_t word) { return (uint32_t)(word >> 48) & 0x3fff; }
static uint32_t slot_of(uint64_t word) { return (uint32_t)(word >> 32) & 0xffff; }
static uint32_t generation_of(uint64_t word) { return (uint32_t)word; }

static int is_mine(const il_object *object, uint64_t word) {
    return state_of(word) == IL_CELL_HELD && slot_of(word) == object->slot && generation_of(word) == object->generation;
}

/* Cells in use; never more than are real memory, whatever a garbage count says. */
static uint32_t cells_used(const struct il_queue *queue) {
    uint32_t reserved = atomic_load_explicit(&queue->control->cells_reserved, memory_order_relaxed);
    reserved = reserved < IL_MAX_CELLS ? reserved : IL_MAX_CELLS;
    return queue->control->cells_used < reserved ? queue->control->cells_used : reserved;
}

static uint32_t class_for(uint64_t length) {
    uint32_t class = SMALLEST_CLASS;
    while ((UINT64_C(1) << class) < length) {
        class++;
    }
    return class;
}

/* ------------------------------------------------------------------ finding a cell and a block */

static int pop_free(const struct il_queue *queue, uint32_t class, uint32_t *index) {
    uint32_t *list = &queue->control->free_cells[class];
    if (*list == 0 || *list > cells_used(queue) ||
        state_of(atomic_load(&cell_at(queue, *list - 1)->word)) != IL_CELL_FREE) {
        *list = 0;
        return 0;
    }
    *index = *list - 1;
    *list = cell_at(queue, *index)->next_free;
    return 1;
}

static void push_free(const struct il_queue *queue, uint32_t index) {
    struct il_cell *cell = cell_at(queue, index);
    uint32_t class = cell->size_class < IL_SIZE_CLASSES ? cell->size_class : 0;
    cell->next_free = queue->control->free_cells[class];
    queue->control->free_cells[class] = index + 1;
}

static il_status new_cell(il_object *object, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint32_t reserved = atomic_load(&control->cells_reserved);
    if (control->cells_used >= IL_MAX_CELLS) {
        return IL_WOULD_BLOCK;
    }
    if (control->cells_used >= reserved) {
        int error = il_platform_reserve(object->lock_fd, (int64_t)(queue->cells_base + reserved * sizeof(struct il_cell)),
                                        IL_PAGE);
        if (error != 0) {
            return il_fail(IL_CALL_POSIX_FALLOCATE, error);
        }
        IL_STAGE("cell", 1);
        atomic_store(&control->cells_reserved, reserved + (uint32_t)CELLS_STEP);
    }
    *index = control->cells_used++;
    cell_at(queue, *index)->size_class = 0;
    return IL_OK;
}

static il_status reserve_blocks(il_object *object, uint64_t end) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t reserved = atomic_load(&queue->control->blocks_reserved_end);
    if (end <= reserved) {
        return IL_OK;
    }
    uint64_t to = (end - queue->blocks_base + BLOCKS_STEP - 1) / BLOCKS_STEP * BLOCKS_STEP + queue->blocks_base;
    to = to < queue->blocks_limit ? to : queue->blocks_limit;
    if (il_platform_reserve(object->lock_fd, (int64_t)reserved, (int64_t)(to - reserved)) != 0) {
        to = (end + IL_PAGE - 1) / IL_PAGE * IL_PAGE;
        int error = il_platform_reserve(object->lock_fd, (int64_t)reserved, (int64_t)(to - reserved));
        if (error != 0) {
            return il_fail(IL_CALL_POSIX_FALLOCATE, error);
        }
    }
    IL_STAGE("cell", 2);
    atomic_store(&queue->control->blocks_reserved_end, to);
    return IL_OK;
}

struct extent {
    uint64_t start;
    uint64_t end;
};

static int by_start(const void *a, const void *b) {
    uint64_t x = ((const struct extent *)a)->start, y = ((const struct extent *)b)->start;
    return (x > y) - (x < y);
}

/*
 * The area of blocks is used up: takes the blocks of all free cells away and looks for a gap between those in use.
 * Rare, so it may cost a sort; without it, items of changing sizes would end in a queue that never delivers again.
 */
static il_status find_gap(const struct il_queue *queue, uint64_t size, uint64_t *block) {
    struct il_queue_control *control = queue->control;
    uint32_t used = cells_used(queue), taken = 0;
    struct extent *extents = malloc((used + 1) * sizeof *extents);
    if (extents == NULL) {
        return IL_WOULD_BLOCK;
    }
    memset(control->free_cells, 0, sizeof control->free_cells);
    for (uint32_t index = 0; index < used; index++) {
        struct il_cell *cell = cell_at(queue, index);
        if (state_of(atomic_load(&cell->word)) == IL_CELL_FREE) {
            cell->size_class = 0;
            push_free(queue, index);
        } else if (cell->size_class != 0) {
            extents[taken++] = (struct extent){cell->block, cell->block + (UINT64_C(1) << (cell->size_class & 63))};
        }
    }
    qsort(extents, taken, sizeof *extents, by_start);
    uint64_t at = queue->blocks_base;
    for (uint32_t i = 0; i < taken && extents[i].start < at + size; i++) {
        at = extents[i].end > at ? extents[i].end : at;
    }
    control->blocks_end = taken > 0 && extents[taken - 1].end > at + size ? extents[taken - 1].end : at + size;
    free(extents);
    if (at + size > queue->blocks_limit) {
        control->blocks_end = queue->blocks_limit; /* no gap: the next one looks again */
        return IL_WOULD_BLOCK;
    }
    *block = at;
    return IL_OK;
}

static il_status new_block(il_object *object, uint32_t class, uint64_t *block) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint64_t size = UINT64_C(1) << class;
    if (control->blocks_end >= queue->blocks_base && control->blocks_end <= queue->blocks_limit &&
        size <= queue->blocks_limit - control->blocks_end) {
        *block = control->blocks_end;
        il_status status = reserve_blocks(object, *block + size);
        if (status == IL_OK) {
            control->blocks_end += size;
        }
        return status;
    }
    il_status status = find_gap(queue, size, block);
    return status == IL_OK ? reserve_blocks(object, *block + size) : status;
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
    if (status == IL_OK && !pop_free(queue, 0, index)) {
        status = new_cell(object, index);
        for (uint32_t other = SMALLEST_CLASS; status == IL_WOULD_BLOCK && other < IL_SIZE_CLASSES; other++) {
            status = pop_free(queue, other, index) ? IL_OK : IL_WOULD_BLOCK; /* gives up the block it had */
        }
    }
    if (status == IL_OK) {
        cell_at(queue, *index)->block = block;
        cell_at(queue, *index)->size_class = class;
    } else if (status == IL_WOULD_BLOCK) {
        atomic_store(&queue->control->cells_wanted, 1);
    }
    return status;
}

/* ------------------------------------------------------------------ states of a cell */

/* Where its payload is, after checking that it is inside real memory. */
static const char *payload_of(const struct il_queue *queue, const struct il_cell *cell) {
    uint64_t end = atomic_load(&queue->control->blocks_reserved_end);
    end = end < queue->blocks_limit ? end : queue->blocks_limit;
    if (cell->block < queue->blocks_base || cell->block > end || cell->length > end - cell->block) {
        return NULL;
    }
    return queue->base + cell->block;
}

void il_cell_hold(il_object *object, uint32_t index, uint32_t sequence, const void *data, uint64_t length) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = cell_at(queue, index);
    memcpy(queue->base + cell->block, data, length);
    cell->length = length;
    cell->sequence = sequence;
    atomic_store_explicit(&cell->word, word_of(IL_CELL_HELD, 1, object->slot, object->generation), memory_order_release);
    atomic_fetch_add_explicit(&queue->control->cells_taken, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&queue->control->blocks_taken, length, memory_order_relaxed);
    IL_STAGE("take", 1);
}

uint64_t il_cell_token(const il_object *object, uint32_t index) {
    return (uint64_t)cell_at(il_queue_of(object), index)->sequence << 32 | (index + 1);
}

il_status il_cell_copy(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = cell_at(queue, index);
    const char *payload = payload_of(queue, cell);
    if (payload == NULL) {
        return IL_CORRUPT;
    }
    item->length = cell->length;
    item->token = il_cell_token(object, index);
    item->deliveries = deliveries_of(atomic_load(&cell->word));
    if (cell->length > capacity) {
        return IL_TOO_SMALL;
    }
    memcpy(buffer, payload, cell->length);
    return IL_OK;
}

il_status il_cell_redeliver(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = cell_at(queue, index);
    il_status status = il_cell_copy(object, index, buffer, capacity, item);
    if (status == IL_OK) {
        uint32_t deliveries = item->deliveries < 0x3fff ? item->deliveries + 1 : 0x3fff;
        item->deliveries = deliveries;
        IL_STAGE("take", 3);
        atomic_store(&cell->word, word_of(IL_CELL_HELD, deliveries, object->slot, object->generation));
        atomic_fetch_sub(&queue->control->cells_back, 1);
        IL_STAGE("take", 4);
    }
    return status;
}

static void end_cell(struct il_queue *queue, uint32_t index, enum il_cell_state state) {
    struct il_cell *cell = cell_at(queue, index);
    uint64_t word = atomic_load(&cell->word);
    if (state == IL_CELL_BACK) {
        atomic_store(&cell->word, word_of(IL_CELL_BACK, deliveries_of(word), 0, 0));
        IL_STAGE("end", 1);
        atomic_fetch_add(&queue->control->cells_back, 1);
        return;
    }
    uint64_t length = cell->length;
    atomic_store(&cell->word, word_of(IL_CELL_FREE, 0, 0, 0));
    IL_STAGE("end", 2);
    atomic_fetch_sub(&queue->control->cells_taken, 1);
    atomic_fetch_sub(&queue->control->blocks_taken, length);
    push_free(queue, index);
}

il_status il_cell_end(il_object *object, uint64_t token, enum il_cell_state state) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t index = (token & UINT32_MAX) - 1; /* token 0: an index beyond all */
    if (index >= cells_used(queue)) {
        return IL_NOT_FOUND;
    }
    const struct il_cell *cell = cell_at(queue, (uint32_t)index);
    if (!is_mine(object, atomic_load(&cell->word)) || cell->sequence != (uint32_t)(token >> 32)) {
        return IL_NOT_FOUND;
    }
    end_cell(queue, (uint32_t)index, state);
    return IL_OK;
}

void il_cells_give_back_all(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    for (uint32_t index = 0; index < cells_used(queue); index++) {
        if (is_mine(object, atomic_load(&cell_at(queue, index)->word))) {
            end_cell(queue, index, IL_CELL_BACK);
        }
    }
}

int il_cells_held_by_others(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    for (uint32_t index = 0; index < cells_used(queue); index++) {
        uint64_t word = atomic_load(&cell_at(queue, index)->word);
        if (state_of(word) == IL_CELL_HELD && !is_mine(object, word)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ giving back */

/* Gives back what dead processes hold, by the same store as a living one would. */
static void give_back_for_the_dead(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    uint8_t known[IL_MAX_PROCESSES] = {0}; /* 1: alive, 2: dead; a process often holds many */
    for (uint32_t index = 0; index < cells_used(queue); index++) {
        uint64_t word = atomic_load(&cell_at(queue, index)->word);
        if (state_of(word) != IL_CELL_HELD || is_mine(object, word)) {
            continue;
        }
        uint32_t slot = slot_of(word);
        int alive = 0;
        if (slot < IL_MAX_PROCESSES && known[slot] == 1) {
            continue; /* alive; if this cell is of an earlier generation, the next look finds it */
        }
        alive = il_slot_is_alive(object, slot, generation_of(word));
        if (slot < IL_MAX_PROCESSES) {
            known[slot] = alive ? 1 : 2;
        }
        if (!alive) {
            end_cell(queue, index, IL_CELL_BACK);
        }
    }
}

static int is_time_to_look(struct il_queue *queue) {
    int64_t now = il_clock_now();
    if (now < atomic_load_explicit(&queue->next_probe, memory_order_relaxed)) {
        return 0;
    }
    atomic_store_explicit(&queue->next_probe, now + PROBE_NANOS, memory_order_relaxed);
    return 1;
}

int il_cell_next_back(il_object *object, int first, uint32_t after, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    uint32_t head = il_cursor_count(atomic_load(&queue->control->head));
    uint32_t best_age = 0; /* how long ago it was taken; the oldest goes first */
    uint32_t limit = first ? UINT32_MAX : head - after;
    int found = 0;
    for (uint32_t i = 0; i < cells_used(queue); i++) {
        const struct il_cell *cell = cell_at(queue, i);
        uint32_t age = head - cell->sequence;
        if (state_of(atomic_load(&cell->word)) == IL_CELL_BACK && age >= best_age && (first || age < limit)) {
            best_age = age;
            *index = i;
            found = 1;
        }
    }
    return found;
}

int il_cell_oldest_back(il_object *object, int look_for_the_dead, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    if (look_for_the_dead && atomic_load(&control->cells_taken) > atomic_load(&control->cells_back) &&
        is_time_to_look(queue)) {
        give_back_for_the_dead(object);
    }
    if (atomic_load(&control->cells_back) == 0) {
        return 0;
    }
    if (!il_cell_next_back(object, 1, 0, index)) {
        atomic_store(&control->cells_back, 0); /* the count was garbage */
        return 0;
    }
    return 1;
}

/* ------------------------------------------------------------------ after a death */

void il_cells_rebuild(il_object *object, uint32_t head_count) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint32_t reserved = atomic_load(&control->cells_reserved), taken = 0, back = 0;
    uint64_t bytes = 0, end = queue->blocks_base;
    control->cells_used = reserved < IL_MAX_CELLS ? reserved : IL_MAX_CELLS;
    memset(control->free_cells, 0, sizeof control->free_cells);
    for (uint32_t index = control->cells_used; index-- > 0;) {
        struct il_cell *cell = cell_at(queue, index);
        uint64_t word = atomic_load(&cell->word);
        /* Taken by the dead, but head was not stored: the item is still in the ring. */
        if (state_of(word) != IL_CELL_FREE && cell->sequence - head_count < IL_MAX_BATCH) {
            atomic_store(&cell->word, word_of(IL_CELL_FREE, 0, 0, 0));
            word = 0;
        }
        if (state_of(word) == IL_CELL_FREE || cell->size_class >= IL_SIZE_CLASSES) {
            cell->size_class = 0; /* offset and class may be of two different blocks */
            push_free(queue, index);
            continue;
        }
        taken++;
        back += state_of(word) == IL_CELL_BACK;
        bytes += cell->length;
        uint64_t block_end = cell->block + (UINT64_C(1) << cell->size_class);
        end = block_end > end ? block_end : end;
    }
    atomic_store(&control->cells_taken, taken);
    atomic_store(&control->cells_back, back);
    atomic_store(&control->blocks_taken, bytes);
    control->blocks_end = end;
}

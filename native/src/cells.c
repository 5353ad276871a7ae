/*
 * In-flight cells of a joinable queue: a copy of each item that was taken and is not done, with the {slot, generation}
 * that holds it. The word of a cell is the truth; lists and counts beside it are rebuilt after a death. Everything
 * here runs under take_mutex.
 */
#include "cells.h"
#include "stage.h"

#include <string.h>

#define TOKEN_INDEX_BITS 17 /* of index + 1 */
#define PROBE_NANOS INT64_C(10000000)
#define LONGEST_PROBE_NANOS INT64_C(250000000)
#define PROBE_SHARE 4 /* not looking lasts so many times as long as looking did */
#define FEW_CELLS 1024

/* ------------------------------------------------------------------ states of a cell */

/* Where its payload is, after checking that it is inside real memory; each word is read once, so that it stays what was checked. */
static const char *payload_of(const struct il_queue *queue, const struct il_cell *cell, uint64_t *length) {
    const uint64_t block = *(const volatile uint64_t *)&cell->block;
    uint64_t end = atomic_load(&queue->control->blocks_reserved_end);
    end = end < queue->blocks_limit ? end : queue->blocks_limit;
    *length = *(const volatile uint64_t *)&cell->length;
    if (block < queue->blocks_base || block > end || *length > end - block) {
        return NULL;
    }
    return queue->base + block;
}

void il_cell_hold(il_object *object, uint32_t index, uint32_t sequence, const void *data, uint64_t length) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = il_cell_at(queue, index);
    memcpy(queue->base + cell->block, data, length);
    cell->length = length;
    cell->sequence = sequence;
    IL_STAGE("take", 2);
    atomic_store_explicit(&cell->word, il_cell_word(IL_CELL_HELD, 1, object->slot, object->generation), memory_order_release);
    il_count_add(&queue->control->cells_taken, 1);
    IL_STAGE("take", 1);
}

static int is_mine(const il_object *object, uint64_t word) {
    return il_cell_state_of(word) == IL_CELL_HELD && il_cell_slot_of(word) == object->slot &&
           il_cell_generation_of(word) == object->generation;
}

/* {sequence: 32, deliveries: 15, index + 1: 17}: of this delivery, so that it can not end a later one. */
uint64_t il_cell_token(const il_object *object, uint32_t index) {
    const struct il_cell *cell = il_cell_at(il_queue_of(object), index);
    uint32_t deliveries = il_cell_deliveries_of(atomic_load_explicit(&cell->word, memory_order_relaxed));
    return (uint64_t)cell->sequence << 32 | deliveries << TOKEN_INDEX_BITS | (index + 1);
}

il_status il_cell_copy(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = il_cell_at(queue, index);
    uint64_t length;
    const char *payload = payload_of(queue, cell, &length);
    if (payload == NULL) {
        return IL_CORRUPT;
    }
    item->length = length;
    item->token = il_cell_token(object, index);
    item->deliveries = il_cell_deliveries_of(atomic_load(&cell->word));
    if (length > capacity) {
        return IL_TOO_SMALL;
    }
    memcpy(buffer, payload, length);
    return IL_OK;
}

il_status il_cell_redeliver(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    struct il_cell *cell = il_cell_at(queue, index);
    il_status status = il_cell_copy(object, index, buffer, capacity, item);
    if (status == IL_OK) {
        uint32_t deliveries = item->deliveries < 0x3fff ? item->deliveries + 1 : 0x3fff;
        item->deliveries = deliveries;
        IL_STAGE("take", 3);
        atomic_store(&cell->word, il_cell_word(IL_CELL_HELD, deliveries, object->slot, object->generation));
        il_count_add(&queue->control->cells_back, UINT32_MAX);
        IL_STAGE("take", 4);
        item->token = il_cell_token(object, index);
    }
    return status;
}

static void end_cell(struct il_queue *queue, uint32_t index, enum il_cell_state state) {
    struct il_cell *cell = il_cell_at(queue, index);
    uint64_t word = atomic_load_explicit(&cell->word, memory_order_relaxed);
    if (state == IL_CELL_BACK) {
        atomic_store_explicit(&cell->word, il_cell_word(IL_CELL_BACK, il_cell_deliveries_of(word), 0, 0), memory_order_release);
        IL_STAGE("end", 1);
        il_count_add(&queue->control->cells_back, 1);
        return;
    }
    atomic_store_explicit(&cell->word, il_cell_word(IL_CELL_FREE, 0, 0, 0), memory_order_release);
    IL_STAGE("end", 2);
    il_count_add(&queue->control->cells_taken, UINT32_MAX);
    il_count_add(&queue->control->done_units, il_record_units(cell->length));
    il_cell_push_free(queue, index);
}

il_status il_cell_end(il_object *object, uint64_t token, enum il_cell_state state) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t index = (token & ((1u << TOKEN_INDEX_BITS) - 1)) - 1; /* token 0: an index beyond all */
    if (index >= il_cells_used(queue)) {
        return IL_NOT_FOUND;
    }
    const struct il_cell *cell = il_cell_at(queue, (uint32_t)index);
    if (!is_mine(object, atomic_load(&cell->word)) || il_cell_token(object, (uint32_t)index) != token) {
        return IL_NOT_FOUND;
    }
    end_cell(queue, (uint32_t)index, state);
    return IL_OK;
}

void il_cells_give_back_all(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    for (uint32_t index = 0; index < il_cells_used(queue); index++) {
        if (is_mine(object, atomic_load(&il_cell_at(queue, index)->word))) {
            end_cell(queue, index, IL_CELL_BACK);
        }
    }
}

int il_cells_held_by_others(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    for (uint32_t index = 0; index < il_cells_used(queue); index++) {
        uint64_t word = atomic_load(&il_cell_at(queue, index)->word);
        if (il_cell_state_of(word) == IL_CELL_HELD && !is_mine(object, word)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ giving back */

/* What the counts say may be garbage, and a take or a join would wait for ever for what they make up. */
void il_cells_recount(il_object *object) {
    const struct il_queue *queue = il_queue_of(object);
    uint32_t held = 0, back = 0;
    for (uint32_t index = 0; index < il_cells_used(queue); index++) {
        const enum il_cell_state state = il_cell_state_of(atomic_load(&il_cell_at(queue, index)->word));
        held += state == IL_CELL_HELD;
        back += state == IL_CELL_BACK;
    }
    atomic_store(&queue->control->cells_taken, held + back);
    atomic_store(&queue->control->cells_back, back);
}

/* Gives back what dead processes hold, by the same store as a living one would. */
static void give_back_for_the_dead(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    uint32_t alive[IL_MAX_PROCESSES] = {0}; /* generations that were found alive; a process often holds many */
    for (uint32_t index = 0; index < il_cells_used(queue); index++) {
        uint64_t word = atomic_load(&il_cell_at(queue, index)->word);
        if (il_cell_state_of(word) != IL_CELL_HELD || is_mine(object, word)) {
            continue;
        }
        uint32_t slot = il_cell_slot_of(word), generation = il_cell_generation_of(word);
        if (slot < IL_MAX_PROCESSES && alive[slot] == generation && generation != 0) {
            continue;
        }
        if (!il_slot_is_alive(object, slot, generation)) {
            end_cell(queue, index, IL_CELL_BACK);
        } else {
            alive[slot] = generation;
        }
    }
    il_cells_recount(object);
}

/*
 * Now and then. The pause is counted from the end of the look, and grows with it: where a look at very many cells takes
 * longer than the pause (a slow machine, an emulator), every take would look, and the queue would do nothing else. It has
 * an end, because a process that was stopped while it looked counts that as looking.
 */
static void look_for_the_dead_when_it_is_time(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    const int64_t begin = il_clock_now();
    if (begin < atomic_load_explicit(&queue->next_probe, memory_order_relaxed)) {
        return;
    }
    give_back_for_the_dead(object);
    const int64_t end = il_clock_now();
    int64_t pause = PROBE_SHARE * (end - begin);
    pause = pause > PROBE_NANOS ? pause : PROBE_NANOS;
    pause = pause < LONGEST_PROBE_NANOS ? pause : LONGEST_PROBE_NANOS;
    atomic_store_explicit(&queue->next_probe, end + pause, memory_order_relaxed);
}

/*
 * Who has slept looks for the dead in any case: what woke it may be a newer item. That costs little beside the sleep,
 * unless so many cells are to be looked at that it would keep others out.
 */
void il_joinable_woken(il_object *object, int reason) {
    struct il_queue *queue = il_queue_of(object);
    if (reason == IL_NOT_EMPTY && atomic_load_explicit(&queue->control->cells_reserved, memory_order_relaxed) <= FEW_CELLS) {
        atomic_store_explicit(&queue->next_probe, 0, memory_order_relaxed);
    }
}

int il_cell_next_back(il_object *object, int first, uint32_t after, uint32_t *index) {
    struct il_queue *queue = il_queue_of(object);
    uint32_t head = il_cursor_count(atomic_load(&queue->control->head));
    uint32_t best_age = 0; /* how long ago it was taken; the oldest goes first */
    uint32_t limit = first ? UINT32_MAX : head - after;
    int found = 0;
    for (uint32_t i = 0; i < il_cells_used(queue); i++) {
        const struct il_cell *cell = il_cell_at(queue, i);
        uint32_t age = head - cell->sequence;
        if (il_cell_state_of(atomic_load(&cell->word)) == IL_CELL_BACK && age >= best_age && (first || age < limit)) {
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
    if (look_for_the_dead && atomic_load(&control->cells_taken) > atomic_load(&control->cells_back)) {
        look_for_the_dead_when_it_is_time(object);
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

void il_cells_rebuild(il_object *object, uint32_t head_count, uint32_t *units) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint32_t reserved = atomic_load(&control->cells_reserved), taken = 0, back = 0;
    uint64_t end = queue->blocks_base;
    *units = 0;
    control->cells_used = reserved < IL_MAX_CELLS ? reserved : IL_MAX_CELLS;
    memset(control->free_cells, 0, sizeof control->free_cells);
    for (uint32_t index = control->cells_used; index-- > 0;) {
        struct il_cell *cell = il_cell_at(queue, index);
        uint64_t word = atomic_load(&cell->word);
        /* Taken by the dead, but head was not stored: the item is still in the ring. */
        const enum il_cell_state state = il_cell_state_of(word);
        const int is_taken = state == IL_CELL_HELD || state == IL_CELL_BACK; /* else free, or garbage */
        if (state != IL_CELL_FREE && (!is_taken || cell->sequence - head_count < IL_MAX_BATCH)) {
            atomic_store(&cell->word, il_cell_word(IL_CELL_FREE, 0, 0, 0));
            word = 0;
        }
        if (il_cell_state_of(word) == IL_CELL_FREE || cell->size_class >= IL_SIZE_CLASSES) {
            cell->size_class = 0; /* offset and class may be of two different blocks */
            il_cell_push_free(queue, index);
            continue;
        }
        taken++;
        back += il_cell_state_of(word) == IL_CELL_BACK;
        *units += il_record_units(cell->length);
        uint64_t block_end = cell->block + (UINT64_C(1) << cell->size_class);
        end = block_end > end ? block_end : end;
    }
    atomic_store(&control->cells_taken, taken);
    atomic_store(&control->cells_back, back);
    control->blocks_end = end;
}

/* Looking at a queue without changing it, and waiting on it from C. */
#include "cells.h"

#include "eventcount.h"

#include <string.h>

int il_queue_ready(il_object *object, int reason) {
    const struct il_queue *queue = il_queue_of(object);
    if (reason == IL_ALL_DONE) {
        return 0; /* all who wait for that are woken at once */
    }
    if (atomic_load(&queue->control->shut_down)) {
        return 1;
    }
    const uint32_t items = il_queue_count_waiting(queue) + il_queue_count_back(queue);
    const uint32_t places = items < queue->capacity ? queue->capacity - items : 0;
    const uint32_t amount = reason == IL_NOT_EMPTY ? items : places;
    return amount < INT32_MAX ? (int)amount : INT32_MAX;
}

il_status il_queue_size(const il_object *object, uint32_t *size) {
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        const struct il_queue *queue = il_queue_of(object);
        *size = il_queue_at_most_int((uint64_t)il_queue_count_waiting(queue) + il_queue_count_back(queue));
    }
    return status;
}

il_status il_queue_inspect(il_object *object, il_queue_state *state) {
    memset(state, 0, sizeof *state);
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_take(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    const struct il_queue *queue = il_queue_of(object);
    const struct il_queue_control *control = queue->control;
    uint64_t waiting = il_queue_count_waiting(queue);
    if (queue->joinable && atomic_load(&control->cells_taken) > il_cells_used(queue)) {
        il_cells_recount(object);
    }
    state->unfinished = il_queue_at_most_int(waiting + (queue->joinable ? atomic_load(&control->cells_taken) : 0));
    state->size = il_queue_at_most_int(waiting + il_queue_count_back(queue));
    uint64_t reserved = atomic_load(&control->reserved_end), released = control->released_end;
    state->reserved_bytes = IL_SMALL_SIZE + (reserved > released ? reserved - released : 0);
    if (queue->joinable) {
        state->reserved_bytes += atomic_load(&control->cells_reserved) * sizeof(struct il_cell) +
                                 (atomic_load(&control->blocks_reserved_end) - queue->blocks_base);
    }
    il_queue_unlock_take(il_queue_of(object));
    state->capacity = queue->capacity;
    state->shut_down = atomic_load(&control->shut_down);
    state->max_bytes = queue->max_bytes;
    state->largest_item = queue->largest_record - IL_RECORD_HEADER;
    state->next_step = il_ring_next_step(queue);
    state->full = state->size >= queue->capacity || il_ring_is_full(queue);
    return IL_OK;
}

/* -------------------------------------------------------------------------- looking at items */

enum cursor_stage { STAGE_START = 0, STAGE_BACK = 1, STAGE_RING = 2 };

static il_status look_in_ring(il_object *object, il_cursor *cursor, void *buffer, uint64_t capacity, il_item *item) {
    const struct il_queue *queue = il_queue_of(object);
    uint64_t head = atomic_load(&queue->control->head), tail = atomic_load(&queue->control->tail);
    const char *data;
    /* At or behind the head: the head itself, for a restart of the ring may have moved it without taking anything. */
    if (cursor->started != STAGE_RING || (int32_t)(il_cursor_count(cursor->next) - il_cursor_count(head)) <= 0) {
        cursor->next = head;
    }
    cursor->started = STAGE_RING;
    uint32_t left = il_cursor_count(tail) - il_cursor_count(cursor->next);
    if (left == 0) {
        return IL_WOULD_BLOCK;
    }
    if (left > queue->capacity) {
        return IL_CORRUPT; /* whoever goes on until there is none would go round and round */
    }
    struct il_end next = {.cursor = cursor->next};
    il_status status = il_ring_read(queue, &next, &data, &item->length);
    if (status != IL_OK) {
        return status;
    }
    if (item->length > capacity) {
        return IL_TOO_SMALL;
    }
    memcpy(buffer, data, item->length);
    item->deliveries = 1;
    cursor->next = next.cursor;
    return IL_OK;
}

/* Items given back come first, as they do for takers. */
static int look_at_back(il_object *object, il_cursor *cursor, void *buffer, uint64_t capacity, il_item *item,
                        il_status *status) {
    uint32_t index;
    if (cursor->started == STAGE_RING ||
        !il_cell_next_back(object, cursor->started == STAGE_START, (uint32_t)cursor->next, &index)) {
        return 0;
    }
    *status = il_cell_copy(object, index, buffer, capacity, item);
    if (*status == IL_OK) {
        cursor->started = STAGE_BACK;
        cursor->next = item->token >> 32;
        item->token = 0;
    }
    return 1;
}

il_status il_queue_look(il_object *object, il_cursor *cursor, void *buffer, uint64_t capacity, il_item *item) {
    memset(item, 0, sizeof *item);
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        /* Under the mutex, because a stray read of memory that was given back would make it real again. */
        status = il_queue_lock_take(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    if (!il_queue_of(object)->joinable || !look_at_back(object, cursor, buffer, capacity, item, &status)) {
        status = look_in_ring(object, cursor, buffer, capacity, item);
    }
    il_queue_unlock_take(il_queue_of(object));
    return status;
}

/* -------------------------------------------------------------------------- waiting */

struct attempt {
    il_object *object;
    const void *data;
    uint64_t length;
    void *buffer;
    il_item *item;
};

static il_status try_put(void *argument) {
    const struct attempt *attempt = argument;
    return il_queue_try_put(attempt->object, attempt->data, attempt->length);
}

static il_status try_take(void *argument) {
    const struct attempt *attempt = argument;
    return il_queue_try_take(attempt->object, attempt->buffer, attempt->length, attempt->item);
}

static il_status try_join(void *argument) {
    const struct attempt *attempt = argument;
    return il_queue_try_join(attempt->object);
}

il_status il_queue_put(il_object *object, const void *data, uint64_t length, int64_t deadline) {
    struct attempt attempt = {.object = object, .data = data, .length = length};
    return il_wait_until(object, IL_NOT_FULL, try_put, &attempt, deadline);
}

il_status il_queue_take(il_object *object, void *buffer, uint64_t capacity, il_item *item, int64_t deadline) {
    struct attempt attempt = {.object = object, .buffer = buffer, .length = capacity, .item = item};
    return il_wait_until(object, IL_NOT_EMPTY, try_take, &attempt, deadline);
}

il_status il_queue_join(il_object *object, int64_t deadline) {
    struct attempt attempt = {.object = object};
    return il_wait_until(object, IL_ALL_DONE, try_join, &attempt, deadline);
}

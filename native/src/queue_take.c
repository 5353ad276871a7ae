/* Taking: copy out (joinable queues: into a cell, too), publish by one store, unlock, wake a putter. */
#include "queue.h"
#include "stage.h"

#include <string.h>

/* Under take_mutex: IL_OK if the ring holds an item; else what an empty queue answers. */
static il_status look_for_item(il_object *object, uint64_t head) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    if (il_cursor_count(head) == il_cursor_count(control->known_tail)) {
        /* The flag before the tail: if it is set, every tail that a put will ever store is there to see. */
        uint32_t shut_down = atomic_load(&control->shut_down);
        control->known_tail = atomic_load_explicit(&control->tail, memory_order_acquire);
        if (il_cursor_count(head) == il_cursor_count(control->known_tail)) {
            return shut_down && !(queue->joinable && il_cells_held_by_others(object)) ? IL_SHUT_DOWN : IL_WOULD_BLOCK;
        }
    }
    uint32_t waiting = il_cursor_count(control->known_tail) - il_cursor_count(head);
    return waiting <= queue->capacity ? IL_OK : IL_CORRUPT;
}

/* Under take_mutex: the item at *head to buffer; *head moves on but is not stored yet. */
static il_status take_from_ring(il_object *object, struct il_end *head, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    const char *data;
    struct il_end next = *head;
    uint32_t cell = 0;
    il_status status = il_ring_read(queue, &next, &data, &item->length);
    if (status != IL_OK) {
        return status;
    }
    if (item->length > capacity) {
        return IL_TOO_SMALL;
    }
    if (queue->joinable) {
        status = il_cell_find(object, item->length, &cell);
        if (status != IL_OK) {
            return status;
        }
        il_cell_hold(object, cell, il_cursor_count(head->cursor), data, item->length);
        item->token = il_cell_token(object, cell);
    }
    memcpy(buffer, data, item->length);
    item->deliveries = 1;
    *head = next;
    return IL_OK;
}

static void publish_head(il_object *object, const struct il_end *head) {
    il_ring_publish_head(il_queue_of(object), head);
    il_ring_release(object, head->cursor);
}

/* The item that a take would give, untaken: for a buffer that has not even room for its il_item. */
static il_status look_at_next(il_object *object, struct il_end head, il_item *item) {
    const char *data;
    uint32_t cell;
    if (il_queue_of(object)->joinable && il_cell_oldest_back(object, 1, &cell)) {
        char none;
        il_status status = il_cell_copy(object, cell, &none, 0, item);
        return status == IL_OK ? IL_TOO_SMALL : status;
    }
    il_status status = look_for_item(object, head.cursor);
    if (status == IL_OK) {
        status = il_ring_read(il_queue_of(object), &head, &data, &item->length);
    }
    return status == IL_OK ? IL_TOO_SMALL : status;
}

static il_status take_next(il_object *object, struct il_end *head, void *buffer, uint64_t capacity, il_item *item) {
    uint32_t cell;
    if (il_queue_of(object)->joinable && il_cell_oldest_back(object, 1, &cell)) {
        return il_cell_redeliver(object, cell, buffer, capacity, item);
    }
    il_status status = look_for_item(object, head->cursor);
    return status == IL_OK ? take_from_ring(object, head, buffer, capacity, item) : status;
}

static il_status take_locked(il_object *object, void *buffer, uint64_t capacity, il_item *item) {
    struct il_end head;
    il_status status = il_ring_head(il_queue_of(object), &head);
    const uint64_t published = head.cursor;
    if (status == IL_OK) {
        status = take_next(object, &head, buffer, capacity, item);
    }
    if (status == IL_OK && head.cursor != published) {
        publish_head(object, &head);
    }
    return status;
}

il_status il_queue_try_take(il_object *object, void *buffer, uint64_t capacity, il_item *item) {
    memset(item, 0, sizeof *item);
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status != IL_OK) {
        return status;
    }
    status = take_locked(object, buffer, capacity, item);
    il_queue_unlock_take(object);
    IL_STAGE("take", 7);
    if (status == IL_OK) {
        il_queue_wake(object, IL_NOT_FULL, 0);
    }
    return status;
}

/* One item of a batch, packed as il_item and bytes; *head moves on. */
static il_status take_packed(il_object *object, struct il_end *head, char **cursor, const char *end, uint64_t *needed) {
    il_item item = {0};
    uint64_t space = (uint64_t)(end - *cursor);
    il_status status;
    if (space < sizeof item) {
        status = look_at_next(object, *head, &item);
    } else {
        status = take_next(object, head, *cursor + sizeof item, (space - sizeof item) & ~UINT64_C(7), &item);
    }
    uint64_t size = sizeof item + ((item.length + 7) & ~UINT64_C(7));
    if (status == IL_TOO_SMALL) {
        *needed = size;
    } else if (status == IL_OK) {
        memcpy(*cursor, &item, sizeof item);
        *cursor += size;
    }
    return status;
}

static il_status take_all_locked(il_object *object, struct il_end *head, char *cursor, const char *end, uint32_t count,
                                 uint32_t *taken, uint64_t *needed) {
    il_status status = il_ring_head(il_queue_of(object), head);
    const uint64_t published = head->cursor;
    while (status == IL_OK && *taken < count) {
        status = take_packed(object, head, &cursor, end, needed);
        *taken += status == IL_OK;
    }
    if (head->cursor != published) {
        publish_head(object, head);
    }
    return status;
}

il_status il_queue_try_take_all(il_object *object, void *buffer, uint64_t capacity, uint32_t count, uint32_t *taken,
                                uint64_t *needed) {
    *taken = 0;
    *needed = 0;
    il_status status = il_queue_check(object);
    if (status == IL_OK && (count > IL_MAX_BATCH || count == 0)) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status != IL_OK) {
        return status;
    }
    struct il_end head = {0};
    status = take_all_locked(object, &head, buffer, (char *)buffer + capacity, count, taken, needed);
    il_queue_unlock_take(object);
    IL_STAGE("take", 7);
    if (*taken > 0) {
        il_queue_wake(object, IL_NOT_FULL, *taken > 1);
    }
    return *taken > 0 ? IL_OK : status;
}

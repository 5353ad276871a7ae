/* Taking: copy out (joinable queues: into a cell, too), publish by one store, unlock, wake a putter. */
#include "queue.h"
#include "stage.h"

#include <string.h>

/* Under take_mutex: IL_OK if the ring holds an item; else what an empty queue answers. */
static il_status look_for_item(struct il_queue *queue, uint64_t head) {
    struct il_queue_control *control = queue->control;
    if (il_cursor_count(head) == il_cursor_count(control->known_tail)) {
        /* The flag before the tail: if it is set, every tail that a put will ever store is there to see. */
        uint32_t shut_down = atomic_load(&control->shut_down);
        control->known_tail = atomic_load_explicit(&control->tail, memory_order_acquire);
        if (il_cursor_count(head) == il_cursor_count(control->known_tail)) {
            return shut_down && !(queue->joinable && il_cells_held_by_others(queue->object)) ? IL_SHUT_DOWN : IL_WOULD_BLOCK;
        }
    }
    uint32_t waiting = il_cursor_count(control->known_tail) - il_cursor_count(head);
    return waiting <= queue->capacity ? IL_OK : IL_CORRUPT;
}

/* Under take_mutex: the item at *head to buffer; *head moves on but is not stored yet. */
static il_status take_from_ring(struct il_queue *queue, struct il_end *head, void *buffer, uint64_t capacity, il_item *item) {
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
        status = il_cell_find(queue->object, item->length, &cell);
        if (status != IL_OK) {
            return status;
        }
        il_cell_hold(queue->object, cell, il_cursor_count(head->cursor), data, item->length);
        item->token = il_cell_token(queue->object, cell);
    }
    memcpy(buffer, data, item->length);
    item->deliveries = 1;
    *head = next;
    return IL_OK;
}

static void publish_head(struct il_queue *queue, const struct il_end *head) {
    il_ring_publish_head(queue, head);
    il_ring_release(queue, head->cursor);
}

/* The item that a take would give, untaken: for a buffer that has not even room for its il_item. */
static il_status look_at_next(struct il_queue *queue, struct il_end head, il_item *item) {
    const char *data;
    uint32_t cell;
    if (queue->joinable && il_cell_oldest_back(queue->object, 1, &cell)) {
        char none;
        il_status status = il_cell_copy(queue->object, cell, &none, 0, item);
        return status == IL_OK ? IL_TOO_SMALL : status;
    }
    il_status status = look_for_item(queue, head.cursor);
    if (status == IL_OK) {
        status = il_ring_read(queue, &head, &data, &item->length);
    }
    return status == IL_OK ? IL_TOO_SMALL : status;
}

static il_status take_next(struct il_queue *queue, struct il_end *head, void *buffer, uint64_t capacity, il_item *item) {
    uint32_t cell;
    if (queue->joinable && il_cell_oldest_back(queue->object, 1, &cell)) {
        return il_cell_redeliver(queue->object, cell, buffer, capacity, item);
    }
    il_status status = look_for_item(queue, head->cursor);
    return status == IL_OK ? take_from_ring(queue, head, buffer, capacity, item) : status;
}

il_status il_queue_remove(struct il_queue *queue, void *buffer, uint64_t capacity, il_item *item) {
    struct il_end head;
    il_status status = il_ring_head(queue, &head);
    const uint64_t published = head.cursor;
    if (status == IL_OK) {
        status = take_next(queue, &head, buffer, capacity, item);
    }
    if (status == IL_OK && head.cursor != published) {
        publish_head(queue, &head);
    }
    return status;
}

il_status il_queue_try_take(il_object *object, void *buffer, uint64_t capacity, il_item *item) {
    memset(item, 0, sizeof *item);
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_take(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    status = il_queue_remove(il_queue_of(object), buffer, capacity, item);
    il_queue_unlock_take(il_queue_of(object));
    IL_STAGE("take", 7);
    if (status == IL_OK) {
        il_queue_wake(object, IL_NOT_FULL, 0);
    }
    return status;
}

/* One item of a batch, packed as il_item and bytes; *head moves on. */
static il_status take_packed(struct il_queue *queue, struct il_end *head, char **cursor, const char *end, uint64_t *needed) {
    il_item item = {0};
    uint64_t space = (uint64_t)(end - *cursor);
    il_status status;
    if (space < sizeof item) {
        status = look_at_next(queue, *head, &item);
    } else {
        status = take_next(queue, head, *cursor + sizeof item, (space - sizeof item) & ~UINT64_C(7), &item);
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

static il_status take_all_locked(struct il_queue *queue, struct il_end *head, char *cursor, const char *end, uint32_t count,
                                 uint32_t *taken, uint64_t *needed) {
    il_status status = il_ring_head(queue, head);
    const uint64_t published = head->cursor;
    while (status == IL_OK && *taken < count) {
        status = take_packed(queue, head, &cursor, end, needed);
        *taken += status == IL_OK;
    }
    if (head->cursor != published) {
        publish_head(queue, head);
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
        status = il_queue_lock_take(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    struct il_end head = {0};
    status = take_all_locked(il_queue_of(object), &head, buffer, (char *)buffer + capacity, count, taken, needed);
    il_queue_unlock_take(il_queue_of(object));
    IL_STAGE("take", 7);
    if (*taken > 0) {
        il_queue_wake(object, IL_NOT_FULL, *taken > 1);
    }
    return *taken > 0 ? IL_OK : status;
}

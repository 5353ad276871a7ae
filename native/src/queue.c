/* The operations of a queue: one side's mutex, one store that publishes, unlock, wake the other side. */
#include "queue.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <string.h>

/* ----------------------------------------------------------------------- the two sides */

/* What a death may have left: cursors and cells are whole by construction; everything else is made from them anew. */
il_status il_queue_lock_put(il_object *object) {
    struct il_queue_control *control = il_queue_of(object)->control;
    int died;
    il_status status = il_guard_lock(&control->put_mutex, &died);
    if (status == IL_OK && died) {
        control->known_head = atomic_load(&control->head);
        il_guard_recovered(object, &control->put_mutex);
    }
    return status;
}

il_status il_queue_lock_take(il_object *object) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    int died;
    il_status status = il_guard_lock(&control->take_mutex, &died);
    if (status == IL_OK && died) {
        control->known_tail = atomic_load(&control->tail);
        if (queue->joinable) {
            il_cells_rebuild(object, il_cursor_count(atomic_load(&control->head)));
        }
        il_guard_recovered(object, &control->take_mutex);
    }
    return status;
}

void il_queue_unlock_put(il_object *object) { il_platform_mutex_unlock(&il_queue_of(object)->control->put_mutex); }
void il_queue_unlock_take(il_object *object) { il_platform_mutex_unlock(&il_queue_of(object)->control->take_mutex); }

static void wake(il_object *object, int reason, int everyone) {
    il_event_wake(&il_control_of(object)->events[reason], everyone);
}

/* ------------------------------------------------------------------------------- put */

il_status il_queue_try_put(il_object *object, const void *data, uint64_t length) {
    struct il_place place;
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_put(object);
    }
    if (status != IL_OK) {
        return status;
    }
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    if (atomic_load_explicit(&control->shut_down, memory_order_relaxed)) {
        status = IL_SHUT_DOWN;
    } else {
        status = il_ring_place(object, atomic_load_explicit(&control->tail, memory_order_relaxed), 1, length, &place);
    }
    if (status == IL_OK) {
        il_ring_write(queue, place.offset, data, length);
        IL_STAGE("put", 1);
        atomic_store_explicit(&control->tail, place.next_tail, memory_order_release);
        IL_STAGE("put", 2);
    }
    il_queue_unlock_put(object);
    IL_STAGE("put", 3);
    if (status == IL_OK) {
        wake(object, IL_NOT_EMPTY, 0);
    }
    return status;
}

/* The next item of a packed buffer; 0 if the buffer ends first. */
static int unpack(const char **cursor, const char *end, const void **data, uint64_t *length) {
    if (end - *cursor < (ptrdiff_t)sizeof *length) {
        return 0;
    }
    memcpy(length, *cursor, sizeof *length);
    *cursor += sizeof *length;
    uint64_t padded = (*length + 7) & ~UINT64_C(7);
    if (padded < *length || padded > (uint64_t)(end - *cursor)) {
        return 0;
    }
    *data = *cursor;
    *cursor += padded;
    return 1;
}

static il_status put_packed(il_object *object, const char *cursor, const char *end, uint32_t count, uint32_t *put) {
    struct il_queue *queue = il_queue_of(object);
    struct il_queue_control *control = queue->control;
    uint64_t tail = atomic_load_explicit(&control->tail, memory_order_relaxed);
    il_status status = IL_OK;
    for (*put = 0; *put < count; ++*put) {
        struct il_place place;
        const void *data;
        uint64_t length;
        if (!unpack(&cursor, end, &data, &length)) {
            status = IL_INVALID;
            break;
        }
        status = il_ring_place(object, tail, *put == 0, length, &place);
        if (status != IL_OK) {
            break;
        }
        il_ring_write(queue, place.offset, data, length);
        tail = place.next_tail;
    }
    if (*put > 0) {
        IL_STAGE("put", 4);
        atomic_store_explicit(&control->tail, tail, memory_order_release);
        IL_STAGE("put", 5);
    }
    return status;
}

il_status il_queue_try_put_all(il_object *object, const void *packed, uint64_t packed_length, uint32_t count,
                               uint32_t *put) {
    *put = 0;
    il_status status = il_queue_check(object);
    if (status == IL_OK && count > IL_MAX_BATCH) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = il_queue_lock_put(object);
    }
    if (status != IL_OK) {
        return status;
    }
    if (atomic_load_explicit(&il_queue_of(object)->control->shut_down, memory_order_relaxed)) {
        status = IL_SHUT_DOWN;
    } else {
        status = put_packed(object, packed, (const char *)packed + packed_length, count, put);
    }
    il_queue_unlock_put(object);
    if (*put > 0) {
        wake(object, IL_NOT_EMPTY, *put > 1);
    }
    return status;
}

/* ------------------------------------------------------------------------------- take */

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
static il_status take_from_ring(il_object *object, uint64_t *head, void *buffer, uint64_t capacity, il_item *item) {
    struct il_queue *queue = il_queue_of(object);
    const char *data;
    uint64_t next;
    uint32_t cell = 0;
    il_status status = il_ring_read(queue, *head, &data, &item->length, &next);
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
        il_cell_hold(object, cell, il_cursor_count(*head), data, item->length);
        item->token = il_cell_token(object, cell);
    }
    memcpy(buffer, data, item->length);
    item->deliveries = 1;
    *head = next;
    return IL_OK;
}

static void publish_head(il_object *object, uint64_t head) {
    IL_STAGE("take", 5);
    atomic_store_explicit(&il_queue_of(object)->control->head, head, memory_order_release);
    IL_STAGE("take", 6);
    il_ring_release(object, head);
}

static il_status take_locked(il_object *object, void *buffer, uint64_t capacity, il_item *item, int *from_ring) {
    struct il_queue *queue = il_queue_of(object);
    uint64_t head = atomic_load_explicit(&queue->control->head, memory_order_relaxed);
    uint32_t cell;
    *from_ring = 0;
    if (queue->joinable && il_cell_oldest_back(object, 1, &cell)) {
        return il_cell_redeliver(object, cell, buffer, capacity, item);
    }
    il_status status = look_for_item(object, head);
    if (status == IL_OK) {
        status = take_from_ring(object, &head, buffer, capacity, item);
    }
    if (status == IL_OK) {
        publish_head(object, head);
        *from_ring = 1;
    }
    return status;
}

il_status il_queue_try_take(il_object *object, void *buffer, uint64_t capacity, il_item *item) {
    int from_ring;
    memset(item, 0, sizeof *item);
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status != IL_OK) {
        return status;
    }
    status = take_locked(object, buffer, capacity, item, &from_ring);
    il_queue_unlock_take(object);
    IL_STAGE("take", 7);
    if (status == IL_OK && from_ring) {
        wake(object, IL_NOT_FULL, 0);
    }
    return status;
}

/* One item of a batch, packed as il_item and bytes; *head moves on. */
static il_status take_packed(il_object *object, uint64_t *head, char **cursor, const char *end, uint64_t *needed) {
    il_item item = {0};
    uint32_t cell;
    uint64_t space = (uint64_t)(end - *cursor);
    uint64_t room = space > sizeof item ? space - sizeof item : 0;
    char *data = *cursor + sizeof item;
    il_status status;
    if (il_queue_of(object)->joinable && il_cell_oldest_back(object, 1, &cell)) {
        status = il_cell_redeliver(object, cell, data, room & ~UINT64_C(7), &item);
    } else {
        status = look_for_item(object, *head);
        if (status == IL_OK) {
            status = take_from_ring(object, head, data, room & ~UINT64_C(7), &item);
        }
    }
    if (status == IL_TOO_SMALL) {
        *needed = sizeof item + ((item.length + 7) & ~UINT64_C(7));
    } else if (status == IL_OK) {
        memcpy(*cursor, &item, sizeof item);
        *cursor = data + ((item.length + 7) & ~UINT64_C(7));
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
    uint64_t published = atomic_load_explicit(&il_queue_of(object)->control->head, memory_order_relaxed);
    uint64_t head = published;
    char *cursor = buffer;
    const char *end = cursor + capacity;
    while (*taken < count) {
        status = take_packed(object, &head, &cursor, end, needed);
        if (status != IL_OK) {
            break;
        }
        ++*taken;
    }
    if (head != published) {
        publish_head(object, head);
    }
    il_queue_unlock_take(object);
    if (head != published) {
        wake(object, IL_NOT_FULL, *taken > 1);
    }
    return *taken > 0 ? IL_OK : status;
}

/* ------------------------------------------------------------------------------- end of an item */

static il_status end_item(il_object *object, uint64_t token, enum il_cell_state state) {
    il_status status = il_queue_check(object);
    if (status == IL_OK && object->kind != IL_KIND_JOINABLE_QUEUE) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status != IL_OK) {
        return status;
    }
    struct il_queue_control *control = il_queue_of(object)->control;
    status = il_cell_end(object, token, state);
    int takers_care = state == IL_CELL_BACK || atomic_exchange(&control->cells_wanted, 0) != 0;
    int all_done = atomic_load(&control->cells_taken) == 0 &&
                   il_cursor_count(atomic_load(&control->head)) == il_cursor_count(atomic_load(&control->tail));
    il_queue_unlock_take(object);
    if (status != IL_OK) {
        return status;
    }
    int shut_down = atomic_load(&control->shut_down) != 0;
    if (takers_care || shut_down) {
        wake(object, IL_NOT_EMPTY, shut_down); /* after a shutdown, the last one done ends all takers' waiting */
    }
    if (all_done) {
        wake(object, IL_ALL_DONE, 1);
    }
    if (state == IL_CELL_FREE && (atomic_load(&il_control_of(object)->events[IL_NOT_FULL].word) & IL_SLEEPERS_FOR_BYTES)) {
        wake(object, IL_NOT_FULL, 1);
    }
    return IL_OK;
}

il_status il_queue_done(il_object *object, uint64_t token) { return end_item(object, token, IL_CELL_FREE); }
il_status il_queue_give_back(il_object *object, uint64_t token) { return end_item(object, token, IL_CELL_BACK); }

il_status il_queue_give_back_all(il_object *object) {
    il_status status = il_queue_check(object);
    if (status == IL_OK && object->kind != IL_KIND_JOINABLE_QUEUE) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status == IL_OK) {
        il_cells_give_back_all(object);
        il_queue_unlock_take(object);
        wake(object, IL_NOT_EMPTY, 1);
    }
    return status;
}

il_status il_queue_try_join(il_object *object) {
    il_status status = il_queue_check(object);
    if (status == IL_OK && object->kind != IL_KIND_JOINABLE_QUEUE) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = il_queue_lock_take(object);
    }
    if (status != IL_OK) {
        return status;
    }
    struct il_queue_control *control = il_queue_of(object)->control;
    /* head and cells stand still under the mutex, so at the look at tail everything that was put was done. */
    int done = atomic_load(&control->cells_taken) == 0 &&
               il_cursor_count(atomic_load(&control->head)) == il_cursor_count(atomic_load(&control->tail));
    il_queue_unlock_take(object);
    return done ? IL_OK : IL_WOULD_BLOCK;
}

il_status il_queue_shutdown(il_object *object) {
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_put(object);
    }
    if (status != IL_OK) {
        return status;
    }
    atomic_store(&il_queue_of(object)->control->shut_down, 1);
    IL_STAGE("shutdown", 1);
    il_queue_unlock_put(object);
    IL_STAGE("shutdown", 2);
    il_events_disturb(object);
    return IL_OK;
}

/* Putting: find a place, write, publish by one store, unlock, wake a taker. */
#include "queue.h"
#include "stage.h"

#include <string.h>

static il_status tail_for_put(const struct il_queue *queue, struct il_end *tail) {
    if (atomic_load_explicit(&queue->control->shut_down, memory_order_relaxed)) {
        return IL_SHUT_DOWN;
    }
    return il_ring_tail(queue, tail);
}

il_status il_queue_append(struct il_queue *queue, const void *data, uint64_t length) {
    struct il_place place;
    struct il_end tail;
    il_status status = tail_for_put(queue, &tail);
    if (status == IL_OK) {
        status = il_ring_place(queue, tail, 1, length, &place);
    }
    if (status == IL_OK) {
        il_ring_write(queue, place.offset, data, length);
        il_ring_publish_tail(queue, &place.after);
    }
    return status;
}

il_status il_queue_try_put(il_object *object, const void *data, uint64_t length) {
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_put(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    status = il_queue_append(il_queue_of(object), data, length);
    il_queue_unlock_put(il_queue_of(object));
    IL_STAGE("put", 3);
    if (status == IL_OK) {
        il_queue_wake(object, IL_NOT_EMPTY, 0);
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
    struct il_end tail;
    il_status status = tail_for_put(queue, &tail);
    for (*put = 0; status == IL_OK && *put < count; ++*put) {
        struct il_place place;
        const void *data;
        uint64_t length;
        if (!unpack(&cursor, end, &data, &length)) {
            status = IL_INVALID;
            break;
        }
        status = il_ring_place(queue, tail, *put == 0, length, &place);
        if (status != IL_OK) {
            break;
        }
        il_ring_write(queue, place.offset, data, length);
        tail = place.after;
    }
    if (*put > 0) {
        il_ring_publish_tail(queue, &tail);
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
        status = il_queue_lock_put(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    status = put_packed(object, packed, (const char *)packed + packed_length, count, put);
    il_queue_unlock_put(il_queue_of(object));
    if (*put > 0) {
        il_queue_wake(object, IL_NOT_EMPTY, *put > 1);
    }
    return status;
}

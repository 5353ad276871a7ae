/* Sending and receiving through a pipe: a put and a take, of an end that is the caller's and another that is there. */
#include "pipe.h"

#include "eventcount.h"
#include "stage.h"

#include <string.h>

static int other_of(int end) { return end == IL_LEFT ? IL_RIGHT : IL_LEFT; }
static struct il_queue *outgoing(const il_object *object, int end) { return &il_pipe_of(object)->sent[end]; }
static struct il_queue *incoming(const il_object *object, int end) { return outgoing(object, other_of(end)); }

int il_pipe_reason(int end, int sending) { return 2 * end + (sending ? IL_NOT_FULL : IL_NOT_EMPTY); }

int il_pipe_ready(il_object *object, int reason) {
    const int end = reason / 2;
    if (il_pipe_may_use(object, end) != IL_OK || il_pipe_is_closed(object, other_of(end), 0)) {
        return 1;
    }
    return reason == il_pipe_reason(end, 1) ? !il_ring_is_full(outgoing(object, end))
                                            : (int)il_queue_count_waiting(incoming(object, end));
}

/* Before any mutex, too: one whose end it is not should not be met in them. */
static il_status begin(il_object *object, int end) {
    il_status status = il_pipe_check(object, end);
    return status == IL_OK ? il_pipe_may_use(object, end) : status;
}

il_status il_pipe_try_send(il_object *object, int end, const void *data, uint64_t length) {
    il_status status = begin(object, end);
    if (status == IL_OK && il_pipe_is_closed(object, other_of(end), 1)) {
        status = IL_ENDED;
    }
    if (status == IL_OK) {
        status = il_queue_lock_put(outgoing(object, end));
    }
    if (status != IL_OK) {
        return status;
    }
    status = il_pipe_may_use(object, end);
    if (status == IL_OK) {
        status = il_queue_append(outgoing(object, end), data, length);
    }
    il_queue_unlock_put(outgoing(object, end));
    IL_STAGE("send", 1);
    if (status == IL_OK) {
        il_queue_wake(object, il_pipe_reason(other_of(end), 0), 0);
    }
    return status;
}

/* *empty: that is why it would block. */
static il_status receive_now(il_object *object, int end, void *buffer, uint64_t capacity, il_item *item, int *empty) {
    struct il_queue *queue = incoming(object, end);
    il_status status = il_queue_lock_take(queue);
    *empty = 0;
    if (status != IL_OK) {
        return status;
    }
    status = il_pipe_may_use(object, end);
    if (status == IL_OK) {
        status = il_queue_remove(queue, buffer, capacity, item);
        *empty = status == IL_WOULD_BLOCK;
    }
    il_queue_unlock_take(queue);
    IL_STAGE("receive", 1);
    if (status == IL_OK) {
        il_queue_wake(object, il_pipe_reason(other_of(end), 1), 0);
    }
    return status;
}

il_status il_pipe_try_receive(il_object *object, int end, void *buffer, uint64_t capacity, il_item *item) {
    int empty = 0, closed;
    memset(item, 0, sizeof *item);
    il_status status = begin(object, end);
    if (status != IL_OK) {
        return status;
    }
    do {
        /* Before the look at what was sent: if it is closed, all that was ever sent is there to see. */
        closed = il_pipe_is_closed(object, other_of(end), 0);
        status = receive_now(object, end, buffer, capacity, item, &empty);
    } while (empty && !closed && il_pipe_is_closed(object, other_of(end), 1));
    return empty && closed ? (il_status)IL_ENDED : status;
}

il_status il_pipe_poll(il_object *object, int end, int *ready) {
    il_status status = begin(object, end);
    *ready = 0;
    if (status == IL_OK) {
        *ready = il_queue_count_waiting(incoming(object, end)) > 0 || il_pipe_is_closed(object, other_of(end), 1);
    }
    return status == IL_WOULD_BLOCK ? (il_status)IL_OK : status;
}

il_status il_pipe_size(const il_object *object, int end, uint32_t *size) {
    il_status status = il_pipe_check(object, end);
    if (status == IL_OK) {
        *size = il_queue_count_waiting(incoming(object, end));
    }
    return status;
}

uint64_t il_pipe_largest_item(const il_object *object) {
    return il_pipe_check(object, IL_LEFT) == IL_OK ? outgoing(object, IL_LEFT)->largest_record - IL_RECORD_HEADER : 0;
}

/* -------------------------------------------------------------------------- waiting */

struct attempt {
    il_object *object;
    int end;
    const void *data;
    uint64_t length;
    void *buffer;
    il_item *item;
};

static il_status try_send(void *argument) {
    const struct attempt *attempt = argument;
    return il_pipe_try_send(attempt->object, attempt->end, attempt->data, attempt->length);
}

static il_status try_receive(void *argument) {
    const struct attempt *attempt = argument;
    return il_pipe_try_receive(attempt->object, attempt->end, attempt->buffer, attempt->length, attempt->item);
}

il_status il_pipe_send(il_object *object, int end, const void *data, uint64_t length, int64_t deadline) {
    struct attempt attempt = {.object = object, .end = end, .data = data, .length = length};
    return il_wait_until(object, il_pipe_reason(end, 1), try_send, &attempt, deadline);
}

il_status il_pipe_receive(il_object *object, int end, void *buffer, uint64_t capacity, il_item *item, int64_t deadline) {
    struct attempt attempt = {.object = object, .end = end, .buffer = buffer, .length = capacity, .item = item};
    return il_wait_until(object, il_pipe_reason(end, 0), try_receive, &attempt, deadline);
}

/*
 * Whose an end of a pipe is: making, lending, handing over, closing, and what becomes of an end whose owner died. It is
 * closed by whoever sees that first, so that all see the same: one who has been told of the end is not told otherwise
 * when a reference from that owner turns up in a queue later.
 */
#include "pipe.h"

#include "eventcount.h"
#include "stage.h"

#include <errno.h>
#include <stdlib.h>

/*
 * A dead owner is to be noticed at once by whoever has heard of its death otherwise: that takes longer than this. Asking
 * the kernel each time would be most of the cost of a send.
 */
#define PROBE_NANOS INT64_C(10000)

static uint64_t word_of(uint32_t slot, uint32_t generation) { return (uint64_t)generation << 32 | slot; }
static uint64_t own_word(const il_object *object) { return word_of(object->slot, object->generation); }
static uint64_t settled(uint64_t owner) { return owner & ~IL_END_IN_TRANSIT; }

/* Whoever has it, in transit to it or not: that ends at any moment. */
static int is_of(uint64_t owner, uint64_t word) { return owner != IL_END_CLOSED && settled(owner) == word; }

static _Atomic uint64_t *owner_at(const il_object *object, int end) { return &il_pipe_control_of(object)->ends[end].owner; }

il_status il_pipe_check(const il_object *object, int end) {
    if (end != IL_LEFT && end != IL_RIGHT) {
        return IL_INVALID;
    }
    return il_object_check(object, IL_KIND_PIPE);
}

il_status il_pipe_may_use(const il_object *object, int end) {
    const uint64_t owner = atomic_load(owner_at(object, end));
    if (owner == IL_END_CLOSED) {
        return IL_CLOSED;
    }
    if (is_of(owner, own_word(object))) {
        return IL_OK;
    }
    const uint64_t lent = atomic_load(&il_pipe_of(object)->lent[end]);
    return owner == (lent | IL_END_IN_TRANSIT) ? IL_WOULD_BLOCK : IL_HANDED_ON;
}

static int replace_owner(il_object *object, int end, uint64_t from, uint64_t to) {
    uint64_t owner = atomic_load(owner_at(object, end));
    while (is_of(owner, from)) {
        if (atomic_compare_exchange_strong(owner_at(object, end), &owner, to)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ the dead */

static int is_time_to_look(il_object *object, int end) {
    _Atomic int64_t *next = &il_pipe_of(object)->next_probe[end];
    const int64_t now = il_clock_now();
    if (now < atomic_load_explicit(next, memory_order_relaxed)) {
        return 0;
    }
    atomic_store_explicit(next, now + PROBE_NANOS, memory_order_relaxed);
    return 1;
}

int il_pipe_is_closed(il_object *object, int end, int look) {
    uint64_t owner = atomic_load(owner_at(object, end));
    if (owner == IL_END_CLOSED || !look || is_of(owner, own_word(object)) || !is_time_to_look(object, end) ||
        il_slot_is_alive(object, il_end_slot_of(owner), il_end_generation_of(owner))) {
        return owner == IL_END_CLOSED;
    }
    IL_STAGE("pipe", 1);
    if (!atomic_compare_exchange_strong(owner_at(object, end), &owner, IL_END_CLOSED)) {
        return owner == IL_END_CLOSED; /* else somebody has claimed it, in the last moment */
    }
    IL_STAGE("pipe", 2);
    il_events_disturb(object);
    return 1;
}

/* ------------------------------------------------------------------ changing hands */

/* While nobody sends or receives at the end. IL_WOULD_BLOCK: a process was stopped in one of its mutexes. */
static il_status lock_end(il_object *object, int end) {
    struct il_pipe *pipe = il_pipe_of(object);
    il_status status = il_queue_lock_put(&pipe->sent[end]);
    if (status == IL_OK) {
        status = il_queue_lock_take(&pipe->sent[!end]);
        if (status != IL_OK) {
            il_queue_unlock_put(&pipe->sent[end]);
        }
    }
    return status;
}

static void unlock_end(il_object *object, int end) {
    il_queue_unlock_take(&il_pipe_of(object)->sent[!end]);
    il_queue_unlock_put(&il_pipe_of(object)->sent[end]);
}

/* What the end that is not the caller's answers: never that it would block. */
static il_status refusal(const il_object *object, int end) {
    return atomic_load(owner_at(object, end)) == IL_END_CLOSED ? IL_CLOSED : IL_HANDED_ON;
}

static il_status change_hands(il_object *object, int end, uint64_t from, uint64_t to) {
    il_status status = lock_end(object, end);
    if (status != IL_OK) {
        return status;
    }
    if (to != IL_END_CLOSED && to != settled(to) && is_of(atomic_load(owner_at(object, end)), from)) {
        /* First: whoever finds the end in transit must know by whose doing. */
        atomic_store(&il_pipe_of(object)->lent[end], settled(to));
    }
    IL_STAGE("pipe", 3);
    const int changed = replace_owner(object, end, from, to);
    IL_STAGE("pipe", 4);
    unlock_end(object, end);
    if (!changed) {
        return refusal(object, end);
    }
    il_events_disturb(object);
    return IL_OK;
}

il_status il_pipe_lend(il_object *object, int end, uint32_t slot, uint32_t generation) {
    il_status status = il_pipe_check(object, end);
    if (status != IL_OK) {
        return status;
    }
    const uint64_t own = own_word(object), lent = word_of(slot, generation);
    if (slot >= IL_MAX_PROCESSES || lent == own) {
        return IL_INVALID;
    }
    if (atomic_load(owner_at(object, end)) == (lent | IL_END_IN_TRANSIT)) {
        return IL_OK; /* captured twice */
    }
    return change_hands(object, end, own, lent | IL_END_IN_TRANSIT);
}

/* The lender's own uses of the end wait for this. */
static il_status end_transit(il_object *object, int end, int back) {
    il_status status = il_pipe_check(object, end);
    if (status == IL_OK) {
        const uint64_t lent = atomic_load(&il_pipe_of(object)->lent[end]);
        (void)replace_owner(object, end, lent, back ? own_word(object) : lent);
        IL_STAGE("pipe", 5);
        il_events_disturb(object);
    }
    return status;
}

il_status il_pipe_handed_over(il_object *object, int end) { return end_transit(object, end, 0); }
il_status il_pipe_take_back(il_object *object, int end) { return end_transit(object, end, 1); }

il_status il_pipe_owner(const il_object *object, int end, uint32_t *slot, uint32_t *generation) {
    il_status status = il_pipe_check(object, end);
    if (status == IL_OK && il_pipe_may_use(object, end) != IL_OK) {
        status = refusal(object, end);
    }
    *slot = object->slot;
    *generation = object->generation;
    return status;
}

il_status il_pipe_claim(il_object *object, int end, uint32_t slot, uint32_t generation) {
    il_status status = il_pipe_check(object, end);
    if (status != IL_OK) {
        return status;
    }
    const uint64_t own = own_word(object);
    const uint64_t owner = atomic_load(owner_at(object, end));
    return owner == own ? (il_status)IL_OK
                        : change_hands(object, end, is_of(owner, own) ? own : word_of(slot, generation), own);
}

il_status il_pipe_close(il_object *object, int end) {
    il_status status = il_pipe_check(object, end);
    if (status != IL_OK) {
        return status;
    }
    return change_hands(object, end, own_word(object), IL_END_CLOSED);
}

int32_t il_pipe_owner_pid(const il_object *object, int end) {
    if (il_pipe_check(object, end) != IL_OK) {
        return 0;
    }
    const uint64_t owner = atomic_load(owner_at(object, end));
    const uint32_t slot = il_end_slot_of(owner);
    return owner != IL_END_CLOSED && slot < IL_MAX_PROCESSES ? (int32_t)(uint32_t)atomic_load(&il_slots_of(object)[slot]) : 0;
}

/* ------------------------------------------------------------------ the kind */

/* {bytes that may wait in one direction, bytes of the largest item with what surrounds it} */
static void geometry(const int64_t parameter[2], struct il_queue sent[2]) {
    uint64_t base = IL_SMALL_SIZE;
    for (int end = IL_LEFT; end <= IL_RIGHT; end++) {
        sent[end] = (struct il_queue){.capacity = INT32_MAX, .budget = (uint64_t)parameter[0]};
        il_ring_geometry(base, (uint64_t)parameter[1], &sent[end]);
        base = sent[end].ring_end;
    }
}

uint64_t il_pipe_file_size(int64_t parameter[2]) {
    struct il_queue sent[2];
    if (!il_queue_round_bytes(&parameter[0], IL_MAX_PIPE_BYTES) || !il_queue_round_bytes(&parameter[1], IL_MAX_PIPE_BYTES)) {
        return 0;
    }
    geometry(parameter, sent);
    return sent[IL_RIGHT].ring_end;
}

il_status il_pipe_build(struct il_header *header) {
    struct il_pipe_control *control = (struct il_pipe_control *)((char *)header + IL_CONTROL_OFFSET);
    struct il_queue sent[2];
    geometry(header->parameter, sent);
    il_status status = il_queue_start(&sent[IL_LEFT], &control->sent[IL_LEFT]);
    return status == IL_OK ? il_queue_start(&sent[IL_RIGHT], &control->sent[IL_RIGHT]) : status;
}

il_status il_pipe_attach(il_object *object) {
    struct il_pipe *pipe = calloc(1, sizeof *pipe);
    if (pipe == NULL) {
        return il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    geometry(object->parameter, pipe->sent);
    for (int end = IL_LEFT; end <= IL_RIGHT; end++) {
        pipe->sent[end].object = object;
        pipe->sent[end].control = &il_pipe_control_of(object)->sent[end];
        pipe->sent[end].base = (char *)object->header;
    }
    object->extension = pipe;
    return IL_OK;
}

/* Both ends are the creator's, who is the first to have it open; whoever comes later finds them taken. */
void il_pipe_claimed(il_object *object, int adopted) {
    for (int end = IL_LEFT; !adopted && end <= IL_RIGHT; end++) {
        uint64_t nobody = 0;
        (void)atomic_compare_exchange_strong(owner_at(object, end), &nobody, own_word(object));
        IL_STAGE("pipe", 6);
    }
}

/* No call of this process is running, so there is nobody to keep out. */
void il_pipe_retire(il_object *object) {
    int closed = 0;
    for (int end = IL_LEFT; end <= IL_RIGHT; end++) {
        closed |= replace_owner(object, end, own_word(object), IL_END_CLOSED);
    }
    IL_STAGE("pipe", 7);
    if (closed) {
        il_events_disturb(object);
    }
}

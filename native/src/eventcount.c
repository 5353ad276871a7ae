#include "eventcount.h"

#include <errno.h>

static uint32_t bits_of(int reason, int for_bytes) {
    /* Everybody who waits for "all done", or for a set event, is right at once, so all are woken. */
    return for_bytes || reason == IL_ALL_DONE || reason == IL_CHANGED ? IL_SLEEPERS | IL_SLEEPERS_FOR_BYTES : IL_SLEEPERS;
}

static il_status check(const il_object *object, int reason) {
    if (reason < 0 || reason >= IL_REASONS) {
        return IL_INVALID;
    }
    return il_object_check(object, object->kind);
}

il_status il_wait_prepare(il_object *object, int reason, int for_bytes, uint32_t *ticket) {
    il_status status = check(object, reason);
    if (status == IL_OK) {
        *ticket = il_event_prepare(&il_control_of(object)->events[reason], bits_of(reason, for_bytes));
    }
    return status;
}

il_status il_wait_sleep(il_object *object, int reason, int for_bytes, uint32_t ticket, int64_t deadline) {
    il_status status = check(object, reason);
    if (status != IL_OK) {
        return status;
    }
    struct il_eventcount *event = &il_control_of(object)->events[reason];
    int error = il_platform_wait(&event->word, ticket, deadline);
    /* The wake-up took the announcement away for all; those who sleep on need it, and so does il_wait_leave. */
    atomic_fetch_or(&event->word, bits_of(reason, for_bytes));
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (operations->woken != NULL) {
        operations->woken(object, reason);
    }
    return error == 0 ? IL_OK : error == ETIMEDOUT ? (il_status)IL_TIMED_OUT : il_fail(IL_CALL_WAIT_ON_ADDRESS, error);
}

void il_wait_leave(il_object *object, int reason) {
    if (check(object, reason) != IL_OK) {
        return;
    }
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (operations->ready != NULL && operations->ready(object, reason)) {
        il_event_wake(&il_control_of(object)->events[reason], 0);
    }
}

void il_events_disturb(il_object *object) {
    for (int reason = 0; reason < IL_REASONS; reason++) {
        il_event_disturb(&il_control_of(object)->events[reason]);
    }
}

/* Those who are announced: closing would otherwise cost a system call for each reason, and mostly nobody sleeps. */
void il_object_wake(il_object *object) {
    if (il_object_check(object, object->kind) == IL_OK) {
        atomic_thread_fence(memory_order_seq_cst); /* the caller's closed flag is no atomic change of ours */
        for (int reason = 0; reason < IL_REASONS; reason++) {
            il_event_wake(&il_control_of(object)->events[reason], 1);
        }
    }
}

static int must_wait(il_status status) { return status == IL_WOULD_BLOCK || status == IL_NO_BYTES; }

/*
 * A sleeper that was woken for a place and finds that it wants for bytes passes the wake-up on before it sleeps again,
 * for bytes: the place may be all that another one waits for.
 */
il_status il_wait_until(il_object *object, int reason, il_status (*attempt)(void *argument), void *argument,
                        int64_t deadline) {
    const int64_t slice = INT64_C(100) * 1000000; /* a dead peer's missing wake-up costs no more than this */
    int slept = 0, for_bytes = 0;
    il_status status = attempt(argument);
    if (status == IL_WOULD_BLOCK && il_wait_spin(object, reason)) {
        status = attempt(argument);
    }
    while (must_wait(status)) {
        uint32_t ticket;
        if (status == IL_NO_BYTES && slept && !for_bytes) {
            il_wait_leave(object, reason);
        }
        for_bytes = status == IL_NO_BYTES;
        il_status prepared = il_wait_prepare(object, reason, for_bytes, &ticket);
        status = prepared == IL_OK ? attempt(argument) : prepared;
        if (!must_wait(status)) {
            break;
        }
        int64_t now = il_clock_now();
        if (now >= deadline) {
            status = IL_TIMED_OUT;
            break;
        }
        if ((status == IL_NO_BYTES) == for_bytes) { /* else announced for the wrong thing */
            il_status woken =
                il_wait_sleep(object, reason, for_bytes, ticket, slice < deadline - now ? now + slice : deadline);
            slept = 1;
            /* A wait that cannot be would make of this loop a busy one. */
            status = il_status_code(woken) == IL_SYSTEM ? woken : attempt(argument);
        }
    }
    if (slept) {
        il_wait_leave(object, reason);
    }
    return status;
}

/*
 * ProcessEvent: one word, changed by compare-and-set, so that no death can leave it half-changed; sleeping is
 * an eventcount's business, so that a killed waiter is nobody's.
 */
#include "event.h"

#include "eventcount.h"
#include "stage.h"

#define ONE_MORE_TIME 2u

static struct il_event_control *control_of(const il_object *event) {
    return (struct il_event_control *)il_control_of(event);
}

static il_status look(const il_object *event, uint32_t *word) {
    il_status status = il_object_check(event, IL_KIND_EVENT);
    if (status == IL_OK) {
        *word = atomic_load(&control_of(event)->word);
    }
    return status;
}

il_status il_event_is_set(const il_object *event, int *set) {
    uint32_t word;
    il_status status = look(event, &word);
    if (status == IL_OK) {
        *set = (word & IL_EVENT_SET) != 0;
    }
    return status;
}

il_status il_event_set(il_object *event) {
    uint32_t word;
    il_status status = look(event, &word);
    if (status != IL_OK) {
        return status;
    }
    while (!(word & IL_EVENT_SET)) {
        if (atomic_compare_exchange_weak(&control_of(event)->word, &word, (word + ONE_MORE_TIME) | IL_EVENT_SET)) {
            IL_STAGE("event", 1);
            il_event_wake(&il_control_of(event)->events[IL_CHANGED], 1);
            break;
        }
    }
    return IL_OK;
}

il_status il_event_clear(il_object *event) {
    il_status status = il_object_check(event, IL_KIND_EVENT);
    if (status == IL_OK) {
        atomic_fetch_and(&control_of(event)->word, ~IL_EVENT_SET);
    }
    return status;
}

il_status il_event_start_waiting(const il_object *event, uint32_t *start) {
    return look(event, start);
}

/*
 * Also of one that was set at the start and is not any more: a set() that came meanwhile found it set and did not count,
 * and yet must let go whoever waits.
 */
il_status il_event_passed(const il_object *event, uint32_t start) {
    uint32_t word;
    il_status status = look(event, &word);
    if (status == IL_OK && !((start | word) & IL_EVENT_SET) && word == start) {
        status = IL_WOULD_BLOCK;
    }
    return status;
}

struct waiting {
    il_object *event;
    uint32_t start;
};

static il_status try_waiting(void *argument) {
    const struct waiting *waiting = argument;
    return il_event_passed(waiting->event, waiting->start);
}

il_status il_event_await(il_object *event, int64_t deadline) {
    struct waiting waiting = {.event = event};
    il_status status = il_event_start_waiting(event, &waiting.start);
    return status == IL_OK ? il_wait_until(event, IL_CHANGED, try_waiting, &waiting, deadline) : status;
}

il_status il_event_build(struct il_header *header) {
    (void)header; /* all zero: not set */
    return IL_OK;
}

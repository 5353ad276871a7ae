/* Control word of a ProcessEvent. */
#ifndef IL_EVENT_H
#define IL_EVENT_H

#include "segment.h"

#define IL_EVENT_SET 1u

struct il_event_control {
    struct il_control base;
    /* Bit 0, IL_EVENT_SET: set. The rest counts how often it was set, so that a waiter that sleeps through set and clear knows. */
    _Alignas(IL_CACHE_LINE) _Atomic uint32_t word;
};

il_status il_event_build(struct il_header *header);

#endif

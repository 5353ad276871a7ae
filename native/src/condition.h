/* Conditions of a ProcessLock: where they stand in the lock's segment, behind the slots. */
#ifndef IL_CONDITION_H
#define IL_CONDITION_H

#include "segment.h"

#define IL_FIRST_ANONYMOUS_CONDITION 65536u

/* A name; the same name is the same condition in every process. Written under the creation lock, `used` last. */
struct il_condition_name {
    _Atomic uint32_t used;
    char name[IL_NAME_MAX + 4];
};

/* {state: 2, ticket: 30} in the low half, which the waiter sleeps on; {slot: 9, generation: 23} in the high half. */
struct il_waiter {
    _Atomic uint64_t word;
    _Atomic uint32_t condition;
    uint32_t reserved;
};

enum il_waiter_state { IL_WAITER_FREE = 0, IL_WAITER_WAITING = 1, IL_WAITER_SIGNALLED = 2 };
static inline enum il_waiter_state il_waiter_state_of(uint64_t word) { return (enum il_waiter_state)((uint32_t)word >> 30); }

struct il_conditions {
    struct il_condition_name names[IL_MAX_CONDITIONS];
    struct il_waiter waiters[IL_MAX_WAITERS];
};

#define IL_CONDITIONS_OFFSET IL_SMALL_SIZE
#define IL_CONDITIONS_BYTES ((sizeof(struct il_conditions) + IL_PAGE - 1) / IL_PAGE * IL_PAGE)
#define IL_LOCK_SIZE (IL_CONDITIONS_OFFSET + IL_CONDITIONS_BYTES)

#endif

/* Words of a ProcessBarrier, in the control page and on a page of their own behind the slots. */
#ifndef IL_BARRIER_H
#define IL_BARRIER_H

#include "segment.h"

struct il_barrier_control {
    struct il_control base;
    il_mutex mutex;
    /* {cycle: 31, broken: 1, history: 32}: bit i of history says whether cycle - 1 - i was passed (or reset). */
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t state;
};

#define IL_BARRIER_BROKEN (UINT64_C(1) << 32)
static inline uint32_t il_barrier_cycle_of(uint64_t state) { return (uint32_t)(state >> 33); }

/* Per slot {generation: 32, cycle: 16, arrived: 16}; 0: has not the barrier open. */
typedef _Atomic uint64_t il_party_word;
/* Arrivals of this cycle in one process. */
static inline uint32_t il_party_arrived(uint64_t party, uint32_t cycle) {
    return ((uint32_t)party >> 16) == (cycle & 0xffff) ? (uint32_t)party & 0xffff : 0;
}

/*
 * Per slot {newest: 32, the one before: 32}, each a cycle + 1: those that were broken while this process waited in them.
 * For a waiter that comes to look when the history does not reach back to its cycle any more.
 */
typedef _Atomic uint64_t il_broken_word;

#define IL_BARRIER_SIZE (IL_SMALL_SIZE + 2 * IL_PAGE)
#define IL_MAX_PARTIES 65535

il_status il_barrier_build(struct il_header *header);
void il_barrier_claimed(il_object *object, int adopted);
void il_barrier_lent(il_object *object, uint32_t slot, uint32_t generation);
void il_barrier_taken_back(il_object *object, uint32_t slot, uint32_t generation);
void il_barrier_retire(il_object *object);
uint64_t il_barrier_size(int64_t parameter[2]);
int il_barrier_same(const int64_t asked[2], const int64_t found[2]);

#endif

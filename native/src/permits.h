/* Words of a PermitPool, in the control page and on a page of their own behind the slots. */
#ifndef IL_PERMITS_H
#define IL_PERMITS_H

#include "segment.h"

struct il_permits_control {
    struct il_control base;
    il_mutex mutex; /* makes "are there enough?" and taking them one step; giving back needs no lock */
    _Alignas(IL_CACHE_LINE) _Atomic uint32_t slots_used; /* no slot from here on ever held anything; never goes back */
    /* The waiter that all younger ones let past: when it began to wait (0: there is none), and when it last looked. */
    _Alignas(IL_CACHE_LINE) _Atomic int64_t claim_since;
    _Atomic int64_t claim_seen;
};

/* Per slot {generation: 32, permits: 32}: the only truth. Of another generation than the slot's: a dead one's. */
typedef _Atomic uint64_t il_held_word;

#define IL_PERMITS_SIZE (IL_SMALL_SIZE + IL_PAGE)

il_status il_permits_build(struct il_header *header);
void il_permits_claimed(il_object *object, int adopted);
void il_permits_retire(il_object *object);
int il_permits_ready(il_object *object, int reason);
int il_permits_same(const int64_t asked[2], const int64_t found[2]);
uint64_t il_permits_size(int64_t parameter[2]);

#endif

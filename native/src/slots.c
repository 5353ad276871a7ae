/* Who is alive: one slot per process and object, held by a kernel lock that no death can leave behind. */
#include "recovery.h"
#include "segment.h"

#include <errno.h>

static uint64_t slot_value(uint32_t generation, int32_t pid) { return (uint64_t)generation << 32 | (uint32_t)pid; }

static uint32_t generation_of(uint64_t value) { return (uint32_t)(value >> 32); }

il_status il_slot_claim(il_slot_word *slots, int fd, int32_t pid, struct il_seat *seat) {
    for (uint32_t index = 0; index < IL_MAX_PROCESSES; index++) {
        int error = il_platform_slot_take(fd, index, &seat->carrier);
        if (error == EAGAIN) {
            continue;
        }
        if (error != 0) {
            return il_fail(IL_CALL_FCNTL, error);
        }
        /* The slot is ours alone now. A new generation, because others may still hold what its last user left. */
        uint32_t next = generation_of(atomic_load(&slots[index])) + 1;
        seat->generation = next != 0 ? next : 1;
        seat->slot = index;
        atomic_store(&slots[index], slot_value(seat->generation, pid));
        return IL_OK;
    }
    return IL_LIMIT_PROCESSES;
}

int il_slot_is_alive(const il_object *object, uint32_t slot, uint32_t generation) {
    int taken = 0;
    if (!il_recovers(IL_RECOVER_SLOTS)) {
        return 1;
    }
    if (slot >= IL_MAX_PROCESSES || generation_of(atomic_load(&il_slots_of(object)[slot])) != generation) {
        return 0;
    }
    if (slot == object->slot) {
        return generation == object->generation; /* the kernel does not report a description's own locks to it */
    }
    if (il_platform_slot_taken(object->lock_fd, IL_NO_SLOT, slot, 1, &taken) != 0) {
        return 1; /* not known to be dead: taking its things would be worse than waiting */
    }
    if (atomic_load(&object->retired)) {
        return 1; /* likewise: lock_fd was closed meanwhile, perhaps, and the answer is about another file */
    }
    /* Between the two looks the slot may have gone to a new process: then the one that was asked about is dead. */
    return taken && generation_of(atomic_load(&il_slots_of(object)[slot])) == generation;
}

int il_owner_is_alive(const il_object *object, uint32_t owner) {
    uint32_t slot = owner >> 23;
    /* Only 23 bits of the generation are kept; the slot's own word has the rest. */
    uint32_t current = generation_of(atomic_load(&il_slots_of(object)[slot]));
    return il_owner_of(slot, current) == owner && il_slot_is_alive(object, slot, current);
}

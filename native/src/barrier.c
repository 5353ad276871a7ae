/*
 * ProcessBarrier: a cycle ends when as many have arrived as there are parties. Each process counts its arrivals in a
 * word of its own, each change is one store, and anybody who waits can see that the cycle is full, or that a process
 * with the barrier open died: the last to arrive need not live.
 */
#include "barrier.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <errno.h>

#define BROKEN (UINT64_C(1) << 32)

static struct il_barrier_control *control_of(const il_object *barrier) {
    return (struct il_barrier_control *)il_control_of(barrier);
}

static il_party_word *parties_of(const il_object *barrier) {
    return (il_party_word *)(void *)((char *)barrier->header + IL_SMALL_SIZE);
}

static uint32_t cycle_of(uint64_t state) { return (uint32_t)(state >> 33); }
static uint32_t generation_of(uint64_t party) { return (uint32_t)(party >> 32); }

static uint64_t next_state(uint64_t state, int passed) {
    uint32_t history = (uint32_t)state << 1 | (passed ? 1u : 0u);
    return (uint64_t)(cycle_of(state) + 1) << 33 | history;
}

static uint64_t party_word(const il_object *barrier, uint32_t cycle, uint32_t arrived) {
    return (uint64_t)barrier->generation << 32 | (uint64_t)(cycle & 0xffff) << 16 | (arrived & 0xffff);
}

/* Arrivals of this cycle in one process. */
static uint32_t arrived_of(uint64_t party, uint32_t cycle) {
    return ((uint32_t)party >> 16) == (cycle & 0xffff) ? (uint32_t)party & 0xffff : 0;
}

static uint32_t count_arrived(const il_object *barrier, uint32_t cycle) {
    uint32_t sum = 0;
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = atomic_load(&parties_of(barrier)[slot]);
        sum += party != 0 ? arrived_of(party, cycle) : 0;
    }
    return sum;
}

/* A process that had the barrier open and did not close it. clear: forget it, for a barrier that starts anew. */
static int somebody_died(il_object *barrier, int clear) {
    int died = 0;
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = atomic_load(&parties_of(barrier)[slot]);
        if (party != 0 && !il_slot_is_alive(barrier, slot, generation_of(party))) {
            died = 1;
            if (clear) {
                atomic_store(&parties_of(barrier)[slot], 0);
            }
        }
    }
    return died;
}

/*
 * Arrivals of earlier cycles to nothing: only 16 bits of the cycle stand with them, and 65,536 cycles later they would
 * count again. After the state was stored; if we die in between, the next cycle's end does it.
 */
static void forget_arrivals(il_object *barrier, uint32_t cycle) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = atomic_load(&parties_of(barrier)[slot]);
        if ((party & 0xffff) != 0 && arrived_of(party, cycle) == 0) {
            atomic_store(&parties_of(barrier)[slot], party & ~UINT64_C(0xffff));
        }
    }
}

static void wake_all(il_object *barrier) { il_event_wake(&il_control_of(barrier)->events[IL_CHANGED], 1); }

static il_status lock_barrier(il_object *barrier) {
    int died;
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    if (status == IL_OK) {
        status = il_guard_lock(barrier, &control_of(barrier)->mutex, &died);
    }
    if (status == IL_OK && died) {
        il_guard_recovered(barrier, &control_of(barrier)->mutex); /* every change is one store: nothing is half-done */
    }
    return status;
}

static void unlock_barrier(il_object *barrier) { il_guard_unlock(barrier, &control_of(barrier)->mutex); }

/* Under the mutex. A full cycle is passed even if one who arrived is dead by now; only then do the dead break it. */
static uint64_t settle(il_object *barrier) {
    uint64_t state = atomic_load(&control_of(barrier)->state);
    uint64_t next = state;
    if (state & BROKEN) {
        return state;
    }
    if (count_arrived(barrier, cycle_of(state)) >= (uint32_t)barrier->parameter[0]) {
        next = next_state(state, 1);
    } else if (somebody_died(barrier, 0)) {
        next = state | BROKEN;
    }
    if (next != state) {
        IL_STAGE("barrier", 1);
        atomic_store(&control_of(barrier)->state, next);
        IL_STAGE("barrier", 2);
        forget_arrivals(barrier, cycle_of(next));
        wake_all(barrier);
    }
    return next;
}

il_status il_barrier_arrive(il_object *barrier, uint32_t *cycle, uint32_t *index) {
    il_status status = lock_barrier(barrier);
    if (status != IL_OK) {
        return status;
    }
    uint64_t state = settle(barrier); /* a dead last arrival may have left a full cycle behind */
    *cycle = cycle_of(state);
    if (state & BROKEN) {
        unlock_barrier(barrier);
        return IL_BROKEN;
    }
    il_party_word *own = &parties_of(barrier)[barrier->slot];
    uint32_t mine = arrived_of(atomic_load(own), *cycle) + 1;
    IL_STAGE("barrier", 3);
    atomic_store(own, party_word(barrier, *cycle, mine));
    IL_STAGE("barrier", 4);
    *index = (uint32_t)barrier->parameter[0] - count_arrived(barrier, *cycle);
    if (*index == 0) {
        (void)settle(barrier);
    }
    unlock_barrier(barrier);
    return IL_OK;
}

static il_status outcome(uint64_t state, uint32_t cycle) {
    uint32_t ago = (cycle_of(state) - cycle) & 0x7fffffffu;
    if (ago == 0) {
        return state & BROKEN ? (il_status)IL_BROKEN : (il_status)IL_WOULD_BLOCK;
    }
    /* Longer ago than the history goes back: others went on, so it was passed. */
    return ago > 32 || (state >> (ago - 1) & 1) ? IL_OK : (il_status)IL_BROKEN;
}

il_status il_barrier_passed(il_object *barrier, uint32_t cycle) {
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    if (status != IL_OK) {
        return status;
    }
    status = outcome(atomic_load(&control_of(barrier)->state), cycle);
    if (status != IL_WOULD_BLOCK || lock_barrier(barrier) != IL_OK) {
        return status;
    }
    status = outcome(settle(barrier), cycle);
    unlock_barrier(barrier);
    return status;
}

/* Ends the waiting of one who gives up: the cycle that it arrived in is broken, unless it is over. */
il_status il_barrier_give_up(il_object *barrier, uint32_t cycle) {
    il_status status = lock_barrier(barrier);
    if (status != IL_OK) {
        return status;
    }
    uint64_t state = settle(barrier);
    status = outcome(state, cycle);
    if (status == IL_WOULD_BLOCK) {
        atomic_store(&control_of(barrier)->state, state | BROKEN);
        status = IL_BROKEN;
        wake_all(barrier);
    }
    unlock_barrier(barrier);
    return status;
}

il_status il_barrier_abort(il_object *barrier) {
    il_status status = lock_barrier(barrier);
    if (status == IL_OK) {
        atomic_fetch_or(&control_of(barrier)->state, BROKEN);
        wake_all(barrier);
        unlock_barrier(barrier);
    }
    return status;
}

il_status il_barrier_reset(il_object *barrier) {
    il_status status = lock_barrier(barrier);
    if (status == IL_OK) {
        (void)somebody_died(barrier, 1);
        atomic_store(&control_of(barrier)->state, next_state(atomic_load(&control_of(barrier)->state), 0));
        wake_all(barrier);
        unlock_barrier(barrier);
    }
    return status;
}

il_status il_barrier_inspect(il_object *barrier, uint32_t *waiting, int *broken) {
    il_status status = lock_barrier(barrier);
    if (status == IL_OK) {
        uint64_t state = settle(barrier);
        *broken = (state & BROKEN) != 0;
        *waiting = *broken ? 0 : count_arrived(barrier, cycle_of(state));
        unlock_barrier(barrier);
    }
    return status;
}

struct attempt {
    il_object *barrier;
    uint32_t cycle;
};

static il_status try_passing(void *argument) {
    const struct attempt *attempt = argument;
    return il_barrier_passed(attempt->barrier, attempt->cycle);
}

il_status il_barrier_await(il_object *barrier, uint32_t *index, int64_t deadline) {
    struct attempt attempt = {.barrier = barrier};
    il_status status = il_barrier_arrive(barrier, &attempt.cycle, index);
    if (status != IL_OK || *index == 0) {
        return status;
    }
    status = il_wait_until(barrier, IL_CHANGED, try_passing, &attempt, deadline);
    /* Whatever ended the waiting: who has arrived and does not wait leaves the others with nothing to wait for. */
    if (status != IL_OK && status != IL_BROKEN && il_barrier_give_up(barrier, attempt.cycle) == IL_OK) {
        status = IL_OK;
    }
    return status;
}

/* ------------------------------------------------------------------ the kind */

uint64_t il_barrier_size(int64_t parameter[2]) {
    return parameter[0] >= 1 && parameter[0] <= IL_MAX_PARTIES ? IL_BARRIER_SIZE : 0;
}

il_status il_barrier_build(struct il_header *header) {
    struct il_barrier_control *control = (struct il_barrier_control *)((char *)header + IL_CONTROL_OFFSET);
    int error = il_platform_mutex_init(&control->mutex);
    return error == 0 ? IL_OK : il_fail(IL_CALL_PTHREAD_MUTEX_INIT, error);
}

/* From now on this process's death is everybody's business. */
void il_barrier_claimed(il_object *object) {
    atomic_store(&parties_of(object)[object->slot], party_word(object, 0, 0));
}

void il_barrier_retire(il_object *object) {
    if (lock_barrier(object) != IL_OK) {
        return;
    }
    uint64_t state = settle(object);
    il_party_word *own = &parties_of(object)[object->slot];
    if (!(state & BROKEN) && arrived_of(atomic_load(own), cycle_of(state)) > 0) {
        atomic_store(&control_of(object)->state, state | BROKEN); /* closed while waiting in it */
        wake_all(object);
    }
    atomic_store(own, 0);
    unlock_barrier(object);
}

int il_barrier_same(const int64_t asked[2], const int64_t found[2]) { return asked[0] == found[0]; }

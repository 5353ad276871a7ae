/*
 * ProcessBarrier: a cycle ends when as many have arrived as there are parties. Each process counts its arrivals in a
 * word of its own, each change is one store, and anybody who waits can see that the cycle is full, or that a process
 * with the barrier open died: the last to arrive need not live. Only arriving and resetting need the mutex.
 */
#include "barrier.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <errno.h>

static struct il_barrier_control *control_of(const il_object *barrier) {
    return (struct il_barrier_control *)il_control_of(barrier);
}

static il_party_word *parties_of(const il_object *barrier) {
    return (il_party_word *)(void *)((char *)barrier->header + IL_SMALL_SIZE);
}

static il_broken_word *broken_of(const il_object *barrier) {
    return (il_broken_word *)(void *)((char *)barrier->header + IL_SMALL_SIZE + IL_PAGE);
}

static uint32_t generation_of(uint64_t party) { return (uint32_t)(party >> 32); }

static uint64_t next_state(uint64_t state, int passed) {
    uint32_t history = (uint32_t)state << 1 | (passed ? 1u : 0u);
    return (uint64_t)(il_barrier_cycle_of(state) + 1) << 33 | history;
}

static uint64_t party_word(uint32_t generation, uint32_t cycle, uint32_t arrived) {
    return (uint64_t)generation << 32 | (uint64_t)(cycle & 0xffff) << 16 | (arrived & 0xffff);
}

static uint32_t count_arrived(const il_object *barrier, uint32_t cycle) {
    uint32_t sum = 0;
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        sum += il_party_arrived(atomic_load(&parties_of(barrier)[slot]), cycle);
    }
    return sum;
}

static int is_full(const il_object *barrier, uint32_t cycle) {
    return count_arrived(barrier, cycle) >= (uint32_t)barrier->parameter[0];
}

static int is_dead(const il_object *barrier, uint32_t slot, uint64_t party) {
    return party != 0 && !il_slot_is_alive(barrier, slot, generation_of(party));
}

/* Whether a process that had the barrier open ended without closing it. */
static int somebody_died(const il_object *barrier) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        if (is_dead(barrier, slot, atomic_load(&parties_of(barrier)[slot]))) {
            return 1;
        }
    }
    return 0;
}

/* By compare-and-set: the slot of a dead one may have got a new user, whose word this must not take away. */
static void bury_the_dead(il_object *barrier) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = atomic_load(&parties_of(barrier)[slot]);
        if (is_dead(barrier, slot, party)) {
            (void)atomic_compare_exchange_strong(&parties_of(barrier)[slot], &party, 0);
        }
    }
}

/*
 * Arrivals of cycles before this one to nothing: only 16 bits of the cycle stand with them, and 65,536 cycles later
 * they would count again. If we die before it is done, the next cycle's end does it. We may be late ourselves: then
 * newer arrivals are there already, and stay.
 */
static void forget_arrivals(il_object *barrier, uint32_t cycle) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = atomic_load(&parties_of(barrier)[slot]);
        uint32_t ago = (cycle - ((uint32_t)party >> 16)) & 0xffff;
        if ((party & 0xffff) != 0 && ago > 0 && ago < 0x8000) {
            (void)atomic_compare_exchange_strong(&parties_of(barrier)[slot], &party, party & ~UINT64_C(0xffff));
        }
    }
}

/* Before a broken cycle is left: its waiters may be stopped, or late, and many cycles later they must still be told. */
static void note_broken(il_object *barrier, uint32_t cycle) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t noted = atomic_load(&broken_of(barrier)[slot]);
        if (il_party_arrived(atomic_load(&parties_of(barrier)[slot]), cycle) > 0 && noted >> 32 != cycle + 1) {
            atomic_store(&broken_of(barrier)[slot], (uint64_t)(cycle + 1) << 32 | noted >> 32);
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

/*
 * Ends the cycle if it is time. Done by whoever comes to see it, without the mutex: a process may be stopped in here.
 * A full cycle is passed even if one who arrived is dead by now; only then do the dead break it.
 */
static uint64_t settle(il_object *barrier) {
    uint64_t state = atomic_load(&control_of(barrier)->state);
    while (!(state & IL_BARRIER_BROKEN)) {
        int full = is_full(barrier, il_barrier_cycle_of(state));
        if (!full && !somebody_died(barrier)) {
            /* Unless it has just been ended by another, who forgot the arrivals while they were counted here. */
            uint64_t now = atomic_load(&control_of(barrier)->state);
            if (now == state) {
                break;
            }
            state = now;
            continue;
        }
        full = full || is_full(barrier, il_barrier_cycle_of(state)); /* who arrived before that death was seen, arrived */
        uint64_t next = full ? next_state(state, 1) : state | IL_BARRIER_BROKEN;
        IL_STAGE("barrier", 1);
        if (atomic_compare_exchange_strong(&control_of(barrier)->state, &state, next)) {
            IL_STAGE("barrier", 2);
            wake_all(barrier);
            forget_arrivals(barrier, il_barrier_cycle_of(next));
            return next;
        }
    }
    return state;
}

/*
 * Of a cycle that the history does not reach back to. Two that this process waited in were broken after it: then others of
 * its threads have gone on, and what became of this one is not known; it is not said to have passed.
 */
static il_status outcome_long_ago(const il_object *barrier, uint32_t cycle) {
    const uint64_t noted = atomic_load(&broken_of(barrier)[barrier->slot]);
    const uint32_t newest = (uint32_t)(noted >> 32), before = (uint32_t)noted;
    const int unknown = before != 0 && ((before - 1 - cycle) & 0x7fffffffu) < 0x40000000u; /* that one, or a later one */
    return newest == cycle + 1 || unknown ? (il_status)IL_BROKEN : IL_OK;
}

static il_status outcome(const il_object *barrier, uint64_t state, uint32_t cycle) {
    uint32_t ago = (il_barrier_cycle_of(state) - cycle) & 0x7fffffffu;
    if (ago == 0) {
        return state & IL_BARRIER_BROKEN ? (il_status)IL_BROKEN : (il_status)IL_WOULD_BLOCK;
    }
    if (ago > 32) {
        return outcome_long_ago(barrier, cycle);
    }
    return state >> (ago - 1) & 1 ? IL_OK : (il_status)IL_BROKEN;
}

/* Breaks the cycle unless it has ended. */
static il_status break_cycle(il_object *barrier, uint32_t cycle) {
    for (;;) {
        uint64_t state = settle(barrier);
        il_status status = outcome(barrier, state, cycle);
        if (status != IL_WOULD_BLOCK) {
            return status;
        }
        if (atomic_compare_exchange_strong(&control_of(barrier)->state, &state, state | IL_BARRIER_BROKEN)) {
            IL_STAGE("barrier", 5);
            wake_all(barrier);
            return IL_BROKEN;
        }
    }
}

il_status il_barrier_arrive(il_object *barrier, uint32_t *cycle, uint32_t *index) {
    il_status status = lock_barrier(barrier); /* else two might take themselves for the last */
    if (status != IL_OK) {
        return status;
    }
    uint64_t state = settle(barrier); /* a dead last arrival may have left a full cycle behind */
    *cycle = il_barrier_cycle_of(state);
    if (state & IL_BARRIER_BROKEN) {
        unlock_barrier(barrier);
        return IL_BROKEN;
    }
    il_party_word *own = &parties_of(barrier)[barrier->slot];
    uint32_t mine = il_party_arrived(atomic_load(own), *cycle) + 1;
    /* Counted before: once our arrival is there to see, whoever waits may end the cycle, and its arrivals go. */
    uint32_t arrived = count_arrived(barrier, *cycle) + 1, parties = (uint32_t)barrier->parameter[0];
    IL_STAGE("barrier", 3);
    atomic_store(own, party_word(barrier->generation, *cycle, mine));
    IL_STAGE("barrier", 4);
    *index = arrived < parties ? parties - arrived : 0;
    if (*index == 0) {
        status = outcome(barrier, settle(barrier), *cycle); /* IL_BROKEN: just before */
    }
    unlock_barrier(barrier);
    return status;
}

il_status il_barrier_passed(il_object *barrier, uint32_t cycle) {
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    if (status == IL_OK) {
        status = outcome(barrier, atomic_load(&control_of(barrier)->state), cycle);
    }
    return status == IL_WOULD_BLOCK ? outcome(barrier, settle(barrier), cycle) : status;
}

il_status il_barrier_give_up(il_object *barrier, uint32_t cycle) {
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    return status == IL_OK ? break_cycle(barrier, cycle) : status;
}

il_status il_barrier_abort(il_object *barrier) {
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    if (status == IL_OK) {
        atomic_fetch_or(&control_of(barrier)->state, IL_BARRIER_BROKEN);
        IL_STAGE("barrier", 9);
        wake_all(barrier);
    }
    return status;
}

/*
 * Broken first: as long as it is, nobody looks for the dead, and if we die half-way the barrier is broken, not
 * forgetful. Under the mutex, or while nobody else has the barrier open.
 */
static void start_anew(il_object *barrier) {
    uint64_t state = atomic_fetch_or(&control_of(barrier)->state, IL_BARRIER_BROKEN);
    IL_STAGE("barrier", 6);
    note_broken(barrier, il_barrier_cycle_of(state));
    bury_the_dead(barrier);
    IL_STAGE("barrier", 7);
    uint64_t next = next_state(state, 0);
    atomic_store(&control_of(barrier)->state, next);
    wake_all(barrier);
    forget_arrivals(barrier, il_barrier_cycle_of(next));
}

il_status il_barrier_reset(il_object *barrier) {
    il_status status = lock_barrier(barrier);
    if (status == IL_OK) {
        (void)settle(barrier); /* whoever waits in a full cycle has passed it */
        start_anew(barrier);
        unlock_barrier(barrier);
    }
    return status;
}

il_status il_barrier_inspect(il_object *barrier, uint32_t *waiting, int *broken) {
    il_status status = il_object_check(barrier, IL_KIND_BARRIER);
    if (status == IL_OK) {
        uint64_t state = settle(barrier);
        *broken = (state & IL_BARRIER_BROKEN) != 0;
        *waiting = *broken ? 0 : count_arrived(barrier, il_barrier_cycle_of(state));
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
    il_status status;
    do {
        status = il_barrier_arrive(barrier, &attempt.cycle, index);
    } while (status == IL_WOULD_BLOCK && il_clock_now() < deadline);
    if (status == IL_WOULD_BLOCK) {
        status = il_barrier_abort(barrier);
        return status == IL_OK ? (il_status)IL_TIMED_OUT : status;
    }
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

/*
 * From now on the death of this slot's user is everybody's business. If an earlier user died and nobody has seen that
 * yet, they learn of it now: its word goes away.
 */
static void join(il_object *barrier, uint32_t slot, uint32_t generation) {
    il_party_word *own = &parties_of(barrier)[slot];
    uint64_t left = atomic_load(own);
    while (left != 0 && generation_of(left) != generation && !(settle(barrier) & IL_BARRIER_BROKEN)) {
        left = atomic_load(own); /* a full cycle was passed first */
    }
    atomic_store(&broken_of(barrier)[slot], 0);
    atomic_store(own, party_word(generation, 0, 0));
}

/* Words are asked, not slots: a handle that was closed may keep its slot for a while (il_platform_owner_needs_slot). */
static int is_alone(const il_object *barrier) {
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t party = slot != barrier->slot ? atomic_load(&parties_of(barrier)[slot]) : 0;
        if (party != 0 && !is_dead(barrier, slot, party)) {
            return 0;
        }
    }
    return 1;
}

/*
 * A name that no process has open is opened like a new one: else whoever was killed last week, or did not close it,
 * would have broken it for today. (Opening happens under the creation lock; what is on its way to another process has its
 * word, or, between slot and word, a lender with one.)
 */
void il_barrier_claimed(il_object *object, int adopted) {
    if (!adopted && is_alone(object)) {
        start_anew(object);
    }
    join(object, object->slot, object->generation);
}

/* Whom a barrier is handed to can die before it has it. */
void il_barrier_lent(il_object *object, uint32_t slot, uint32_t generation) { join(object, slot, generation); }

void il_barrier_taken_back(il_object *object, uint32_t slot, uint32_t generation) {
    uint64_t lent = party_word(generation, 0, 0);
    (void)atomic_compare_exchange_strong(&parties_of(object)[slot], &lent, 0);
}

void il_barrier_retire(il_object *object) {
    uint64_t state = settle(object);
    il_party_word *own = &parties_of(object)[object->slot];
    if (!(state & IL_BARRIER_BROKEN) && il_party_arrived(atomic_load(own), il_barrier_cycle_of(state)) > 0) {
        (void)break_cycle(object, il_barrier_cycle_of(state)); /* closed while waiting in it */
    }
    IL_STAGE("barrier", 8);
    atomic_store(own, 0);
}

int il_barrier_same(const int64_t asked[2], const int64_t found[2]) { return asked[0] == found[0]; }

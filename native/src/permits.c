/*
 * PermitPool: permits that belong to processes. What a slot holds is one word; the number in use is their sum. A dead
 * holder is found when there are not enough left: its word is cleared, and what it held is there again.
 */
#include "permits.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <errno.h>

static struct il_permits_control *control_of(const il_object *pool) {
    return (struct il_permits_control *)il_control_of(pool);
}

static il_held_word *held_of(const il_object *pool) {
    return (il_held_word *)(void *)((char *)pool->header + IL_SMALL_SIZE);
}

static uint32_t generation_of(uint64_t word) { return (uint32_t)(word >> 32); }
static uint32_t permits_of(uint64_t word) { return (uint32_t)word; }
static uint32_t total_of(const il_object *pool) { return (uint32_t)pool->parameter[0]; }

/* What this handle holds; a word that an earlier user of the slot left is not ours. */
static uint32_t own(const il_object *pool) {
    uint64_t word = atomic_load(&held_of(pool)[pool->slot]);
    return generation_of(word) == pool->generation ? permits_of(word) : 0;
}

static void set_own(il_object *pool, uint32_t permits) {
    IL_STAGE("permits", 1);
    atomic_store(&held_of(pool)[pool->slot], (uint64_t)pool->generation << 32 | permits);
    IL_STAGE("permits", 2);
}

/* Adds up what the living hold and clears the rest; the dead are asked for only if asked to. */
static void count(il_object *pool, int look_for_the_dead) {
    uint64_t sum = 0;
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        uint64_t word = atomic_load(&held_of(pool)[slot]);
        if (permits_of(word) == 0) {
            continue;
        }
        if (look_for_the_dead && !il_slot_is_alive(pool, slot, generation_of(word))) {
            atomic_store(&held_of(pool)[slot], 0);
            continue;
        }
        sum += permits_of(word);
    }
    atomic_store(&control_of(pool)->taken, sum <= total_of(pool) ? (uint32_t)sum : total_of(pool));
}

static il_status lock_pool(il_object *pool) {
    int died;
    il_status status = il_object_check(pool, IL_KIND_PERMITS);
    if (status == IL_OK) {
        status = il_guard_lock(pool, &control_of(pool)->mutex, &died);
    }
    if (status == IL_OK && died) {
        count(pool, 0);
        il_guard_recovered(pool, &control_of(pool)->mutex);
    }
    return status;
}

static void unlock_pool(il_object *pool) { il_guard_unlock(pool, &control_of(pool)->mutex); }

static uint32_t available(const il_object *pool) {
    uint32_t taken = atomic_load(&control_of(pool)->taken);
    return taken < total_of(pool) ? total_of(pool) - taken : 0;
}

il_status il_permits_try(il_object *pool, uint32_t permits) {
    il_status status = lock_pool(pool);
    if (status != IL_OK) {
        return status;
    }
    if (permits == 0 || permits > total_of(pool)) {
        status = IL_INVALID;
    } else if (available(pool) < permits) {
        count(pool, 1);
        status = available(pool) < permits ? IL_WOULD_BLOCK : IL_OK;
    }
    if (status == IL_OK) {
        uint32_t mine = own(pool);
        if (mine == 0) {
            /* The word may still hold what a dead user of this slot had; it is in the sum. */
            uint32_t left_over = permits_of(atomic_load(&held_of(pool)[pool->slot]));
            atomic_fetch_sub(&control_of(pool)->taken, left_over);
        }
        set_own(pool, mine + permits);
        atomic_fetch_add(&control_of(pool)->taken, permits);
    }
    unlock_pool(pool);
    return status;
}

il_status il_permits_release(il_object *pool, uint32_t permits) {
    il_status status = lock_pool(pool);
    if (status != IL_OK) {
        return status;
    }
    uint32_t mine = own(pool);
    if (permits == 0 || permits > mine) {
        status = IL_INVALID;
    } else {
        set_own(pool, mine - permits);
        atomic_fetch_sub(&control_of(pool)->taken, permits);
    }
    unlock_pool(pool);
    if (status == IL_OK) {
        il_event_wake(&il_control_of(pool)->events[IL_NOT_EMPTY], permits > 1);
    }
    return status;
}

struct attempt {
    il_object *pool;
    uint32_t permits;
};

static il_status try_permits(void *argument) {
    const struct attempt *attempt = argument;
    il_status status = il_permits_try(attempt->pool, attempt->permits);
    /* Who wants several may have to see several releases: it must be woken with everybody, like a large item. */
    return status == IL_WOULD_BLOCK && attempt->permits > 1 ? (il_status)IL_NO_BYTES : status;
}

il_status il_permits_acquire(il_object *pool, uint32_t permits, int64_t deadline) {
    struct attempt attempt = {pool, permits};
    return il_wait_until(pool, IL_NOT_EMPTY, try_permits, &attempt, deadline);
}

il_status il_permits_available(const il_object *pool, uint32_t *permits) {
    il_status status = il_object_check(pool, IL_KIND_PERMITS);
    if (status == IL_OK) {
        *permits = available(pool);
    }
    return status;
}

/* ------------------------------------------------------------------ the kind */

uint64_t il_permits_size(int64_t parameter[2]) {
    return parameter[0] >= 1 && parameter[0] <= INT32_MAX ? IL_PERMITS_SIZE : 0;
}

il_status il_permits_build(struct il_header *header) {
    struct il_permits_control *control = (struct il_permits_control *)((char *)header + IL_CONTROL_OFFSET);
    int error = il_platform_mutex_init(&control->mutex);
    return error == 0 ? IL_OK : il_fail(IL_CALL_PTHREAD_MUTEX_INIT, error);
}

void il_permits_retire(il_object *object) {
    uint32_t mine = own(object);
    if (mine > 0) {
        (void)il_permits_release(object, mine); /* if it fails, the next who needs them finds this slot dead */
    }
}

int il_permits_ready(il_object *object, int reason) {
    (void)reason;
    return available(object) > 0;
}

int il_permits_same(const int64_t asked[2], const int64_t found[2]) { return asked[0] == found[0]; }

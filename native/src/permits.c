/*
 * PermitPool: permits that belong to processes. What a slot holds is one word, changed by compare-and-set, and the
 * number in use is the sum of these words; there is no other count that a death could leave wrong. Only taking needs
 * the mutex, so that two do not take the last permit: under it the sum can only fall. Giving back, reclaiming from the
 * dead and every look of a waiter do without, so that a process stopped while it waits or gives back is nobody's
 * trouble.
 *
 * Who takes first is open (barging), until somebody has waited for PATIENCE. It then claims the next permits: those who
 * began to wait later leave them alone until it has what it wants. So many small requests can not keep a large one out
 * for ever. (Go's sync.Mutex does so after 1 ms: "starvation mode".) The claim is a promise of the living: it lapses if
 * its owner does not look for LEASE, being stopped or dead. And it pauses now and then, because what it waits for may
 * be held by a thread that waits for one more permit itself: to that one a claim without pauses is a deadlock. The
 * rounds between pauses double, so that they outgrow, some day, the time for which permits are held.
 */
#include "permits.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <errno.h>

#define MILLISECOND INT64_C(1000000)
#define PATIENCE (100 * MILLISECOND)
#define FIRST_ROUND (200 * MILLISECOND)
#define PAUSE (200 * MILLISECOND) /* longer than the slices in which waiters look */
#define LEASE (250 * MILLISECOND) /* likewise, by far */

static struct il_permits_control *control_of(const il_object *pool) {
    return (struct il_permits_control *)il_control_of(pool);
}

static il_held_word *held_of(const il_object *pool) {
    return (il_held_word *)(void *)((char *)pool->header + IL_SMALL_SIZE);
}

static uint32_t generation_of(uint64_t word) { return (uint32_t)(word >> 32); }
static uint32_t permits_of(uint64_t word) { return (uint32_t)word; }
static uint32_t total_of(const il_object *pool) { return (uint32_t)pool->parameter[0]; }

static uint32_t slots_used(const il_object *pool) {
    uint32_t used = atomic_load(&control_of(pool)->slots_used);
    return used < IL_MAX_PROCESSES ? used : IL_MAX_PROCESSES;
}

/* What nobody holds, the dead included among the holders. */
static uint32_t free_permits(const il_object *pool) {
    const uint32_t used = slots_used(pool);
    uint64_t sum = 0;
    for (uint32_t slot = 0; slot < used; slot++) {
        sum += permits_of(atomic_load(&held_of(pool)[slot]));
    }
    return sum < total_of(pool) ? total_of(pool) - (uint32_t)sum : 0;
}

/* Returns how many permits of dead holders are free now. A generation never comes back, so nobody's can be meant. */
static uint64_t reclaim(il_object *pool) {
    const uint32_t used = slots_used(pool);
    uint64_t reclaimed = 0;
    for (uint32_t slot = 0; slot < used; slot++) {
        uint64_t word = atomic_load(&held_of(pool)[slot]);
        if (permits_of(word) != 0 && !il_slot_is_alive(pool, slot, generation_of(word)) &&
            atomic_compare_exchange_strong(&held_of(pool)[slot], &word, 0)) {
            reclaimed += permits_of(word);
        }
    }
    if (reclaimed > 0) {
        IL_STAGE("permits", 5);
        il_event_wake(&il_control_of(pool)->events[IL_NOT_EMPTY], 1); /* the dead could not */
    }
    return reclaimed;
}

/* Adds to what this handle holds; IL_INVALID: it does not hold as many as are to go. */
static il_status change_own(il_object *pool, int64_t change) {
    il_held_word *own = &held_of(pool)[pool->slot];
    uint64_t word = atomic_load(own), next;
    do {
        int64_t mine = generation_of(word) == pool->generation ? (int64_t)permits_of(word) : 0;
        if (mine + change < 0) {
            return IL_INVALID;
        }
        next = (uint64_t)pool->generation << 32 | (uint64_t)(mine + change);
    } while (!atomic_compare_exchange_weak(own, &word, next));
    return IL_OK;
}

/* IL_WOULD_BLOCK: too few are free, or a process was stopped just where it takes some. */
static il_status take(il_object *pool, uint32_t permits) {
    int died;
    if (free_permits(pool) < permits) {
        return IL_WOULD_BLOCK;
    }
    il_status status = il_guard_lock(pool, &control_of(pool)->mutex, &died);
    if (status != IL_OK) {
        return status;
    }
    if (died) {
        il_guard_recovered(pool, &control_of(pool)->mutex); /* it had taken its permits or it had not */
    }
    status = IL_WOULD_BLOCK;
    if (free_permits(pool) >= permits) {
        IL_STAGE("permits", 1);
        status = change_own(pool, permits);
        IL_STAGE("permits", 2);
    }
    il_guard_unlock(pool, &control_of(pool)->mutex);
    return status;
}

static il_status check(const il_object *pool, uint32_t permits) {
    il_status status = il_object_check(pool, IL_KIND_PERMITS);
    return status == IL_OK && (permits == 0 || permits > total_of(pool)) ? (il_status)IL_INVALID : status;
}

static il_status take_or_reclaim(il_object *pool, uint32_t permits) {
    il_status status = take(pool, permits);
    return status == IL_WOULD_BLOCK && reclaim(pool) > 0 ? take(pool, permits) : status;
}

il_status il_permits_try(il_object *pool, uint32_t permits) {
    il_status status = check(pool, permits);
    return status == IL_OK ? take_or_reclaim(pool, permits) : status;
}

il_status il_permits_release(il_object *pool, uint32_t permits) {
    il_status status = check(pool, permits);
    if (status != IL_OK) {
        return status;
    }
    IL_STAGE("permits", 3);
    status = change_own(pool, -(int64_t)permits);
    IL_STAGE("permits", 4);
    if (status == IL_OK) {
        il_event_wake(&il_control_of(pool)->events[IL_NOT_EMPTY], permits > 1);
    }
    return status;
}

il_status il_permits_available(il_object *pool, uint32_t *permits) {
    il_status status = il_object_check(pool, IL_KIND_PERMITS);
    if (status == IL_OK) {
        (void)reclaim(pool);
        *permits = free_permits(pool);
    }
    return status;
}

/* ------------------------------------------------------------------ waiting */

/* What time it was then may be garbage: no difference is too large. */
static int64_t time_since(int64_t then, int64_t now) { return (int64_t)((uint64_t)now - (uint64_t)then); }

/* Whether a claim counts, its owner having waited so long: in rounds that double, with pauses between them. */
static int is_in_a_round(int64_t waited) {
    int64_t left = time_since(PATIENCE, waited), round = FIRST_ROUND;
    while (left >= round + PAUSE) {
        left -= round + PAUSE;
        round *= 2;
    }
    return left >= 0 && left < round;
}

static int is_kept_up(const il_object *pool, int64_t now) {
    int64_t age = time_since(atomic_load(&control_of(pool)->claim_seen), now);
    return age >= -LEASE && age < LEASE; /* a little before now: it was another thread that looked meanwhile */
}

static int must_let_past(const il_object *pool, int64_t since, int64_t now) {
    int64_t claim = atomic_load(&control_of(pool)->claim_since);
    return claim != 0 && claim < since && is_kept_up(pool, now) && is_in_a_round(time_since(claim, now));
}

/* Claims, or keeps up a claim, if none has waited longer. */
static int claim(il_object *pool, int64_t since, int64_t now) {
    struct il_permits_control *control = control_of(pool);
    int64_t other = atomic_load(&control->claim_since);
    if (now - since < PATIENCE) {
        return 0;
    }
    if (other != since) {
        if (other != 0 && other < since && is_kept_up(pool, now)) {
            return 0;
        }
        if (!atomic_compare_exchange_strong(&control->claim_since, &other, since)) {
            return 0;
        }
        IL_STAGE("permits", 6);
    }
    atomic_store(&control->claim_seen, now);
    return 1;
}

void il_permits_stop_waiting(il_object *pool, int64_t since) {
    int64_t mine = since;
    if (il_object_check(pool, IL_KIND_PERMITS) == IL_OK &&
        atomic_compare_exchange_strong(&control_of(pool)->claim_since, &mine, 0)) {
        IL_STAGE("permits", 7);
        if (free_permits(pool) > 0) {
            il_event_wake(&il_control_of(pool)->events[IL_NOT_EMPTY], 1); /* those who let it past */
        }
    }
}

/*
 * Who wants several may have to see several releases, and who claims the next must hear of each: IL_NO_BYTES, like a
 * large item's, asks to be woken with everybody.
 */
il_status il_permits_try_waiting(il_object *pool, uint32_t permits, int64_t since) {
    const int64_t now = il_clock_now();
    il_status status = check(pool, permits);
    if (status == IL_OK) {
        status = must_let_past(pool, since, now) ? (il_status)IL_WOULD_BLOCK : take_or_reclaim(pool, permits);
    }
    if (status == IL_WOULD_BLOCK) {
        int claimed = claim(pool, since, now);
        return permits > 1 || claimed ? IL_NO_BYTES : IL_WOULD_BLOCK;
    }
    il_permits_stop_waiting(pool, since);
    return status;
}

il_status il_permits_try_new(il_object *pool, uint32_t permits) {
    il_status status = check(pool, permits);
    if (status == IL_OK && atomic_load(&control_of(pool)->claim_since) != 0) {
        const int64_t now = il_clock_now();
        status = must_let_past(pool, now, now) ? IL_WOULD_BLOCK : IL_OK;
    }
    return status == IL_OK ? take_or_reclaim(pool, permits) : status;
}

struct attempt {
    il_object *pool;
    uint32_t permits;
    int64_t since;
};

static il_status try_permits(void *argument) {
    const struct attempt *attempt = argument;
    return il_permits_try_waiting(attempt->pool, attempt->permits, attempt->since);
}

il_status il_permits_acquire(il_object *pool, uint32_t permits, int64_t deadline) {
    il_status status = il_permits_try_new(pool, permits);
    if (status == IL_WOULD_BLOCK) {
        struct attempt attempt = {pool, permits, il_clock_now()};
        status = il_wait_until(pool, IL_NOT_EMPTY, try_permits, &attempt, deadline);
        if (status != IL_OK) {
            il_permits_stop_waiting(pool, attempt.since);
        }
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

/* The slot is ours alone; what is in its word an earlier user left, and died. */
void il_permits_claimed(il_object *object, int adopted) {
    struct il_permits_control *control = control_of(object);
    uint32_t used = atomic_load(&control->slots_used);
    (void)adopted;
    if (permits_of(atomic_exchange(&held_of(object)[object->slot], 0)) > 0) {
        IL_STAGE("permits", 8);
        il_event_wake(&control->base.events[IL_NOT_EMPTY], 1);
    }
    while (used <= object->slot && !atomic_compare_exchange_weak(&control->slots_used, &used, object->slot + 1)) {
    }
}

void il_permits_retire(il_object *object) {
    uint32_t mine = permits_of(atomic_load(&held_of(object)[object->slot]));
    if (mine > 0) {
        (void)il_permits_release(object, mine);
    }
}

int il_permits_ready(il_object *object, int reason) {
    (void)reason;
    return free_permits(object) > 0;
}

int il_permits_same(const int64_t asked[2], const int64_t found[2]) { return asked[0] == found[0]; }

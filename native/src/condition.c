/*
 * Conditions of a ProcessLock. Each waiter has an entry of its own, so that a signal is given to somebody: if its
 * receiver dies before it has the lock again, another waiter finds the entry SIGNALLED with a dead owner and takes it
 * over by one compare-and-set of the owner half. (In two stores the signal was lost in 10 states of a search.)
 */
#include "condition.h"

#include "lock.h"
#include "stage.h"

#include <errno.h>
#include <string.h>

#define TICKET_MASK 0x3fffffffu
#define SLICE (INT64_C(100) * 1000000)
#define NAMING_PATIENCE (INT64_C(10) * 1000000000)

static struct il_conditions *table_of(const il_object *lock) {
    return (struct il_conditions *)(void *)((char *)lock->header + IL_CONDITIONS_OFFSET);
}

static struct il_lock_control *control_of(const il_object *lock) {
    return (struct il_lock_control *)il_control_of(lock);
}

static uint32_t futex_half(enum il_waiter_state state, uint32_t ticket) { return (uint32_t)state << 30 | (ticket & TICKET_MASK); }
static uint64_t join_halves(uint32_t owner, uint32_t futex) { return (uint64_t)owner << 32 | futex; }
static uint32_t ticket_of(uint64_t word) { return (uint32_t)word & TICKET_MASK; }
static uint32_t owner_of(uint64_t word) { return (uint32_t)(word >> 32); }

static _Atomic uint32_t *futex_of(struct il_waiter *waiter) {
    return (_Atomic uint32_t *)(void *)&waiter->word; /* little-endian: every platform this is built for */
}

static int owner_is_alive(const il_object *lock, uint64_t word) {
    return il_owner_is_alive(lock, owner_of(word));
}

/* ------------------------------------------------------------------ naming */

/* The table is real memory from the first condition on; locks without conditions stay two pages. */
static il_status reserve_table(il_object *lock) {
    struct il_lock_control *control = control_of(lock);
    if (atomic_load(&control->conditions_reserved)) {
        return IL_OK;
    }
    int error = il_platform_reserve(lock->lock_fd, IL_CONDITIONS_OFFSET, (int64_t)IL_CONDITIONS_BYTES);
    if (error != 0) {
        return il_fail(IL_CALL_POSIX_FALLOCATE, error);
    }
    atomic_store(&control->conditions_reserved, 1);
    return IL_OK;
}

static il_status find_or_add(il_object *lock, const char *name, uint32_t *condition) {
    struct il_conditions *table = table_of(lock);
    for (uint32_t index = 0; index < IL_MAX_CONDITIONS; index++) {
        struct il_condition_name *entry = &table->names[index];
        if (atomic_load(&entry->used) == 0) {
            memset(entry->name, 0, sizeof entry->name);
            memcpy(entry->name, name, strlen(name));
            IL_STAGE("condition", 1);
            atomic_store(&entry->used, 1);
        } else if (strncmp(entry->name, name, sizeof entry->name) != 0) {
            continue;
        }
        *condition = index + 1;
        return IL_OK;
    }
    return IL_LIMIT_CONDITIONS;
}

il_status il_condition_open(il_object *lock, const char *name, uint32_t *condition) {
    il_status status = il_object_check(lock, IL_KIND_LOCK);
    if (status == IL_OK && name != NULL && !il_name_is_valid(name)) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        status = reserve_table(lock);
    }
    if (status != IL_OK) {
        return status;
    }
    if (name == NULL) {
        *condition = IL_FIRST_ANONYMOUS_CONDITION + atomic_fetch_add(&control_of(lock)->anonymous_conditions, 1);
        return IL_OK;
    }
    status = il_creation_lock(lock->lock_fd, il_deadline_after(NAMING_PATIENCE));
    if (status == IL_OK) {
        status = find_or_add(lock, name, condition);
        il_creation_unlock(lock->lock_fd);
    }
    return status;
}

static il_status check(const il_object *lock) {
    il_status status = il_object_check(lock, IL_KIND_LOCK);
    return status == IL_OK && !atomic_load(&control_of(lock)->conditions_reserved) ? (il_status)IL_INVALID : status;
}

/* ------------------------------------------------------------------ waiting */

static void free_if_dead(const il_object *lock, struct il_waiter *waiter, uint64_t word) {
    if (il_waiter_state_of(word) == IL_WAITER_WAITING && !owner_is_alive(lock, word)) {
        (void)atomic_compare_exchange_strong(&waiter->word, &word, 0);
    }
}

static int claim(il_object *lock, uint32_t condition, uint32_t *entry) {
    struct il_conditions *table = table_of(lock);
    uint32_t ticket = atomic_fetch_add(&control_of(lock)->next_ticket, 1);
    uint64_t mine = join_halves(il_owner_of(lock->slot, lock->generation), futex_half(IL_WAITER_WAITING, ticket));
    for (uint32_t index = 0; index < IL_MAX_WAITERS; index++) {
        struct il_waiter *waiter = &table->waiters[index];
        uint64_t word = atomic_load(&waiter->word);
        if (il_waiter_state_of(word) == IL_WAITER_FREE) {
            /* Only the holder of the lock claims; nobody else touches a free entry. */
            atomic_store(&waiter->condition, condition);
            IL_STAGE("condition", 2);
            atomic_store(&waiter->word, mine);
            IL_STAGE("condition", 3);
            *entry = index;
            return 1;
        }
    }
    return 0;
}

/* Under no lock but by compare-and-set: the oldest living waiter of the condition gets the signal. */
static int signal_one(il_object *lock, uint32_t condition) {
    struct il_conditions *table = table_of(lock);
    uint32_t now = atomic_load(&control_of(lock)->next_ticket);
    for (;;) {
        struct il_waiter *oldest = NULL;
        uint64_t oldest_word = 0;
        uint32_t oldest_age = 0;
        for (uint32_t index = 0; index < IL_MAX_WAITERS; index++) {
            struct il_waiter *waiter = &table->waiters[index];
            uint64_t word = atomic_load(&waiter->word);
            uint32_t age = (now - ticket_of(word)) & TICKET_MASK;
            if (il_waiter_state_of(word) == IL_WAITER_WAITING && atomic_load(&waiter->condition) == condition && age >= oldest_age) {
                oldest = waiter;
                oldest_word = word;
                oldest_age = age;
            }
        }
        if (oldest == NULL) {
            return 0;
        }
        if (!owner_is_alive(lock, oldest_word)) {
            free_if_dead(lock, oldest, oldest_word);
            continue;
        }
        uint64_t signalled = join_halves(owner_of(oldest_word), futex_half(IL_WAITER_SIGNALLED, ticket_of(oldest_word)));
        if (atomic_compare_exchange_strong(&oldest->word, &oldest_word, signalled)) {
            IL_STAGE("condition", 4);
            il_platform_wake(futex_of(oldest), 1);
            return 1;
        }
    }
}

/*
 * With the lock, so that nobody enlists meanwhile. A signal that a dead one was given is passed on first; if nobody waits
 * for it, it is lost, as a signal is that nobody waits for. (Without this, waiters that died of a condition that nobody
 * uses any more would be there for ever.)
 */
static void free_entries_of_the_dead(il_object *lock) {
    struct il_conditions *table = table_of(lock);
    for (uint32_t index = 0; index < IL_MAX_WAITERS; index++) {
        struct il_waiter *waiter = &table->waiters[index];
        uint64_t word = atomic_load(&waiter->word);
        if (il_waiter_state_of(word) != IL_WAITER_SIGNALLED) {
            free_if_dead(lock, waiter, word);
        } else if (!owner_is_alive(lock, word)) {
            (void)signal_one(lock, atomic_load(&waiter->condition));
            IL_STAGE("condition", 6);
            (void)atomic_compare_exchange_strong(&waiter->word, &word, 0);
        }
    }
}

il_status il_condition_enlist(il_object *lock, uint32_t condition, uint32_t *entry) {
    il_status status = check(lock);
    if (status != IL_OK) {
        return status;
    }
    if (!il_lock_is_mine(lock)) {
        return IL_NOT_OWNER;
    }
    if (claim(lock, condition, entry)) {
        return IL_OK;
    }
    free_entries_of_the_dead(lock);
    return claim(lock, condition, entry) ? IL_OK : (il_status)IL_LIMIT_WAITERS;
}

/* Ends one's own entry; whether it had been signalled. */
static int end_entry(struct il_waiter *waiter) {
    return il_waiter_state_of(atomic_exchange(&waiter->word, 0)) == IL_WAITER_SIGNALLED;
}

/* A signal that a dead process was given and did not use becomes ours; *entry is then the one it stands in. */
static int take_over(il_object *lock, uint32_t *entry) {
    struct il_conditions *table = table_of(lock);
    struct il_waiter *own = &table->waiters[*entry];
    uint32_t condition = atomic_load(&own->condition);
    for (uint32_t index = 0; index < IL_MAX_WAITERS; index++) {
        struct il_waiter *waiter = &table->waiters[index];
        uint64_t word = atomic_load(&waiter->word);
        if (il_waiter_state_of(word) == IL_WAITER_FREE || index == *entry || atomic_load(&waiter->condition) != condition ||
            owner_is_alive(lock, word)) {
            continue;
        }
        if (il_waiter_state_of(word) == IL_WAITER_WAITING) {
            free_if_dead(lock, waiter, word);
            continue;
        }
        uint64_t ours = join_halves(il_owner_of(lock->slot, lock->generation), (uint32_t)word);
        if (!atomic_compare_exchange_strong(&waiter->word, &word, ours)) {
            continue;
        }
        IL_STAGE("condition", 5);
        *entry = index;
        uint64_t old = atomic_load(&own->word);
        if (il_waiter_state_of(old) != IL_WAITER_WAITING || !atomic_compare_exchange_strong(&own->word, &old, 0)) {
            /* A second signal came meanwhile: passed on before the entry goes. Dying between gives one too many, which
             * a condition may; the other order would lose it. */
            (void)signal_one(lock, condition);
            (void)end_entry(own);
        }
        return 1;
    }
    return 0;
}

il_status il_condition_sleep(il_object *lock, uint32_t *entry, int64_t deadline) {
    il_status status = check(lock);
    if (status == IL_OK && *entry >= IL_MAX_WAITERS) {
        status = IL_INVALID;
    }
    while (status == IL_OK) {
        struct il_waiter *waiter = &table_of(lock)->waiters[*entry];
        uint64_t word = atomic_load(&waiter->word);
        if (il_waiter_state_of(word) == IL_WAITER_SIGNALLED) {
            return IL_OK;
        }
        if (il_waiter_state_of(word) != IL_WAITER_WAITING) {
            /* Somebody freed it: with the slot of a retired handle the waiter passed for dead. */
            return atomic_load(&lock->retired) ? IL_CLOSED : IL_CORRUPT;
        }
        int64_t now = il_clock_now();
        if (now >= deadline) {
            return IL_TIMED_OUT;
        }
        int error = il_platform_wait(futex_of(waiter), (uint32_t)word, SLICE < deadline - now ? now + SLICE : deadline);
        if (error != 0 && error != ETIMEDOUT) {
            return il_fail(IL_CALL_WAIT_ON_ADDRESS, error);
        }
        if (il_waiter_state_of(atomic_load(&waiter->word)) == IL_WAITER_WAITING && take_over(lock, entry)) {
            return IL_OK;
        }
    }
    return status;
}

il_status il_condition_withdraw(il_object *lock, uint32_t entry, int *signalled) {
    il_status status = check(lock);
    if (status == IL_OK && entry >= IL_MAX_WAITERS) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        struct il_waiter *waiter = &table_of(lock)->waiters[entry];
        uint64_t word = atomic_load(&waiter->word);
        *signalled = il_waiter_state_of(word) != IL_WAITER_WAITING || !atomic_compare_exchange_strong(&waiter->word, &word, 0);
    }
    return status;
}

il_status il_condition_leave(il_object *lock, uint32_t entry, int *signalled) {
    il_status status = check(lock);
    if (status == IL_OK && entry >= IL_MAX_WAITERS) {
        status = IL_INVALID;
    }
    if (status == IL_OK) {
        *signalled = end_entry(&table_of(lock)->waiters[entry]);
    }
    return status;
}

/* ------------------------------------------------------------------ signalling */

il_status il_condition_signal(il_object *lock, uint32_t condition, int everyone) {
    il_status status = check(lock);
    if (status != IL_OK) {
        return status;
    }
    if (!il_lock_is_mine(lock)) {
        return IL_NOT_OWNER;
    }
    /* Who enlists does it with the lock, so nobody is added while we hold it: this ends. */
    while (signal_one(lock, condition) && everyone) {
    }
    return IL_OK;
}

/*
 * For how long to spin is learned, per handle and reason: while it helps, for twice as long as it took, so that two
 * processes that answer each other do not sleep; while it does not, for less and less, so that waiting costs nothing
 * where there is nothing to gain. Now and then a long try tells whether that has changed. Where only one processor is
 * ours the other side cannot get on meanwhile, and nobody spins.
 *
 * Each look at a word that another processor writes takes its cache line away from there, so that looks that follow each
 * other too fast slow down what they wait for. And whoever takes an item the moment it comes pays for the way of three cache
 * lines with each; if the next ones are just behind it, waiting for some more of them is several times faster. Whether they
 * are is learned, too.
 */
#include "spin.h"

#include "platform/architecture.h"

#include <errno.h>

#define SHORTEST 10000u /* nanoseconds: two JVMs that both spin answer each other in less */
#define LONGEST 60000u /* longer than it takes to wake a sleeper: or two that sleep would go on so */
#define FAILURES_PER_LONG_TRY 16
#define MOST_TRIES 8          /* each lost to another process just when it seemed won */
#define GATHERING_ENOUGH 64   /* items, or places */
#define GATHERING_LONGEST 3000
#define GATHERING_REST 6u     /* longer than it takes to put an item */
#define GATHERING_TRIES 32u   /* without growth, one time in so many shows whether that has changed */

/* How long to rest, in units of some 20 ns: before the first look, and between two; twice as long after so many of them. */
struct pace {
    uint32_t before;
    uint32_t first;
    uint32_t longest;
    int looks;
};

/*
 * What comes from another process is taken at once. A mutex is not: between two operations it is free for a moment, and
 * its owner, who as a rule takes it again and again, does dozens of them in the time that it takes to have the cache line
 * brought here and back.
 */
static const struct pace for_news = {0, 1, 8, 16}, for_mutex = {64, 64, 256, 1};

static int is_worth_while(void) {
    static _Atomic int processors;
    int known = atomic_load_explicit(&processors, memory_order_relaxed);
    if (known == 0) {
        known = il_platform_processors();
        atomic_store_explicit(&processors, known, memory_order_relaxed);
    }
    return known > 1;
}

static uint32_t limit_of(struct il_spin *spin) {
    uint32_t learned = atomic_load_explicit(&spin->nanos, memory_order_relaxed);
    uint32_t failures = atomic_load_explicit(&spin->failures, memory_order_relaxed);
    return learned == 0 || failures % FAILURES_PER_LONG_TRY == FAILURES_PER_LONG_TRY - 1 ? LONGEST : learned;
}

static void learn(struct il_spin *spin, int helped, uint32_t nanos) {
    uint32_t next = helped ? nanos * 2 : nanos / 2;
    next = next < SHORTEST ? SHORTEST : next > LONGEST ? LONGEST : next;
    atomic_store_explicit(&spin->nanos, next, memory_order_relaxed);
    if (!helped) {
        atomic_fetch_add_explicit(&spin->failures, 1, memory_order_relaxed);
    }
}

static void rest(uint32_t units) {
    for (uint32_t i = 0; i < units; i++) {
        il_platform_relax();
    }
}

/* What look said last: 0, or that there is something. */
static int spin_until(struct il_spin *spin, const struct pace *pace, int (*look)(void *), void *argument) {
    if (!is_worth_while()) {
        return 0;
    }
    const uint32_t limit = limit_of(spin);
    const int64_t start = il_clock_now();
    int64_t passed = 0;
    uint32_t pause = pace->first;
    int seen = 0;
    rest(pace->before);
    while (!seen && passed < limit) {
        for (int i = 0; i < pace->looks && !(seen = look(argument)); i++) {
            rest(pause);
        }
        passed = il_clock_now() - start;
        pause = pause < pace->longest ? pause * 2 : pause;
    }
    /* A process that was kept from running meanwhile has learned nothing. */
    if (passed < 2 * (int64_t)LONGEST) {
        learn(spin, seen != 0, (uint32_t)passed);
    }
    return seen;
}

struct held {
    const il_mutex *mutex;
    const struct il_holder *self;
};

static int is_free(void *argument) {
    const struct held *held = argument;
    return !il_platform_mutex_is_held(held->mutex, held->self);
}

int il_spin_for_mutex(struct il_spin *spin, il_mutex *mutex, const struct il_holder *self) {
    struct held held = {mutex, self};
    int error = il_platform_mutex_try(mutex, self);
    for (int i = 0; error == EBUSY && i < MOST_TRIES && spin_until(spin, &for_mutex, is_free, &held); i++) {
        error = il_platform_mutex_try(mutex, self);
    }
    return error;
}

struct reason {
    il_object *object;
    int number;
    int (*ready)(il_object *object, int reason);
};

static int is_ready(void *argument) {
    const struct reason *reason = argument;
    return reason->ready(reason->object, reason->number);
}

/* There is some of it: waits until there is more, as long as it grows. */
static void gather(struct il_spin *spin, struct reason *reason, int amount) {
    uint32_t fruitless = atomic_load_explicit(&spin->fruitless, memory_order_relaxed);
    int grew = 0;
    if (fruitless % GATHERING_TRIES == 0) {
        const int64_t end = il_clock_now() + GATHERING_LONGEST;
        int before;
        do {
            before = amount;
            rest(GATHERING_REST);
            amount = is_ready(reason);
            grew = grew || amount > before;
        } while (amount > before && amount < GATHERING_ENOUGH && il_clock_now() < end);
    }
    atomic_store_explicit(&spin->fruitless, grew ? 0 : fruitless + 1, memory_order_relaxed);
}

int il_wait_spin(il_object *object, int number) {
    if (number < 0 || number >= IL_REASONS || il_object_check(object, object->kind) != IL_OK) {
        return 0;
    }
    struct reason reason = {object, number, il_kind_find(object->kind)->ready};
    int amount = reason.ready != NULL ? spin_until(&object->spins[number], &for_news, is_ready, &reason) : 0;
    if (amount > 0) {
        gather(&object->spins[number], &reason, amount);
    }
    return amount > 0;
}

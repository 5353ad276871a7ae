/*
 * The workers of the kill storm, and the ledger in which they write, outside the objects, what they are about to do and
 * what they did.
 */
#ifndef IL_TEST_STORM_H
#define IL_TEST_STORM_H

#include "objects.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORKERS = 9, LINES = 3, MOST = 1 << 20, BATCH = 7, LARGEST = 3000 };
enum { TRYING = 1, RETURNED = 2, DELIVERED = 4, FINISHING = 8, FINISHED = 16 };

/* One queue and what is known of its items: by number within a line of numbers, of which one producer at a time puts. */
struct front {
    char name[80];
    uint32_t kind;
    int64_t capacity, max_bytes;
    uint32_t largest;
    _Atomic uint32_t next[LINES]; /* numbers below may be in the queue */
    _Atomic uint8_t items[LINES][MOST];
};

struct worker {
    _Atomic int taking; /* items that may have left the queue and are not in the ledger yet */
    int pid, role;
};

struct ledger {
    struct front front[2];
    struct worker workers[WORKERS];
    char lock_name[80];
    _Atomic int failed, ending;
    _Atomic uint64_t operations;
    uint64_t halves[2]; /* equal whenever the lock is free and its last owner lived */
    uint64_t kills, stops, lost, may_lose, owner_deaths;
};

struct item {
    uint32_t line, number;
    char padding[LARGEST];
};

static struct ledger *ledger;
static unsigned seed;

static int choose(int count) { return (int)((unsigned)rand_r(&seed) % (unsigned)count); }

#define EXPECT(condition)                                                                                    \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            atomic_store(&ledger->failed, 1);                                                                \
            harness_fail(__FILE__, __LINE__, "not true: %s", #condition);                                    \
        }                                                                                                    \
    } while (0)

static il_object *open_front(const struct front *front) {
    return open_queue(front->kind, front->name, front->capacity, front->max_bytes);
}

static uint64_t length_of(uint32_t number, uint32_t largest) { return 8 + number * 2654435761u % largest; }

static uint64_t fill_item(struct item *item, uint32_t line, uint32_t number, uint32_t largest) {
    uint64_t length = length_of(number, largest);
    item->line = line;
    item->number = number;
    fill(item->padding, length - 8, number);
    return length;
}

/* ------------------------------------------------------------------------------- producers */

static void put_one(il_object *queue, struct front *front, uint32_t line, uint32_t number) {
    struct item item;
    uint64_t length = fill_item(&item, line, number, front->largest);
    atomic_fetch_or(&front->items[line][number], TRYING);
    atomic_store(&front->next[line], number + 1);
    il_status status = il_queue_put(queue, &item, length, il_deadline_after(choose(30) * MS));
    if (status == IL_OK) {
        atomic_fetch_or(&front->items[line][number], RETURNED);
    } else {
        EXPECT(status == IL_TIMED_OUT);
        atomic_store(&front->next[line], number);
    }
}

static void put_batch(il_object *queue, struct front *front, uint32_t line, uint32_t number) {
    static char packed[BATCH * (sizeof(struct item) + 16)];
    uint32_t count = 1 + (uint32_t)choose(BATCH), put;
    uint64_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t length = fill_item((struct item *)(void *)(packed + used + 8), line, number + i, front->largest);
        memcpy(packed + used, &length, sizeof length);
        used += 8 + (length + 7) / 8 * 8;
        atomic_fetch_or(&front->items[line][number + i], TRYING);
    }
    atomic_store(&front->next[line], number + count);
    il_status status = il_queue_try_put_all(queue, packed, used, count, &put);
    EXPECT(status == IL_OK || status == IL_WOULD_BLOCK || status == IL_NO_BYTES);
    for (uint32_t i = 0; i < put; i++) atomic_fetch_or(&front->items[line][number + i], RETURNED);
    atomic_store(&front->next[line], number + put);
}

static void produce(struct front *front, uint32_t line) {
    il_object *queue = open_front(front);
    while (!atomic_load(&ledger->ending)) {
        uint32_t number = atomic_load(&front->next[line]);
        if (number + BATCH >= MOST) break;
        if (choose(3) == 0) {
            put_batch(queue, front, line, number);
        } else {
            put_one(queue, front, line, number);
        }
        atomic_fetch_add(&ledger->operations, 1);
        if (choose(500) == 0) {
            CHECK_OK(il_object_close(queue));
            queue = open_front(front);
        }
    }
    CHECK_OK(il_object_close(queue));
}

/* ------------------------------------------------------------------------------- consumers */

static void check_item(struct front *front, const struct item *item, const il_item *facts, int64_t *last) {
    EXPECT(item->line < LINES && item->number < MOST && facts->length == length_of(item->number, front->largest));
    EXPECT(is_filled(item->padding, facts->length - 8, item->number));
    uint8_t before = atomic_fetch_or(&front->items[item->line][item->number], DELIVERED);
    EXPECT(before & TRYING);
    EXPECT(!(before & FINISHED));
    if (front->kind == IL_KIND_QUEUE) {
        EXPECT(!(before & DELIVERED));
        EXPECT(item->number > last[item->line]);
        last[item->line] = item->number;
    } else {
        EXPECT(!(before & DELIVERED) || facts->deliveries > 1);
    }
}

/* Where somebody was stopped holding the mutex it takes a few tries. */
static void finish(il_object *queue, struct front *front, const struct item *item, uint64_t token) {
    il_status status = IL_WOULD_BLOCK;
    if (front->kind == IL_KIND_QUEUE) return;
    if (choose(20) == 0) {
        while (status == IL_WOULD_BLOCK) status = il_queue_give_back(queue, token);
        EXPECT(status == IL_OK);
        return;
    }
    atomic_fetch_or(&front->items[item->line][item->number], FINISHING);
    while (status == IL_WOULD_BLOCK) status = il_queue_done(queue, token);
    EXPECT(status == IL_OK);
    atomic_fetch_or(&front->items[item->line][item->number], FINISHED);
}

static void take_one(il_object *queue, struct front *front, int64_t *last, _Atomic int *taking) {
    struct item item;
    il_item facts;
    atomic_store(taking, 1);
    il_status status = il_queue_take(queue, &item, sizeof item, &facts, il_deadline_after(choose(30) * MS));
    if (status == IL_OK) check_item(front, &item, &facts, last);
    atomic_store(taking, 0);
    EXPECT(status == IL_OK || status == IL_TIMED_OUT);
    if (status == IL_OK) finish(queue, front, &item, facts.token);
}

static void take_batch(il_object *queue, struct front *front, int64_t *last, _Atomic int *taking) {
    static char buffer[BATCH * (sizeof(struct item) + sizeof(il_item) + 8)];
    uint32_t taken;
    uint64_t needed;
    atomic_store(taking, BATCH);
    il_status status = il_queue_try_take_all(queue, buffer, sizeof buffer, BATCH, &taken, &needed);
    EXPECT(status == IL_OK || status == IL_WOULD_BLOCK);
    for (int pass = 0; pass < 2; pass++) {
        uint64_t at = 0;
        for (uint32_t i = 0; i < taken; i++) {
            il_item facts;
            memcpy(&facts, buffer + at, sizeof facts);
            const struct item *item = (struct item *)(void *)(buffer + at + sizeof facts);
            if (pass == 0) check_item(front, item, &facts, last);
            if (pass == 1) finish(queue, front, item, facts.token);
            at += sizeof facts + (facts.length + 7) / 8 * 8;
        }
        atomic_store(taking, 0);
    }
}

static void consume(struct front *front, _Atomic int *taking) {
    il_object *queue = open_front(front);
    int64_t last[LINES] = {-1, -1, -1};
    while (!atomic_load(&ledger->ending)) {
        il_cursor cursor = {0};
        struct item item;
        il_item facts;
        switch (choose(10)) {
        case 0:
        case 1:
        case 2:
            take_batch(queue, front, last, taking);
            break;
        case 3:
            (void)il_queue_look(queue, &cursor, &item, sizeof item, &facts);
            break;
        default:
            take_one(queue, front, last, taking);
        }
        atomic_fetch_add(&ledger->operations, 1);
        if (choose(500) == 0) {
            CHECK_OK(il_object_close(queue));
            queue = open_front(front);
        }
    }
    CHECK_OK(il_object_close(queue));
}

/* ------------------------------------------------------------------------------- the lock */

static void lock_and_unlock(void) {
    il_object *lock = open_object(IL_KIND_LOCK, ledger->lock_name);
    volatile uint64_t *halves = ledger->halves;
    while (!atomic_load(&ledger->ending)) {
        il_status status = il_lock_acquire(lock, choose(2) ? IL_FOREVER : il_deadline_after(choose(10) * MS));
        if (status == IL_TIMED_OUT) continue;
        EXPECT(status == IL_OK || status == IL_OWNER_DIED);
        EXPECT(status == IL_OWNER_DIED || halves[0] == halves[1]);
        if (status == IL_OWNER_DIED) {
            halves[1] = halves[0];
            ledger->owner_deaths++;
            if (choose(4) != 0) EXPECT(il_lock_repaired(lock) == IL_OK);
        }
        halves[0]++;
        for (int i = choose(200); i > 0; i--) (void)halves[1];
        halves[1]++;
        EXPECT(il_lock_release(lock) == IL_OK);
        atomic_fetch_add(&ledger->operations, 1);
    }
    CHECK_OK(il_object_close(lock));
}

#endif

/* The storm over ProcessQueue and JoinableQueue: every item whose put returned comes, in order, and no more often than it may. */
#ifndef IL_TEST_STORM_QUEUES_H
#define IL_TEST_STORM_QUEUES_H

#include "storm.h"

enum { LINES = 2, MOST_ITEMS = 1 << 20, BATCH = 7, LARGEST = 3000, QUEUE_WORKERS = 4 };
enum { TRYING = 1, RETURNED = 2, DELIVERED = 4, FINISHING = 8, FINISHED = 16 };

/* One queue and what is known of its items: by number within a line of numbers, of which one producer at a time puts. */
struct front {
    char name[80];
    uint32_t kind;
    int64_t capacity, max_bytes;
    uint32_t largest;
    uint64_t may_lose;            /* items that killed consumers may have had */
    _Atomic uint32_t next[LINES]; /* numbers below may be in the queue */
    _Atomic uint8_t items[LINES][MOST_ITEMS];
};

struct item {
    uint32_t line, number;
    char padding[LARGEST];
};

static struct front *fronts[JOINABLE + 1];

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

static il_object *now_and_then_reopened(const struct front *front, il_object *queue) {
    if (choose(500) != 0) return queue;
    CHECK_OK(il_object_close(queue));
    return open_front(front);
}

/* ------------------------------------------------------------------------------- producers */

struct putting {
    il_object *queue;
    struct item item;
    uint64_t length;
};

static il_status try_put(void *argument) {
    const struct putting *putting = argument;
    return il_queue_try_put(putting->queue, &putting->item, putting->length);
}

static int put_one(struct worker *me, il_object *queue, struct front *front, uint32_t line, uint32_t number) {
    struct putting putting = {.queue = queue};
    int64_t deadline = il_deadline_after(choose(30) * MS);
    putting.length = fill_item(&putting.item, line, number, front->largest);
    atomic_fetch_or(&front->items[line][number], TRYING);
    atomic_store(&front->next[line], number + 1);
    il_status status = choose(2) ? il_queue_put(queue, &putting.item, putting.length, deadline)
                                 : wait_asleep(me, queue, IL_NOT_FULL, try_put, &putting, deadline);
    if (status == IL_OK) {
        atomic_fetch_or(&front->items[line][number], RETURNED);
        return 1;
    }
    EXPECT(status == IL_TIMED_OUT);
    atomic_store(&front->next[line], number);
    return 0;
}

static int put_batch(il_object *queue, struct front *front, uint32_t line, uint32_t number) {
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
    return put > 0;
}

/* Where the killer is kept from running, a round can last that long. Then to wait for its end is to get on. */
static int ledger_is_full(const struct front *front, uint32_t line) {
    return atomic_load(&front->next[line]) + BATCH >= MOST_ITEMS;
}

static void produce(struct worker *me, struct front *front, uint32_t line) {
    il_object *queue = open_front(front);
    while (!is_over()) {
        if (ledger_is_full(front, line)) {
            usleep(1000);
            did(me);
            continue;
        }
        uint32_t number = atomic_load(&front->next[line]);
        int done = choose(3) == 0 ? put_batch(queue, front, line, number) : put_one(me, queue, front, line, number);
        if (done) did(me);
        queue = now_and_then_reopened(front, queue);
    }
    CHECK_OK(il_object_close(queue));
}

/* ------------------------------------------------------------------------------- consumers */

static void check_item(struct front *front, const struct item *item, const il_item *facts, int64_t *last) {
    struct tally *tally = &tallies[front == fronts[JOINABLE] ? JOINABLE : QUEUE];
    EXPECT(item->line < LINES && item->number < MOST_ITEMS && facts->length == length_of(item->number, front->largest));
    EXPECT(is_filled(item->padding, facts->length - 8, item->number));
    uint8_t before = atomic_fetch_or(&front->items[item->line][item->number], DELIVERED);
    EXPECT(before & TRYING);
    if (front->kind == IL_KIND_QUEUE) {
        if (before & DELIVERED) tally->duplicated++;
        EXPECT(item->number > last[item->line]);
        last[item->line] = item->number;
    } else {
        if ((before & FINISHED) || ((before & DELIVERED) && facts->deliveries == 1)) tally->duplicated++;
        if (facts->deliveries > 1) tally->remarks++;
    }
}

/* Where somebody was stopped holding the mutex it takes a few tries. */
static void finish_item(il_object *queue, struct front *front, const struct item *item, uint64_t token) {
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

struct taking {
    il_object *queue;
    struct item item;
    il_item facts;
};

static il_status try_take(void *argument) {
    struct taking *taking = argument;
    return il_queue_try_take(taking->queue, &taking->item, sizeof taking->item, &taking->facts);
}

/* me->doing: how many items may have left the queue and are not in the ledger yet. */
static void take_one(struct worker *me, il_object *queue, struct front *front, int64_t *last) {
    struct taking taking = {.queue = queue};
    int64_t deadline = il_deadline_after(choose(30) * MS);
    atomic_store(&me->doing, 1);
    il_status status = choose(2) ? il_queue_take(queue, &taking.item, sizeof taking.item, &taking.facts, deadline)
                                 : wait_asleep(me, queue, IL_NOT_EMPTY, try_take, &taking, deadline);
    if (status == IL_OK) check_item(front, &taking.item, &taking.facts, last);
    atomic_store(&me->doing, 0);
    EXPECT(status == IL_OK || status == IL_TIMED_OUT);
    if (status == IL_OK) finish_item(queue, front, &taking.item, taking.facts.token);
    if (status == IL_OK || (ledger_is_full(front, 0) && ledger_is_full(front, 1))) did(me);
}

static void take_batch(struct worker *me, il_object *queue, struct front *front, int64_t *last) {
    static char buffer[BATCH * (sizeof(struct item) + sizeof(il_item) + 8)];
    uint32_t taken;
    uint64_t needed;
    atomic_store(&me->doing, BATCH);
    il_status status = il_queue_try_take_all(queue, buffer, sizeof buffer, BATCH, &taken, &needed);
    EXPECT(status == IL_OK || status == IL_WOULD_BLOCK);
    for (int pass = 0; pass < 2; pass++) {
        uint64_t at = 0;
        for (uint32_t i = 0; i < taken; i++) {
            il_item facts;
            memcpy(&facts, buffer + at, sizeof facts);
            const struct item *item = (struct item *)(void *)(buffer + at + sizeof facts);
            if (pass == 0) check_item(front, item, &facts, last);
            if (pass == 1) finish_item(queue, front, item, facts.token);
            at += sizeof facts + (facts.length + 7) / 8 * 8;
        }
        atomic_store(&me->doing, 0);
    }
    if (taken > 0) did(me);
}

static void consume(struct worker *me, struct front *front) {
    il_object *queue = open_front(front);
    int64_t last[LINES] = {-1, -1};
    while (!is_over()) {
        il_cursor cursor = {0};
        struct item item;
        il_item facts;
        int chosen = choose(10);
        if (chosen < 3) {
            take_batch(me, queue, front, last);
        } else if (chosen == 3) {
            (void)il_queue_look(queue, &cursor, &item, sizeof item, &facts);
        } else {
            take_one(me, queue, front, last);
        }
        queue = now_and_then_reopened(front, queue);
    }
    CHECK_OK(il_object_close(queue));
}

static void work_on_queue(struct worker *me) {
    struct front *front = fronts[me->object];
    if (me->index < LINES) {
        produce(me, front, (uint32_t)me->index);
    } else {
        consume(me, front);
    }
}

/* ------------------------------------------------------------------------------- in the test */

static void prepare_front(int which, unsigned round) {
    static const struct {
        int64_t capacity, max_bytes;
        uint32_t largest;
    } shapes[] = {{50, 1 << 18, 100}, {1, 1 << 16, 200}, {1000, 1 << 16, 2900}, {100000, 1 << 20, 500}, {3, 1 << 13, 2900}};
    struct front *front = fronts[which] = harness_shared(sizeof *front);
    strcpy(front->name, harness_name());
    front->kind = which == QUEUE ? IL_KIND_QUEUE : IL_KIND_JOINABLE_QUEUE;
    front->capacity = shapes[round % 5].capacity;
    front->max_bytes = shapes[round % 5].max_bytes;
    front->largest = shapes[round % 5].largest;
}

static void prepare_queue(unsigned round) { prepare_front(QUEUE, round); }
static void prepare_joinable(unsigned round) { prepare_front(JOINABLE, round); }

static void bury_consumer(struct worker *dead) {
    struct front *front = fronts[dead->object];
    if (dead->index >= LINES) front->may_lose += (uint64_t)atomic_exchange(&dead->doing, 0);
}

/* Takes what is left; joinable queues: until every item that was put is done. */
static void drain(struct front *front) {
    il_object *queue = open_front(front);
    int64_t last[LINES] = {-1, -1};
    il_queue_state state;
    for (;;) {
        struct item item;
        il_item facts;
        il_status status = il_queue_take(queue, &item, sizeof item, &facts, il_deadline_after(300 * MS));
        if (status == IL_TIMED_OUT) break;
        CHECK_OK(status);
        check_item(front, &item, &facts, last);
        finish_item(queue, front, &item, facts.token);
    }
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK(state.size == 0 && state.unfinished == 0 && !state.full);
    if (front->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_join(queue, il_deadline_after(SECONDS)));
    end_object(queue);
}

static uint64_t count_gone(const struct front *front) {
    uint64_t gone = 0;
    for (int line = 0; line < LINES; line++) {
        for (uint32_t number = 0; number < atomic_load(&front->next[line]); number++) {
            uint8_t item = atomic_load(&front->items[line][number]);
            /* FINISHED as well as FINISHING, unless its consumer was killed on the way */
            const uint8_t must = front->kind == IL_KIND_QUEUE ? DELIVERED : DELIVERED | FINISHING;
            gone += (item & RETURNED) && (item & must) != must;
        }
    }
    return gone;
}

static void finish_front(int which) {
    struct front *front = fronts[which];
    drain(front);
    uint64_t gone = count_gone(front), may = which == QUEUE ? front->may_lose : 0;
    if (gone > may) tallies[which].lost += gone - may;
    if (which == QUEUE) tallies[which].remarks += gone;
    munmap(front, sizeof *front);
}

static void finish_queue(void) { finish_front(QUEUE); }
static void finish_joinable(void) { finish_front(JOINABLE); }

#endif

/*
 * The kill storm: workers put, take, finish, give back and lock while a killer SIGKILLs one of them every 2 ms, starts a
 * replacement, and stops and continues others. A ledger outside the objects says what must have survived. Nobody may
 * hang. IL_STORM_SECONDS: how long, else some seconds (IL_WATCHDOG_SECONDS must be longer); IL_STORM_SEED; IL_VERBOSE=1
 * tells what happened.
 */
#include "storm.h"

static void work(void *argument) {
    struct worker *worker = argument;
    seed ^= (unsigned)getpid() * 2654435761u;
    switch (worker->role) {
    case 0:
    case 1:
        produce(&ledger->front[0], (uint32_t)worker->role);
        break;
    case 4:
        produce(&ledger->front[1], 0);
        break;
    case 7:
    case 8:
        lock_and_unlock();
        break;
    default:
        consume(&ledger->front[worker->role < 4 ? 0 : 1], &worker->taking);
    }
}

static void start(struct worker *worker) {
    seed++;
    worker->pid = harness_fork(work, worker);
}

static void reap(struct worker *worker) {
    int status = harness_wait(worker->pid);
    CHECK(!atomic_load(&ledger->failed));
    CHECK(status == 0 || status == -SIGKILL);
    if (worker->role == 2 || worker->role == 3) ledger->may_lose += (uint64_t)atomic_exchange(&worker->taking, 0);
}

static void stop_or_continue(struct worker **stopped) {
    if (*stopped != NULL) {
        kill((*stopped)->pid, SIGCONT);
        *stopped = NULL;
    } else if (choose(4) == 0) {
        *stopped = &ledger->workers[choose(WORKERS)];
        kill((*stopped)->pid, SIGSTOP);
        ledger->stops++;
    }
}

/* Kills at random for a time; somebody must get on with something all the time. */
static void rage(int64_t nanos) {
    int64_t end = il_deadline_after(nanos), looked = il_clock_now();
    uint64_t operations = 0;
    struct worker *stopped = NULL;
    while (il_clock_now() < end) {
        usleep((useconds_t)choose(4000));
        stop_or_continue(&stopped);
        struct worker *victim = &ledger->workers[choose(WORKERS)];
        if (victim != stopped) {
            kill(victim->pid, SIGKILL);
            reap(victim);
            ledger->kills++;
            start(victim);
        }
        if (atomic_load(&ledger->operations) != operations) {
            operations = atomic_load(&ledger->operations);
            looked = il_clock_now();
        }
        CHECK(il_clock_now() - looked < 30 * SECONDS);
    }
    if (stopped != NULL) kill(stopped->pid, SIGCONT);
}

/* Takes what is left; joinable queues: until every item that was put is done. */
static void drain(struct front *front) {
    il_object *queue = open_front(front);
    int64_t last[LINES] = {-1, -1, -1};
    il_queue_state state;
    for (;;) {
        struct item item;
        il_item facts;
        il_status status = il_queue_take(queue, &item, sizeof item, &facts, il_deadline_after(300 * MS));
        if (status == IL_TIMED_OUT) break;
        CHECK_OK(status);
        check_item(front, &item, &facts, last);
        finish(queue, front, &item, facts.token);
    }
    CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
    CHECK(state.size == 0 && state.unfinished == 0 && !state.full);
    if (front->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_join(queue, il_deadline_after(SECONDS)));
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

static uint64_t count_lost(const struct front *front) {
    uint64_t lost = 0;
    for (int line = 0; line < LINES; line++) {
        for (uint32_t number = 0; number < atomic_load(&front->next[line]); number++) {
            uint8_t item = atomic_load(&front->items[line][number]);
            if (!(item & RETURNED)) continue;
            if (front->kind == IL_KIND_QUEUE) {
                lost += !(item & DELIVERED);
            } else {
                CHECK(item & DELIVERED);
                CHECK(item & FINISHING); /* FINISHED as well, unless its consumer was killed on the way */
            }
        }
    }
    return lost;
}

static void set_up(struct front *front, uint32_t kind, int64_t capacity, int64_t max_bytes, uint32_t largest) {
    strcpy(front->name, harness_name());
    front->kind = kind;
    front->capacity = capacity;
    front->max_bytes = max_bytes;
    front->largest = largest;
}

static void tell(int64_t capacity, int64_t max_bytes, uint32_t largest) {
    uint32_t items = ledger->front[0].next[0] + ledger->front[0].next[1] + ledger->front[1].next[0];
    if (getenv("IL_VERBOSE") == NULL) return;
    fprintf(stderr,
            "capacity %d, %d bytes, items to %u: %lu kills, %lu stops, %lu operations, %u items, %lu of at most %lu "
            "lost, %lu owners died\n",
            (int)capacity, (int)max_bytes, largest, ledger->kills, ledger->stops,
            (unsigned long)atomic_load(&ledger->operations), items, ledger->lost, ledger->may_lose,
            ledger->owner_deaths);
}

static void storm(int64_t capacity, int64_t max_bytes, uint32_t largest, int64_t nanos) {
    ledger = harness_shared(sizeof *ledger);
    strcpy(ledger->lock_name, harness_name());
    set_up(&ledger->front[0], IL_KIND_QUEUE, capacity, max_bytes, largest);
    set_up(&ledger->front[1], IL_KIND_JOINABLE_QUEUE, capacity, max_bytes, largest);
    for (int i = 0; i < WORKERS; i++) {
        ledger->workers[i].role = i;
        start(&ledger->workers[i]);
    }
    rage(nanos);
    atomic_store(&ledger->ending, 1);
    for (int i = 0; i < WORKERS; i++) reap(&ledger->workers[i]);
    for (int i = 0; i < 2; i++) {
        drain(&ledger->front[i]);
        ledger->lost += count_lost(&ledger->front[i]);
    }
    CHECK(ledger->lost <= ledger->may_lose);
    il_object *lock = open_object(IL_KIND_LOCK, ledger->lock_name); /* perhaps nobody came to make it */
    CHECK(!il_lock_is_held(lock));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
    tell(capacity, max_bytes, largest);
    munmap(ledger, sizeof *ledger);
}

TEST(killing_anyone_at_any_moment_loses_nothing_and_hangs_nobody) {
    static const struct {
        int64_t capacity, max_bytes;
        uint32_t largest;
    } queues[] = {{50, 1 << 18, 100}, {1, 1 << 16, 200}, {1000, 1 << 16, 2900}, {100000, 1 << 20, 500}, {3, 1 << 13, 2900}};
    enum { QUEUES = sizeof queues / sizeof queues[0] };
    const char *seconds = getenv("IL_STORM_SECONDS"), *chosen = getenv("IL_STORM_SEED");
    int64_t each = (seconds != NULL ? atoi(seconds) * SECONDS : 6 * SECONDS) / QUEUES;
    seed = chosen != NULL ? (unsigned)atol(chosen) : (unsigned)il_clock_now();
    fprintf(stderr, "IL_STORM_SEED=%u\n", seed);
    for (int i = 0; i < QUEUES; i++) {
        for (int64_t left = each; left > 0; left -= 2 * SECONDS) { /* a longer one would fill the ledger */
            storm(queues[i].capacity, queues[i].max_bytes, queues[i].largest, left < 2 * SECONDS ? left : 2 * SECONDS);
        }
    }
}

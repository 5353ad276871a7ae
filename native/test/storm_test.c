/*
 * The kill storm: workers use every kind of object while a killer SIGKILLs one of them every few milliseconds, starts a
 * replacement, and stops and continues others. Ledgers outside the objects say what must have survived (storm_*.h).
 * Somebody must get on with each object all the time, and everybody once the killing pauses. IL_STORM_SECONDS: how long
 * (IL_WATCHDOG_SECONDS must be longer); IL_STORM_SEED; IL_VERBOSE=1 prints the table.
 */
#include "storm_counts.h"
#include "storm_gates.h"
#include "storm_locks.h"
#include "storm_queues.h"

#include <sys/wait.h>

static const struct object objects[OBJECTS] = {
    [QUEUE] = {"queue", "items went with their taker", QUEUE_WORKERS, prepare_queue, work_on_queue, NULL, bury_consumer, NULL, NULL,
               finish_queue},
    [JOINABLE] = {"joinable queue", "items delivered again", QUEUE_WORKERS, prepare_joinable, work_on_queue, NULL, NULL, NULL, NULL,
                  finish_joinable},
    [LOCK] = {"lock", "deaths told", LOCK_WORKERS, prepare_lock, work_on_lock, NULL, NULL, NULL, NULL, finish_lock},
    [CONDITION] = {"condition", "deaths told", CONDITION_WORKERS, prepare_condition, work_on_condition, doom_waiter, bury_waiter,
                   tend_condition, NULL, finish_condition},
    [SEMAPHORE] = {"semaphore", "permits went with their holder", SEMAPHORE_WORKERS, prepare_semaphore, work_on_semaphore, NULL,
                   bury_holder, tend_semaphore, is_counting, finish_semaphore},
    [POOL] = {"permits", "holders killed", POOL_WORKERS, prepare_pool, work_on_pool, doom_pool_worker, bury_pool_worker, NULL, NULL,
              finish_pool},
    [EVENT] = {"event", "", EVENT_WORKERS, prepare_event, work_on_event, NULL, NULL, NULL, NULL, finish_event},
    [BARRIER] = {"barrier", "deaths told", PARTY_WORKERS, prepare_barrier, work_on_barrier, doom_party, bury_party, NULL, NULL,
                 finish_barrier},
    [LONG] = {"long", "", LONG_WORKERS, prepare_long, work_on_long, NULL, bury_adder, NULL, NULL, finish_long},
};

static int workers;
static uint64_t successes[OBJECTS]; /* of rounds that are over */

/* ------------------------------------------------------------------------------- the table */

static uint64_t count_successes(int object) {
    uint64_t count = 0;
    for (int i = 0; i < workers; i++) {
        if (ledger->workers[i].object == object) count += atomic_load(&ledger->workers[i].successes);
    }
    return count;
}

static void print_table(void) {
    fprintf(stderr, "%-15s %10s %6s %6s %6s %6s %6s %10s\n", "object", "operations", "kills", "stops", "asleep", "hangs", "lost",
            "duplicated");
    for (int i = 0; i < OBJECTS; i++) {
        const struct tally *tally = &tallies[i];
        const unsigned long remarks = atomic_load(&tally->remarks);
        fprintf(stderr, "%-15s %10lu %6lu %6lu %6lu %6lu %6lu %10lu", objects[i].name,
                (unsigned long)(successes[i] + (ledger != NULL ? count_successes(i) : 0)), (unsigned long)tally->kills,
                (unsigned long)tally->stops, (unsigned long)tally->asleep, (unsigned long)tally->hangs, (unsigned long)tally->lost,
                (unsigned long)tally->duplicated);
        if (objects[i].remark[0] != '\0') fprintf(stderr, "   %lu %s", remarks, objects[i].remark);
        fputc('\n', stderr);
    }
}

static _Noreturn void give_up(int object, const char *what) {
    print_table();
    harness_fail(__FILE__, __LINE__, "%s: %s", objects[object].name, what);
}

static _Noreturn void hangs(int object) {
    tallies[object].hangs++;
    for (int i = 0; i < workers; i++) {
        if (ledger->workers[i].object == object && kill(ledger->workers[i].pid, 0) == 0) harness_show_stacks(ledger->workers[i].pid);
    }
    give_up(object, "hangs");
}

static void check_tallies(void) {
    for (int i = 0; i < OBJECTS; i++) {
        if (tallies[i].lost > 0) give_up(i, "lost something");
        if (tallies[i].duplicated > 0) give_up(i, "has something twice");
    }
}

/* ------------------------------------------------------------------------------- workers */

static void work(void *argument) {
    struct worker *me = argument;
    seed ^= (unsigned)getpid() * 2654435761u;
    objects[me->object].work(me);
}

static void start(struct worker *worker) {
    seed++;
    atomic_store(&worker->asleep, 0);
    worker->pid = harness_fork(work, worker);
}

static void check_end(const struct worker *worker, int status) {
    if (atomic_load(&ledger->failed) || (status != 0 && status != -SIGKILL)) give_up(worker->object, "a worker failed");
}

static void kill_and_replace(struct worker *victim) {
    const struct object *object = &objects[victim->object];
    if (object->doom != NULL) object->doom(victim);
    kill(victim->pid, SIGKILL);
    check_end(victim, harness_wait(victim->pid));
    tallies[victim->object].kills++;
    if (object->bury != NULL) object->bury(victim);
    start(victim);
}

static void tend(void) {
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i].tend != NULL) objects[i].tend();
    }
}

/* ------------------------------------------------------------------------------- stopping */

/* At most one of each object. One that was asleep goes on only after others have; any other one, after a time. */
enum { MOST_STOPPED = 3, ENOUGH = 5 };
static struct stop {
    struct worker *worker;
    int was_asleep;
    uint64_t successes;
    int64_t until;
} stops[MOST_STOPPED];

static struct stop *stop_of(int object) {
    for (int i = 0; i < MOST_STOPPED; i++) {
        if (stops[i].worker != NULL && stops[i].worker->object == object) return &stops[i];
    }
    return NULL;
}

static void stop_one(void) {
    struct worker *worker = &ledger->workers[choose(workers)];
    struct stop *stop = NULL;
    int status;
    for (int i = 0; i < MOST_STOPPED; i++) stop = stops[i].worker == NULL ? &stops[i] : stop;
    if (stop == NULL || stop_of(worker->object) != NULL) return;
    kill(worker->pid, SIGSTOP);
    CHECK(waitpid(worker->pid, &status, WUNTRACED) == worker->pid);
    if (!WIFSTOPPED(status)) give_up(worker->object, "a worker failed");
    *stop = (struct stop){.worker = worker,
                          .was_asleep = atomic_load(&worker->asleep),
                          .successes = count_successes(worker->object),
                          .until = il_deadline_after(choose(choose(10) == 0 ? 300 : 10) * MS)};
    tallies[worker->object].stops++;
    tallies[worker->object].asleep += (unsigned)stop->was_asleep;
}

static void go_on(struct stop *stop) {
    kill(stop->worker->pid, SIGCONT);
    stop->worker = NULL;
}

static void continue_some(void) {
    for (int i = 0; i < MOST_STOPPED; i++) {
        struct stop *stop = &stops[i];
        if (stop->worker == NULL) continue;
        const struct object *object = &objects[stop->worker->object];
        const int others_went_on = count_successes(stop->worker->object) >= stop->successes + ENOUGH;
        if ((object->is_resting != NULL && object->is_resting()) ||
            (stop->was_asleep ? others_went_on : il_clock_now() >= stop->until)) {
            go_on(stop);
        }
    }
}

/* ------------------------------------------------------------------------------- a round */

struct watch {
    uint64_t successes;
    int64_t since;
};

/* Somebody gets on with each object. */
static void watch_objects(struct watch *watches) {
    const int64_t now = il_clock_now();
    for (int i = 0; i < OBJECTS; i++) {
        uint64_t count = count_successes(i);
        if (count != watches[i].successes || watches[i].since == 0) watches[i] = (struct watch){count, now};
        if (now - watches[i].since > hang_limit()) hangs(i);
    }
}

static void rage(int64_t nanos) {
    const int64_t end = il_deadline_after(nanos);
    struct watch watches[OBJECTS] = {{0, 0}};
    while (il_clock_now() < end) {
        usleep((useconds_t)choose(4000));
        continue_some();
        if (choose(4) == 0) stop_one();
        struct worker *victim = &ledger->workers[choose(workers)];
        struct stop *stop = stop_of(victim->object);
        if (stop == NULL || stop->worker != victim || choose(2)) {
            if (stop != NULL && stop->worker == victim) stop->worker = NULL;
            kill_and_replace(victim);
        }
        tend();
        watch_objects(watches);
        check_tallies();
    }
}

/* With nobody killed and nobody stopped each worker gets on: what a death made one of them miss would not come any more. */
static void calm_down(void) {
    uint64_t before[MOST_WORKERS];
    const int64_t deadline = il_deadline_after(hang_limit());
    for (int i = 0; i < MOST_STOPPED; i++) {
        if (stops[i].worker != NULL) go_on(&stops[i]);
    }
    for (int i = 0; i < workers; i++) before[i] = atomic_load(&ledger->workers[i].successes);
    for (int i = 0; i < workers; i++) {
        while (atomic_load(&ledger->workers[i].successes) == before[i]) {
            tend();
            usleep(500);
            if (atomic_load(&ledger->failed)) give_up(ledger->workers[i].object, "a worker failed");
            if (il_clock_now() > deadline) hangs(ledger->workers[i].object);
        }
    }
}

static void end_workers(void) {
    const int64_t deadline = il_deadline_after(hang_limit());
    atomic_store(&ledger->ending, 1);
    for (int i = 0; i < workers; i++) {
        struct worker *worker = &ledger->workers[i];
        int status;
        while (waitpid(worker->pid, &status, WNOHANG) == 0) {
            tend();
            usleep(500);
            if (il_clock_now() > deadline) hangs(worker->object);
        }
        check_end(worker, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        worker->pid = 0;
    }
}

static void run_round(unsigned round, int64_t nanos) {
    ledger = harness_shared(sizeof *ledger);
    workers = 0;
    for (int i = 0; i < OBJECTS; i++) {
        objects[i].prepare(round);
        for (int k = 0; k < objects[i].workers; k++) {
            CHECK(workers < MOST_WORKERS);
            ledger->workers[workers].object = i;
            ledger->workers[workers++].index = k;
        }
    }
    for (int i = 0; i < workers; i++) start(&ledger->workers[i]);
    rage(nanos);
    calm_down();
    end_workers();
    for (int i = 0; i < OBJECTS; i++) {
        successes[i] += count_successes(i);
        objects[i].finish();
    }
    munmap(ledger, sizeof *ledger);
    ledger = NULL;
    check_tallies();
}

TEST(killing_anyone_at_any_moment_loses_nothing_and_hangs_nobody) {
    const char *seconds = getenv("IL_STORM_SECONDS"), *chosen = getenv("IL_STORM_SEED");
    const int64_t round = 2 * SECONDS; /* a longer one would fill the ledgers */
    int64_t left = seconds != NULL ? atoi(seconds) * SECONDS : 3 * round;
    seed = chosen != NULL ? (unsigned)atol(chosen) : (unsigned)il_clock_now();
    fprintf(stderr, "IL_STORM_SEED=%u\n", seed);
    tallies = harness_shared(OBJECTS * sizeof *tallies);
    (void)nice(5); /* so many that others would get nothing done beside them */
    for (unsigned i = seed; left > 0; left -= round) run_round(i++, left < round ? left : round);
    if (getenv("IL_VERBOSE") != NULL) print_table();
}

/*
 * The kill storm: workers use every kind of object while a killer SIGKILLs one of them every few milliseconds, starts a
 * replacement, at once or later, and stops and continues others. Ledgers outside the objects say what must have survived (storm_*.h).
 * Somebody must get on with each object all the time, and everybody once the killing pauses. IL_STORM_SECONDS: how long
 * (IL_WATCHDOG_SECONDS must be longer); IL_STORM_SEED; IL_STORM_ONLY=barrier: with
 * that object alone; IL_VERBOSE=1 prints the table.
 */
#include "storm_counts.h"
#include "storm_gates.h"
#include "storm_locks.h"
#include "storm_pipes.h"
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
    [PIPE] = {"pipe", "ends told", PIPE_WORKERS, prepare_pipes, work_on_pipe, NULL, NULL, NULL, NULL, finish_pipes},
    [LONG] = {"long", "", LONG_WORKERS, prepare_long, work_on_long, NULL, bury_adder, NULL, NULL, finish_long},
};

static int workers;
static uint64_t successes[OBJECTS]; /* of rounds that are over */

static int is_chosen(int object) {
    const char *only = getenv("IL_STORM_ONLY");
    return only == NULL || strcmp(only, objects[object].name) == 0;
}

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
        if (ledger->workers[i].object == object && ledger->workers[i].pid != 0) harness_show_stacks(ledger->workers[i].pid);
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

static void kill_worker(struct worker *victim) {
    const struct object *object = &objects[victim->object];
    if (object->doom != NULL) object->doom(victim);
    kill(victim->pid, SIGKILL);
    check_end(victim, harness_wait(victim->pid));
    victim->pid = 0;
    tallies[victim->object].kills++;
    if (object->bury != NULL) object->bury(victim);
}

static void tend(void) {
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i].tend != NULL) objects[i].tend();
    }
}

/* ------------------------------------------------------------------------------- absence */

/*
 * A worker that is stopped, or killed and not yet replaced: a successor would get the slot of the dead one, by which
 * others learn of its death. One of each object at a time. Who was killed, or was stopped asleep, comes back only once
 * others have got on without it.
 */
enum { MOST_ABSENT = 4, ENOUGH = 5 };
static struct absence {
    struct worker *worker;
    int others_first;
    uint64_t successes;
    int64_t until;
} absences[MOST_ABSENT];

static struct absence *absence_of(int object) {
    for (int i = 0; i < MOST_ABSENT; i++) {
        if (absences[i].worker != NULL && absences[i].worker->object == object) return &absences[i];
    }
    return NULL;
}

static struct absence *free_absence(int object) {
    struct absence *found = NULL;
    for (int i = 0; i < MOST_ABSENT; i++) found = absences[i].worker == NULL ? &absences[i] : found;
    return absence_of(object) == NULL ? found : NULL;
}

static void stop_one(void) {
    struct worker *worker = &ledger->workers[choose(workers)];
    struct absence *absence = free_absence(worker->object);
    int status;
    if (absence == NULL) return;
    kill(worker->pid, SIGSTOP);
    CHECK(waitpid(worker->pid, &status, WUNTRACED) == worker->pid);
    if (!WIFSTOPPED(status)) give_up(worker->object, "a worker failed");
    *absence = (struct absence){.worker = worker,
                                .others_first = atomic_load(&worker->asleep),
                                .successes = count_successes(worker->object),
                                .until = il_deadline_after(choose(choose(10) == 0 ? 300 : 10) * MS)};
    tallies[worker->object].stops++;
    tallies[worker->object].asleep += (unsigned)absence->others_first;
}

static void kill_one(void) {
    struct worker *victim = &ledger->workers[choose(workers)];
    struct absence *absence = absence_of(victim->object);
    if (absence != NULL && absence->worker->pid == 0) return; /* a successor of this one would take that one's slot */
    if (absence != NULL && absence->worker == victim) { /* stopped; now and then it dies so */
        if (choose(2)) return;
        absence->worker = NULL;
    }
    kill_worker(victim);
    absence = choose(4) == 0 ? free_absence(victim->object) : NULL;
    if (absence == NULL) {
        start(victim);
    } else {
        *absence = (struct absence){.worker = victim, .others_first = 1, .successes = count_successes(victim->object)};
    }
}

static void come_back(struct absence *absence) {
    if (absence->worker->pid == 0) {
        start(absence->worker);
    } else {
        kill(absence->worker->pid, SIGCONT);
    }
    absence->worker = NULL;
}

static void bring_back_some(void) {
    for (int i = 0; i < MOST_ABSENT; i++) {
        struct absence *absence = &absences[i];
        if (absence->worker == NULL) continue;
        const struct object *object = &objects[absence->worker->object];
        const int others_went_on = count_successes(absence->worker->object) >= absence->successes + ENOUGH;
        if ((object->is_resting != NULL && object->is_resting()) ||
            (absence->others_first ? others_went_on : il_clock_now() >= absence->until)) {
            come_back(absence);
        }
    }
}

/* ------------------------------------------------------------------------------- a round */

struct watch {
    uint64_t successes;
    int64_t since;
};

/*
 * Somebody gets on with each object. Time in which the killer itself did not get on does not count: where many want the
 * processors, who was killed may take half a minute to die, and the kernel lets go what it holds when it has.
 */
static void watch_objects(struct watch *watches, int64_t kept) {
    const int64_t now = il_clock_now();
    for (int i = 0; i < OBJECTS; i++) {
        uint64_t count = count_successes(i);
        if (count != watches[i].successes || watches[i].since == 0) watches[i] = (struct watch){count, now};
        if (kept > SECONDS) watches[i].since += kept;
        if (is_chosen(i) && now - watches[i].since > hang_limit()) hangs(i);
    }
}

static int anybody_is_absent(void) {
    for (int i = 0; i < MOST_ABSENT; i++) {
        if (absences[i].worker != NULL) return 1;
    }
    return 0;
}

/* Ends when all are back, which others may have to earn. */
static void rage(int64_t nanos) {
    const int64_t end = il_deadline_after(nanos);
    struct watch watches[OBJECTS] = {{0, 0}};
    int raging = 1;
    while (raging || anybody_is_absent()) {
        const int64_t begin = il_clock_now();
        usleep((useconds_t)choose(4000));
        bring_back_some();
        if (raging && choose(4) == 0) stop_one();
        if (raging) kill_one();
        tend();
        check_tallies(); /* first: to find something lost may have taken as long as a hang */
        watch_objects(watches, il_clock_now() - begin);
        raging = il_clock_now() < end;
    }
}

/* With nobody killed and nobody stopped each worker gets on: what a death made one of them miss would not come any more. */
static void calm_down(void) {
    uint64_t before[MOST_WORKERS];
    const int64_t deadline = il_deadline_after(hang_limit());
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
        for (int k = 0; k < objects[i].workers && is_chosen(i); k++) {
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
    const int64_t end = il_clock_now() + (seconds != NULL ? atoi(seconds) * SECONDS : 3 * round);
    seed = chosen != NULL ? (unsigned)atol(chosen) : (unsigned)il_clock_now();
    fprintf(stderr, "IL_STORM_SEED=%u\n", seed);
    tallies = harness_shared(OBJECTS * sizeof *tallies);
    (void)nice(15); /* some forty: others get something done beside them */
    int known = 0;
    for (int i = 0; i < OBJECTS; i++) known |= is_chosen(i);
    CHECK(known); /* IL_STORM_ONLY */
    unsigned next = seed;
    for (int64_t left; (left = end - il_clock_now()) > 0;) run_round(next++, left < round ? left : round);
    if (getenv("IL_VERBOSE") != NULL) print_table();
}

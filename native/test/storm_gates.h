/* The storm over ProcessEvent and ProcessBarrier: nobody misses a set, nobody passes before all have come. */
#ifndef IL_TEST_STORM_GATES_H
#define IL_TEST_STORM_GATES_H

#include "barrier.h"
#include "storm.h"

/* ------------------------------------------------------------------------------- the event */

enum { SETTERS = 2, EVENT_WORKERS = 5 };

static struct {
    char name[80];
    _Atomic uint64_t begun;     /* sets, numbered from 1 */
    _Atomic uint64_t completed; /* the highest number of one that returned */
} *sets;

static il_object *observed_event;

static void prepare_event(unsigned round) {
    (void)round;
    sets = harness_shared(sizeof *sets);
    strcpy(sets->name, harness_name());
    observed_event = open_object(IL_KIND_EVENT, sets->name);
}

static void set_and_clear(struct worker *me, il_object *event) {
    uint64_t mine = atomic_fetch_add(&sets->begun, 1) + 1, highest;
    EXPECT(il_event_set(event) == IL_OK);
    highest = atomic_load(&sets->completed);
    while (highest < mine && !atomic_compare_exchange_weak(&sets->completed, &highest, mine)) {
    }
    did(me);
    usleep((useconds_t)choose(300));
    if (choose(5) != 0) EXPECT(il_event_clear(event) == IL_OK);
    usleep((useconds_t)choose(600));
}

struct event_wait {
    il_object *event;
    uint32_t start;
    uint64_t begun; /* sets before it */
};

static il_status try_event(void *argument) {
    const struct event_wait *wait = argument;
    const uint64_t completed = atomic_load(&sets->completed);
    il_status status = il_event_passed(wait->event, wait->start);
    if (status == IL_WOULD_BLOCK && completed > wait->begun) tallies[EVENT].lost++;
    return status;
}

static void wait_for_event(struct worker *me, il_object *event) {
    struct event_wait wait = {.event = event};
    il_status status;
    if (choose(3) == 0) {
        atomic_store(&me->asleep, 1);
        status = il_event_await(event, il_deadline_after(choose(50) * MS));
        atomic_store(&me->asleep, 0);
    } else {
        EXPECT(il_event_start_waiting(event, &wait.start) == IL_OK);
        wait.begun = atomic_load(&sets->begun);
        status = wait_asleep(me, event, IL_CHANGED, try_event, &wait, IL_FOREVER);
    }
    EXPECT(status == IL_OK || status == IL_TIMED_OUT);
    if (status == IL_OK) did(me);
    usleep((useconds_t)choose(100));
}

static void work_on_event(struct worker *me) {
    il_object *event = open_object(IL_KIND_EVENT, sets->name);
    while (!is_over()) {
        if (me->index < SETTERS) {
            set_and_clear(me, event);
        } else {
            wait_for_event(me, event);
        }
        if (choose(500) == 0) {
            CHECK_OK(il_object_close(event));
            event = open_object(IL_KIND_EVENT, sets->name);
        }
    }
    CHECK_OK(il_object_close(event));
}

static void finish_event(void) {
    int set;
    CHECK_OK(il_event_set(observed_event));
    CHECK_OK(il_event_await(observed_event, IL_FOREVER));
    CHECK_OK(il_event_clear(observed_event));
    CHECK_OK(il_event_is_set(observed_event, &set));
    CHECK(!set);
    end_object(observed_event);
    munmap(sets, sizeof *sets);
}

/* ------------------------------------------------------------------------------- the barrier */

/* One more than are needed: a cycle must not wait for a process that came, and was stopped asleep. */
enum { PARTIES = 3, PARTY_WORKERS = 4, MOST_CYCLES = 1 << 20 };
enum { AWAY, PRESENT, ARRIVING, RESETTING };

static struct {
    char name[80];
    _Atomic uint64_t resets; /* begun */
    _Atomic uint32_t newest; /* cycle that the ledger knows of */
    _Atomic uint8_t arrived[MOST_CYCLES], passed[MOST_CYCLES];
    uint8_t in_doubt[MOST_CYCLES]; /* killed ones who may have arrived */
    uint64_t resets_before;
    int must_break; /* by the death that is to come now */
} *meetings;

static il_object *observed_barrier;

static void prepare_barrier(unsigned round) {
    (void)round;
    meetings = harness_shared(sizeof *meetings);
    strcpy(meetings->name, harness_name());
    observed_barrier = open_sized(IL_KIND_BARRIER, meetings->name, PARTIES);
}

/* For the bounds of what is in doubt only. */
static uint32_t cycle_now(const il_object *barrier) {
    return (uint32_t)(atomic_load(&((struct il_barrier_control *)(void *)il_control_of(barrier))->state) >> 33);
}

struct meeting {
    il_object *barrier;
    uint32_t cycle;
};

static il_status try_meeting(void *argument) {
    const struct meeting *meeting = argument;
    return il_barrier_passed(meeting->barrier, meeting->cycle);
}

static void note_arrival(uint32_t cycle) {
    uint32_t newest = atomic_load(&meetings->newest);
    EXPECT(cycle < MOST_CYCLES);
    atomic_fetch_add(&meetings->arrived[cycle], 1);
    while (newest < cycle && !atomic_compare_exchange_weak(&meetings->newest, &newest, cycle)) {
    }
}

static void reset_barrier(struct worker *me, il_object *barrier) {
    il_status status = IL_WOULD_BLOCK;
    atomic_store(&me->doing, RESETTING);
    atomic_fetch_add(&meetings->resets, 1);
    while (status == IL_WOULD_BLOCK) status = il_barrier_reset(barrier);
    EXPECT(status == IL_OK);
    atomic_store(&me->doing, PRESENT);
}

static void meet(struct worker *me, il_object *barrier) {
    struct meeting meeting = {.barrier = barrier};
    uint32_t index;
    atomic_store(&me->since, cycle_now(barrier));
    atomic_store(&me->doing, ARRIVING);
    il_status status = il_barrier_arrive(barrier, &meeting.cycle, &index);
    if (status == IL_OK) note_arrival(meeting.cycle);
    atomic_store(&me->doing, PRESENT);
    EXPECT(status == IL_OK || status == IL_BROKEN || status == IL_WOULD_BLOCK);
    if (status == IL_BROKEN && choose(2)) reset_barrier(me, barrier);
    if (status != IL_OK) return;
    if (index > 0 && choose(30) == 0) {
        status = il_barrier_give_up(barrier, meeting.cycle);
    } else if (index > 0) {
        status = wait_asleep(me, barrier, IL_CHANGED, try_meeting, &meeting, IL_FOREVER);
        if (status == IL_TIMED_OUT) status = il_barrier_give_up(barrier, meeting.cycle); /* the end */
    }
    EXPECT(status == IL_OK || status == IL_BROKEN);
    if (status != IL_OK) return;
    if (atomic_fetch_add(&meetings->passed[meeting.cycle], 1) >= PARTIES) tallies[BARRIER].duplicated++;
    did(me);
}

static void work_on_barrier(struct worker *me) {
    il_object *barrier = open_sized(IL_KIND_BARRIER, meetings->name, PARTIES);
    atomic_store(&me->doing, PRESENT);
    while (!is_over()) {
        meet(me, barrier);
        usleep((useconds_t)choose(100));
        if (choose(200) != 0) continue;
        atomic_store(&me->doing, AWAY);
        CHECK_OK(il_object_close(barrier));
        barrier = open_sized(IL_KIND_BARRIER, meetings->name, PARTIES);
        atomic_store(&me->doing, PRESENT);
    }
    atomic_store(&me->doing, AWAY);
    CHECK_OK(il_object_close(barrier));
}

static void doom_party(struct worker *victim) {
    meetings->resets_before = atomic_load(&meetings->resets);
    meetings->must_break = 1;
    for (int i = 0; i < MOST_WORKERS; i++) { /* one that is under way may forget this death, too */
        const struct worker *worker = &ledger->workers[i];
        if (worker->object == BARRIER && atomic_load(&worker->doing) == RESETTING) meetings->must_break = 0;
    }
    (void)victim;
}

static int is_told(void) {
    uint32_t waiting;
    int broken;
    CHECK_OK(il_barrier_inspect(observed_barrier, &waiting, &broken));
    return broken || atomic_load(&meetings->resets) != meetings->resets_before;
}

/* Its death is told, unless somebody made the barrier forget it; a cycle that was full is passed before. */
static void bury_party(struct worker *dead) {
    int doing = atomic_exchange(&dead->doing, AWAY);
    if (meetings->must_break && doing != AWAY) {
        int64_t deadline = il_deadline_after(hang_limit());
        while (!is_told() && il_clock_now() < deadline) usleep(100);
        if (is_told()) tallies[BARRIER].remarks++;
        else tallies[BARRIER].lost++;
    }
    if (doing != ARRIVING) return;
    uint32_t last = cycle_now(observed_barrier);
    for (uint32_t cycle = (uint32_t)atomic_load(&dead->since); cycle <= last && cycle < MOST_CYCLES; cycle++) {
        meetings->in_doubt[cycle]++;
    }
}

static void finish_barrier(void) {
    uint32_t index, cycle, newest = atomic_load(&meetings->newest);
    for (uint32_t i = 0; i <= newest; i++) {
        if (meetings->passed[i] > 0 && meetings->arrived[i] + meetings->in_doubt[i] < PARTIES) {
            fprintf(stderr, "cycle %u was passed with %u there, %u in doubt\n", i, meetings->arrived[i], meetings->in_doubt[i]);
            tallies[BARRIER].duplicated++;
        }
    }
    CHECK_OK(il_barrier_reset(observed_barrier));
    for (uint32_t missing = PARTIES; missing > 0; missing--) {
        CHECK_OK(il_barrier_arrive(observed_barrier, &cycle, &index));
        CHECK(index == missing - 1);
    }
    CHECK_OK(il_barrier_passed(observed_barrier, cycle));
    end_object(observed_barrier);
    munmap(meetings, sizeof *meetings);
}

#endif

/* A process dies at any instruction of events, conditions, permits and barriers: nobody waits for it, nothing stays held. */
#include "objects.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "condition.h"
#include "stepping.h"
#include "turns.h"

#include <stdatomic.h>

enum { PERMITS = 3 };
static const int64_t GENEROUS = 30 * SECONDS;

struct world {
    char name[80];
    uint32_t kind;
    int64_t size; /* permits, parties */
    il_object *object;
    int witness; /* a process that waits, or -1 */
};

static il_object *open_sized(const struct world *world) {
    il_spec spec = spec_of(world->kind, world->name);
    il_object *object;
    spec.parameter[0] = world->size;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    return object;
}

static void prepare(void *argument) {
    struct world *world = argument;
    strcpy(world->name, harness_name());
    world->witness = -1;
    CHECK_OK(il_object_close(open_sized(world)));
}

/* Stays open in the test, too: who opens it afterwards would get the slot of the dead one, and need not look for it. */
static void prepare_and_keep(void *argument) {
    struct world *world = argument;
    prepare(world);
    world->object = open_sized(world);
}

static void open_world(void *argument) {
    struct world *world = argument;
    world->object = open_sized(world);
}

static void end_world(struct world *world) {
    CHECK_OK(il_object_unlink(world->object));
    CHECK_OK(il_object_close(world->object));
}

/* ------------------------------------------------------------------ events */

static void set_and_clear(void *argument) {
    const struct world *world = argument;
    uint32_t start;
    CHECK_OK(il_event_start_waiting(world->object, &start));
    CHECK_OK(il_event_set(world->object));
    CHECK_OK(il_event_passed(world->object, start));
    CHECK_OK(il_event_clear(world->object));
}

static void await_event(void *argument) {
    struct world *world = argument;
    open_world(world);
    CHECK_OK(il_event_await(world->object, il_deadline_after(GENEROUS)));
}

/* Whatever the dead one did to it, it can be set and cleared, and lets go of who waits. */
static void check_event(void *argument) {
    struct world *world = argument;
    int set;
    open_world(world);
    world->witness = harness_fork(await_event, world);
    CHECK_OK(il_event_set(world->object));
    harness_expect_exit(world->witness);
    CHECK_OK(il_event_clear(world->object));
    CHECK_OK(il_event_is_set(world->object, &set));
    CHECK(!set);
    end_world(world);
}

TEST(at_any_instruction_of_setting_and_clearing) {
    struct world world = {.kind = IL_KIND_EVENT};
    kill_at_every_step(&(struct operation){prepare, open_world, set_and_clear, check_event, NULL}, &world);
}

/* ------------------------------------------------------------------ conditions */

static void wait_for_signal(il_object *lock, int64_t deadline) {
    uint32_t condition, entry;
    int signalled;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    il_status status = il_lock_acquire(lock, il_deadline_after(GENEROUS));
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    CHECK_OK(il_condition_enlist(lock, condition, &entry));
    CHECK_OK(il_lock_release(lock));
    status = il_condition_sleep(lock, &entry, deadline);
    CHECK(status == IL_OK || status == IL_TIMED_OUT);
    status = il_lock_acquire(lock, il_deadline_after(GENEROUS));
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    CHECK_OK(il_condition_leave(lock, entry, &signalled));
    CHECK_OK(il_lock_release(lock));
    CHECK(signalled || deadline == 0);
}

static void be_witness(void *argument) {
    struct world *world = argument;
    open_world(world);
    wait_for_signal(world->object, il_deadline_after(GENEROUS));
}

static void signal_and_look(void *argument) {
    const struct world *world = argument;
    uint32_t condition;
    il_object *lock = world->object;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    CHECK_OK(il_condition_signal(lock, condition, 0));
    CHECK_OK(il_lock_release(lock));
}

/* One that waits and gives up at once: every step of waiting but the sleep itself. */
static void wait_in_vain(void *argument) { wait_for_signal(((struct world *)argument)->object, 0); }

static void signal_until_gone(struct world *world) {
    uint32_t condition;
    il_object *lock = world->object;
    CHECK_OK(il_condition_open(lock, "turn", &condition));
    int status = 0;
    while (waitpid(world->witness, &status, WNOHANG) == 0) { /* it may not have enlisted yet: signals are not kept */
        il_status taken = il_lock_acquire(lock, il_deadline_after(GENEROUS));
        CHECK(taken == IL_OK || taken == IL_OWNER_DIED);
        CHECK_OK(il_condition_signal(lock, condition, 0));
        CHECK_OK(il_lock_release(lock));
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Others are signalled as if the dead one had never been, and no entry of it is in the way. */
static void check_condition(void *argument) {
    struct world *world = argument;
    world->witness = harness_fork(be_witness, world);
    signal_until_gone(world);
    end_world(world);
}

TEST(at_any_instruction_of_signalling) {
    struct world world = {.kind = IL_KIND_LOCK};
    kill_at_every_step(&(struct operation){prepare_and_keep, open_world, signal_and_look, check_condition, NULL}, &world);
}

TEST(at_any_instruction_of_waiting_for_a_signal) {
    struct world world = {.kind = IL_KIND_LOCK};
    kill_at_every_step(&(struct operation){prepare_and_keep, open_world, wait_in_vain, check_condition, NULL}, &world);
}

/* Two processes wait; whoever signals them dies. */
struct signals {
    struct turns *turns;
    il_object *lock;
    uint32_t condition;
    int everyone, waiters[2];
};

static void prepare_waiters(void *argument) {
    struct signals *signals = argument;
    signals->turns = start_turns(&signals->lock, &signals->condition);
    for (int i = 0; i < 2; i++) {
        signals->waiters[i] = harness_fork(wait_once, signals->turns);
        until_waiting(signals->turns, signals->lock, i + 1);
    }
}

static void open_turns(void *argument) {
    struct signals *signals = argument;
    signals->lock = open_object(IL_KIND_LOCK, signals->turns->name);
}

static void signal_them(void *argument) {
    const struct signals *signals = argument;
    signal_now(signals->lock, signals->condition, signals->everyone);
}

/* Those who count as waiting are given one signal each; the others were signalled, and must have noticed. */
static void check_signals(void *argument) {
    struct signals *signals = argument;
    const struct il_conditions *table =
        (const struct il_conditions *)(const void *)((const char *)signals->lock->header + IL_CONDITIONS_OFFSET);
    int waiting = 0;
    lock_it(signals->lock);
    for (int i = 0; i < IL_MAX_WAITERS; i++) waiting += (uint32_t)atomic_load(&table->waiters[i].word) >> 30 == 1;
    CHECK(waiting <= 2 && (signals->everyone || waiting >= 1));
    for (int i = 0; i < waiting; i++) CHECK_OK(il_condition_signal(signals->lock, signals->condition, 0));
    CHECK_OK(il_lock_release(signals->lock));
    for (int i = 0; i < 2; i++) harness_expect_exit(signals->waiters[i]);
    close_and_unlink(signals->lock);
}

TEST(at_any_instruction_of_signalling_those_who_wait) {
    for (int everyone = 0; everyone < 2; everyone++) {
        struct signals signals = {.everyone = everyone};
        kill_at_every_step(&(struct operation){prepare_waiters, open_turns, signal_them, check_signals, NULL}, &signals);
    }
}

/* ------------------------------------------------------------------ permits */

static void take_and_give_back(void *argument) {
    const struct world *world = argument;
    CHECK_OK(il_permits_try(world->object, 2));
    CHECK_OK(il_permits_try(world->object, 1));
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try(world->object, 1));
    CHECK_OK(il_permits_release(world->object, 2));
}

static void check_permits(void *argument) {
    struct world *world = argument;
    uint32_t available;
    CHECK_OK(il_permits_acquire(world->object, PERMITS, il_deadline_after(GENEROUS)));
    CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try(world->object, 1));
    CHECK_OK(il_permits_available(world->object, &available));
    CHECK(available == 0);
    CHECK_OK(il_permits_release(world->object, PERMITS));
    CHECK_OK(il_permits_available(world->object, &available));
    CHECK(available == PERMITS);
    end_world(world);
}

TEST(at_any_instruction_of_taking_and_giving_back_permits) {
    struct world world = {.kind = IL_KIND_PERMITS, .size = PERMITS};
    kill_at_every_step(&(struct operation){prepare_and_keep, open_world, take_and_give_back, check_permits, NULL}, &world);
}

/* ------------------------------------------------------------------ barriers */

/* What the first of two parties is to do; it does nothing on its own, so that the steps of the second are always the same. */
enum { ARRIVE, ARRIVED, LOOK };
static _Atomic int *order;

static void be_first_party(void *argument) {
    struct world *world = argument;
    uint32_t index, cycle;
    open_world(world);
    CHECK_OK(il_barrier_arrive(world->object, &cycle, &index));
    atomic_store(order, ARRIVED);
    while (atomic_load(order) != LOOK) usleep(500);
    il_status status = il_barrier_passed(world->object, cycle);
    if (status != IL_BROKEN) CHECK_OK(status); /* passed, or told; not left waiting */
    CHECK_OK(il_object_close(world->object));
}

static void prepare_barrier(void *argument) {
    struct world *world = argument;
    prepare(world);
    atomic_store(order, ARRIVE);
    world->witness = harness_fork(be_first_party, world);
    while (atomic_load(order) != ARRIVED) usleep(500);
}

/* The second of two parties. */
static void arrive(void *argument) {
    uint32_t index, cycle;
    CHECK_OK(il_barrier_arrive(((struct world *)argument)->object, &cycle, &index));
    CHECK(index == 0);
}

/* The other party was let go or told, and the barrier can be used again. */
static void check_barrier(void *argument) {
    struct world *world = argument;
    uint32_t index, cycle;
    atomic_store(order, LOOK);
    harness_expect_exit(world->witness);
    open_world(world);
    CHECK_OK(il_barrier_reset(world->object));
    CHECK_OK(il_barrier_arrive(world->object, &cycle, &index));
    CHECK(index == 1);
    CHECK_OK(il_barrier_arrive(world->object, &cycle, &index));
    CHECK(index == 0);
    end_world(world);
}

TEST(at_any_instruction_of_arriving_at_a_barrier) {
    struct world world = {.kind = IL_KIND_BARRIER, .size = 2};
    order = harness_shared(sizeof *order);
    kill_at_every_step(&(struct operation){prepare_barrier, open_world, arrive, check_barrier, NULL}, &world);
}

/* Arrivals are counted slot by slot: behind so many, those that matter are counted late enough to vanish meanwhile. */
enum { ONLOOKERS = 120 };
static il_object *onlookers[ONLOOKERS];
static uint32_t first_cycle;

static void prepare_as_first_party(void *argument) {
    struct world *world = argument;
    uint32_t index;
    prepare(world);
    for (int i = 0; i < ONLOOKERS; i++) onlookers[i] = open_sized(world);
    open_world(world);
    CHECK_OK(il_barrier_arrive(world->object, &first_cycle, &index));
}

static void look_as_first_party(void *argument) {
    il_status status = il_barrier_passed(((struct world *)argument)->object, first_cycle);
    CHECK(status == IL_OK || status == IL_WOULD_BLOCK);
}

/* Nobody but the first party has ended the cycle, and the last to arrive was told so: it does not arrive again. */
static void check_both_passed(void *argument) {
    struct world *world = argument;
    CHECK_OK(il_barrier_passed(world->object, first_cycle));
    for (int i = 0; i < ONLOOKERS; i++) CHECK_OK(il_object_close(onlookers[i]));
    end_world(world);
}

TEST(at_any_instruction_of_arriving_another_may_end_the_cycle) {
    struct world world = {.kind = IL_KIND_BARRIER, .size = 2};
    kill_at_every_step(&(struct operation){prepare_as_first_party, open_world, arrive, check_both_passed, look_as_first_party},
                       &world);
}

#else

TEST(this_build_is_not_stepped_through) { CHECK(open_queue != NULL); }

#endif

/* A process that waits is killed, or stopped, at any instruction of that: another one that waits goes on all the same. */
#include "objects.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "lock.h"
#include "permits.h"
#include "queue.h"
#include "stepping.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <unistd.h>

static const int64_t GENEROUS = 30 * SECONDS;
/* Whether it has the patience of PermitPool's waiters or claims what comes next must not depend on how fast it is stepped. */
#define HOUR (3600 * SECONDS)
#define IMPATIENT (150 * MS)

struct world;

/* What is waited for. One that comes is enough for one who waits, or for all. */
struct subject {
    uint32_t kind;
    int reason;
    void (*set_up)(struct world *);   /* in the test: nobody finds what it wants */
    il_status (*attempt)(struct world *);
    void (*give_up)(struct world *);  /* may be NULL */
    void (*give)(struct world *);     /* in the test */
    int64_t waited;                   /* how long the one who is stepped has, when it begins */
};

struct world {
    const struct subject *subject;
    char name[80];
    il_object *object;
    int witness; /* waits, too */
    int was_given;
    int64_t since;
    uint32_t start, condition;
    uint64_t token;
};

static struct {
    _Atomic int pid;
    _Atomic uint32_t owner; /* of portable mutexes */
} *stepped;

static il_object *open_world(const struct world *world) {
    return world->subject->kind == IL_KIND_QUEUE || world->subject->kind == IL_KIND_JOINABLE_QUEUE
               ? open_queue(world->subject->kind, world->name, 1, 1 << 16)
               : open_object(world->subject->kind, world->name);
}

/* ------------------------------------------------------------------ queues */

static void set_up_nothing(struct world *world) { (void)world; }

static il_status attempt_take(struct world *world) {
    char buffer[16];
    il_item item;
    return il_queue_try_take(world->object, buffer, sizeof buffer, &item);
}

static void put_one(struct world *world) { put_number(world->object, 1); }

static il_status attempt_put(struct world *world) { return il_queue_try_put(world->object, "x", 1); }

static void take_one(struct world *world) { take_number(world->object, NULL); }

static void put_and_take(struct world *world) {
    put_number(world->object, 1);
    take_number(world->object, &world->token);
}

static il_status attempt_join(struct world *world) { return il_queue_try_join(world->object); }

static void finish_it(struct world *world) { CHECK_OK_AT_LAST(il_queue_done(world->object, world->token)); }

/* ------------------------------------------------------------------ permits, events */

static void take_permit(struct world *world) { CHECK_OK(il_permits_try(world->object, 1)); }

static il_status attempt_permit(struct world *world) { return il_permits_try_waiting(world->object, 1, world->since); }

static void stop_waiting(struct world *world) { il_permits_stop_waiting(world->object, world->since); }

static void give_permit(struct world *world) { CHECK_OK(il_permits_release(world->object, 1)); }

static il_status attempt_event(struct world *world) { return il_event_passed(world->object, world->start); }

static void set_event(struct world *world) { CHECK_OK(il_event_set(world->object)); }

/* ------------------------------------------------------------------ locks and conditions */

static void take_lock(struct world *world) { CHECK_OK(il_lock_acquire(world->object, IL_FOREVER)); }

static void release_lock(struct world *world) { CHECK_OK(il_lock_release(world->object)); }

static void wait_for_lock(struct world *world, int64_t deadline) {
    il_status status = il_lock_acquire(world->object, deadline);
    CHECK(status == IL_OK || (status == IL_TIMED_OUT && deadline != IL_FOREVER));
    if (status == IL_OK) CHECK_OK(il_lock_release(world->object));
}

static void take_for_condition(il_object *lock) {
    il_status status = il_lock_acquire(lock, il_deadline_after(GENEROUS));
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
}

static void wait_for_signal(struct world *world, int64_t deadline) {
    uint32_t entry;
    int signalled;
    take_for_condition(world->object);
    CHECK_OK(il_condition_enlist(world->object, world->condition, &entry));
    CHECK_OK(il_lock_release(world->object));
    il_status status = il_condition_sleep(world->object, &entry, deadline);
    CHECK(status == IL_OK || (status == IL_TIMED_OUT && deadline != IL_FOREVER));
    take_for_condition(world->object);
    CHECK_OK(il_condition_leave(world->object, entry, &signalled));
    CHECK_OK(il_lock_release(world->object));
}

static void signal_all(struct world *world) {
    take_for_condition(world->object);
    CHECK_OK(il_condition_signal(world->object, world->condition, 1));
    CHECK_OK(il_lock_release(world->object));
}

/* ------------------------------------------------------------------ waiting */

static int must_wait(il_status status) { return status == IL_WOULD_BLOCK || status == IL_NO_BYTES; }

/* As the Java side does, whose threads are most of those who wait. */
static void wait_until(struct world *world, int64_t deadline) {
    const struct subject *subject = world->subject;
    il_status status;
    do {
        uint32_t ticket;
        CHECK_OK(il_wait_prepare(world->object, subject->reason, 0, &ticket));
        status = subject->attempt(world);
        if (must_wait(status)) {
            int64_t end = il_deadline_after(100 * MS);
            (void)il_wait_sleep(world->object, subject->reason, 0, ticket, end < deadline ? end : deadline);
            status = subject->attempt(world);
        }
    } while (must_wait(status) && deadline == IL_FOREVER);
    CHECK(status == IL_OK || must_wait(status));
    if (subject->give_up != NULL) subject->give_up(world);
    il_wait_leave(world->object, subject->reason);
}

static void wait_for_it(struct world *world, int64_t deadline) {
    if (world->subject->attempt != NULL) {
        wait_until(world, deadline);
    } else if (world->subject->give == release_lock) {
        wait_for_lock(world, deadline);
    } else {
        wait_for_signal(world, deadline);
    }
}

static void begin(void *argument) {
    struct world *world = argument;
    world->object = open_world(world);
    world->since = il_clock_now() - world->subject->waited;
    if (world->subject->kind == IL_KIND_EVENT) CHECK_OK(il_event_start_waiting(world->object, &world->start));
    if (world->subject->kind == IL_KIND_LOCK) CHECK_OK(il_condition_open(world->object, "turn", &world->condition));
    atomic_store(&stepped->owner, world->object->holder.owner);
    atomic_store(&stepped->pid, getpid());
}

static void be_witness(void *argument) {
    struct world *world = argument;
    begin(world);
    world->since = il_clock_now() + HOUR; /* it claims nothing, which would change the steps of the other */
    wait_for_it(world, IL_FOREVER);
}

static void prepare(void *argument) {
    struct world *world = argument;
    strcpy(world->name, harness_name());
    begin(world);
    world->subject->set_up(world);
    world->was_given = 0;
    world->witness = harness_fork(be_witness, world);
    harness_until(harness_is_asleep, &world->witness);
}

/* One sleep, of a millisecond: so its steps are the same each time. */
static void wait_a_moment(void *argument) { wait_for_it(argument, il_deadline_after(MS)); }

static void expect_witness_goes_on(struct world *world) {
    world->subject->give(world);
    world->was_given = 1;
    harness_expect_exit(world->witness);
}

static void check(void *argument) {
    struct world *world = argument;
    if (!world->was_given) expect_witness_goes_on(world);
    CHECK_OK(il_object_unlink(world->object));
    CHECK_OK(il_object_close(world->object));
}

static int is_held_by_stepped(const il_mutex *mutex) {
    if (il_platform_owner_needs_slot) return atomic_load(&mutex->portable.owner) >> 32 == atomic_load(&stepped->owner);
    const uint32_t *words = (const uint32_t *)(const void *)mutex->bytes; /* glibc's is the first, musl's the second */
    const uint32_t thread = (uint32_t)atomic_load(&stepped->pid);
    return (__atomic_load_n(&words[0], __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) == thread ||
           (__atomic_load_n(&words[1], __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) == thread;
}

/* Stopped there it keeps a side busy, for it is not waiting just then. */
static int is_inside(const struct world *world) {
    const il_object *object = world->object;
    switch (object->kind) {
    case IL_KIND_LOCK:
        return is_held_by_stepped(&((struct il_lock_control *)(void *)il_control_of(object))->mutex);
    case IL_KIND_PERMITS:
        return is_held_by_stepped(&((struct il_permits_control *)(void *)il_control_of(object))->mutex);
    case IL_KIND_QUEUE:
    case IL_KIND_JOINABLE_QUEUE:
        return is_held_by_stepped(&il_queue_of(object)->control->put_mutex) ||
               is_held_by_stepped(&il_queue_of(object)->control->take_mutex);
    default:
        return 0;
    }
}

static void go_on_meanwhile(void *argument) {
    struct world *world = argument;
    if (!is_inside(world)) expect_witness_goes_on(world);
}

static void step_through(const struct subject *subject, void (*meanwhile)(void *)) {
    struct world world = {.subject = subject};
    stepped = harness_shared(sizeof *stepped);
    kill_at_every_step(&(struct operation){prepare, begin, wait_a_moment, check, meanwhile}, &world);
}

static const struct subject subjects[] = {
    {IL_KIND_QUEUE, IL_NOT_EMPTY, set_up_nothing, attempt_take, NULL, put_one, 0},
    {IL_KIND_JOINABLE_QUEUE, IL_NOT_EMPTY, set_up_nothing, attempt_take, NULL, put_one, 0},
    {IL_KIND_QUEUE, IL_NOT_FULL, put_one, attempt_put, NULL, take_one, 0},
    {IL_KIND_JOINABLE_QUEUE, IL_ALL_DONE, put_and_take, attempt_join, NULL, finish_it, 0},
    {IL_KIND_PERMITS, IL_NOT_EMPTY, take_permit, attempt_permit, stop_waiting, give_permit, -HOUR},
    {IL_KIND_PERMITS, IL_NOT_EMPTY, take_permit, attempt_permit, stop_waiting, give_permit, IMPATIENT},
    {IL_KIND_EVENT, IL_CHANGED, set_up_nothing, attempt_event, NULL, set_event, 0},
    {IL_KIND_LOCK, 0, take_lock, NULL, NULL, release_lock, 0},
    {IL_KIND_LOCK, 0, set_up_nothing, NULL, NULL, signal_all, 0},
};

#define FOR_ALL(meanwhile)                                                                                   \
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) step_through(&subjects[i], meanwhile)

TEST(one_who_waits_is_killed_at_any_instruction) { FOR_ALL(NULL); }

TEST(one_who_waits_is_stopped_at_any_instruction) { FOR_ALL(go_on_meanwhile); }

#else

TEST(this_build_is_not_stepped_through) { CHECK(open_queue != NULL); }

#endif

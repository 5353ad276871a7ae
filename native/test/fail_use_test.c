/* Calls of the system that fail while objects are used: growth, waiting, recovery, conditions, semaphores, POSIX itself. */
#include "failing.h"

#include "segment.h"

#include <unistd.h>

#ifdef IL_CRASH_STAGES

#define LARGE 200000
static char large[LARGE], room[LARGE];

static void open_world(struct world *world, int64_t parameter) {
    il_spec asked = spec_of(world->kind, world->name);
    if (parameter != 0) asked.parameter[0] = parameter;
    CHECK_OK(il_object_open(&asked, &world->object, NULL));
}

static void make(struct world *world) { open_world(world, 0); }
static void make_for_two(struct world *world) { open_world(world, 2); }
static void close_world(struct world *world) { CHECK_OK(il_object_close(world->object)); }

/* In another process, which dies of it if that is what the step does. */
static void elsewhere(struct world *world, void (*step)(il_object *)) {
    il_info info;
    il_object_info(world->object, &info);
    int pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        il_object *object;
        il_spec find = {.kind = world->kind, .mode = IL_FIND, .name = info.name, .deadline = IL_FOREVER};
        CHECK_OK(il_object_open(&find, &object, NULL));
        step(object);
        _exit(0); /* nothing is closed */
    }
    harness_expect_exit(pid);
}

/* ------------------------------------------------------------------ queues */

static void take_back(struct world *world, uint64_t length, uint32_t seed) {
    CHECK_OK(il_queue_try_take(world->object, room, sizeof room, &world->item));
    CHECK(world->item.length == length && is_filled(room, length, seed));
    if (world->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_done(world->object, world->item.token));
}

static void make_with_one(struct world *world) {
    make(world);
    fill(room, 100, 1);
    CHECK_OK(il_queue_try_put(world->object, room, 100));
}

static il_status put_large(struct world *world) {
    fill(large, LARGE, 2);
    return il_queue_try_put(world->object, large, LARGE);
}

static il_status put_large_waiting(struct world *world) {
    fill(large, LARGE, 2);
    return il_queue_put(world->object, large, LARGE, il_deadline_after(10 * SECONDS));
}

static void take_small_and_large(struct world *world) {
    take_back(world, 100, 1);
    take_back(world, LARGE, 2);
    close_world(world);
}

/* Of a joinable queue as many as there are cells in a page, so that the next needs more. */
static void make_with_held(struct world *world) {
    make(world);
    for (uint32_t i = 0; i < 65; i++) {
        fill(room, 100, i);
        CHECK_OK(il_queue_try_put(world->object, room, 100));
        if (i < 64) CHECK_OK(il_queue_try_take(world->object, room, sizeof room, &world->item));
    }
}

static il_status take_one(struct world *world) {
    return il_queue_try_take(world->object, room, sizeof room, &world->item);
}

static void expect_65th(struct world *world) {
    CHECK(world->item.length == 100 && is_filled(room, 100, 64));
    if (world->kind == IL_KIND_JOINABLE_QUEUE) {
        CHECK_OK(il_queue_done(world->object, world->item.token));
        CHECK_OK(il_queue_give_back_all(world->object));
        for (int i = 0; i < 64; i++) {
            CHECK_OK(il_queue_try_take(world->object, room, sizeof room, &world->item));
            CHECK_OK(il_queue_done(world->object, world->item.token));
        }
        CHECK_OK(il_queue_try_join(world->object));
    }
    close_world(world);
}

/* The large one stands in the second region: taking it gives the first one's memory back. */
static void make_grown(struct world *world) {
    make_with_one(world);
    CHECK_OK(put_large(world));
    take_back(world, 100, 1);
}

static void expect_large(struct world *world) {
    CHECK(world->item.length == LARGE && is_filled(room, LARGE, 2));
    if (world->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_done(world->object, world->item.token));
    CHECK_OK(put_large(world));
    take_back(world, LARGE, 2);
    close_world(world);
}

static il_status take_with_deadline(struct world *world) {
    il_status status = il_queue_take(world->object, room, sizeof room, &world->item, il_deadline_after(2 * MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

static void put_and_take(struct world *world) {
    put_number(world->object, 9);
    uint64_t token;
    CHECK(take_number(world->object, &token) == 9);
    if (world->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_done(world->object, token));
    close_world(world);
}

static void hold_and_end(il_object *object) {
    il_item item;
    CHECK_OK(il_queue_try_take(object, room, sizeof room, &item));
}

static void make_with_dead_holder(struct world *world) {
    make_with_one(world);
    elsewhere(world, hold_and_end);
}

static void expect_redelivered(struct world *world) {
    CHECK(world->item.length == 100 && is_filled(room, 100, 1) && world->item.deliveries == 2);
    CHECK_OK(il_queue_done(world->object, world->item.token));
    close_world(world);
}

static il_status take_waiting(struct world *world) {
    return il_queue_take(world->object, room, sizeof room, &world->item, il_deadline_after(10 * SECONDS));
}

static void fail_queues(const struct scenario *scenario, int joinable_only) {
    if (!private_shm("")) return;
    for (uint32_t kind = joinable_only ? IL_KIND_JOINABLE_QUEUE : IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        CHECK(fail_all(scenario, kind, NULL) > 0 || kind == IL_KIND_QUEUE);
    }
}

#define QUEUES(test_name, joinable_only, ...)                                                                \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        fail_queues(&scenario, joinable_only);                                                               \
    }

QUEUES(a_put_that_grows, 0, .before = make_with_one, .act = put_large, .after = take_small_and_large)
QUEUES(a_put_that_grows_and_may_wait, 0, .before = make_with_one, .act = put_large_waiting, .after = take_small_and_large)
QUEUES(a_take_into_a_new_cell, 1, .before = make_with_held, .act = take_one, .after = expect_65th, .also = IL_WOULD_BLOCK)
QUEUES(a_take_that_gives_memory_back, 0, .before = make_grown, .act = take_one, .after = expect_large)
QUEUES(a_take_that_waits, 0, .before = make, .act = take_with_deadline, .after = put_and_take)
QUEUES(a_take_of_what_the_dead_held, 1, .before = make_with_dead_holder, .act = take_waiting, .after = expect_redelivered)

/* ------------------------------------------------------------------ locks, conditions, events, permits, barriers */

static void lock_and_end(il_object *object) { CHECK_OK(il_lock_try(object)); }

static void make_with_dead_owner(struct world *world) {
    make(world);
    elsewhere(world, lock_and_end);
}

static il_status lock_after_death(struct world *world) {
    il_status status = il_lock_acquire(world->object, il_deadline_after(10 * SECONDS));
    return status == IL_OWNER_DIED ? IL_OK : status;
}

static void repair(struct world *world) {
    CHECK_OK(il_lock_repaired(world->object));
    CHECK_OK(il_lock_release(world->object));
    CHECK_OK(il_lock_try(world->object));
    CHECK_OK(il_lock_release(world->object));
    close_world(world);
}

static il_status open_condition(struct world *world) { return il_condition_open(world->object, "c", &world->number); }
static il_status open_nameless(struct world *world) { return il_condition_open(world->object, NULL, &world->number); }

static void signal_nobody(struct world *world) {
    CHECK_OK(il_lock_try(world->object));
    CHECK_OK(il_condition_signal(world->object, world->number, 1));
    CHECK_OK(il_lock_release(world->object));
    close_world(world);
}

static void make_waiting(struct world *world) {
    uint32_t condition;
    make(world);
    CHECK_OK(il_condition_open(world->object, "c", &condition));
    CHECK_OK(il_lock_try(world->object));
    CHECK_OK(il_condition_enlist(world->object, condition, &world->number));
    CHECK_OK(il_lock_release(world->object));
}

static il_status sleep_a_little(struct world *world) {
    il_status status = il_condition_sleep(world->object, &world->number, il_deadline_after(MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

static void signal_it(struct world *world) {
    uint32_t condition;
    int signalled;
    CHECK_OK(il_condition_open(world->object, "c", &condition));
    CHECK_OK(il_lock_try(world->object));
    CHECK_OK(il_condition_signal(world->object, condition, 0));
    CHECK_OK(il_lock_release(world->object));
    CHECK_OK(il_condition_sleep(world->object, &world->number, il_deadline_after(10 * SECONDS)));
    CHECK_OK(il_condition_leave(world->object, world->number, &signalled));
    CHECK(signalled);
    close_world(world);
}

static il_status await_event(struct world *world) {
    il_status status = il_event_await(world->object, il_deadline_after(MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

static void set_event(struct world *world) {
    CHECK_OK(il_event_set(world->object));
    CHECK_OK(il_event_await(world->object, IL_FOREVER));
    close_world(world);
}

/* Somebody is announced, so that set has to make the call that wakes. */
static void make_with_sleeper(struct world *world) {
    make(world);
    CHECK_OK(il_wait_prepare(world->object, IL_CHANGED, 0, &world->number));
}

static il_status set_it(struct world *world) { return il_event_set(world->object); }

static void take_all_permits(il_object *pool) { CHECK_OK(il_permits_try(pool, 2)); }

static void make_with_dead_taker(struct world *world) {
    make_for_two(world);
    elsewhere(world, take_all_permits);
}

static il_status acquire_permits(struct world *world) {
    return il_permits_acquire(world->object, 2, il_deadline_after(10 * SECONDS));
}

static void release_permits(struct world *world) {
    CHECK_OK(il_permits_release(world->object, 2));
    close_world(world);
}

static il_status await_the_other(struct world *world) {
    uint32_t index;
    il_status status = il_barrier_await(world->object, &index, il_deadline_after(MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

static void reset_barrier(struct world *world) { CHECK_OK(il_barrier_reset(world->object)); }

static void pass_barrier(struct world *world) {
    uint32_t cycle, index, waiting;
    int broken;
    CHECK_OK(il_barrier_inspect(world->object, &waiting, &broken));
    CHECK(broken && waiting == 0); /* who gave up broke it */
    CHECK_OK(il_barrier_reset(world->object));
    CHECK_OK(il_barrier_arrive(world->object, &cycle, &index));
    CHECK(index == 1);
    CHECK_OK(il_barrier_arrive(world->object, &cycle, &index));
    CHECK(index == 0);
    close_world(world);
}

static void nobody_dies(il_object *object) { (void)object; }

static void make_with_dead_party(struct world *world) {
    make_for_two(world);
    elsewhere(world, nobody_dies);
}

static il_status arrive(struct world *world) {
    uint32_t cycle, index;
    il_status status = il_barrier_arrive(world->object, &cycle, &index);
    return status == IL_BROKEN ? IL_OK : status;
}

static void reset_and_pass(struct world *world) {
    reset_barrier(world);
    CHECK_OK(il_barrier_abort(world->object));
    pass_barrier(world);
}

#define OF_KIND(test_name, of_kind, ...)                                                                     \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        if (private_shm("")) CHECK(fail_all(&scenario, of_kind, NULL) > 0);                                   \
    }

/* Where the mutex is the C library's, no call is made. */
TEST(taking_the_lock_of_a_dead_owner) {
    const struct scenario scenario = {"taking_the_lock_of_a_dead_owner", .before = make_with_dead_owner,
                                      .act = lock_after_death, .after = repair};
    if (private_shm("")) CHECK(fail_all(&scenario, IL_KIND_LOCK, NULL) >= 0);
}

OF_KIND(naming_a_condition, IL_KIND_LOCK, .before = make, .act = open_condition, .after = signal_nobody)
OF_KIND(a_condition_without_name, IL_KIND_LOCK, .before = make, .act = open_nameless, .after = signal_nobody)
OF_KIND(waiting_on_a_condition, IL_KIND_LOCK, .before = make_waiting, .act = sleep_a_little, .after = signal_it)
OF_KIND(waiting_for_an_event, IL_KIND_EVENT, .before = make, .act = await_event, .after = set_event)
OF_KIND(setting_an_event, IL_KIND_EVENT, .before = make_with_sleeper, .act = set_it, .after = set_event)
OF_KIND(taking_permits_of_the_dead, IL_KIND_PERMITS, .before = make_with_dead_taker, .act = acquire_permits,
        .after = release_permits)
OF_KIND(waiting_at_a_barrier, IL_KIND_BARRIER, .before = make_for_two, .act = await_the_other, .after = pass_barrier,
        .reset = reset_barrier)
OF_KIND(arriving_where_one_died, IL_KIND_BARRIER, .before = make_with_dead_party, .act = arrive, .after = reset_and_pass)

/* ------------------------------------------------------------------ semaphores */

static il_spec semaphore_spec(const struct world *world) {
    return (il_spec){.kind = IL_KIND_SEMAPHORE,
                     .mode = world->name == NULL ? IL_CREATE : IL_OPEN,
                     .name = world->name,
                     .parameter = {2, 0},
                     .deadline = il_deadline_after(30 * SECONDS)};
}

static il_status open_semaphore(struct world *world) {
    il_spec spec = semaphore_spec(world);
    return il_semaphore_open(&spec, &world->semaphore, &world->info);
}

static void make_semaphore(struct world *world) { CHECK_OK(open_semaphore(world)); }

static il_status open_another(struct world *world) {
    il_spec spec = semaphore_spec(world);
    spec.mode = IL_FIND;
    spec.name = world->info.name;
    return il_semaphore_open(&spec, &world->other_semaphore, NULL);
}

static il_status end_semaphore(struct world *world) {
    il_status status = il_semaphore_retire(world->semaphore);
    il_semaphore_free(world->semaphore);
    return status;
}

static void use_semaphore(struct world *world) {
    int32_t value;
    CHECK_OK(il_semaphore_value(world->semaphore, &value));
    CHECK(value == 2);
    CHECK_OK(il_semaphore_try(world->semaphore));
    CHECK_OK(il_semaphore_acquire(world->semaphore, IL_FOREVER));
    CHECK_STATUS(IL_WOULD_BLOCK, il_semaphore_try(world->semaphore));
    CHECK_OK(il_semaphore_release(world->semaphore, 2));
    if (world->name != NULL) CHECK_OK(il_semaphore_unlink(world->semaphore));
    CHECK_OK(end_semaphore(world));
}

static void use_both(struct world *world) {
    CHECK_OK(il_semaphore_try(world->other_semaphore));
    CHECK_OK(il_semaphore_release(world->other_semaphore, 1));
    CHECK_OK(il_semaphore_retire(world->other_semaphore));
    il_semaphore_free(world->other_semaphore);
    use_semaphore(world);
}

static il_status lend_semaphore(struct world *world) {
    return il_semaphore_lend(world->semaphore, &world->fd, &world->second_fd, &world->slot, &world->generation);
}

static il_status adopt_semaphore(struct world *world) {
    return il_semaphore_adopt(world->info.name, world->fd, world->second_fd, world->slot, world->generation,
                              &world->other_semaphore, NULL);
}

static void make_and_lend(struct world *world) {
    make_semaphore(world);
    CHECK_OK(lend_semaphore(world));
}

static void lend_again(struct world *world) { CHECK_OK(lend_semaphore(world)); }

static void adopt_and_use(struct world *world) {
    CHECK_OK(adopt_semaphore(world));
    use_both(world);
}

static il_status try_semaphore(struct world *world) { return il_semaphore_try(world->semaphore); }

static void release_and_use(struct world *world) {
    CHECK_OK(il_semaphore_release(world->semaphore, 1));
    use_semaphore(world);
}

static void take_two(struct world *world) {
    make_semaphore(world);
    CHECK_OK(il_semaphore_try(world->semaphore));
    CHECK_OK(il_semaphore_try(world->semaphore));
}

static il_status release_two(struct world *world) { return il_semaphore_release(world->semaphore, 2); }
static il_status unlink_semaphore(struct world *world) { return il_semaphore_unlink(world->semaphore); }

static void end_unlinked(struct world *world) {
    CHECK_OK(il_semaphore_try(world->semaphore));
    CHECK_OK(end_semaphore(world));
}

static il_status unlink_by_name(struct world *world) { return il_semaphore_name_unlink(world->name); }

static void remove_name(struct world *world) {
    if (world->name != NULL) CHECK_OK(il_semaphore_name_unlink(world->name));
}

#define SEMAPHORE(test_name, ...)                                                                            \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        if (!private_shm("")) return;                                                                        \
        CHECK(fail_all(&scenario, IL_KIND_SEMAPHORE, "x") > 0 && fail_all(&scenario, IL_KIND_SEMAPHORE, NULL) > 0); \
    }

SEMAPHORE(making_a_semaphore, .act = open_semaphore, .after = use_semaphore)
SEMAPHORE(finding_a_semaphore, .before = make_semaphore, .act = open_another, .after = use_both)
SEMAPHORE(lending_a_semaphore, .before = make_semaphore, .act = lend_semaphore, .after = adopt_and_use)
SEMAPHORE(adopting_a_semaphore, .before = make_and_lend, .act = adopt_semaphore, .after = use_both, .reset = lend_again)
SEMAPHORE(taking_a_permit, .before = make_semaphore, .act = try_semaphore, .after = release_and_use)
SEMAPHORE(releasing_two_permits, .before = take_two, .act = release_two, .after = use_semaphore)
SEMAPHORE(unlinking_a_semaphore, .before = make_semaphore, .act = unlink_semaphore, .after = end_unlinked)

TEST(giving_a_semaphore_back) {
    const struct scenario scenario = {"giving_a_semaphore_back", .before = make_semaphore, .act = end_semaphore,
                                      .after = remove_name, .once = 1, .leaves_names = 1};
    if (!private_shm("")) return;
    CHECK(fail_all(&scenario, IL_KIND_SEMAPHORE, NULL) > 0);
}

TEST(unlinking_a_semaphore_by_name) {
    const struct scenario scenario = {"unlinking_a_semaphore_by_name", .before = make_semaphore, .act = unlink_by_name,
                                      .after = end_unlinked};
    if (private_shm("")) CHECK(fail_all(&scenario, IL_KIND_SEMAPHORE, "x") > 0);
}

/* ------------------------------------------------------------------ looking */

static il_view view;
static il_sighting sightings[16];

static void make_held(struct world *world) {
    make(world);
    CHECK_OK(il_lock_try(world->object));
}

static il_status look_at_it(struct world *world) {
    il_info info;
    il_object_info(world->object, &info);
    return il_look_at(IL_SPACE_OBJECTS, info.name, &view);
}

static il_status look_for_it(struct world *world) {
    (void)world;
    uint32_t count;
    return il_look_list(sightings, 16, &count);
}

static il_status look_at_ourselves(struct world *world) {
    (void)world;
    uint32_t count;
    int hidden;
    return il_look_process(getpid(), sightings, 16, &count, &hidden);
}

static void end_held(struct world *world) {
    CHECK_OK(il_lock_release(world->object));
    close_world(world);
}

OF_KIND(looking_at_a_lock, IL_KIND_LOCK, .before = make_held, .act = look_at_it, .after = end_held)
OF_KIND(looking_for_names, IL_KIND_LOCK, .before = make_held, .act = look_for_it, .after = end_held)
OF_KIND(looking_at_a_process, IL_KIND_LOCK, .before = make_held, .act = look_at_ourselves, .after = end_held)

/* ------------------------------------------------------------------ POSIX itself */

static il_status create_memory(struct world *world) {
    il_posix_memory memory = {0};
    il_status status = il_posix_shm_create("/m", 100000, &memory);
    world->address = memory.address;
    return status;
}

static void end_memory(struct world *world) {
    memset(world->address, 1, 100000);
    CHECK_OK(il_posix_shm_unmap(world->address, 100000));
    CHECK_OK(il_posix_shm_unlink("/m"));
}

static void make_memory(struct world *world) {
    CHECK_OK(create_memory(world));
    CHECK_OK(il_posix_shm_unmap(world->address, 100000));
}

static il_status open_memory(struct world *world) {
    il_posix_memory memory = {0};
    il_status status = il_posix_shm_open("/m", &memory);
    world->address = memory.address;
    return status;
}

static il_status create_posix(struct world *world) { return il_posix_sem_create("/p", 1, &world->address); }

static void make_posix(struct world *world) {
    CHECK_OK(create_posix(world));
    CHECK_OK(il_posix_sem_close(world->address));
}

static il_status open_posix(struct world *world) { return il_posix_sem_open("/p", &world->address); }

static void end_posix(struct world *world) {
    CHECK_OK(il_posix_sem_trywait(world->address));
    CHECK_OK(il_posix_sem_post(world->address));
    CHECK_OK(il_posix_sem_close(world->address));
    CHECK_OK(il_posix_sem_unlink("/p"));
}

OF_KIND(making_shared_memory, 0, .act = create_memory, .after = end_memory)
OF_KIND(opening_shared_memory, 0, .before = make_memory, .act = open_memory, .after = end_memory)
OF_KIND(making_a_posix_semaphore, 0, .act = create_posix, .after = end_posix)
OF_KIND(opening_a_posix_semaphore, 0, .before = make_posix, .act = open_posix, .after = end_posix)

#else

TEST(this_build_lets_no_call_fail) {}

#endif

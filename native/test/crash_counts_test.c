/* Processes die at each crash stage of permits and barriers; those who live go on. */
#include "objects.h"
#include "stages.h"

#ifdef IL_CRASH_STAGES

static const int64_t GENEROUS = 30 * SECONDS;

struct scene {
    char name[80];
    uint32_t kind;
    int64_t size; /* permits, parties */
    il_object *object; /* the test's: nobody else may take the slot of the dead before it has looked */
};

static il_object *open_scene(const struct scene *scene) {
    il_spec spec = spec_of(scene->kind, scene->name);
    il_object *object;
    spec.parameter[0] = scene->size;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    return object;
}

static void begin(struct scene *scene) {
    strcpy(scene->name, harness_name());
    scene->object = open_scene(scene);
}

static void end(struct scene *scene) {
    CHECK_OK(il_object_unlink(scene->object));
    CHECK_OK(il_object_close(scene->object));
}

/* ------------------------------------------------------------------ permits */

enum { PERMITS = 3 };

static void use_permits(void *argument) {
    il_object *pool = open_scene(argument);
    const int64_t since = il_clock_now() - 150 * MS;
    CHECK_OK(il_permits_try(pool, PERMITS));
    CHECK_STATUS(IL_NO_BYTES, il_permits_try_waiting(pool, 1, since)); /* claims */
    CHECK_OK(il_permits_release(pool, 2));
    il_permits_stop_waiting(pool, since);
    CHECK_OK(il_object_close(pool)); /* gives back the third */
}

static void take_and_die(void *argument) {
    CHECK_OK(il_permits_try(open_scene(argument), PERMITS));
    raise(SIGKILL);
}

/* Has it open before the other dies, so that its slot is another. */
static void take_from_the_dead(void *argument) {
    il_object *pool = open_scene(argument);
    CHECK(harness_wait(harness_fork(take_and_die, argument)) == -SIGKILL);
    CHECK_OK(il_permits_try(pool, PERMITS));
}

/* Gets the slot of the dead one, and with it what stands there. */
static void take_the_place_of_the_dead(void *argument) {
    CHECK(harness_wait(harness_fork(take_and_die, argument)) == -SIGKILL);
    CHECK_OK(il_permits_try(open_scene(argument), PERMITS));
}

static void expect_all_permits(const struct scene *scene) {
    CHECK_OK(il_permits_acquire(scene->object, PERMITS, il_deadline_after(GENEROUS)));
    CHECK_OK(il_permits_release(scene->object, PERMITS));
}

static void wait_for_all_permits(void *argument) {
    struct scene own = *(struct scene *)argument;
    own.object = open_scene(argument);
    expect_all_permits(&own);
    CHECK_OK(il_object_close(own.object));
}

TEST(permits_come_back_whatever_stage_a_process_dies_at) {
    static void (*const acts[])(void *) = {use_permits, take_from_the_dead, take_the_place_of_the_dead};
    enum { STAGES = 8, ACTS = sizeof acts / sizeof acts[0] };
    for (int stage = 1; stage <= STAGES; stage++) {
        int deaths = 0;
        for (int i = 0; i < ACTS; i++) {
            struct scene scene = {.kind = IL_KIND_PERMITS, .size = PERMITS};
            begin(&scene);
            if (stage > 2 || i == 0) deaths += dies_at("permits", stage, acts[i], &scene); /* else the holder dies too early */
            int waiter = harness_fork(wait_for_all_permits, &scene);
            expect_all_permits(&scene);
            harness_expect_exit(waiter);
            end(&scene);
        }
        if (deaths == 0) harness_fail(__FILE__, __LINE__, "nobody died at stage %d", stage);
    }
}

/* ------------------------------------------------------------------ barriers */

struct meeting {
    struct scene scene;
    _Atomic int arrived, acted;
};

/* Passes, or is told; then it meets nobody any more. */
static void be_first(void *argument) {
    struct meeting *meeting = argument;
    il_object *barrier = open_scene(&meeting->scene);
    uint32_t index, cycle;
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    meeting->arrived = 1;
    while (!meeting->acted) harness_sleep_ms(1); /* or it does itself the step at which the other is to die */
    il_status status;
    while ((status = il_barrier_passed(barrier, cycle)) == IL_WOULD_BLOCK) harness_sleep_ms(1);
    if (status != IL_BROKEN) CHECK_OK(status);
    CHECK_OK(il_object_close(barrier));
}

static void arrive_last(void *argument) {
    uint32_t index, cycle;
    il_status status = il_barrier_arrive(open_scene(argument), &cycle, &index);
    if (status != IL_BROKEN) CHECK_OK(status);
}

static void break_it(void *argument) {
    uint32_t index, cycle;
    il_object *barrier = open_scene(argument);
    CHECK_OK(il_barrier_reset(barrier));
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    CHECK_STATUS(IL_BROKEN, il_barrier_give_up(barrier, cycle));
}

static void abort_and_reset(void *argument) {
    uint32_t index, cycle;
    il_object *barrier = open_scene(argument);
    CHECK_OK(il_barrier_arrive(barrier, &cycle, &index));
    CHECK_OK(il_barrier_abort(barrier));
    CHECK_OK(il_barrier_reset(barrier));
    CHECK_OK(il_object_close(barrier));
}

/* The first party is let go or told in every case: by what the dead one did, or by its death. */
TEST(who_waits_at_a_barrier_is_let_go_or_told_whatever_stage_another_dies_at) {
    static void (*const acts[])(void *) = {arrive_last, break_it, abort_and_reset};
    enum { STAGES = 9, ACTS = sizeof acts / sizeof acts[0] };
    for (int stage = 1; stage <= STAGES; stage++) {
        int deaths = 0;
        for (int i = 0; i < ACTS; i++) {
            struct meeting *meeting = harness_shared(sizeof *meeting);
            uint32_t index, cycle;
            meeting->scene = (struct scene){.kind = IL_KIND_BARRIER, .size = i == 0 ? 2 : 3};
            begin(&meeting->scene);
            int first = harness_fork(be_first, meeting);
            while (!meeting->arrived) harness_sleep_ms(1);
            int died = dies_at("barrier", stage, acts[i], &meeting->scene);
            deaths += died;
            meeting->acted = 1;
            harness_expect_exit(first);
            CHECK_OK(il_barrier_reset(meeting->scene.object));
            for (int64_t missing = meeting->scene.size; missing > 0; missing--) {
                CHECK_OK(il_barrier_arrive(meeting->scene.object, &cycle, &index));
                CHECK(index == (uint32_t)missing - 1);
            }
            CHECK_OK(il_barrier_passed(meeting->scene.object, cycle));
            end(&meeting->scene);
        }
        if (deaths == 0) harness_fail(__FILE__, __LINE__, "nobody died at stage %d", stage);
    }
}

#else

TEST(this_build_has_no_crash_stages) { CHECK(open_queue != NULL); }

#endif

/* Processes die at each step of creating, closing, unlinking and locking; the next one finds nothing amiss. */
#include "objects.h"

#include "private_shm.h"
#include "stages.h"

struct scene {
    uint32_t kind;
    const char *name;
    int rounds;
};

#ifdef IL_CRASH_STAGES

static void open_it(void *argument) {
    const struct scene *scene = argument;
    open_object(scene->kind, scene->name);
}

static void use(il_object *object, uint32_t kind) {
    uint64_t token;
    uint32_t index;
    int64_t value;
    switch (kind) {
    case IL_KIND_LOCK:
        CHECK_OK(il_lock_try(object));
        CHECK_OK(il_lock_release(object));
        break;
    case IL_KIND_LONG:
        CHECK_OK(il_long_add(object, 1, &value));
        CHECK(value == 1);
        break;
    case IL_KIND_EVENT:
        CHECK_OK(il_event_set(object));
        CHECK_OK(il_event_await(object, 0));
        break;
    case IL_KIND_PERMITS:
        CHECK_OK(il_permits_try(object, 1));
        CHECK_STATUS(IL_WOULD_BLOCK, il_permits_try(object, 1));
        CHECK_OK(il_permits_release(object, 1));
        break;
    case IL_KIND_BARRIER:
        CHECK_OK(il_barrier_await(object, &index, 0));
        break;
    default:
        put_number(object, 3);
        CHECK(take_number(object, &token) == 3);
    }
}

#define KINDS (sizeof kinds / sizeof kinds[0])
static const uint32_t kinds[] = {IL_KIND_LOCK,  IL_KIND_LONG,    IL_KIND_QUEUE,  IL_KIND_JOINABLE_QUEUE,
                                 IL_KIND_EVENT, IL_KIND_PERMITS, IL_KIND_BARRIER};

TEST(a_creator_dies_at_any_stage_and_the_next_one_succeeds) {
    enum { STAGES = 8 };
    if (!private_shm("")) return;
    for (size_t k = 0; k < KINDS; k++) {
        const uint32_t kind = kinds[k];
        struct scene scene = {.kind = kind, .name = "created"};
        for (int stage = 1; stage <= STAGES + 1; stage++) {
            CHECK(dies_at("create", stage, open_it, &scene) == (stage <= STAGES));
            il_spec find = spec_of(kind, scene.name);
            il_object *object;
            find.mode = IL_FIND;
            il_status status = il_object_open(&find, &object, NULL);
            CHECK_STATUS(stage < STAGES ? IL_NOT_FOUND : IL_OK, status); /* never a half-made one */
            if (status != IL_OK) object = open_object(kind, scene.name);
            use(object, kind);
            CHECK_OK(il_object_unlink(object));
            CHECK_OK(il_object_close(object));
            CHECK(names_in_shm() == 0);
        }
    }
}

TEST(an_anonymous_creator_dies_at_any_stage_and_a_sweep_takes_what_it_left) {
    if (!private_shm("")) return;
    for (size_t k = 0; k < KINDS; k++) {
        const uint32_t kind = kinds[k];
        struct scene scene = {.kind = kind};
        for (int stage = 1; stage <= 9; stage++) {
            uint32_t swept;
            CHECK(dies_at("create", stage, open_it, &scene) == (stage <= 8));
            CHECK(names_in_shm() == 1);
            CHECK_OK(il_sweep(&swept));
            CHECK(swept == 1 && names_in_shm() == 0);
        }
    }
}

static void open_anonymous_semaphore(void *unused) {
    const il_spec spec = {.kind = IL_KIND_SEMAPHORE, .mode = IL_CREATE, .parameter = {1}, .deadline = IL_FOREVER};
    il_semaphore *semaphore;
    (void)unused;
    CHECK_OK(il_semaphore_open(&spec, &semaphore, NULL));
    raise(SIGKILL);
}

/* Two files: the semaphore, and the segment that tells who uses it. */
TEST(the_creator_of_an_anonymous_semaphore_dies_at_any_stage_and_a_sweep_takes_what_it_left) {
    static const struct {
        const char *unit;
        int stages;
    } units[] = {{"create", 8}, {"semaphore", 3}};
    if (!private_shm("")) return;
    for (int i = 0; i < 2; i++) {
        for (int stage = 1; stage <= units[i].stages; stage++) {
            CHECK(dies_at(units[i].unit, stage, open_anonymous_semaphore, NULL));
            CHECK(names_in_shm() == (i == 1 && stage >= 2 ? 2 : 1));
            CHECK_OK(il_sweep(NULL));
            CHECK(names_in_shm() == 0);
        }
    }
}

static void open_and_close(void *argument) {
    const struct scene *scene = argument;
    il_object *object = open_object(scene->kind, scene->name);
    use(object, scene->kind);
    CHECK_OK(il_object_close(object));
}

TEST(whoever_closes_dies_at_any_stage_and_leaves_at_most_what_a_sweep_takes) {
    static const struct {
        const char *unit;
        int stages;
    } units[] = {{"close", 3}, {"unlink", 2}};
    if (!private_shm("")) return;
    for (size_t k = 0; k < KINDS; k++) {
        const uint32_t kind = kinds[k];
        struct scene scene = {.kind = kind};
        for (int i = 0; i < 2; i++) {
            for (int stage = 1; stage <= units[i].stages; stage++) {
                CHECK(dies_at(units[i].unit, stage, open_and_close, &scene));
                CHECK_OK(il_sweep(NULL));
                CHECK(names_in_shm() == 0);
            }
        }
    }
}

static void unlink_by_handle(void *argument) {
    il_object *object = open_object(IL_KIND_LONG, argument);
    CHECK_OK(il_object_unlink(object));
}

static void unlink_by_name(void *argument) { CHECK_OK(il_name_unlink(argument)); }

TEST(whoever_unlinks_dies_at_any_stage_and_others_go_on) {
    char name[] = "unlinked";
    if (!private_shm("")) return;
    for (int stage = 1; stage <= 3; stage++) {
        for (int by_name = 0; by_name < 2; by_name++) {
            il_object *user = open_object(IL_KIND_LONG, name);
            CHECK(dies_at("unlink", stage, by_name ? unlink_by_name : unlink_by_handle, name) == (stage <= 2));
            CHECK(names_in_shm() == (stage == 1));
            use(user, IL_KIND_LONG);
            il_object *next = open_object(IL_KIND_LONG, name);
            int64_t value;
            CHECK_OK(il_long_get(next, &value));
            CHECK(value == (stage == 1));
            CHECK_OK(il_object_unlink(next));
            CHECK_OK(il_object_close(next));
            CHECK_OK(il_object_close(user));
            CHECK(names_in_shm() == 0);
        }
    }
}

static void take_repair_release(void *argument) {
    il_object *lock = open_object(IL_KIND_LOCK, argument);
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
    CHECK_OK(il_lock_release(lock));
}

static void take_and_die(void *argument) {
    CHECK_OK(il_lock_acquire(open_object(IL_KIND_LOCK, argument), IL_FOREVER));
    raise(SIGKILL);
}

/* Each stage twice: while there is the news of a death to hand on, and without. */
TEST(an_owner_dies_at_any_stage_and_its_death_is_told_until_it_is_repaired) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    for (int stage = 1; stage <= 6; stage++) {
        for (int after_death = 0; after_death < 2; after_death++) {
            if (after_death) CHECK(harness_wait(harness_fork(take_and_die, (void *)(uintptr_t)name)) == -SIGKILL);
            int died = dies_at("lock", stage, take_repair_release, (void *)(uintptr_t)name);
            CHECK(died == (after_death || stage >= 5));
            il_status status = il_lock_try(lock);
            /* At stage 6 it was free; before, the dead one had it. */
            CHECK_STATUS(stage == 6 || !died ? IL_OK : IL_OWNER_DIED, status);
            if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
            CHECK_OK(il_lock_release(lock));
            CHECK_OK(il_lock_try(lock));
            CHECK(il_lock_dead_owner(lock) == 0);
            CHECK_OK(il_lock_release(lock));
        }
    }
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

#else

TEST(this_build_has_no_crash_stages) {}

#endif

/* A process dies at any instruction of locking, opening, handing on or unlinking: the next one has it at once. */
#include "objects.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "private_shm.h"
#include "stepping.h"

struct world {
    char name[80];
    uint32_t kind;
    int owner_died, anonymous;
    il_object *object;
};

static void take_and_die(void *argument) {
    const struct world *world = argument;
    CHECK_OK(il_lock_acquire(open_object(IL_KIND_LOCK, world->name), IL_FOREVER));
    raise(SIGKILL);
}

static void prepare_lock(void *argument) {
    struct world *world = argument;
    world->kind = IL_KIND_LOCK;
    strcpy(world->name, harness_name());
    CHECK_OK(il_object_close(open_object(IL_KIND_LOCK, world->name)));
    if (world->owner_died) CHECK(harness_wait(harness_fork(take_and_die, world)) == -SIGKILL);
}

static void open_world(void *argument) {
    struct world *world = argument;
    world->object = open_object(world->kind, world->anonymous ? NULL : world->name);
}

static void take_repair_release(void *argument) {
    struct world *world = argument;
    il_status status = il_lock_acquire(world->object, IL_FOREVER);
    CHECK_STATUS(world->owner_died ? IL_OWNER_DIED : IL_OK, status);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(world->object));
    CHECK_OK(il_lock_release(world->object));
}

static void check_lock(void *argument) {
    const struct world *world = argument;
    il_object *lock = open_object(IL_KIND_LOCK, world->name);
    CHECK(!il_lock_is_held(lock));
    il_status status = il_lock_try(lock);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_lock_try(lock));
    CHECK(il_lock_dead_owner(lock) == 0);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

TEST(at_any_instruction_of_locking) {
    for (int owner_died = 0; owner_died < 2; owner_died++) {
        struct world world = {.owner_died = owner_died};
        kill_at_every_step(&(struct operation){prepare_lock, open_world, take_repair_release, check_lock, NULL}, &world);
    }
}

static void nothing(void *argument) { (void)argument; }

static void prepare_name(void *argument) { strcpy(((struct world *)argument)->name, harness_name()); }

static void open_and_close(void *argument) {
    struct world *world = argument;
    open_world(world);
    CHECK_OK(il_object_close(world->object));
}

/* Whatever the dead one left of the name, the next one opens a whole object, and nothing is left in the end. */
static void check_name(void *argument) {
    const struct world *world = argument;
    if (!world->anonymous) {
        il_object *object = open_object(world->kind, world->name);
        if (world->kind == IL_KIND_LOCK) {
            CHECK_OK(il_lock_try(object));
            CHECK_OK(il_lock_release(object));
        } else {
            put_number(object, 9);
            CHECK(take_number(object, NULL) == 9);
        }
        CHECK_OK(il_object_unlink(object));
        CHECK_OK(il_object_close(object));
    }
    CHECK_OK(il_sweep(NULL));
    CHECK(names_in_shm() == 0);
}

TEST(at_any_instruction_of_opening_and_closing) {
    if (!private_shm("")) return;
    for (int anonymous = 0; anonymous < 2; anonymous++) {
        for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind += 3) {
            struct world world = {.kind = kind, .anonymous = anonymous};
            kill_at_every_step(&(struct operation){prepare_name, nothing, open_and_close, check_name, NULL}, &world);
        }
    }
}

static void hand_on(void *argument) {
    struct world *world = argument;
    il_object *adopted;
    uint32_t slot, generation;
    int fd;
    CHECK_OK(il_object_lend(world->object, &fd, &slot, &generation));
    CHECK_OK(il_object_adopt(fd, slot, generation, world->kind, &adopted, NULL));
    CHECK_OK(il_object_unlink(world->object));
    CHECK_OK(il_object_close(world->object));
    CHECK_OK(il_object_close(adopted));
}

TEST(at_any_instruction_of_handing_on_and_unlinking) {
    if (!private_shm("")) return;
    struct world world = {.kind = IL_KIND_QUEUE};
    kill_at_every_step(&(struct operation){prepare_name, open_world, hand_on, check_name, NULL}, &world);
}

#else

TEST(this_build_is_not_stepped_through) { CHECK(open_queue != NULL); }

#endif

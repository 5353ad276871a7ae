/* A process dies at any instruction of using, opening or unlinking a semaphore: the count is right, and nobody waits for it. */
#include "objects.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "private_shm.h"
#include "stepping.h"

enum { PERMITS = 2 };
static const int64_t GENEROUS = 30 * SECONDS;

struct world {
    char name[80];
    uint32_t permits; /* to begin with */
    int anonymous;
    il_semaphore *semaphore;
    int witness; /* a process that waits for a permit */
};

static il_semaphore *open_semaphore(const struct world *world) {
    il_spec spec = {.kind = IL_KIND_SEMAPHORE,
                    .mode = world->anonymous ? IL_CREATE : IL_OPEN,
                    .name = world->anonymous ? NULL : world->name,
                    .parameter = {world->permits, 0},
                    .deadline = il_deadline_after(GENEROUS)};
    il_semaphore *semaphore;
    CHECK_OK(il_semaphore_open(&spec, &semaphore, NULL));
    return semaphore;
}

static void close_semaphore(il_semaphore *semaphore) {
    CHECK_OK(il_semaphore_retire(semaphore));
    il_semaphore_free(semaphore);
}

static int32_t value_of(il_semaphore *semaphore) {
    int32_t value;
    CHECK_OK(il_semaphore_value(semaphore, &value));
    return value;
}

static void prepare(void *argument) {
    struct world *world = argument;
    strcpy(world->name, harness_name());
    world->semaphore = open_semaphore(world);
}

static void open_world(void *argument) {
    struct world *world = argument;
    world->semaphore = open_semaphore(world);
}

/* It works as one with so many permits does. */
static void expect_permits(il_semaphore *semaphore, int32_t permits) {
    CHECK(value_of(semaphore) == permits);
    for (int32_t i = 0; i < permits; i++) CHECK_OK(il_semaphore_acquire(semaphore, il_deadline_after(GENEROUS)));
    CHECK_STATUS(IL_WOULD_BLOCK, il_semaphore_try(semaphore));
    CHECK_STATUS(IL_TIMED_OUT, il_semaphore_acquire(semaphore, il_deadline_after(MS)));
    CHECK_OK(il_semaphore_release(semaphore, 1));
    CHECK_OK(il_semaphore_try(semaphore));
}

static void end_world(struct world *world) {
    CHECK_OK(il_semaphore_unlink(world->semaphore));
    close_semaphore(world->semaphore);
}

/* ------------------------------------------------------------------ taking and giving back */

static void take_and_give_back(void *argument) {
    il_semaphore *semaphore = ((struct world *)argument)->semaphore;
    CHECK_OK(il_semaphore_try(semaphore));
    CHECK_OK(il_semaphore_acquire(semaphore, IL_FOREVER));
    CHECK_OK(il_semaphore_release(semaphore, 2));
}

/* What it held is lost, and no more than that. */
static void check_count(void *argument) {
    struct world *world = argument;
    int32_t value = value_of(world->semaphore);
    CHECK(value >= 0 && value <= PERMITS);
    expect_permits(world->semaphore, value);
    end_world(world);
}

TEST(at_any_instruction_of_taking_and_giving_back) {
    struct world world = {.permits = PERMITS};
    kill_at_every_step(&(struct operation){prepare, open_world, take_and_give_back, check_count, NULL}, &world);
}

/* ------------------------------------------------------------------ with one who waits */

static void wait_for_permit(void *argument) {
    struct world *world = argument;
    il_semaphore *semaphore = open_semaphore(world);
    CHECK_OK(il_semaphore_acquire(semaphore, il_deadline_after(GENEROUS)));
    close_semaphore(semaphore);
}

static void prepare_with_witness(void *argument) {
    struct world *world = argument;
    prepare(world);
    world->witness = harness_fork(wait_for_permit, world);
    harness_until(harness_is_asleep, &world->witness); /* so that giving back has somebody to wake, in the same steps each time */
}

static void give_back(void *argument) { CHECK_OK(il_semaphore_release(((struct world *)argument)->semaphore, 1)); }

/* The permit was given back or it was not; who waits gets the next one. */
static void check_witness(void *argument) {
    struct world *world = argument;
    CHECK_OK(il_semaphore_release(world->semaphore, 1));
    harness_expect_exit(world->witness);
    int32_t value = value_of(world->semaphore);
    CHECK(value == 0 || value == 1);
    expect_permits(world->semaphore, value);
    end_world(world);
}

TEST(at_any_instruction_of_giving_back_to_one_who_waits) {
    struct world world = {.permits = 0};
    kill_at_every_step(&(struct operation){prepare_with_witness, open_world, give_back, check_witness, NULL}, &world);
}

/* ------------------------------------------------------------------ waiting */

/* Every step of it but the sleep itself. */
static void wait_in_vain(void *argument) {
    CHECK_STATUS(IL_TIMED_OUT, il_semaphore_acquire(((struct world *)argument)->semaphore, 0));
}

/* Nothing was taken, and what is given back goes to those who live. */
static void check_waiter(void *argument) {
    struct world *world = argument;
    CHECK(value_of(world->semaphore) == 0);
    CHECK_OK(il_semaphore_release(world->semaphore, 1));
    expect_permits(world->semaphore, 1);
    world->witness = harness_fork(wait_for_permit, world);
    CHECK_OK(il_semaphore_release(world->semaphore, 1));
    harness_expect_exit(world->witness);
    end_world(world);
}

TEST(at_any_instruction_of_waiting) {
    struct world world = {.permits = 0};
    kill_at_every_step(&(struct operation){prepare, open_world, wait_in_vain, check_waiter, NULL}, &world);
}

/* ------------------------------------------------------------------ the name */

static void prepare_name(void *argument) { strcpy(((struct world *)argument)->name, harness_name()); }

static void nothing(void *argument) { (void)argument; }

static void open_unlink_close(void *argument) {
    struct world *world = argument;
    open_world(world);
    CHECK_OK(il_semaphore_unlink(world->semaphore));
    close_semaphore(world->semaphore);
}

/* sem_open of glibc writes a file of another name first, sem.XXXXXX, and a death there leaves that (guarantees.md). */
static void remove_what_libc_leaves(void) { CHECK(system("rm -f /dev/shm/sem.??????") == 0); }

/* The next one opens a whole semaphore, and nothing of ours is left in the end. */
static void check_name(void *argument) {
    struct world *world = argument;
    if (!world->anonymous) {
        open_world(world);
        expect_permits(world->semaphore, PERMITS);
        end_world(world);
    }
    CHECK_OK(il_sweep(NULL));
    remove_what_libc_leaves();
    CHECK(names_in_shm() == 0);
}

TEST(at_any_instruction_of_opening_unlinking_and_closing) {
    if (!private_shm("")) return;
    for (int anonymous = 0; anonymous < 2; anonymous++) {
        struct world world = {.permits = PERMITS, .anonymous = anonymous};
        kill_at_every_step(&(struct operation){prepare_name, nothing, open_unlink_close, check_name, NULL}, &world);
    }
}

#else

TEST(this_build_is_not_stepped_through) { CHECK(open_queue != NULL); }

#endif

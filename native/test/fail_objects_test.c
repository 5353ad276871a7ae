/* Calls of the system that fail while objects are made, found, handed on and given back. */
#include "failing.h"

#include "segment.h"

#include <unistd.h>

#ifdef IL_CRASH_STAGES

static const uint32_t kinds[] = {IL_KIND_LOCK,  IL_KIND_LONG,    IL_KIND_QUEUE,  IL_KIND_JOINABLE_QUEUE,
                                 IL_KIND_EVENT, IL_KIND_PERMITS, IL_KIND_BARRIER};
#define KINDS (sizeof kinds / sizeof kinds[0])

static il_spec spec(const struct world *world) {
    il_spec asked = spec_of(world->kind, world->name);
    if (world->kind == IL_KIND_PERMITS || world->kind == IL_KIND_BARRIER) asked.parameter[0] = 1;
    return asked;
}

static void use(il_object *object) {
    int64_t value;
    uint64_t token;
    uint32_t cycle, index;
    switch (object->kind) {
    case IL_KIND_LOCK:
        CHECK_OK(il_lock_try(object));
        CHECK_OK(il_lock_release(object));
        break;
    case IL_KIND_LONG:
        CHECK_OK(il_long_add(object, 1, &value));
        break;
    case IL_KIND_EVENT:
        CHECK_OK(il_event_set(object));
        CHECK_OK(il_event_await(object, IL_FOREVER));
        CHECK_OK(il_event_clear(object));
        break;
    case IL_KIND_PERMITS:
        CHECK_OK(il_permits_try(object, 1));
        CHECK_OK(il_permits_release(object, 1));
        break;
    case IL_KIND_BARRIER:
        CHECK_OK(il_barrier_reset(object)); /* a process that could not adopt it is a party that died */
        CHECK_OK(il_barrier_arrive(object, &cycle, &index));
        CHECK(index == 0);
        break;
    default:
        put_number(object, 3);
        CHECK(take_number(object, &token) == 3);
        if (object->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK(il_queue_done(object, token));
    }
}

static void make(struct world *world) {
    il_spec asked = spec(world);
    CHECK_OK(il_object_open(&asked, &world->object, NULL));
}

static void make_and_lend(struct world *world) {
    make(world);
    CHECK_OK(il_object_lend(world->object, &world->fd, &world->slot, &world->generation));
}

static void lend_again(struct world *world) {
    CHECK_OK(il_object_lend(world->object, &world->fd, &world->slot, &world->generation));
}

static il_status open_it(struct world *world) {
    il_spec asked = spec(world);
    return il_object_open(&asked, &world->object, &world->info);
}

static il_status open_another(struct world *world) {
    il_spec asked = spec(world);
    return il_object_open(&asked, &world->other, &world->info);
}

static il_status find_another(struct world *world) {
    il_info info;
    il_object_info(world->object, &info);
    il_spec asked = {.kind = IL_KIND_ANY, .mode = IL_FIND, .name = info.name, .deadline = il_deadline_after(SECONDS)};
    asked.kind = world->kind;
    return il_object_open(&asked, &world->other, &world->info);
}

static il_status lend(struct world *world) {
    return il_object_lend(world->object, &world->fd, &world->slot, &world->generation);
}

static il_status adopt(struct world *world) {
    return il_object_adopt(world->fd, world->slot, world->generation, world->kind, &world->other, &world->info);
}

static il_status close_it(struct world *world) { return il_object_close(world->object); }
static il_status unlink_it(struct world *world) { return il_object_unlink(world->object); }
static il_status unlink_name(struct world *world) { return il_name_unlink(world->name); }

static il_status sweep(struct world *world) { return il_sweep(&world->number); }

static void finish(struct world *world) {
    use(world->object);
    if (world->name != NULL) CHECK_OK(il_object_unlink(world->object));
    CHECK_OK(il_object_close(world->object));
}

static void finish_both(struct world *world) {
    use(world->other);
    CHECK_OK(il_object_close(world->other));
    finish(world);
}

static void finish_lent(struct world *world) {
    CHECK_OK(adopt(world));
    finish_both(world);
}

static void finish_unlinked(struct world *world) {
    use(world->object);
    CHECK_OK(il_object_close(world->object));
}

/* The object goes on as if nothing had been, for another process; by its name only if that is still there. */
static void finish_closed(struct world *world) {
    if (world->name == NULL) return;
    make(world);
    finish(world);
}

/* What a process leaves that dies with an anonymous object open. */
static void leave_behind(struct world *world) {
    make(world);
    il_handle_let_go(world->object);
    il_object_free(world->object);
}

/* Sweeping is done as far as it goes. */
static void sweep_the_rest(struct world *world) {
    (void)world;
    CHECK_OK(il_sweep(NULL));
}

static void fail_each_kind(const struct scenario *scenario, const char *name) {
    if (!private_shm("")) return;
    for (size_t i = 0; i < KINDS; i++) CHECK(fail_all(scenario, kinds[i], name) > 0);
}

#define EACH_KIND(test_name, object_name, ...)                                                               \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        fail_each_kind(&scenario, object_name);                                                              \
    }

EACH_KIND(creating_a_named_object, "x", .act = open_it, .after = finish)
EACH_KIND(creating_an_anonymous_object, NULL, .act = open_it, .after = finish)
EACH_KIND(opening_what_is_there, "x", .before = make, .act = open_another, .after = finish_both)
EACH_KIND(finding_what_is_there, "x", .before = make, .act = find_another, .after = finish_both)
EACH_KIND(finding_an_anonymous_object, NULL, .before = make, .act = find_another, .after = finish_both)
EACH_KIND(lending, "x", .before = make, .act = lend, .after = finish_lent)
EACH_KIND(adopting, NULL, .before = make_and_lend, .act = adopt, .after = finish_both, .reset = lend_again)
EACH_KIND(closing_a_named_object, "x", .before = make, .act = close_it, .after = finish_closed, .once = 1)
EACH_KIND(closing_an_anonymous_object, NULL, .before = make, .act = close_it, .after = finish_closed, .once = 1,
          .leaves_names = 1)
EACH_KIND(unlinking_by_handle, "x", .before = make, .act = unlink_it, .after = finish_unlinked)
EACH_KIND(unlinking_by_name, "x", .before = make, .act = unlink_name, .after = finish_unlinked)
EACH_KIND(sweeping, NULL, .before = leave_behind, .act = sweep, .after = sweep_the_rest)

/* A handle whose mapping could not be replaced answers that it is closed all the same. */
static il_status retire(struct world *world) { return il_object_retire(world->object, 0); }

static void expect_closed(struct world *world) {
    CHECK_STATUS(IL_CLOSED, il_object_retire(world->object, 0));
    CHECK_STATUS(IL_CLOSED, il_object_check(world->object, world->kind));
    il_object_free(world->object);
}

EACH_KIND(retiring, NULL, .before = make, .act = retire, .after = expect_closed, .once = 1, .leaves_names = 1)

#else

TEST(this_build_lets_no_call_fail) {}

#endif

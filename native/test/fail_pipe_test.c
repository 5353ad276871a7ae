/* Calls of the system that fail while a pipe is made, used and handed on. */
#include "pipes.h"

#include "failing.h"

#ifdef IL_CRASH_STAGES

enum { LARGE = 100000 };
static char large[LARGE], room[LARGE];

static il_status make(struct world *world) {
    il_spec spec = spec_of(IL_KIND_PIPE, NULL);
    return il_object_open(&spec, &world->object, NULL);
}

static void talk_and_close(struct world *world) {
    CHECK_OK(send_item(world->object, IL_LEFT, 1, 20));
    CHECK(next_number(world->object, IL_RIGHT) == 1);
    CHECK_OK(il_object_close(world->object));
}

/* The other end is another handle's, so that each look whether it lives asks the system. */
static void make_two(struct world *world) {
    CHECK_OK(make(world));
    struct lent lent = lend_end(world->object, IL_RIGHT);
    world->other = adopt_end(&lent);
    CHECK_OK(il_pipe_handed_over(world->object, IL_RIGHT));
    fill(large, LARGE, 2);
}

static il_status send_large(struct world *world) { return il_pipe_try_send(world->object, IL_LEFT, large, LARGE); }

static void receive_large(struct world *world) {
    CHECK_OK(il_pipe_try_receive(world->other, IL_RIGHT, room, sizeof room, &world->item));
    CHECK(world->item.length == LARGE && is_filled(room, LARGE, 2));
    CHECK_OK(send_item(world->other, IL_RIGHT, 4, 20));
    CHECK(next_number(world->object, IL_LEFT) == 4);
    CHECK_OK(il_object_close(world->object));
    CHECK_OK(il_object_close(world->other));
}

/* The large one stands in the second region: receiving it gives the first one's memory back. */
static void make_two_with_large(struct world *world) {
    make_two(world);
    CHECK_OK(send_item(world->object, IL_LEFT, 1, 20));
    CHECK(next_number(world->other, IL_RIGHT) == 1);
    CHECK_OK(send_large(world));
}

static il_status receive(struct world *world) {
    return il_pipe_try_receive(world->other, IL_RIGHT, room, sizeof room, &world->item);
}

static void expect_large(struct world *world) {
    CHECK(world->item.length == LARGE && is_filled(room, LARGE, 2));
    CHECK_OK(send_large(world));
    receive_large(world);
}

static il_status receive_in_vain(struct world *world) {
    il_status status = il_pipe_receive(world->object, IL_LEFT, room, sizeof room, &world->item, il_deadline_after(2 * MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

static void send_and_receive_large(struct world *world) {
    CHECK_OK(send_large(world));
    receive_large(world);
}

TEST(whatever_call_fails_nothing_is_lost_and_the_same_succeeds_afterwards) {
    static const struct scenario scenarios[] = {
        {.name = "making", .act = make, .after = talk_and_close},
        {.name = "sending", .before = make_two, .act = send_large, .after = receive_large},
        {.name = "receiving", .before = make_two_with_large, .act = receive, .after = expect_large},
        {.name = "waiting", .before = make_two, .act = receive_in_vain, .after = send_and_receive_large},
    };
    if (!private_shm("")) return;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) CHECK(fail_all(&scenarios[i], IL_KIND_PIPE, NULL) > 0);
}

#else

TEST(this_build_lets_no_call_fail) { CHECK(hand_to_process != NULL); }

#endif

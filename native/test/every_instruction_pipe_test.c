/* The process of an end of a pipe dies at any instruction of using, lending or closing it. */
#include "pipes.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

#include "stepping.h"

enum { ITEMS = 4, DYING = IL_LEFT, LIVING = IL_RIGHT };

struct world {
    il_object *pipe;  /* the test's, with the living end */
    struct lent lent; /* the end of the one who dies */
    uint64_t length;  /* of the item that the dying one sends, less 4 */
    int may_add;
    il_object *dying;
};

static void prepare(void *argument) {
    struct world *world = argument;
    world->pipe = open_pipe();
    for (uint32_t i = 0; i < ITEMS; i++) {
        CHECK_OK(send_item(world->pipe, LIVING, i, 300));
        CHECK_OK(send_item(world->pipe, DYING, i, 300));
    }
    world->lent = lend_end(world->pipe, DYING);
    CHECK_OK(il_pipe_handed_over(world->pipe, DYING));
}

static char item[PIPE_BUFFER];

/* The item that it may send is ready: to fill it is no part of sending. */
static void adopt(void *argument) {
    struct world *world = argument;
    const uint32_t number = ITEMS;
    world->dying = adopt_end(&world->lent);
    memcpy(item, &number, sizeof number);
    fill(item + 4, world->length, number);
}

/* Whatever the dead one was doing: what it had sent comes, in order, and then the end. */
static void check(void *argument) {
    const struct world *world = argument;
    uint32_t number, expected = 0;
    il_status status;
    il_descriptor_close(world->lent.fd);
    while ((status = receive_item(world->pipe, LIVING, &number, NULL, IL_FOREVER)) == IL_OK) CHECK(number == expected++);
    CHECK_STATUS(IL_ENDED, status);
    CHECK(expected >= ITEMS && expected <= ITEMS + (uint32_t)world->may_add);
    expect_end(world->pipe, LIVING);
    CHECK_OK(il_object_close(world->pipe));
}

static void send_one(void *argument) {
    struct world *world = argument;
    CHECK_OK(il_pipe_try_send(world->dying, DYING, item, 4 + world->length));
}

TEST(at_any_instruction_of_sending) {
    struct world small = {.length = 40, .may_add = 1}, large = {.length = 60000, .may_add = 1};
    kill_at_every_step(&(struct operation){prepare, adopt, send_one, check, NULL}, &small);
    kill_at_every_step(&(struct operation){prepare, adopt, send_one, check, NULL}, &large);
}

static void receive_two(void *argument) {
    struct world *world = argument;
    il_item received;
    for (int i = 0; i < 2; i++) CHECK_OK(il_pipe_try_receive(world->dying, DYING, item, sizeof item, &received));
}

TEST(at_any_instruction_of_receiving) {
    struct world world = {0};
    kill_at_every_step(&(struct operation){prepare, adopt, receive_two, check, NULL}, &world);
}

static void close_end(void *argument) { CHECK_OK(il_pipe_close(((struct world *)argument)->dying, DYING)); }
static void close_handle(void *argument) { CHECK_OK(il_object_close(((struct world *)argument)->dying)); }

TEST(at_any_instruction_of_closing) {
    struct world world = {0};
    kill_at_every_step(&(struct operation){prepare, adopt, close_end, check, NULL}, &world);
    kill_at_every_step(&(struct operation){prepare, adopt, close_handle, check, NULL}, &world);
}

/* To itself, so that nobody has the end once it is dead. */
static void hand_on(void *argument) {
    struct world *world = argument;
    struct lent lent = lend_end(world->dying, DYING);
    il_object *other = adopt_end(&lent);
    CHECK_OK(il_pipe_handed_over(world->dying, DYING));
    CHECK_OK(il_pipe_try_send(other, DYING, item, 4 + world->length));
}

TEST(at_any_instruction_of_handing_on) {
    struct world world = {.length = 40, .may_add = 1};
    kill_at_every_step(&(struct operation){prepare, adopt, hand_on, check, NULL}, &world);
}

/* The other end is a dead one's: whoever comes after the one who saw that sees it, too. */
static void prepare_dead(void *argument) {
    struct world *world = argument;
    prepare(argument);
    il_descriptor_close(world->lent.fd);
    for (uint32_t i = 0; i < ITEMS; i++) CHECK(next_number(world->pipe, LIVING) == i);
    world->lent = lend_end(world->pipe, LIVING);
}

static void adopt_living(void *argument) {
    struct world *world = argument;
    world->dying = adopt_end(&world->lent);
}

static void see_the_end(void *argument) { expect_end(((struct world *)argument)->dying, LIVING); }

static void check_it_is_seen(void *argument) {
    struct world *world = argument;
    il_object *next = adopt_end(&world->lent);
    expect_end(next, LIVING);
    CHECK_OK(il_object_close(next));
    CHECK_OK(il_object_close(world->pipe));
}

TEST(at_any_instruction_of_seeing_that_the_other_is_dead) {
    if (il_platform_owner_needs_slot) return; /* what is lent can be adopted once: the dead one did */
    struct world world = {0};
    kill_at_every_step(&(struct operation){prepare_dead, adopt_living, see_the_end, check_it_is_seen, NULL}, &world);
}

#else

TEST(this_build_is_not_stepped_through) { CHECK(hand_to_process != NULL); }

#endif

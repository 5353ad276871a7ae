/* The process of an end dies at each crash stage of what it does with it: the other receives the rest, and is told. */
#include "pipes.h"
#include "stages.h"

#include "platform/platform.h"

#ifdef IL_CRASH_STAGES

enum { ITEMS = 4, DYING = IL_LEFT, LIVING = IL_RIGHT };

struct scene {
    struct lent lent;
    const struct act *act;
};

struct act {
    void (*run)(il_object *pipe);
    uint64_t length; /* of the items that wait for the dying one, and that it has sent */
    int sends, items;
    void (*before)(il_object *pipe); /* may be NULL */
};

static void send_small(il_object *pipe) { CHECK_OK(send_item(pipe, DYING, ITEMS, 20)); }
static void send_large(il_object *pipe) { CHECK_OK(send_item(pipe, DYING, ITEMS, 50000)); }
static void send_largest(il_object *pipe) { CHECK_OK(send_item(pipe, DYING, 0, il_pipe_largest_item(pipe))); }
static void receive_one(il_object *pipe) { CHECK(next_number(pipe, DYING) == 0); }
static void close_it(il_object *pipe) { CHECK_OK(il_pipe_close(pipe, DYING)); }
static void close_all(il_object *pipe) { CHECK_OK(il_object_close(pipe)); }

static void receive_all(il_object *pipe) {
    for (uint32_t i = 0; i < ITEMS; i++) CHECK(next_number(pipe, DYING) == i);
}

static void lend_it(il_object *pipe) {
    struct lent lent = lend_end(pipe, DYING);
    CHECK_OK(il_pipe_take_back(pipe, DYING));
    il_object_take_back(pipe, lent.slot, lent.generation);
    il_descriptor_close(lent.fd);
}

static void use_lent(il_object *pipe) {
    struct lent lent = lend_end(pipe, DYING);
    il_object *other = adopt_end(&lent);
    CHECK_OK(il_pipe_handed_over(pipe, DYING));
    CHECK_OK(send_item(other, DYING, ITEMS, 20));
}

/* Of a dead one's, by a reference. */
static void see_the_other_dead(il_object *pipe) {
    struct lent lent = lend_end(pipe, DYING);
    il_descriptor_close(lent.fd);
    CHECK_OK(il_pipe_handed_over(pipe, DYING));
}

/* An empty ring whose cursors stand in the middle of its last region. */
static void go_round(il_object *pipe) {
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_OK(send_item(pipe, DYING, i, i == 0 ? il_pipe_largest_item(pipe) : 1000));
        CHECK(next_number(pipe, LIVING) == i);
    }
}

/* A taker of it gives back the memory of the regions before. */
static void send_it_the_largest(il_object *pipe) { CHECK_OK(send_item(pipe, LIVING, 0, il_pipe_largest_item(pipe))); }

static const struct act acts[] = {
    {send_small, 20, 1, ITEMS, NULL},
    {send_large, 300, 1, ITEMS, NULL},
    {send_largest, 20, 1, 0, NULL},
    {send_largest, 20, 1, 0, go_round},
    {receive_one, 20, 0, ITEMS, NULL},
    {receive_one, 20, 0, 0, send_it_the_largest},
    {receive_all, 15000, 0, ITEMS, NULL},
    {close_it, 20, 0, ITEMS, NULL},
    {close_all, 20, 0, ITEMS, NULL},
    {lend_it, 20, 0, ITEMS, NULL},
    {use_lent, 20, 1, ITEMS, NULL},
    {see_the_other_dead, 20, 0, ITEMS, NULL},
};
enum { ACTS = sizeof acts / sizeof acts[0] };

static const struct {
    const char *unit;
    int first, last;
} units[] = {{"put", 1, 2},     {"grow", 1, 3}, {"restart", 1, 5}, {"take", 5, 6},    {"release", 1, 2},
             {"pipe", 3, 5},    {"pipe", 7, 7}, {"send", 1, 1},    {"receive", 1, 1}, {"close", 1, 3}};
enum { UNITS = sizeof units / sizeof units[0] };

static void run_act(void *argument) {
    const struct scene *scene = argument;
    scene->act->run(adopt_end(&scene->lent));
}

static void check_rest(il_object *pipe, const struct act *act) {
    uint32_t number, expected = 0;
    il_status status;
    while ((status = receive_item(pipe, LIVING, &number, NULL, IL_FOREVER)) == IL_OK) CHECK(number == expected++);
    CHECK_STATUS(IL_ENDED, status);
    CHECK((int)expected >= act->items && (int)expected <= act->items + act->sends);
    expect_end(pipe, LIVING);
}

/* Whether the process died; the pipe is the test's, and nobody else has it any more. */
static int run_case(const struct act *act, const char *unit, int stage) {
    il_object *pipe = open_pipe();
    struct scene scene = {.act = act};
    if (act->before != NULL) act->before(pipe);
    for (uint32_t i = 0; i < (uint32_t)act->items; i++) {
        CHECK_OK(send_item(pipe, LIVING, i, act->length));
        CHECK_OK(send_item(pipe, DYING, i, act->length));
    }
    scene.lent = lend_end(pipe, DYING);
    CHECK_OK(il_pipe_handed_over(pipe, DYING));
    int died = dies_at(unit, stage, run_act, &scene);
    il_descriptor_close(scene.lent.fd);
    check_rest(pipe, act);
    CHECK_OK(il_object_close(pipe));
    return died;
}

TEST(the_process_of_an_end_dies_at_any_stage) {
    for (int unit = 0; unit < UNITS; unit++) {
        for (int stage = units[unit].first; stage <= units[unit].last; stage++) {
            int deaths = 0;
            for (int a = 0; a < ACTS; a++) deaths += run_case(&acts[a], units[unit].unit, stage);
            if (deaths == 0) harness_fail(__FILE__, __LINE__, "nobody died at %s:%d", units[unit].unit, stage);
        }
    }
}

/* A third process sees that an owner is dead, and dies of it: the next one sees it as well. */
static void look_at_the_dead(void *argument) {
    const struct lent *lent = argument;
    expect_end(adopt_end(lent), lent->end);
}

TEST(and_so_does_one_who_sees_it_dead) {
    if (il_platform_owner_needs_slot) return; /* what is lent can be adopted once: the dead one did */
    for (int stage = 1; stage <= 2; stage++) {
        il_object *pipe = open_pipe();
        struct lent left = lend_end(pipe, IL_LEFT), right = lend_end(pipe, IL_RIGHT);
        il_descriptor_close(left.fd);
        CHECK(dies_at("pipe", stage, look_at_the_dead, &right));
        il_object *other = adopt_end(&right);
        expect_end(other, IL_RIGHT);
        CHECK_OK(il_object_close(other));
        CHECK_OK(il_object_close(pipe));
    }
}

static void make_and_die(void *argument) {
    (void)argument;
    (void)open_pipe();
}

TEST(its_maker_dies_at_any_stage_and_nothing_is_left) {
    CHECK(dies_at("pipe", 6, make_and_die, NULL));
    for (int stage = 1; dies_at("create", stage, make_and_die, NULL); stage++) CHECK(stage < 50);
    CHECK_OK(il_sweep(NULL));
}

#else

TEST(this_build_has_no_crash_stages) { CHECK(hand_to_process != NULL); }

#endif

/* Processes die at each crash stage of every queue operation, and the one that cleans up after them dies, too. */
#include "queue_acts.h"
#include "stages.h"

#ifdef IL_CRASH_STAGES

static const struct {
    const char *unit;
    int stages;
} units[] = {{"put", 3}, {"grow", 3}, {"restart", 5}, {"take", 7}, {"release", 2}, {"end", 3}, {"cell", 3}, {"gap", 3}};
enum { UNITS = sizeof units / sizeof units[0] };

static void run_act(void *argument) {
    struct scene *scene = argument;
    scene->act->run(open_scene(scene), scene);
}

static int run_case(uint32_t kind, const struct act *act, const char *unit, int stage, int cleaners) {
    struct scene scene;
    prepare(&scene, kind, act);
    int died = dies_at(unit, stage, run_act, &scene);
    for (int i = 1; i <= cleaners && died; i++) dies_at("recover", i, touch_both_sides, &scene);
    check_rest(&scene);
    return died;
}

/* How many died there. Mostly it is none: so where one does, two die cleaning up after it right away. */
static int run_cases(uint32_t kind, const struct act *act, const char *unit, int stage) {
    if (!run_case(kind, act, unit, stage, 0)) return 0;
    CHECK(run_case(kind, act, unit, stage, 2));
    return 1;
}

TEST(a_process_dies_at_any_stage_of_a_queue_operation_and_then_two_cleaning_up_after_it) {
    for (int unit = 0; unit < UNITS; unit++) {
        for (int stage = 1; stage <= units[unit].stages; stage++) {
            int deaths = 0;
            for (int a = 0; a < ACTS; a++) {
                if (!acts[a].joinable_only) deaths += run_cases(IL_KIND_QUEUE, &acts[a], units[unit].unit, stage);
                deaths += run_cases(IL_KIND_JOINABLE_QUEUE, &acts[a], units[unit].unit, stage);
            }
            if (deaths == 0) harness_fail(__FILE__, __LINE__, "nobody died at %s:%d", units[unit].unit, stage);
        }
    }
}

static void shut_down(void *argument) { CHECK_OK_AT_LAST(il_queue_shutdown(open_scene(argument))); }

TEST(a_shutdown_dies_at_any_stage_and_is_done) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (int stage = 1; stage <= 2; stage++) {
            struct scene scene = {.kind = kind, .act = &acts[0]};
            il_item item;
            strcpy(scene.name, harness_name());
            il_object *queue = open_scene(&scene);
            CHECK_OK(put_item(queue, 0, 10));
            CHECK(dies_at("shutdown", stage, shut_down, &scene));
            CHECK_STATUS(IL_SHUT_DOWN, put_item(queue, 1, 10));
            CHECK(take_item(queue, &item) == 0);
            if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
            CHECK_STATUS(IL_SHUT_DOWN, il_queue_take(queue, buffer, sizeof buffer, &item, IL_FOREVER));
            CHECK_OK(il_object_unlink(queue));
            CHECK_OK(il_object_close(queue));
        }
    }
}

#else

TEST(this_build_has_no_crash_stages) { (void)prepare, (void)touch_both_sides, (void)check_rest; }

#endif

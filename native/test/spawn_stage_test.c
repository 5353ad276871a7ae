/* Launcher, guardian and parent die at each of their crash stages. */
#include "scene.h"

/* ---------------------------------------------------------------- tests */

#ifdef IL_CRASH_STAGES

static int wait_for_parent_and_guardian(const struct scene *scene, int *guardian_status) {
    int parent_status = 0, status;
    pid_t pid;
    *guardian_status = -1;
    while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR) {
        if (pid == scene->parent)
            parent_status = status;
        if (pid > 0 && pid == scene->shared->child.direct)
            *guardian_status = status;
    }
    return parent_status;
}

static const char *const *with_stage(const char *unit, int stage) {
    static char setting[64];
    static const char *environment[2] = {setting, NULL};
    snprintf(setting, sizeof setting, "IL_STAGE=%s:%d", unit, stage);
    return environment;
}

/* The parent ends at each step of spawning. */
TEST(a_parent_that_dies_at_any_stage_leaves_nothing) {
    for (int stage = 1; stage <= 5; stage++) {
        struct scene scene;
        char pids[TREE_SIZE * sizeof(int32_t) + 1];
        setenv("IL_STAGE", with_stage("spawn", stage)[0] + strlen("IL_STAGE="), 1);
        open_scene(&scene, ARGUMENTS(tree()));
        scene.way = BY_EXIT;
        scene.shared->go = 1;
        scene.parent = harness_fork(parent, &scene);
        unsetenv("IL_STAGE");
        il_descriptor_close(scene.theirs);
        CHECK(harness_wait(scene.parent) == (stage <= 4 ? -SIGKILL : 0));
        il_channel_receive(scene.ours, pids, sizeof pids, NULL, NULL, IL_FOREVER);
        expect_all_gone(&scene);
    }
}

/* Before the program is known to run: start fails, and there is no program. */
TEST(a_guardian_that_dies_before_its_report_is_a_failed_start) {
    for (int stage = 1; stage <= 5; stage++) {
        struct scene scene;
        il_child child;
        open_scene(&scene, ARGUMENTS("deaf"));
        scene.options.environment = with_stage("guardian", stage);
        il_status status = il_child_spawn(&scene.options, &child);
        CHECK_STATUS(IL_SYSTEM, status);
        CHECK(il_status_errno(status) == ECHILD && strcmp(il_status_call(status), "posix_spawn") == 0);
        il_descriptor_close(scene.theirs);
        char pid[sizeof(int32_t) + 1];
        il_channel_receive(scene.ours, pid, sizeof pid, NULL, NULL, IL_FOREVER);
        expect_all_gone(&scene);
    }
}

/* Afterwards: the program ends with it, reported as killed unless the report was out. */
TEST(a_guardian_that_dies_later_takes_the_program_along) {
    for (int stage = 6; stage <= 9; stage++) {
        struct scene scene;
        il_child child;
        open_scene(&scene, ARGUMENTS("exit", "3"));
        scene.options.environment = with_stage("guardian", stage);
        CHECK_OK(il_child_spawn(&scene.options, &child));
        il_descriptor_close(scene.theirs);
        CHECK(finish(&child) == (stage < 8 ? -SIGKILL : 3));
        expect_all_gone(&scene);
    }
}

static void dies_while_ending(const char *program, const char *unit, int stage, int dies) {
    struct scene scene;
    int guardian_status;
    open_scene(&scene, ARGUMENTS(program));
    scene.options.environment = with_stage(unit, stage);
    play(&scene, 1);
    end_parent(&scene);
    expect_silence(scene.ours);
    CHECK(wait_for_parent_and_guardian(&scene, &guardian_status) == SIGKILL);
    CHECK(dies ? WIFSIGNALED(guardian_status) && WTERMSIG(guardian_status) == SIGKILL : guardian_status == 0);
    expect_all_gone(&scene);
}

TEST(a_guardian_that_dies_while_it_ends_the_program) {
    for (int stage = 7; stage <= 12; stage++)
        dies_while_ending("wait", "guardian", stage, stage <= 11);
    for (int stage = 1; stage <= 2; stage++)
        dies_while_ending("deaf", "ending", stage, 1);
}

/* A launcher that dies on the way to exec. */
TEST(a_launcher_that_dies_is_no_success) {
    struct scene scene;
    il_child child;
    open_scene(&scene, ARGUMENTS("exit", "3"));
    scene.options.daemon = 0;
    scene.options.environment = with_stage("launcher", 1);
    CHECK(il_status_errno(il_child_spawn(&scene.options, &child)) == ECHILD);
    for (int stage = 1; stage <= 3; stage++) {
        scene.options.environment = with_stage("program", stage);
        CHECK_OK(il_child_spawn(&scene.options, &child));
        CHECK(finish(&child) == (stage <= 2 ? -SIGKILL : 3));
    }
    expect_empty_nest();
}

#else

TEST(there_are_no_crash_stages_in_this_build) {}

#endif

/* A spare ends at once with its parent; employed, it is a daemon, or a child like any other. */
#include "scene.h"

#include <time.h>

/* Says once more that it is there if it gets SIGTERM, and ends. */
static void say_and_exit(int number) {
    (void)number;
    say_pid();
    _exit(3);
}

CHILD(orderly) {
    signal(SIGTERM, say_and_exit);
    say_pid();
    pause_for_ever();
}

static void as_daemon(const il_child *child) {
    CHECK_OK(il_child_employ(child, 1));
    CHECK_OK(il_child_employ(child, 0)); /* too late: it is no spare any more */
}

static void as_free(const il_child *child) {
    CHECK_OK(il_child_employ(child, 0));
}

static void open_spare(struct scene *scene, const char *const *arguments, void (*employ)(const il_child *)) {
    open_scene(scene, arguments);
    scene->options.spare = 1;
    scene->employ = employ;
}

static void an_idle_spare_is_not_asked(enum way way) {
    struct scene scene;
    open_spare(&scene, ARGUMENTS("orderly"), NULL);
    scene.way = way;
    play(&scene, 1);
    end_parent(&scene);
    expect_all_gone(&scene); /* silent: nobody sent SIGTERM */
}

TEST(an_idle_spare_ends_at_once_with_its_parent) {
    for (enum way way = BY_SIGKILL; way < WAYS; way++)
        an_idle_spare_is_not_asked(way);
}

TEST(without_process_handles_too) {
    forget_new_calls();
    an_idle_spare_is_not_asked(BY_SIGKILL);
    an_idle_spare_is_not_asked(BY_ABANDONING);
}

TEST(employed_as_a_daemon_it_is_asked_to_end) {
    for (enum way way = BY_SIGKILL; way < WAYS; way++) {
        struct scene scene;
        open_spare(&scene, ARGUMENTS("orderly"), as_daemon);
        scene.way = way;
        play(&scene, 1);
        end_parent(&scene);
        CHECK(next_pid(scene.ours) == scene.pids[0]);
        expect_all_gone(&scene);
    }
}

TEST(employed_as_a_daemon_it_ends_with_all_it_started) {
    struct scene scene;
    open_spare(&scene, ARGUMENTS(tree()), as_daemon);
    play(&scene, tree_size());
    end_parent(&scene);
    expect_all_gone(&scene);
}

/* What the free program started goes on as well, when it ends. */
static void end_free_program(struct scene *scene, int others) {
    CHECK(kill(scene->pids[0], SIGKILL) == 0);
    for (int i = 1; i <= others; i++) {
        CHECK(is_alive(scene->pids[i]));
        CHECK(kill(scene->pids[i], SIGKILL) == 0);
    }
    expect_all_gone(scene);
}

TEST(employed_as_no_daemon_it_outlives_its_parent) {
    static const enum way ways[] = {BY_SIGKILL, BY_SIGTERM, BY_EXIT, BY_UNDERSCORE_EXIT};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct scene scene;
        open_spare(&scene, ARGUMENTS("tree"), as_free);
        scene.way = ways[i];
        play(&scene, TREE_SIZE);
        end_parent(&scene);
        harness_wait(scene.parent);
        harness_sleep_ms(50); /* in which its guardian sees the end, and must not act */
        for (int process = 0; process < TREE_SIZE; process++)
            CHECK(is_alive(scene.pids[process]));
        end_free_program(&scene, TREE_SIZE - 1);
    }
}

/* The parent is gone before its guardian has read what it was told. */
TEST(employed_by_a_parent_that_is_killed_at_once_it_stays_all_the_same) {
    for (int round = 0; round < 100; round++) {
        struct scene scene;
        open_spare(&scene, ARGUMENTS("wait"), as_free);
        scene.shared->go = 1;
        scene.way = BY_UNDERSCORE_EXIT;
        play(&scene, 1);
        harness_wait(scene.parent);
        CHECK(is_alive(scene.pids[0]));
        end_free_program(&scene, 0);
    }
}

static il_child start_spare(const char *const *arguments) {
    int ours;
    il_child child;
    il_spawn_options options = spawn_options(arguments);
    options.spare = 1;
    adopt_orphans();
    CHECK_OK(il_channel_open(&ours, &options.channel));
    CHECK_OK(il_child_spawn(&options, &child));
    il_descriptor_close(options.channel); /* ours stays open until the test ends */
    return child;
}

TEST(its_exit_status_is_told_whatever_it_became) {
    for (int daemon = -1; daemon <= 1; daemon++) {
        il_child child = start_spare(ARGUMENTS("exit", "7"));
        if (daemon >= 0) {
            il_status status = il_child_employ(&child, daemon);
            CHECK(status == IL_OK || status == IL_NOT_FOUND);
        }
        CHECK(finish(&child) == 7);
        expect_empty_nest();
    }
}

TEST(abandoned_as_no_daemon_it_goes_on) {
    il_child child = start_spare(ARGUMENTS("deaf"));
    CHECK_OK(il_child_employ(&child, 0));
    CHECK_OK(il_child_abandon(&child));
    CHECK_STATUS(IL_TIMED_OUT, il_child_wait(&child, il_deadline_after(50000000)));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(finish(&child) == -SIGKILL);
    expect_empty_nest();
}

TEST(employing_one_that_has_ended_is_told) {
    il_child child = start_spare(ARGUMENTS("wait"));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK_OK(il_child_wait(&child, IL_FOREVER));
    CHECK_OK(il_child_reap(&child, IL_FOREVER));
    CHECK_STATUS(IL_NOT_FOUND, il_child_employ(&child, 1));
    il_child_release(&child);
    expect_empty_nest();
}

TEST(a_child_without_a_guardian_cannot_be_employed) {
    il_child child;
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "0"));
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_STATUS(IL_INVALID, il_child_employ(&child, 1));
    finish(&child);
}

/*
 * What guardians are for: a daemon child and all that it leaves behind end with the parent, however it ends.
 * The test is the subreaper above the parent, so whoever escapes a guardian becomes the test's child, and
 * expect_empty_nest waits for it in vain.
 */
#include "scene.h"

#include <time.h>

/* ---------------------------------------------------------------- children */

static void say_and_exit(int number) {
    (void)number;
    say_pid();
    _exit(0);
}

/* The program and a process two orphanings below it: both say a second time that they are there when they get
 * SIGTERM. */
CHILD(orderly) {
    signal(SIGTERM, say_and_exit);
    if (fork() == 0) {
        signal(SIGTERM, SIG_DFL);
        if (fork() != 0)
            pause_for_ever();
        signal(SIGTERM, say_and_exit);
        setsid();
        say_pid();
        pause_for_ever();
    }
    say_pid();
    pause_for_ever();
}

/* ---------------------------------------------------------------- the parent ends */

static void play_to_end(const char *const *arguments, enum way way, int count,
                        void (*before_end)(struct scene *)) {
    struct scene scene;
    open_scene(&scene, arguments);
    scene.way = way;
    play(&scene, count);
    if (before_end != NULL)
        before_end(&scene);
    for (int i = 0; i < count; i++)
        CHECK(is_alive(scene.pids[i]));
    end_parent(&scene);
    expect_all_gone(&scene);
}

static void play_all_ways(const char *const *arguments, int count, void (*before_end)(struct scene *)) {
    for (enum way way = BY_SIGKILL; way < WAYS; way++)
        play_to_end(arguments, way, count, before_end);
}

TEST(a_program_ends_with_its_parent) {
    play_all_ways(ARGUMENTS("wait"), 1, NULL);
}

TEST(a_deaf_program_ends_with_its_parent) {
    play_to_end(ARGUMENTS("deaf"), BY_SIGKILL, 1, NULL);
    play_to_end(ARGUMENTS("deaf"), BY_ABANDONING, 1, NULL);
}

TEST(a_tree_ends_with_the_parent) {
    play_all_ways(ARGUMENTS(tree()), tree_size(), NULL);
}

static void stop_all(struct scene *scene) {
    for (int i = 0; i < scene->count; i++)
        CHECK(kill(scene->pids[i], SIGSTOP) == 0);
}

TEST(a_stopped_tree_ends_with_the_parent) {
    play_to_end(ARGUMENTS(tree()), BY_SIGKILL, tree_size(), stop_all);
    play_to_end(ARGUMENTS(tree()), BY_ABANDONING, tree_size(), stop_all);
}

TEST(what_a_program_left_behind_ends_with_the_parent) {
    if (!ends_trees()) return;
    struct scene scene;
    open_scene(&scene, ARGUMENTS("leave"));
    play(&scene, 1);
    end_parent(&scene);
    expect_all_gone(&scene);
}

TEST(without_process_handles_all_this_works_too) {
    forget_new_calls();
    play_all_ways(ARGUMENTS("wait"), 1, NULL);
    play_to_end(ARGUMENTS(tree()), BY_SIGKILL, tree_size(), NULL);
    play_to_end(ARGUMENTS(tree()), BY_ABANDONING, tree_size(), NULL);
}

TEST(everybody_is_asked_before_being_killed) {
    if (!ends_trees()) return;
    struct scene scene;
    int32_t first, second;
    open_scene(&scene, ARGUMENTS("orderly"));
    play(&scene, 2);
    end_parent(&scene);
    /* The one in the middle ends by SIGTERM without a word. */
    first = next_pid(scene.ours);
    second = next_pid(scene.ours);
    CHECK((first == scene.pids[0] && second == scene.pids[1]) ||
          (first == scene.pids[1] && second == scene.pids[0]));
    expect_all_gone(&scene);
}

TEST(a_stopped_program_is_asked_too) {
    if (!ends_trees()) return;
    struct scene scene;
    open_scene(&scene, ARGUMENTS("orderly"));
    play(&scene, 2);
    CHECK(kill(scene.shared->child.pid, SIGSTOP) == 0);
    end_parent(&scene);
    CHECK(next_pid(scene.ours) > 0 && next_pid(scene.ours) > 0);
    expect_all_gone(&scene);
}

/* No end of file then. */
static void a_copy_of_the_parent_lives_on(void) {
    struct scene scene;
    open_scene(&scene, ARGUMENTS(tree()));
    scene.fork_a_copy = 1;
    play(&scene, tree_size());
    end_parent(&scene);
    expect_silence(scene.ours);
    CHECK(harness_wait(scene.parent) == -SIGKILL);
    harness_kill(scene.shared->copy);
    expect_all_gone(&scene);
}

TEST(a_fork_of_the_parent_does_not_hide_its_end) {
    a_copy_of_the_parent_lives_on();
}

TEST(a_fork_of_the_parent_does_not_hide_its_end_without_process_handles) {
    forget_new_calls();
    a_copy_of_the_parent_lives_on();
}

/* Habit: show that the net matters. */
TEST(a_child_that_is_no_daemon_stays) {
    struct scene scene;
    open_scene(&scene, ARGUMENTS("wait"));
    scene.options.daemon = 0;
    play(&scene, 1);
    end_parent(&scene);
    CHECK(harness_wait(scene.parent) == -SIGKILL);
    harness_sleep_ms(50);
    CHECK(waitpid(scene.pids[0], NULL, WNOHANG) == 0);
    harness_kill(scene.pids[0]);
    expect_all_gone(&scene);
}

/* Whatever the parent, the launcher and the program are just doing. */
TEST(a_parent_killed_at_any_moment_leaves_nothing) {
    unsigned random = (unsigned)getpid();
    for (int round = 0; round < 24; round++) {
        struct scene scene;
        open_scene(&scene, round % 4 == 0 ? ARGUMENTS(tree()) : ARGUMENTS("wait"));
        scene.parent = harness_fork(parent, &scene);
        il_descriptor_close(scene.theirs);
        random = random * 1103515245u + 12345u;
        struct timespec pause = {0, (long)((random >> 8) % 8000) * 1000};
        nanosleep(&pause, NULL);
        harness_kill(scene.parent);
        char pids[TREE_SIZE * sizeof(int32_t) + 1];
        il_channel_receive(scene.ours, pids, sizeof pids, NULL, NULL, IL_FOREVER);
        expect_all_gone(&scene);
    }
}

static void leave_the_session(void) {
    CHECK(setsid() > 0);
}

/* Its process group is orphaned when the parent's session goes, and the kernel continues it. */
TEST(a_stopped_guardian_wakes_when_the_parents_session_goes) {
    struct scene scene;
    open_scene(&scene, ARGUMENTS(tree()));
    scene.prepare = leave_the_session;
    play(&scene, tree_size());
    CHECK(kill(scene.shared->child.direct, SIGSTOP) == 0);
    harness_until(is_stopped, &scene.shared->child.direct);
    end_parent(&scene);
    expect_all_gone(&scene);
}

/* In the session of whoever adopts it nothing wakes it; but once it goes on, it does what it missed. */
TEST(a_stopped_guardian_that_goes_on_ends_all) {
    struct scene scene;
    open_scene(&scene, ARGUMENTS(tree()));
    play(&scene, tree_size());
    CHECK(kill(scene.shared->child.direct, SIGSTOP) == 0);
    harness_until(is_stopped, &scene.shared->child.direct);
    stop_all(&scene);
    end_parent(&scene);
    CHECK(harness_wait(scene.parent) == -SIGKILL);
    for (int i = 0; i < tree_size(); i++) CHECK(is_alive(scene.pids[i]));
    CHECK(kill(scene.shared->child.direct, SIGCONT) == 0);
    expect_all_gone(&scene);
}

#define PATH_LENGTH 256
static char *leftover; /* shared: who makes it writes its path */

static void leave_an_object(void) {
    il_spec spec = {.kind = IL_KIND_LONG, .mode = IL_CREATE, .deadline = IL_FOREVER};
    il_object *object;
    il_info info;
    CHECK_OK(il_object_open(&spec, &object, &info));
    snprintf(leftover, PATH_LENGTH, "/dev/shm/interlock.%s", info.name);
    CHECK(access(leftover, F_OK) == 0);
}

TEST(what_a_killed_parent_left_in_shared_memory_goes_with_it) {
    struct scene scene;
    leftover = harness_shared(PATH_LENGTH);
    open_scene(&scene, ARGUMENTS("wait"));
    scene.prepare = leave_an_object;
    play(&scene, 1);
    CHECK(access(leftover, F_OK) == 0);
    end_parent(&scene);
    expect_all_gone(&scene);
    CHECK(access(leftover, F_OK) < 0 && errno == ENOENT);
}

/* A deaf program is killed, and can clean up nothing. */
CHILD(untidy) {
    il_spec spec = {.kind = IL_KIND_QUEUE, .mode = IL_CREATE, .parameter = {10, 1 << 16}, .deadline = IL_FOREVER};
    il_object *object;
    il_info info;
    signal(SIGTERM, SIG_IGN);
    CHECK_OK(il_object_open(&spec, &object, &info));
    CHECK(write(CHANNEL, info.name, sizeof info.name) == (ssize_t)sizeof info.name);
    pause_for_ever();
}

TEST(what_a_killed_program_left_in_shared_memory_goes_with_its_parent) {
    struct scene scene;
    char path[sizeof((il_info *)NULL)->name + 32], name[sizeof((il_info *)NULL)->name];
    open_scene(&scene, ARGUMENTS("untidy"));
    play(&scene, 0);
    CHECK_OK(il_channel_receive(scene.ours, name, sizeof name, NULL, NULL, IL_FOREVER));
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    CHECK(access(path, F_OK) == 0);
    end_parent(&scene);
    expect_all_gone(&scene);
    CHECK(access(path, F_OK) < 0 && errno == ENOENT);
}

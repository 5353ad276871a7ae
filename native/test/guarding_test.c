/*
 * A guardian while its parent lives: its own end, the program's end, and signals that are meant for others.
 */
#include "scene.h"

#include <dirent.h>
#include <time.h>

/* ---------------------------------------------------------------- children */

/* Takes itself out of the net that a guardian's death would catch it in. */
CHILD(unbound) {
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    say_pid();
    pause_for_ever();
}

/* Leaves a process behind that has nothing open. */
CHILD(bare) {
    if (fork() != 0)
        exit(7);
    for (int standard = 0; standard <= 2; standard++)
        close(standard);
    say_pid();
    close(CHANNEL);
    pause_for_ever();
}

CHILD(passing) {
    if (fork() == 0) {
        if (fork() == 0)
            say_pid();
        _exit(0);
    }
    wait(NULL);
    pause_for_ever();
}

/* ---------------------------------------------------------------- the guardian ends */

static void start(struct scene *scene, const char *const *arguments, il_child *child, int count) {
    open_scene(scene, arguments);
    CHECK_OK(il_child_spawn(&scene->options, child));
    il_descriptor_close(scene->theirs);
    for (scene->count = 0; scene->count < count; scene->count++)
        scene->pids[scene->count] = next_pid(scene->ours);
}

static void guardian_is_killed(void) {
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("deaf"), &child, 1);
    CHECK(kill(child.direct, SIGKILL) == 0);
    CHECK(finish(&child) == -SIGKILL);
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(&child, IL_SIGNAL_KILL));
    expect_all_gone(&scene);
}

TEST(a_program_ends_with_its_guardian) {
    guardian_is_killed();
}

TEST(a_program_ends_with_its_guardian_without_process_handles) {
    forget_new_calls();
    guardian_is_killed();
}

/* Without its net the program lives on, and is not reported as ended before it has. */
TEST(a_program_that_its_guardian_cannot_hold_is_waited_for) {
    if (!ends_trees()) return; /* then its parent ends it */
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("unbound"), &child, 1);
    CHECK(kill(child.direct, SIGKILL) == 0);
    CHECK_STATUS(IL_TIMED_OUT, il_child_wait(&child, il_deadline_after(INT64_C(50000000))));
    CHECK_STATUS(IL_TIMED_OUT, il_child_reap(&child, 0));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(finish(&child) == -SIGKILL);
    expect_all_gone(&scene);
}

TEST(parent_and_guardian_killed_together) {
    for (int round = 0; round < 20; round++) {
        struct scene scene;
        open_scene(&scene, ARGUMENTS("deaf"));
        play(&scene, 1);
        int first = round % 2 == 0 ? scene.parent : scene.shared->child.direct;
        int second = round % 2 == 0 ? scene.shared->child.direct : scene.parent;
        CHECK(kill(first, SIGKILL) == 0 && kill(second, SIGKILL) == 0);
        expect_all_gone(&scene);
    }
}

/* The guardian, whose pid only its parent could know: a child of the parent. 0: there is none (yet). */
static int child_of(int parent) {
    DIR *processes = opendir("/proc");
    int found = 0;
    CHECK(processes != NULL);
    for (struct dirent *entry; found == 0 && (entry = readdir(processes)) != NULL;) {
        char path[300];
        int ppid = 0;
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;
        if (file != NULL && fscanf(file, "%*d (%*[^)]) %*c %d", &ppid) == 1 && ppid == parent)
            found = atoi(entry->d_name);
        if (file != NULL)
            fclose(file);
    }
    closedir(processes);
    return found;
}

/* Also before the program runs, and before anybody has heard of it. */
TEST(parent_and_guardian_killed_together_at_any_moment_of_the_start) {
    unsigned random = (unsigned)getpid();
    int both = 0;
    for (int round = 0; round < 40; round++) {
        struct scene scene;
        char pid[sizeof(int32_t) + 1];
        open_scene(&scene, ARGUMENTS("deaf"));
        scene.parent = harness_fork(parent, &scene);
        il_descriptor_close(scene.theirs);
        random = random * 1103515245u + 12345u;
        struct timespec pause = {0, (long)((random >> 8) % 8000) * 1000};
        nanosleep(&pause, NULL);
        int guardian = child_of(scene.parent);
        if (round % 2 == 0)
            harness_kill(scene.parent);
        if (guardian != 0)
            kill(guardian, SIGKILL);
        if (round % 2 != 0)
            harness_kill(scene.parent);
        both += guardian != 0;
        il_channel_receive(scene.ours, pid, sizeof pid, NULL, NULL, IL_FOREVER);
        expect_all_gone(&scene);
    }
    CHECK(both > 0);
}

/* Neither can do anything any more, and the kernel does it. */
TEST(a_stopped_guardian_that_is_killed_takes_its_stopped_program_along) {
    struct scene scene;
    if (il_platform_needs_lifeline) return; /* and the stopped program cannot look at it */
    open_scene(&scene, ARGUMENTS("deaf"));
    play(&scene, 1);
    CHECK(kill(scene.pids[0], SIGSTOP) == 0 && kill(scene.shared->child.direct, SIGSTOP) == 0);
    harness_until(is_stopped, &scene.shared->child.direct);
    CHECK(kill(scene.parent, SIGKILL) == 0 && kill(scene.shared->child.direct, SIGKILL) == 0);
    expect_all_gone(&scene);
}

/* What docs/guarantees.md does not promise. */
TEST(what_the_program_of_a_killed_guardian_had_started_is_out_of_reach) {
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("tree"), &child, TREE_SIZE);
    CHECK(kill(child.direct, SIGKILL) == 0);
    CHECK(finish(&child) == -SIGKILL);
    CHECK(harness_wait(child.pid) == -SIGKILL); /* they came to the test */
    harness_sleep_ms(50);
    for (int i = 0; i < TREE_SIZE; i++) {
        if (scene.pids[i] != child.pid) {
            CHECK(waitpid(scene.pids[i], NULL, WNOHANG) == 0);
            harness_kill(scene.pids[i]);
        }
    }
    expect_all_gone(&scene);
}

TEST(a_guardian_that_is_asked_to_end_ends_everything) {
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS(tree()), &child, tree_size());
    CHECK(kill(child.direct, SIGTERM) == 0);
    CHECK(finish(&child) == -SIGTERM);
    expect_all_gone(&scene);
}

/* ---------------------------------------------------------------- signals from the terminal */

TEST(a_guardian_survives_other_signals) {
    const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU,
                           SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGCHLD};
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("echo"), &child, 0);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        CHECK(kill(child.direct, signals[i]) == 0);
    echoes(scene.ours);
    il_descriptor_close(scene.ours);
    CHECK(finish(&child) == 0);
    expect_empty_nest();
}

TEST(ctrl_c_reaches_the_program_and_not_the_guardian) {
    struct scene scene;
    il_child child;
    signal(SIGINT, SIG_IGN);
    start(&scene, ARGUMENTS("wait"), &child, 1);
    CHECK(getpgid(child.pid) == getpgrp() && getpgid(child.direct) == child.direct);
    CHECK(kill(0, SIGINT) == 0);
    CHECK(finish(&child) == -SIGINT);
    expect_all_gone(&scene);
}

TEST(ctrl_z_stops_the_program_and_not_the_guardian) {
    struct scene scene;
    il_child child;
    signal(SIGTSTP, SIG_IGN);
    start(&scene, ARGUMENTS("wait"), &child, 1);
    CHECK(kill(0, SIGTSTP) == 0);
    harness_until(is_stopped, &child.pid);
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(finish(&child) == -SIGKILL);
    expect_all_gone(&scene);
}

/* ---------------------------------------------------------------- the program ends */

TEST(a_guardian_stays_with_what_the_program_left) {
    if (!ends_trees()) return;
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("leave"), &child, 1);
    CHECK_OK(il_child_wait(&child, IL_FOREVER));
    CHECK(child.exit_status == 7);
    CHECK_STATUS(IL_TIMED_OUT, il_child_reap(&child, il_deadline_after(INT64_C(30000000))));
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(is_alive(scene.pids[0]) && is_alive(child.direct));
    CHECK(kill(scene.pids[0], SIGKILL) == 0);
    CHECK(finish(&child) == 7);
    expect_all_gone(&scene);
}

TEST(what_the_program_left_ends_when_it_is_abandoned) {
    if (!ends_trees()) return;
    struct scene scene;
    il_child child;
    start(&scene, ARGUMENTS("leave"), &child, 1);
    CHECK_OK(il_child_wait(&child, IL_FOREVER));
    CHECK_OK(il_child_abandon(&child));
    CHECK(finish(&child) == 7);
    expect_all_gone(&scene);
}

TEST(abandoning_is_for_daemons) {
    il_child child;
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "0"));
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_STATUS(IL_INVALID, il_child_abandon(&child));
    CHECK(finish(&child) == 0);
    options.daemon = 1;
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_OK(il_child_reap(&child, IL_FOREVER));
    CHECK_OK(il_child_abandon(&child));
    il_child_release(&child);
}

TEST(orphans_of_a_living_program_are_reaped) {
    struct scene scene;
    il_child child;
    if (!ends_trees()) return; /* process 1 reaps them */
    start(&scene, ARGUMENTS("passing"), &child, 1);
    while (is_alive(scene.pids[0]))
        harness_sleep_ms(1);
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(finish(&child) == -SIGKILL);
    expect_empty_nest();
}

/* What reads a program's output, or its channel, sees the end when the program ends, not when the guardian
 * does. */
TEST(the_guardian_does_not_keep_output_and_channel_open) {
    struct scene scene;
    il_child child;
    if (!ends_trees()) return; /* it stays for what the program left */
    int ends[2], saved = fcntl(1, F_DUPFD_CLOEXEC, 50);
    char byte;
    fflush(stdout);
    CHECK(pipe(ends) == 0 && dup2(ends[1], 1) == 1 && close(ends[1]) == 0);
    start(&scene, ARGUMENTS("bare"), &child, 1);
    CHECK(dup2(saved, 1) == 1);
    CHECK(read(ends[0], &byte, 1) == 0);
    expect_silence(scene.ours);
    CHECK(is_alive(scene.pids[0]) && is_alive(child.direct));
    CHECK_OK(il_child_abandon(&child));
    CHECK(finish(&child) == 7);
    expect_all_gone(&scene);
}

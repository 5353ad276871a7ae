/* Several threads start, signal and wait for children. */
#include "scene.h"

#include <pthread.h>

/* ---------------------------------------------------------------- tests */

static void *spawn_in_thread(void *argument) {
    struct scene *scene = argument;
    CHECK_OK(il_child_spawn(&scene->options, &scene->shared->child));
    return NULL;
}

TEST(the_thread_that_started_a_child_may_end) {
    struct scene scene;
    pthread_t thread;
    open_scene(&scene, ARGUMENTS("echo"));
    CHECK(pthread_create(&thread, NULL, spawn_in_thread, &scene) == 0 && pthread_join(thread, NULL) == 0);
    il_descriptor_close(scene.theirs);
    harness_sleep_ms(20);
    echoes(scene.ours);
    il_descriptor_close(scene.ours);
    CHECK(finish(&scene.shared->child) == 0);
    expect_empty_nest();
}

static void *spawn_many(void *argument) {
    for (int round = 0; round < 8; round++) {
        il_child child;
        il_spawn_options options = spawn_options(ARGUMENTS("exit", "9"));
        options.daemon = (round + *(int *)argument) % 2;
        CHECK_OK(il_child_spawn(&options, &child));
        CHECK(finish(&child) == 9);
    }
    return NULL;
}

TEST(many_threads_start_children) {
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    int numbers[THREADS], before = count_descriptors();
    CHECK(own_path() != NULL); /* fills its buffer while there is one thread */
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, spawn_many, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(count_descriptors() == before);
    expect_empty_nest();
}

static void *wait_in_thread(void *child) {
    CHECK_OK(il_child_wait(child, IL_FOREVER));
    return NULL;
}

static void one_waits_others_signal(int daemon) {
    for (int round = 0; round < 12; round++) {
        il_child child;
        pthread_t waiter;
        il_spawn_options options = spawn_options(ARGUMENTS("echo"));
        int ours, theirs;
        CHECK_OK(il_channel_open(&ours, &theirs));
        options.channel = theirs;
        options.daemon = daemon;
        CHECK_OK(il_child_spawn(&options, &child));
        CHECK(pthread_create(&waiter, NULL, wait_in_thread, &child) == 0);
        while (il_child_signal(&child, round % 2 == 0 ? IL_SIGNAL_KILL : IL_SIGNAL_TERMINATE) == IL_OK) {
        }
        CHECK(pthread_join(waiter, NULL) == 0);
        CHECK(finish(&child) == (round % 2 == 0 ? -SIGKILL : -SIGTERM));
        il_descriptor_close(ours);
        il_descriptor_close(theirs);
    }
    expect_empty_nest();
}

TEST(one_thread_waits_while_another_signals) {
    one_waits_others_signal(0);
    one_waits_others_signal(1);
}

TEST(one_thread_waits_while_another_signals_without_process_handles) {
    forget_new_calls();
    one_waits_others_signal(0);
    one_waits_others_signal(1);
}

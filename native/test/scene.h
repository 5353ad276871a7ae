/* A daemon child and its parent, which is a process of its own and will be ended. */
#ifndef IL_TEST_SCENE_H
#define IL_TEST_SCENE_H

#include "children.h"

enum way { BY_SIGKILL, BY_SIGTERM, BY_EXIT, BY_UNDERSCORE_EXIT, BY_ABANDONING, BY_RELEASING, WAYS };

struct scene {
    int ours, theirs;
    il_spawn_options options;
    enum way way;
    void (*prepare)(void); /* in the parent, before it starts the child; may be NULL */
    void (*employ)(const il_child *); /* in the parent, once the child runs; may be NULL */
    int fork_a_copy;       /* the parent forks a process that keeps all its descriptors */
    struct shared {
        il_child child;
        _Atomic int spawned;
        _Atomic int go;
        int copy;
    } *shared;
    int parent;
    int32_t pids[8]; /* of the program's processes, in the order in which they came up */
    int count;
};

static inline int is_set(void *word) {
    return *(_Atomic int *)word;
}

static inline void parent(void *argument) {
    struct scene *scene = argument;
    il_child *child = &scene->shared->child;
    il_descriptor_close(scene->ours);
    if (scene->prepare != NULL)
        scene->prepare();
    CHECK_OK(il_child_spawn(&scene->options, child));
    il_descriptor_close(scene->theirs);
    if (scene->employ != NULL)
        scene->employ(child);
    if (scene->fork_a_copy) {
        int copy = fork();
        if (copy == 0)
            pause_for_ever();
        scene->shared->copy = copy;
    }
    scene->shared->spawned = 1;
    harness_until(is_set, &scene->shared->go);
    if (scene->way == BY_EXIT)
        exit(0);
    if (scene->way == BY_UNDERSCORE_EXIT)
        _exit(0);
    if (scene->way == BY_ABANDONING) {
        CHECK_OK(il_child_abandon(child));
        CHECK_OK(il_child_abandon(child));
        CHECK(finish(child) < 0);
        return;
    }
    if (scene->way == BY_RELEASING)
        il_child_release(child);
    pause_for_ever();
}

static inline void open_scene(struct scene *scene, const char *const *arguments) {
    *scene = (struct scene){.options = spawn_options(arguments)};
    adopt_orphans();
    CHECK_OK(il_channel_open(&scene->ours, &scene->theirs));
    scene->options.daemon = 1;
    scene->options.channel = scene->theirs;
    scene->shared = harness_shared(sizeof *scene->shared);
}

/* Starts the parent; returns once the program and what it starts, count processes in all, are there. */
static inline void play(struct scene *scene, int count) {
    scene->parent = harness_fork(parent, scene);
    il_descriptor_close(scene->theirs);
    for (scene->count = 0; scene->count < count; scene->count++)
        scene->pids[scene->count] = next_pid(scene->ours);
    harness_until(is_set, &scene->shared->spawned);
}

static inline void end_parent(struct scene *scene) {
    scene->shared->go = 1;
    if (scene->way == BY_SIGKILL)
        CHECK(kill(scene->parent, SIGKILL) == 0);
    if (scene->way == BY_SIGTERM)
        CHECK(kill(scene->parent, SIGTERM) == 0);
}

/* Nobody has the channel any more, nobody is left to reap. */
static inline void expect_all_gone(struct scene *scene) {
    expect_silence(scene->ours);
    if (scene->way == BY_RELEASING)
        harness_kill(scene->parent);
    expect_empty_nest();
    for (int i = 0; i < scene->count; i++)
        expect_gone(scene->pids[i]);
    il_descriptor_close(scene->ours);
}

static inline int is_stopped(void *pid) {
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", *(int32_t *)pid);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fgets(text, sizeof text, file) != NULL && fclose(file) == 0);
    return strstr(text, ") T ") != NULL;
}

#endif

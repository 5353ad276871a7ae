/*
 * Programs of two builds share /dev/shm: each refuses the objects of the other, says whose they are, and leaves them alone.
 * IL_OTHER_BUILD names this program of the other build, for another C library (./scripts/cross-test) or another seam
 * (./scripts/test --all). Without it the other one is this one, which is let in.
 */
#include "children.h"
#include "objects.h"

#include "segment.h"

#include <stdio.h>

struct made {
    char platform[40];
    char anonymous[IL_NAME_MAX + 8];
};

static void say(const void *what, size_t length) {
    if (write(CHANNEL, what, length) != (ssize_t)length) _exit(99);
}

/* Has a lock of the given name, which it holds, and an anonymous one until it is told to go. */
CHILD(host) {
    struct made made;
    memset(&made, 0, sizeof made);
    il_info info;
    char byte;
    il_object *named = open_object(IL_KIND_LOCK, argv[2]), *anonymous = open_object(IL_KIND_LOCK, NULL);
    il_object_info(anonymous, &info);
    snprintf(made.platform, sizeof made.platform, "%s", il_platform_name());
    snprintf(made.anonymous, sizeof made.anonymous, "%s", info.name);
    CHECK_OK(il_lock_try(named));
    say(&made, sizeof made);
    CHECK(read(CHANNEL, &byte, 1) == 1);
    CHECK_OK(il_lock_release(named));
    CHECK_OK(il_object_close(anonymous));
    CHECK_OK(il_object_close(named));
}

/* What it is told when it opens that name. */
CHILD(guest) {
    il_spec spec = spec_of(IL_KIND_LOCK, argv[2]);
    il_object *object;
    int code = il_status_code(il_object_open(&spec, &object, NULL));
    say(&code, sizeof code);
}

static const char *other_build(void) {
    const char *path = getenv("IL_OTHER_BUILD");
    return path != NULL ? path : own_path();
}

static int start(il_spawn_options *options, il_child *child) {
    int ours, theirs;
    CHECK_OK(il_channel_open(&ours, &theirs));
    options->program = other_build();
    options->channel = theirs;
    CHECK_OK(il_child_spawn(options, child));
    il_descriptor_close(theirs);
    return ours;
}

TEST(an_object_of_another_build_is_refused_and_left_alone) {
    const char *name = harness_name();
    il_spawn_options options = spawn_options(ARGUMENTS("host", name));
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *object;
    struct made made;
    il_child child;
    il_info info;
    struct stat facts;
    int channel = start(&options, &child);
    CHECK_OK(il_channel_receive(channel, &made, sizeof made, NULL, NULL, IL_FOREVER));
    const int is_other = strcmp(made.platform, il_platform_name()) != 0;
    CHECK(is_other == (getenv("IL_OTHER_BUILD") != NULL));
    if (is_other) {
        CHECK_STATUS(IL_INCOMPATIBLE, il_object_open(&spec, &object, &info));
        CHECK(strcmp(info.platform, made.platform) == 0 && strcmp(info.name, name) == 0);
    } else {
        CHECK_OK(il_object_open(&spec, &object, &info));
        CHECK_STATUS(IL_WOULD_BLOCK, il_lock_try(object));
        CHECK_OK(il_object_close(object));
    }
    CHECK_OK(il_sweep(NULL));
    CHECK(il_platform_shm_facts(made.anonymous, &facts) == 0 && il_platform_shm_facts(name, &facts) == 0);
    CHECK_OK(il_channel_send(channel, "x", 1, NULL, 0, IL_FOREVER));
    CHECK(finish(&child) == 0); /* it released what it held */
    CHECK_OK(il_name_unlink(name));
}

TEST(another_build_refuses_ours_and_leaves_it_alone) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    il_spawn_options options = spawn_options(ARGUMENTS("guest", name));
    il_child child;
    int code, channel;
    CHECK_OK(il_lock_try(lock));
    channel = start(&options, &child);
    CHECK_OK(il_channel_receive(channel, &code, sizeof code, NULL, NULL, IL_FOREVER));
    CHECK(code == (getenv("IL_OTHER_BUILD") != NULL ? IL_INCOMPATIBLE : IL_OK));
    CHECK(finish(&child) == 0);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

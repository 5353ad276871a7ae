/* Slots: who is alive, how many may be, and that neither pids nor reused slots are mistaken for the dead. */
#include "objects.h"

#include "private_shm.h"
#include "segment.h"

#include <signal.h>
#include <sys/resource.h>

static il_object *another(il_object *object) {
    uint32_t slot, generation;
    il_object *adopted;
    int fd;
    CHECK_OK(il_object_lend(object, &fd, &slot, &generation));
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_ANY, &adopted, NULL));
    return adopted;
}

TEST(an_open_handle_is_alive_and_a_closed_one_is_not) {
    il_object *a = open_object(IL_KIND_LOCK, NULL), *b = another(a);
    uint32_t slot = b->slot, generation = b->generation;
    CHECK(il_slot_is_alive(a, a->slot, a->generation)); /* its own, which the kernel does not report to it */
    CHECK(il_slot_is_alive(a, slot, generation) && il_slot_is_alive(b, a->slot, a->generation));
    CHECK(!il_slot_is_alive(a, slot, generation + 1) && !il_slot_is_alive(a, slot, generation - 1));
    CHECK(!il_slot_is_alive(a, a->slot, a->generation + 1));
    CHECK(!il_slot_is_alive(a, slot + 1, 1) && !il_slot_is_alive(a, IL_MAX_PROCESSES, 1));
    CHECK(!il_slot_is_alive(a, UINT32_MAX, 0));
    CHECK_OK(il_object_close(b));
    CHECK(!il_slot_is_alive(a, slot, generation));
    CHECK_OK(il_object_close(a));
}

TEST(a_slot_is_used_again_with_another_generation) {
    il_object *a = open_object(IL_KIND_LOCK, NULL);
    uint32_t last = 0;
    for (int i = 0; i < 100; i++) {
        il_object *b = another(a);
        CHECK(b->slot == 1 && b->generation == last + 1);
        if (last != 0) CHECK(!il_slot_is_alive(a, 1, last));
        last = b->generation;
        CHECK_OK(il_object_close(b));
    }
    atomic_store(&il_slots_of(a)[1], UINT64_MAX); /* the last generation there is */
    il_object *b = another(a);
    CHECK(b->generation == 1 && il_slot_is_alive(a, 1, 1));
    CHECK_OK(il_object_close(b));
    CHECK_OK(il_object_close(a));
}

struct lent {
    int fd;
    uint32_t slot, generation;
    volatile int ready;
};

static void adopt_and_stay(void *argument) {
    struct lent *lent = argument;
    il_object *object;
    CHECK_OK(il_object_adopt(lent->fd, lent->slot, lent->generation, IL_KIND_ANY, &object, NULL));
    lent->ready = 1;
    for (;;) pause();
}

static int is_ready(void *argument) { return ((struct lent *)argument)->ready; }

TEST(a_stopped_process_is_alive_and_a_killed_one_is_dead_at_once) {
    struct lent *lent = harness_shared(sizeof *lent);
    il_object *object = open_object(IL_KIND_LOCK, NULL);
    CHECK_OK(il_object_lend(object, &lent->fd, &lent->slot, &lent->generation));
    CHECK(il_slot_is_alive(object, lent->slot, lent->generation)); /* on its way */
    int pid = harness_fork(adopt_and_stay, lent);
    close(lent->fd);
    harness_until(is_ready, lent);
    harness_stop(pid);
    CHECK(il_slot_is_alive(object, lent->slot, lent->generation));
    harness_kill(pid);
    CHECK(!il_slot_is_alive(object, lent->slot, lent->generation));
    CHECK_OK(il_object_close(object));
}

TEST(as_many_as_the_limit_may_open_an_object_and_one_more_when_one_has_closed) {
    static il_object *objects[IL_MAX_PROCESSES];
    const struct rlimit many = {2000, 2000};
    const char *name = harness_name();
    il_spec spec = spec_of(IL_KIND_LONG, name);
    il_object *one_more;
    uint32_t slot, generation;
    int fd;
    (void)setrlimit(RLIMIT_NOFILE, &many);
    for (uint32_t i = 0; i < IL_MAX_PROCESSES; i++) {
        objects[i] = open_object(IL_KIND_LONG, name);
        CHECK(objects[i]->slot == i);
    }
    CHECK_STATUS(IL_LIMIT_PROCESSES, il_object_open(&spec, &one_more, NULL));
    CHECK_STATUS(IL_LIMIT_PROCESSES, il_object_lend(objects[0], &fd, &slot, &generation));
    CHECK_OK(il_object_close(objects[77]));
    CHECK_OK(il_object_lend(objects[0], &fd, &slot, &generation));
    CHECK(slot == 77);
    CHECK_STATUS(IL_LIMIT_PROCESSES, il_object_open(&spec, &one_more, NULL));
    close(fd); /* never adopted */
    CHECK_OK(il_object_open(&spec, &objects[77], NULL));
    CHECK(objects[77]->slot == 77);
    CHECK_OK(il_object_unlink(objects[0]));
    for (uint32_t i = 0; i < IL_MAX_PROCESSES; i++) CHECK_OK(il_object_close(objects[i]));
}

struct border {
    char outer[80], outer_anonymous[IL_NAME_MAX + 1], inner_anonymous[IL_NAME_MAX + 1];
    _Atomic int inside, left;
};

static int is_set(void *word) { return *(_Atomic int *)word; }

static int is_there(const char *name) {
    char path[IL_NAME_MAX + 40];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return access(path, F_OK) == 0;
}

static il_status open_named(const char *name, il_info *info) {
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *object;
    return il_object_open(&spec, &object, info);
}

/* Is killed in the end with two objects open. */
static void live_in_another_pid_namespace(void *argument) {
    struct border *border = argument;
    CHECK(unshare(CLONE_NEWPID) == 0);
    int pid = fork(); /* the first in the new namespace */
    if (pid == 0) {
        il_info info;
        uint64_t here;
        CHECK_STATUS(IL_INCOMPATIBLE, open_named(border->outer, &info));
        CHECK(il_platform_pid_namespace(&here) == 0 && info.pid_namespace != here && info.pid_namespace != 0);
        for (int i = 0; i < 3; i++) CHECK_OK(il_sweep(NULL));
        CHECK(is_there(border->outer_anonymous)); /* that its user lives is seen from here, too */
        CHECK_OK(il_lock_try(open_object(IL_KIND_LOCK, "inner")));
        il_object_info(open_object(IL_KIND_QUEUE, NULL), &info);
        strcpy(border->inner_anonymous, info.name);
        border->inside = 1;
        for (;;) pause();
    }
    harness_until(is_set, &border->left);
    harness_kill(pid); /* the first of a namespace cannot do that itself */
}

TEST(another_pid_namespace_is_refused_and_its_living_are_seen_to_live) {
    struct border *border = harness_shared(sizeof *border);
    if (geteuid() != 0) return; /* may not make one */
    if (!private_shm("")) return;
    il_object *anonymous = open_object(IL_KIND_QUEUE, NULL);
    il_info info;
    strcpy(border->outer, harness_name());
    il_object_info(anonymous, &info);
    strcpy(border->outer_anonymous, info.name);
    il_object *lock = open_object(IL_KIND_LOCK, border->outer);
    CHECK_OK(il_lock_try(lock));
    int there = harness_fork(live_in_another_pid_namespace, border);
    harness_until(is_set, &border->inside);
    CHECK_STATUS(IL_INCOMPATIBLE, open_named("inner", &info));
    for (int i = 0; i < 3; i++) CHECK_OK(il_sweep(NULL));
    CHECK(is_there(border->inner_anonymous));
    CHECK_OK(il_lock_release(lock));
    border->left = 1;
    harness_expect_exit(there);
    CHECK_STATUS(IL_INCOMPATIBLE, open_named("inner", &info));
    CHECK_OK(il_name_unlink("inner"));
    CHECK_OK(il_sweep(NULL));
    CHECK(!is_there(border->inner_anonymous) && is_there(border->outer_anonymous));
    CHECK_OK(il_object_close(anonymous));
    CHECK_OK(il_object_close(lock));
}

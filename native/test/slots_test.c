/* Slots: who is alive, how many may be, and that neither pids nor reused slots are mistaken for the dead. */
#include "objects.h"

#include "private_shm.h"
#include "segment.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

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
    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(waitpid(pid, NULL, WUNTRACED) == pid);
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

static void open_from_another_pid_namespace(void *argument) {
    il_spec spec = spec_of(IL_KIND_LOCK, argument);
    il_object *object;
    il_info info;
    CHECK(unshare(CLONE_NEWPID) == 0);
    int pid = fork(); /* the first in the new namespace */
    if (pid == 0) {
        CHECK_STATUS(IL_INCOMPATIBLE, il_object_open(&spec, &object, &info));
        uint64_t here;
        CHECK(il_platform_pid_namespace(&here) == 0 && info.pid_namespace != here && info.pid_namespace != 0);
        spec.name = "created-inside";
        CHECK_OK(il_object_open(&spec, &object, NULL));
        CHECK_OK(il_object_unlink(object));
        CHECK_OK(il_object_close(object));
        _exit(0);
    }
    harness_expect_exit(pid);
}

TEST(another_pid_namespace_is_refused) {
    const char *name = harness_name();
    if (geteuid() != 0) return; /* may not make one */
    if (!private_shm("")) return;
    il_object *lock = open_object(IL_KIND_LOCK, name);
    CHECK_OK(il_lock_try(lock));
    harness_expect_exit(harness_fork(open_from_another_pid_namespace, (void *)(uintptr_t)name));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

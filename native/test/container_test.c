/* What docs/containers.md says of containers, in namespaces of the test's own. (Another pid namespace: slots_test.c;
 * a full /dev/shm: space_test.c.) */
#include "objects.h"

#include "private_shm.h"

#include <sys/resource.h>
#include <sys/wait.h>

#define MIB (INT64_C(1) << 20)

/* Docker's and Kubernetes' default. */
TEST(in_64_mib_a_queue_uses_16_by_default_and_is_then_full) {
    static char item[1 << 20];
    int64_t put = 0;
    il_status status;
    if (!private_shm("size=64m")) return;
    CHECK(il_queue_default_bytes() == 16 * MIB);
    il_object *queue = open_queue(IL_KIND_QUEUE, NULL, 1000, il_queue_default_bytes());
    while (il_status_code(status = il_queue_try_put(queue, item, sizeof item)) != IL_NO_BYTES) {
        CHECK_OK(status);
        put++;
    }
    CHECK(put >= 7 && put <= 16);
    CHECK_OK(il_object_close(open_queue(IL_KIND_QUEUE, NULL, 1000, il_queue_default_bytes())));
    CHECK_OK(il_object_close(queue));
}

TEST(a_read_only_dev_shm_is_an_error_that_says_so) {
    il_spec spec = spec_of(IL_KIND_LOCK, "x");
    il_object *lock;
    if (!private_shm("")) return;
    CHECK(mount(NULL, "/dev/shm", NULL, MS_REMOUNT | MS_RDONLY | MS_BIND, NULL) == 0);
    il_status status = il_object_open(&spec, &lock, NULL);
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(strcmp(il_status_errno_name(status), "EROFS") == 0 && strcmp(il_status_call(status), "shm_open") == 0);
    CHECK(il_status_class(status) == IL_ERROR_NO_PERMISSION);
}

/* Two containers without a common --ipc. */
static void look_for(void *name) {
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *lock;
    spec.mode = IL_FIND;
    if (!private_shm("")) return;
    CHECK_STATUS(IL_NOT_FOUND, il_object_open(&spec, &lock, NULL));
}

TEST(another_dev_shm_has_other_objects) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    harness_expect_exit(harness_fork(look_for, (void *)(uintptr_t)name));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

/* ---------------------------------------------------------------- a pid namespace, from its first process on */

static void take_and_die(void *name) {
    CHECK_OK(il_lock_try(open_object(IL_KIND_LOCK, name)));
    raise(SIGKILL);
}

static void be_process_1(void *unused) {
    (void)unused;
    il_object *lock = open_object(IL_KIND_LOCK, "mine");
    CHECK(getpid() == 1);
    const int owner = harness_fork(take_and_die, (void *)(uintptr_t) "mine");
    CHECK(harness_wait(owner) == -SIGKILL);
    CHECK_STATUS(IL_OWNER_DIED, il_lock_try(lock));
    CHECK(il_lock_dead_owner(lock) == owner);
    CHECK_OK(il_lock_repaired(lock));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

/* A process of its own: once process 1 is gone, nobody can be forked into the namespace, and LeakSanitizer, which wants to
 * at exit(), calls that a fatal error. */
static void have_a_process_1(void *unused) {
    (void)unused;
    CHECK(unshare(CLONE_NEWPID) == 0);
    harness_expect_exit(harness_fork(be_process_1, NULL));
}

TEST(within_a_pid_namespace_all_works_with_process_1_too) {
    if (geteuid() != 0 || !private_shm("")) return;
    harness_expect_exit(harness_fork(have_a_process_1, NULL));
    /* The namespace went with its first process; its successor is another one. */
    il_spec spec = spec_of(IL_KIND_LOCK, "mine");
    il_object *lock;
    CHECK_STATUS(IL_INCOMPATIBLE, il_object_open(&spec, &lock, NULL));
    CHECK_OK(il_name_unlink("mine"));
}

TEST(a_quarter_of_the_memory_limit_is_the_most_by_default) {
    const struct rlimit limit = {400 * MIB, 400 * MIB};
#if defined(__SANITIZE_ADDRESS__)
    return; /* which needs the address space itself */
#endif
    if (!private_shm("size=4g")) return;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    CHECK(il_queue_default_bytes() <= 100 * MIB);
}

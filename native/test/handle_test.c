/* Handles: forked, retired, lent and adopted, and out of descriptors or slots. */
#include "objects.h"

#include "segment.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int exists(const char *name) {
    char path[300];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return access(path, F_OK) == 0;
}

static int open_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

static int mappings(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    int count = 0;
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) count += strstr(line, "interlock.") != NULL;
    fclose(file);
    return count;
}

static void use_inherited(void *argument) {
    il_object **objects = argument;
    il_item item;
    char byte;
    int64_t value;
    uint32_t slot, generation;
    int fd;
    CHECK_STATUS(IL_FORKED, il_lock_try(objects[0]));
    CHECK_STATUS(IL_FORKED, il_lock_release(objects[0]));
    CHECK_STATUS(IL_FORKED, il_long_get(objects[1], &value));
    CHECK_STATUS(IL_FORKED, il_queue_try_put(objects[2], "x", 1));
    CHECK_STATUS(IL_FORKED, il_queue_take(objects[2], &byte, 1, &item, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_queue_done(objects[3], 1));
    CHECK_STATUS(IL_FORKED, il_object_lend(objects[3], &fd, &slot, &generation));
    il_object_wake(objects[2]);
    for (int i = 0; i < 4; i++) CHECK_OK(il_object_retire(objects[i], 0));
    CHECK_STATUS(IL_CLOSED, il_queue_try_put(objects[2], "x", 1));
    for (int i = 0; i < 4; i++) il_object_free(objects[i]);
    CHECK(mappings() == 0);
}

TEST(an_inherited_handle_is_forked_and_harms_nobody) {
    il_object *objects[4];
    il_info info[4];
    il_item item;
    char byte;
    for (uint32_t i = 0; i < 4; i++) {
        objects[i] = open_object(i + 1, NULL);
        il_object_info(objects[i], &info[i]);
    }
    CHECK_OK(il_lock_try(objects[0]));
    CHECK_OK(il_queue_try_put(objects[3], "x", 1));
    CHECK_OK(il_queue_try_take(objects[3], &byte, 1, &item));
    harness_expect_exit(harness_fork(use_inherited, objects));
    for (int i = 0; i < 4; i++) CHECK(exists(info[i].name));
    CHECK_OK(il_lock_release(objects[0]));
    CHECK_OK_AT_LAST(il_queue_done(objects[3], item.token)); /* not given back by the child's close */
    for (int i = 0; i < 4; i++) {
        CHECK_OK(il_object_close(objects[i]));
        CHECK(!exists(info[i].name));
    }
}

struct family {
    char name[80];
    volatile int grandchild;
};

static void sleep_for_ever(void *unused) {
    (void)unused;
    for (;;) pause();
}

/* Takes an item, forks a child that knows nothing of it, and dies. */
static void take_fork_and_die(void *argument) {
    struct family *family = argument;
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, family->name);
    CHECK(take_number(queue, NULL) == 42);
    int pid = fork();
    if (pid == 0) sleep_for_ever(NULL);
    family->grandchild = pid;
    raise(SIGKILL);
}

TEST(a_forked_child_does_not_keep_its_dead_parent_alive) {
    struct family *family = harness_shared(sizeof *family);
    strcpy(family->name, harness_name());
    il_object *queue = open_object(IL_KIND_JOINABLE_QUEUE, family->name);
    put_number(queue, 42);
    CHECK(harness_wait(harness_fork(take_fork_and_die, family)) == -SIGKILL);
    CHECK(family->grandchild > 0);
    CHECK(take_number(queue, NULL) == 42);
    kill(family->grandchild, SIGKILL);
    CHECK_OK(il_object_unlink(queue));
    CHECK_OK(il_object_close(queue));
}

static void reopen_after_fork(void *argument) {
    il_object *lock = open_object(IL_KIND_LOCK, argument);
    CHECK_STATUS(IL_WOULD_BLOCK, il_lock_try(lock));
    CHECK_OK(il_object_close(lock));
}

static void take_another(void *name) {
    il_object *own = open_object(IL_KIND_LOCK, name);
    CHECK_OK(il_lock_try(own));
    CHECK_OK(il_lock_release(own));
    CHECK_OK(il_object_close(own));
}

TEST(a_forked_child_that_takes_a_lock_does_no_harm_to_those_its_parent_holds) {
    il_object *first = open_object(IL_KIND_LOCK, NULL), *second = open_object(IL_KIND_LOCK, NULL);
    const char *name = harness_name();
    CHECK_OK(il_lock_try(first));
    CHECK_OK(il_lock_try(second));
    harness_expect_exit(harness_fork(take_another, (void *)(uintptr_t)name));
    CHECK_OK(il_name_unlink(name));
    CHECK_OK(il_lock_release(first));
    CHECK_OK(il_lock_release(second));
    CHECK_OK(il_object_close(first));
    CHECK_OK(il_object_close(second));
}

TEST(a_forked_child_opens_the_object_again) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    CHECK_OK(il_lock_try(lock));
    harness_expect_exit(harness_fork(reopen_after_fork, (void *)(uintptr_t)name));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

TEST(a_retired_handle_answers_closed) {
    il_object *queue = open_object(IL_KIND_QUEUE, NULL);
    il_queue_state state;
    uint32_t slot, generation;
    il_item item;
    il_info info;
    char byte;
    int fd;
    CHECK_OK(il_object_retire(queue, 0));
    CHECK_STATUS(IL_CLOSED, il_queue_try_put(queue, "x", 1));
    CHECK_STATUS(IL_CLOSED, il_queue_put(queue, "x", 1, IL_FOREVER));
    CHECK_STATUS(IL_CLOSED, il_queue_try_take(queue, &byte, 1, &item));
    CHECK_STATUS(IL_CLOSED, il_queue_inspect(queue, &state));
    CHECK_STATUS(IL_CLOSED, il_queue_shutdown(queue));
    CHECK_STATUS(IL_CLOSED, il_object_lend(queue, &fd, &slot, &generation));
    CHECK_STATUS(IL_CLOSED, il_object_retire(queue, 0));
    il_object_info(queue, &info);
    CHECK(info.kind == IL_KIND_QUEUE && info.name[0] == '~');
    il_object_wake(queue);
    il_object_free(queue);
}

TEST(a_lock_held_while_its_handle_is_retired_can_be_released) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name), *other = open_object(IL_KIND_LOCK, name);
    CHECK_OK(il_lock_try(lock));
    CHECK_OK(il_object_retire(lock, IL_KEEP_MAPPING));
    CHECK(il_lock_is_held(other));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_lock_try(other));
    CHECK_OK(il_lock_release(other));
    il_object_free(lock);
    CHECK_OK(il_object_unlink(other));
    CHECK_OK(il_object_close(other));
}

TEST(opening_and_closing_leaves_no_descriptor_and_no_mapping) {
    int descriptors = open_descriptors();
    for (int round = 0; round < 20; round++) {
        for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
            il_object *object = open_object(kind, NULL);
            CHECK(mappings() == 1);
            CHECK_OK(il_object_close(object));
        }
    }
    CHECK(open_descriptors() == descriptors && mappings() == 0);
}

TEST(no_descriptor_survives_exec) {
    il_object *object = open_object(IL_KIND_LOCK, NULL);
    uint32_t slot, generation;
    int fd;
    CHECK_OK(il_object_lend(object, &fd, &slot, &generation));
    for (int i = 3; i < 100; i++) {
        int flags = fcntl(i, F_GETFD);
        char path[40], target[300] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", i);
        if (readlink(path, target, sizeof target - 1) > 0 && strstr(target, "interlock.") != NULL) {
            CHECK(flags & FD_CLOEXEC);
        }
    }
    close(fd);
    CHECK_OK(il_object_close(object));
}

TEST(an_adopted_descriptor_is_checked) {
    il_object *lock = open_object(IL_KIND_LOCK, NULL), *adopted;
    uint32_t slot, generation;
    il_info info;
    int fd, descriptors = open_descriptors();
    CHECK_STATUS(IL_SYSTEM, il_object_adopt(-1, 0, 1, IL_KIND_ANY, &adopted, NULL));
    CHECK_STATUS(IL_CORRUPT, il_object_adopt(open("/dev/null", O_RDWR), 0, 1, IL_KIND_ANY, &adopted, NULL));
    CHECK_STATUS(IL_CORRUPT, il_object_adopt(open("/etc/passwd", O_RDONLY), 0, 1, IL_KIND_ANY, &adopted, NULL));
    CHECK_OK(il_object_lend(lock, &fd, &slot, &generation));
    CHECK_STATUS(IL_INCOMPATIBLE, il_object_adopt(fd, slot, generation, IL_KIND_QUEUE, &adopted, &info));
    CHECK(info.kind == IL_KIND_LOCK);
    CHECK_OK(il_object_lend(lock, &fd, &slot, &generation));
    CHECK_STATUS(IL_CORRUPT, il_object_adopt(fd, slot, generation + 1, IL_KIND_ANY, &adopted, NULL));
    CHECK_OK(il_object_lend(lock, &fd, &slot, &generation));
    CHECK_STATUS(IL_CORRUPT, il_object_adopt(fd, IL_MAX_PROCESSES, generation, IL_KIND_ANY, &adopted, NULL));
    CHECK(open_descriptors() == descriptors); /* taken over, whatever came of it */
    CHECK_OK(il_object_close(lock));
}

struct loan {
    char name[80];
    int ours, theirs;
    uint32_t slot, generation;
};

static void lend_and_die(void *argument) {
    struct loan *loan = argument;
    il_object *queue = open_object(IL_KIND_QUEUE, loan->name);
    int fd;
    put_number(queue, 77);
    CHECK_OK(il_object_lend(queue, &fd, &loan->slot, &loan->generation));
    CHECK_OK(il_channel_send(loan->theirs, "x", 1, &fd, 1, IL_FOREVER));
    raise(SIGKILL);
}

TEST(what_was_lent_outlives_lender_and_name) {
    struct loan *loan = harness_shared(sizeof *loan);
    uint32_t count = 1, swept, slot, generation;
    il_object *adopted, *again;
    char byte;
    int fd;
    strcpy(loan->name, harness_name());
    CHECK_OK(il_channel_open(&loan->ours, &loan->theirs));
    CHECK(harness_wait(harness_fork(lend_and_die, loan)) == -SIGKILL);
    CHECK_OK(il_name_unlink(loan->name));
    CHECK_OK(il_sweep(&swept));
    CHECK_OK(il_channel_receive(loan->ours, &byte, 1, &fd, &count, IL_FOREVER));
    CHECK_OK(il_object_adopt(fd, loan->slot, loan->generation, IL_KIND_QUEUE, &adopted, NULL));
    CHECK(take_number(adopted, NULL) == 77);
    CHECK_OK(il_object_lend(adopted, &fd, &slot, &generation)); /* and on to the next */
    CHECK(slot != loan->slot);
    CHECK_OK(il_object_close(adopted));
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_QUEUE, &again, NULL));
    put_number(again, 78);
    CHECK(take_number(again, NULL) == 78);
    CHECK_OK(il_object_close(again));
}

TEST(out_of_descriptors_is_an_error_that_leaves_nothing) {
    const struct rlimit none = {(rlim_t)open_descriptors() + 40, (rlim_t)open_descriptors() + 40};
    const char *name = harness_name();
    int filler[100], used = 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    il_object *warm = open_object(IL_KIND_LOCK, NULL);
    while ((filler[used] = dup(0)) >= 0) used++;
    for (int left = 0; left < 6; left++) {
        il_spec spec = spec_of(IL_KIND_QUEUE, name), anonymous = spec_of(IL_KIND_QUEUE, NULL);
        il_object *object = NULL;
        uint32_t slot, generation;
        int fd, before;
        for (int i = 0; i < left; i++) close(filler[used - 1 - i]);
        for (int i = 0; i < 2; i++) {
            il_status status = il_object_open(i == 0 ? &spec : &anonymous, &object, NULL);
            if (status == IL_OK) {
                CHECK_OK(il_object_close(object)); /* first: unlinking takes a descriptor */
                if (i == 0) CHECK_OK(il_name_unlink(name));
            } else {
                CHECK_STATUS(IL_SYSTEM, status);
                CHECK(il_status_class(status) == IL_ERROR_NO_DESCRIPTORS);
            }
            CHECK(left < 3 || status == IL_OK);
            CHECK(!exists(name));
        }
        before = left;
        if (left == 0) CHECK(il_status_class(il_object_lend(warm, &fd, &slot, &generation)) == IL_ERROR_NO_DESCRIPTORS);
        for (int i = 0; i < before; i++) CHECK((filler[used - 1 - i] = dup(0)) >= 0);
    }
    for (int i = 0; i < used; i++) close(filler[i]);
    CHECK_OK(il_object_close(warm));
    uint32_t swept;
    CHECK_OK(il_sweep(&swept));
}

/* Named semaphores shared with plain sem_open, anonymous ones with their sidecar. */
#include "harness.h"

#include "platform/platform.h"

#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where a C library keeps a semaphore, and what it calls an anonymous one of ours: linux_semaphore.c. */
static int is_musl(void) { return strstr(il_platform_name(), "musl") != NULL; }

static il_status open_as(const char *name, uint32_t mode, int64_t permits, il_semaphore **out, il_info *info) {
    const il_spec spec = {.kind = IL_KIND_SEMAPHORE, .mode = mode, .name = name, .parameter = {permits},
                          .deadline = il_deadline_after(INT64_C(10000000000))};
    return il_semaphore_open(&spec, out, info);
}

static il_semaphore *make(const char *name, uint32_t permits) {
    il_semaphore *semaphore;
    CHECK_OK(open_as(name, name != NULL ? IL_OPEN : IL_CREATE, permits, &semaphore, NULL));
    return semaphore;
}

static void done(il_semaphore *semaphore) {
    CHECK_OK(il_semaphore_retire(semaphore));
    il_semaphore_free(semaphore);
}

TEST(permits_are_taken_and_given_back) {
    il_semaphore *semaphore = make(NULL, 2);
    int32_t value;
    CHECK_OK(il_semaphore_try(semaphore));
    CHECK_OK(il_semaphore_acquire(semaphore, IL_FOREVER));
    CHECK_STATUS(IL_WOULD_BLOCK, il_semaphore_try(semaphore));
    CHECK_STATUS(IL_TIMED_OUT, il_semaphore_acquire(semaphore, il_deadline_after(3000000)));
    CHECK_OK(il_semaphore_release(semaphore, 3));
    CHECK_OK(il_semaphore_value(semaphore, &value));
    CHECK(value == 3);
    CHECK_STATUS(IL_INVALID, il_semaphore_release(semaphore, SEM_VALUE_MAX));
    CHECK_OK(il_semaphore_value(semaphore, &value));
    CHECK(value == 3);
    done(semaphore);
}

TEST(it_is_the_semaphore_that_sem_open_gives) {
    char name[100];
    const char *user_name = harness_name();
    il_semaphore *semaphore = make(user_name, 1);
    snprintf(name, sizeof name, "/%s", user_name);
    sem_t *posix = sem_open(name, 0);
    CHECK(posix != SEM_FAILED);
    CHECK_OK(il_semaphore_try(semaphore));
    CHECK(sem_trywait(posix) != 0);
    CHECK(sem_post(posix) == 0);
    CHECK_OK(il_semaphore_try(semaphore));
    CHECK_OK(il_semaphore_release(semaphore, 1));
    CHECK(sem_trywait(posix) == 0);
    sem_close(posix);
    il_semaphore *none, *again = make(user_name, 77); /* exists: permits do not count */
    int32_t value;
    CHECK_OK(il_semaphore_value(again, &value));
    CHECK(value == 0);
    CHECK_OK(il_semaphore_unlink(again));
    CHECK_STATUS(IL_NOT_FOUND, il_semaphore_unlink(semaphore));
    CHECK_STATUS(IL_NOT_FOUND, open_as(user_name, IL_FIND, 0, &none, NULL));
    CHECK_OK(il_semaphore_release(semaphore, 1));
    done(again);
    done(semaphore);
}

static void wait_for_it(void *argument) { CHECK_OK(il_semaphore_acquire(argument, IL_FOREVER)); }

TEST(a_killed_waiter_takes_no_permit_and_stops_nobody) {
    il_semaphore *semaphore = make(harness_name(), 0); /* a name: what a fork inherits works on */
    for (int round = 0; round < 100; round++) {
        int doomed = harness_fork(wait_for_it, semaphore);
        int other = harness_fork(wait_for_it, semaphore);
        harness_sleep_ms(round % 3);
        kill(doomed, SIGSTOP);
        CHECK_OK(il_semaphore_release(semaphore, 1)); /* the wake-up may go to the one that is about to die */
        harness_kill(doomed);
        int32_t value;
        CHECK_OK(il_semaphore_value(semaphore, &value));
        if (value == 0) CHECK_OK(il_semaphore_release(semaphore, 1)); /* a permit it had taken died with it */
        harness_expect_exit(other);
        while (il_semaphore_try(semaphore) == IL_OK) {
        }
    }
    CHECK_OK(il_semaphore_unlink(semaphore));
    done(semaphore);
}

static void create_and_die(void *name) {
    il_semaphore *semaphore;
    il_info info;
    CHECK_OK(open_as(NULL, IL_CREATE, 1, &semaphore, &info));
    snprintf(name, 300, "%s", info.name);
    raise(SIGKILL);
}

static int exists(const char *prefix, const char *name) {
    char path[400];
    snprintf(path, sizeof path, "/dev/shm/%s%s", prefix, name);
    return access(path, F_OK) == 0;
}

TEST(an_anonymous_one_of_a_killed_process_is_swept_and_one_in_use_is_not) {
    il_semaphore *used, *copy;
    il_info info, other;
    char path[300], *dead = harness_shared(300);
    uint32_t slot, generation;
    int fd, sidecar;
    CHECK_OK(open_as(NULL, IL_CREATE, 1, &used, &info));
    CHECK(info.kind == IL_KIND_SEMAPHORE && info.name[0] == '~');
    CHECK(harness_wait(harness_fork(create_and_die, dead)) == -SIGKILL);
    CHECK(exists("interlock.", dead) && exists("sem.interlock.", dead));
    /* Another sweeper on the machine may be at it, so that ours passes it over. */
    while (exists("interlock.", dead)) CHECK_OK(il_sweep(NULL));
    CHECK(!exists("sem.interlock.", dead)); /* it goes first */
    snprintf(path, sizeof path, is_musl() ? "/sem.interlock.%s" : "/interlock.%s", info.name);
    sem_t *posix = sem_open(path, 0);
    CHECK(posix != SEM_FAILED);
    sem_close(posix);
    /* handed on, it outlives the one who made it */
    CHECK_OK(il_semaphore_lend(used, &fd, &sidecar, &slot, &generation));
    done(used);
    CHECK_OK(il_sweep(NULL));
    CHECK_OK(il_semaphore_adopt(info.name, fd, sidecar, slot, generation, &copy, &other));
    CHECK(other.inode == info.inode && other.device == info.device && strcmp(other.name, info.name) == 0);
    CHECK_OK(il_semaphore_try(copy));
    CHECK_STATUS(IL_WOULD_BLOCK, il_semaphore_try(copy));
    /* a reference that was not handed on finds it while somebody has it */
    CHECK_OK(open_as(info.name, IL_FIND, 0, &used, &other));
    CHECK(other.inode == info.inode);
    CHECK_OK(il_semaphore_release(used, 1));
    CHECK_OK(il_semaphore_try(copy));
    done(copy);
    CHECK_OK(il_semaphore_release(used, 1));
    done(used);
    CHECK(sem_open(path, 0) == SEM_FAILED);
    CHECK_STATUS(IL_NOT_FOUND, open_as(info.name, IL_FIND, 0, &used, NULL));
    CHECK_STATUS(IL_INVALID, open_as(info.name, IL_OPEN, 0, &used, NULL));
}

TEST(a_file_that_holds_no_semaphore_is_an_error) {
    char path[200];
    const char *name = harness_name();
    il_semaphore *semaphore;
    snprintf(path, sizeof path, is_musl() ? "/dev/shm/%s" : "/dev/shm/sem.%s", name);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fclose(file);
    CHECK_STATUS(IL_CORRUPT, open_as(name, IL_OPEN, 1, &semaphore, NULL));
    CHECK_OK(il_semaphore_name_unlink(name));
    CHECK_STATUS(IL_NOT_FOUND, il_semaphore_name_unlink(name));
    CHECK_STATUS(IL_INVALID, open_as(name, IL_OPEN, -1, &semaphore, NULL));
    CHECK_STATUS(IL_INVALID, open_as("bad/name", IL_OPEN, 1, &semaphore, NULL));
}

/* Named semaphores shared with plain sem_open, anonymous ones with their sidecar. */
#include "harness.h"

#include "platform/platform.h"
#include "platform/portable_names.h"

#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Where a C library keeps a semaphore, and what it calls an anonymous one of ours: linux_semaphore.c. */
static int is_musl(void) { return strstr(il_platform_name(), "musl") != NULL; }
/* Where a name has 30 characters, and nothing stands behind it: portable_semaphore.c. */
static int has_short_names(void) { return il_platform_needs_lifeline; }

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

static void create_and_stop(void *name) {
    il_semaphore *semaphore;
    il_info info;
    CHECK_OK(open_as(NULL, IL_CREATE, 1, &semaphore, &info));
    snprintf(name, 300, "%s", info.name);
    raise(SIGSTOP);
}

static int object_exists(const char *name) {
    struct stat facts;
    return il_platform_shm_facts(name, &facts) == 0;
}

/* What sem_open knows an anonymous one by. */
static const char *system_name(const char *name) {
    static char whole[300], system[300];
    snprintf(whole, sizeof whole, is_musl() ? "/sem.interlock.%s" : "/interlock.%s", name);
    if (!has_short_names()) return whole;
    il_short_name_of(whole, system);
    return system;
}

static int semaphore_exists(const char *name) {
    sem_t *semaphore = sem_open(system_name(name), 0);
    if (semaphore == SEM_FAILED) return 0;
    sem_close(semaphore);
    return 1;
}

TEST(an_anonymous_one_of_a_killed_process_is_swept_and_one_in_use_is_not) {
    il_semaphore *used, *copy;
    il_info info, other;
    char *dead = harness_shared(300);
    uint32_t slot, generation;
    int fd, sidecar;
    CHECK_OK(open_as(NULL, IL_CREATE, 1, &used, &info));
    CHECK(info.kind == IL_KIND_SEMAPHORE && info.name[0] == '~');
    const int creator = harness_fork(create_and_stop, dead);
    harness_await_stop(creator);
    CHECK_OK(il_sweep(NULL));
    CHECK(object_exists(dead) && semaphore_exists(dead)); /* no sweeper on the machine may take it while its creator lives */
    harness_kill(creator);
    /* Another sweeper on the machine may be at it, so that ours passes it over. */
    while (object_exists(dead)) CHECK_OK(il_sweep(NULL));
    CHECK(!semaphore_exists(dead)); /* it goes first */
    CHECK(semaphore_exists(info.name));
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
    CHECK(!semaphore_exists(info.name));
    CHECK_STATUS(IL_NOT_FOUND, open_as(info.name, IL_FIND, 0, &used, NULL));
    CHECK_STATUS(IL_INVALID, open_as(info.name, IL_OPEN, 0, &used, NULL));
}

TEST(a_file_that_holds_no_semaphore_is_an_error) {
    char path[200];
    const char *name = harness_name();
    il_semaphore *semaphore;
    if (!has_short_names()) {
        snprintf(path, sizeof path, is_musl() ? "/dev/shm/%s" : "/dev/shm/sem.%s", name);
        FILE *file = fopen(path, "w");
        CHECK(file != NULL);
        fclose(file);
        CHECK_STATUS(IL_CORRUPT, open_as(name, IL_OPEN, 1, &semaphore, NULL));
        CHECK_OK(il_semaphore_name_unlink(name));
    }
    CHECK_STATUS(IL_NOT_FOUND, il_semaphore_name_unlink(name));
    CHECK_STATUS(IL_INVALID, open_as(name, IL_OPEN, -1, &semaphore, NULL));
    CHECK_STATUS(IL_INVALID, open_as("bad/name", IL_OPEN, 1, &semaphore, NULL));
}

/* ------------------------------------------------------------------ counting */

enum { TAKERS = 3, COUNTERS = 2, PERMITS = TAKERS + 2 };

struct counted {
    il_semaphore *semaphore;
    _Atomic int end, failures;
};

static void take_and_give(void *argument) {
    struct counted *counted = argument;
    while (!atomic_load(&counted->end)) {
        if (il_semaphore_try(counted->semaphore) == IL_OK) {
            CHECK_OK(il_semaphore_release(counted->semaphore, 1));
        } else {
            atomic_fetch_add(&counted->failures, 1);
        }
    }
}

static void count_for_ever(void *argument) {
    struct counted *counted = argument;
    while (!atomic_load(&counted->end)) {
        int32_t value;
        CHECK_OK(il_semaphore_value(counted->semaphore, &value));
        CHECK(value <= PERMITS);
    }
}

static struct counted *counted_semaphore(const char *name) {
    struct counted *counted = harness_shared(sizeof *counted);
    counted->semaphore = make(name, PERMITS); /* a name: what a fork inherits works on */
    return counted;
}

TEST(counting_takes_no_permit_from_anybody) {
    struct counted *counted = counted_semaphore(harness_name());
    int pids[TAKERS + COUNTERS];
    for (int i = 0; i < TAKERS + COUNTERS; i++) pids[i] = harness_fork(i < TAKERS ? take_and_give : count_for_ever, counted);
    harness_sleep_ms(300);
    atomic_store(&counted->end, 1);
    for (int i = 0; i < TAKERS + COUNTERS; i++) harness_expect_exit(pids[i]);
    int32_t value;
    CHECK_OK(il_semaphore_value(counted->semaphore, &value));
    CHECK(value == PERMITS && atomic_load(&counted->failures) == 0);
    CHECK_OK(il_semaphore_unlink(counted->semaphore));
    done(counted->semaphore);
}

/* It may take along the one permit that it was just taking or giving back (portable_tally.c), never more, and makes none. */
TEST(who_is_killed_while_counting_takes_one_permit_along_at_most) {
    struct counted *counted = counted_semaphore(harness_name());
    int32_t value = PERMITS;
    for (int round = 0; round < 200; round++) {
        int32_t before = value;
        int pid = harness_fork(count_for_ever, counted);
        struct timespec pause = {0, (round % 50) * 20000L};
        nanosleep(&pause, NULL);
        harness_kill(pid);
        for (int32_t i = 0; i < before - 1; i++) CHECK_OK(il_semaphore_acquire(counted->semaphore, IL_FOREVER));
        CHECK_OK(il_semaphore_value(counted->semaphore, &value));
        CHECK(value <= 1);
        CHECK_OK(il_semaphore_release(counted->semaphore, (uint32_t)(PERMITS - value)));
        value = PERMITS;
    }
    CHECK_OK(il_semaphore_unlink(counted->semaphore));
    done(counted->semaphore);
}

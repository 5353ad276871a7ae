/* What the calls of POSIX do beyond handing a number on: deaths of owners, and the identity of memory. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct pair {
    _Alignas(64) char mutex[64];
    _Alignas(64) char condition[64];
    _Atomic int64_t word;
};

static struct pair *make(void) {
    struct pair *pair = harness_shared(sizeof *pair);
    CHECK(il_posix_mutex_size() <= sizeof pair->mutex && il_posix_cond_size() <= sizeof pair->condition);
    CHECK_OK(il_posix_mutex_init(pair->mutex));
    CHECK_OK(il_posix_cond_init(pair->condition));
    return pair;
}

static int errno_of(il_status status) { return il_status_code(status) == IL_SYSTEM ? il_status_errno(status) : 0; }

static void lock_and_end(void *argument) {
    struct pair *pair = argument;
    CHECK_OK(il_posix_mutex_lock(pair->mutex, IL_FOREVER));
}

static void is_not_recoverable(void *argument) {
    struct pair *pair = argument;
    CHECK(errno_of(il_posix_mutex_lock(pair->mutex, IL_FOREVER)) == ENOTRECOVERABLE);
}

TEST(a_death_is_told_once_it_is_mended) {
    struct pair *pair = make();
    harness_expect_exit(harness_fork(lock_and_end, pair));
    CHECK_STATUS(IL_OWNER_DIED, il_posix_mutex_trylock(pair->mutex));
    CHECK_OK(il_posix_mutex_consistent(pair->mutex));
    CHECK_OK(il_posix_mutex_unlock(pair->mutex));
    CHECK_OK(il_posix_mutex_lock(pair->mutex, il_deadline_after(0)));
    CHECK_OK(il_posix_mutex_unlock(pair->mutex));
    CHECK(errno_of(il_posix_mutex_unlock(pair->mutex)) == EPERM);
}

TEST(a_try_does_not_hide_from_others_that_a_mutex_is_not_recoverable) {
    struct pair *pair = make();
    harness_expect_exit(harness_fork(lock_and_end, pair));
    CHECK_STATUS(IL_OWNER_DIED, il_posix_mutex_lock(pair->mutex, IL_FOREVER));
    CHECK_OK(il_posix_mutex_unlock(pair->mutex));
    for (int i = 0; i < 3; i++) {
        CHECK(errno_of(il_posix_mutex_trylock(pair->mutex)) == ENOTRECOVERABLE);
        harness_expect_exit(harness_fork(is_not_recoverable, pair));
    }
}

static void signal_and_end_as_owner(void *argument) {
    struct pair *pair = argument;
    while (pair->word == 0) {
        harness_sleep_ms(1);
    }
    CHECK_OK(il_posix_mutex_lock(pair->mutex, IL_FOREVER)); /* so the other one waits */
    CHECK_OK(il_posix_cond_signal(pair->condition));
}

TEST(who_waits_on_a_condition_holds_the_mutex_of_an_owner_that_died) {
    struct pair *pair = make();
    int other = harness_fork(signal_and_end_as_owner, pair);
    CHECK_OK(il_posix_mutex_lock(pair->mutex, IL_FOREVER));
    pair->word = 1;
    il_status status;
    do {
        status = il_posix_cond_wait(pair->condition, pair->mutex, IL_FOREVER);
    } while (status == IL_OK);
    CHECK(errno_of(status) == EOWNERDEAD);
    CHECK_OK(il_posix_mutex_consistent(pair->mutex));
    CHECK_STATUS(IL_TIMED_OUT,
                 il_posix_cond_wait(pair->condition, pair->mutex, il_deadline_after(3000000)));
    CHECK_OK(il_posix_mutex_unlock(pair->mutex));
    harness_expect_exit(other);
}

TEST(two_mappings_of_one_memory_have_one_identity) {
    char name[100], second[100];
    il_posix_memory made, opened, another;
    snprintf(name, sizeof name, "/%s", harness_name());
    snprintf(second, sizeof second, "/%s", harness_name());
    CHECK_OK(il_posix_shm_create(name, 5000, &made));
    CHECK(errno_of(il_posix_shm_create(name, 5000, &another)) == EEXIST);
    CHECK_OK(il_posix_shm_open(name, &opened));
    CHECK_OK(il_posix_shm_create(second, 1, &another));
    CHECK(made.address != opened.address && made.size == 5000 && opened.size == 5000);
    CHECK(made.device == opened.device && made.inode == opened.inode);
    CHECK(made.device != another.device || made.inode != another.inode);
    memcpy(made.address, "shared", 7);
    CHECK(strcmp(opened.address, "shared") == 0);
    CHECK_OK(il_posix_shm_unlink(name));
    CHECK_OK(il_posix_shm_unlink(second));
    CHECK(errno_of(il_posix_shm_open(name, &another)) == ENOENT);
    CHECK_OK(il_posix_shm_unmap(made.address, made.size));
    CHECK_OK(il_posix_shm_unmap(opened.address, opened.size));
}

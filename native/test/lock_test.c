/* The lock: exclusion, deadlines, and the news of an owner's death until somebody repaired what it left. */
#include "objects.h"

#include "lock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct scene {
    char name[80];
    _Atomic int ready, go, count;
    volatile uint64_t plain[2]; /* only the lock protects it */
};

static struct scene *new_scene(void) {
    struct scene *scene = harness_shared(sizeof *scene);
    strcpy(scene->name, harness_name());
    return scene;
}

static void wait_for(_Atomic int *word, int value) {
    while (atomic_load(word) < value) harness_sleep_ms(1);
}

static void end_scene(struct scene *scene, il_object *lock) {
    CHECK_OK(il_object_close(lock));
    CHECK_OK(il_name_unlink(scene->name));
}

static void count_up(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    for (int i = 0; i < 20000; i++) {
        il_status status = i % 3 == 0 ? il_lock_try(lock) : il_lock_acquire(lock, i % 3 == 1 ? IL_FOREVER : il_deadline_after(SECONDS * 60));
        if (status == IL_WOULD_BLOCK) {
            i--;
            continue;
        }
        CHECK_OK(status);
        CHECK(scene->plain[0] == scene->plain[1]);
        scene->plain[0]++;
        scene->plain[1]++;
        CHECK_OK(il_lock_release(lock));
    }
    CHECK_OK(il_object_close(lock));
}

TEST(one_process_at_a_time_holds_it) {
    enum { PROCESSES = 4 };
    struct scene *scene = new_scene();
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    int pids[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) pids[i] = harness_fork(count_up, scene);
    for (int i = 0; i < PROCESSES; i++) harness_expect_exit(pids[i]);
    CHECK(scene->plain[0] == PROCESSES * 20000);
    CHECK(!il_lock_is_held(lock) && il_lock_owner_pid(lock) == 0);
    end_scene(scene, lock);
}

static void *try_from_a_thread(void *lock) {
    CHECK_STATUS(IL_WOULD_BLOCK, il_lock_try(lock));
    CHECK_STATUS(IL_TIMED_OUT, il_lock_acquire(lock, il_deadline_after(20 * MS)));
    CHECK_STATUS(IL_NOT_OWNER, il_lock_release(lock));
    CHECK_STATUS(IL_NOT_OWNER, il_lock_repaired(lock));
    return NULL;
}

static void in_thread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, argument) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

TEST(it_is_owned_by_a_thread_and_not_recursive) {
    il_object *lock = open_object(IL_KIND_LOCK, NULL);
    CHECK_STATUS(IL_NOT_OWNER, il_lock_release(lock));
    CHECK_OK(il_lock_try(lock));
    CHECK(il_lock_is_held(lock) && il_lock_owner_pid(lock) == getpid());
    CHECK_STATUS(IL_DEADLOCK, il_lock_acquire(lock, IL_FOREVER));
    CHECK_STATUS(IL_DEADLOCK, il_lock_acquire(lock, il_deadline_after(SECONDS)));
    CHECK(il_status_code(il_lock_try(lock)) != IL_OK);
    in_thread(try_from_a_thread, lock);
    CHECK_OK(il_lock_release(lock));
    CHECK_STATUS(IL_NOT_OWNER, il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

static void hold_until_go(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    atomic_fetch_add(&scene->ready, 1);
    wait_for(&scene->go, 1);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

TEST(a_deadline_is_kept) {
    struct scene *scene = new_scene();
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    int pid = harness_fork(hold_until_go, scene);
    wait_for(&scene->ready, 1);
    const int64_t waits[] = {-5, 0, 1, 30 * MS, 250 * MS};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        int64_t deadline = il_deadline_after(waits[i]);
        CHECK_STATUS(IL_TIMED_OUT, il_lock_acquire(lock, deadline));
        CHECK(il_clock_now() >= deadline);
    }
    CHECK_STATUS(IL_TIMED_OUT, il_lock_acquire(lock, INT64_MIN));
    CHECK(il_lock_owner_pid(lock) == pid);
    atomic_store(&scene->go, 1);
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    CHECK_OK(il_lock_release(lock));
    harness_expect_exit(pid);
    end_scene(scene, lock);
}

static void hold_and_die(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    atomic_fetch_add(&scene->ready, 1);
    wait_for(&scene->go, 1);
    raise(SIGKILL);
}

TEST(the_next_owner_is_told_of_a_death_until_one_has_repaired) {
    struct scene *scene = new_scene();
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    int first = harness_fork(hold_and_die, scene);
    wait_for(&scene->ready, 1);
    atomic_store(&scene->go, 1);
    CHECK_STATUS(IL_OWNER_DIED, il_lock_acquire(lock, IL_FOREVER));
    CHECK(harness_wait(first) == -SIGKILL);
    CHECK(il_lock_dead_owner(lock) == first && il_lock_owner_pid(lock) == getpid());
    CHECK_OK(il_lock_release(lock)); /* not repaired: told again */
    CHECK_STATUS(IL_OWNER_DIED, il_lock_try(lock));
    CHECK(il_lock_dead_owner(lock) == first);
    CHECK_OK(il_lock_release(lock));
    int second = harness_fork(hold_and_die, scene); /* the repairer dies, too */
    CHECK(harness_wait(second) == -SIGKILL);
    CHECK(!il_lock_is_held(lock));
    CHECK_STATUS(IL_OWNER_DIED, il_lock_try(lock));
    CHECK(il_lock_dead_owner(lock) == second);
    CHECK_OK(il_lock_repaired(lock));
    CHECK(il_lock_dead_owner(lock) == second); /* still its holder's to read */
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_lock_try(lock));
    CHECK(il_lock_dead_owner(lock) == 0);
    CHECK_OK(il_lock_repaired(lock)); /* nothing to repair */
    CHECK_OK(il_lock_release(lock));
    end_scene(scene, lock);
}

static void repair_and_die(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    CHECK_STATUS(IL_OWNER_DIED, il_lock_acquire(lock, IL_FOREVER));
    CHECK_OK(il_lock_repaired(lock));
    raise(SIGKILL);
}

TEST(a_death_between_repair_and_release_is_told) {
    struct scene *scene = new_scene();
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    atomic_store(&scene->go, 1);
    CHECK(harness_wait(harness_fork(hold_and_die, scene)) == -SIGKILL);
    int pid = harness_fork(repair_and_die, scene);
    CHECK(harness_wait(pid) == -SIGKILL);
    CHECK_STATUS(IL_OWNER_DIED, il_lock_acquire(lock, IL_FOREVER));
    CHECK(il_lock_dead_owner(lock) == pid);
    CHECK_OK(il_lock_repaired(lock));
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_lock_try(lock));
    CHECK_OK(il_lock_release(lock));
    end_scene(scene, lock);
}

static void *take_and_end(void *lock) {
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    return NULL;
}

static void *release_as_a_stranger(void *lock) {
    CHECK_STATUS(IL_NOT_OWNER, il_lock_release(lock));
    CHECK_STATUS(IL_NOT_OWNER, il_lock_repaired(lock));
    return NULL;
}

/* The next thread is likely to be given the pthread_t of the one that ended: it is another thread all the same. */
TEST(a_thread_that_ends_holding_it_is_a_dead_owner) {
    il_object *lock = open_object(IL_KIND_LOCK, NULL);
    for (int i = 0; i < 50; i++) {
        in_thread(take_and_end, lock);
        in_thread(release_as_a_stranger, lock);
        CHECK_STATUS(IL_OWNER_DIED, il_lock_try(lock));
        CHECK(il_lock_dead_owner(lock) == getpid());
        if (i % 2 == 0) CHECK_OK(il_lock_repaired(lock));
        CHECK_OK(il_lock_release(lock));
    }
    CHECK_OK(il_object_close(lock));
}

static void *wait_and_count(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    atomic_fetch_add(&scene->ready, 1);
    il_status status = il_lock_acquire(lock, IL_FOREVER);
    CHECK(status == IL_OK || status == IL_OWNER_DIED);
    if (status == IL_OWNER_DIED) CHECK_OK(il_lock_repaired(lock));
    CHECK((atomic_fetch_add(&scene->count, 1) == 0) == (status == IL_OWNER_DIED));
    scene->plain[0]++;
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
    return NULL;
}

static void wait_in_process(void *argument) { wait_and_count(argument); }

TEST(a_hundred_waiters_get_it_one_after_the_other_when_its_owner_is_killed) {
    enum { WAITERS = 100 };
    struct scene *scene = new_scene();
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    int owner = harness_fork(hold_and_die, scene), pids[WAITERS];
    wait_for(&scene->ready, 1);
    for (int i = 0; i < WAITERS; i++) pids[i] = harness_fork(wait_in_process, scene);
    wait_for(&scene->ready, 1 + WAITERS);
    atomic_store(&scene->go, 1);
    CHECK(harness_wait(owner) == -SIGKILL);
    for (int i = 0; i < WAITERS; i++) harness_expect_exit(pids[i]);
    CHECK(scene->plain[0] == WAITERS);
    end_scene(scene, lock);
}

static void *take_all(void *locks) {
    il_object **all = locks;
    for (int i = 0; i < IL_MAX_HOLDS; i++) CHECK_OK(il_lock_try(all[i]));
    CHECK_STATUS(IL_LIMIT_HOLDS, il_lock_try(all[IL_MAX_HOLDS]));
    CHECK_STATUS(IL_LIMIT_HOLDS, il_lock_acquire(all[IL_MAX_HOLDS], IL_FOREVER));
    CHECK_OK(il_lock_release(all[5]));
    CHECK_OK(il_lock_try(all[IL_MAX_HOLDS]));
    CHECK_OK(il_lock_release(all[IL_MAX_HOLDS]));
    CHECK_OK(il_lock_try(all[5]));
    return NULL;
}

TEST(as_many_locks_as_a_thread_may_hold_are_all_freed_by_its_end) {
    static il_object *locks[IL_MAX_HOLDS + 1];
    for (int i = 0; i <= IL_MAX_HOLDS; i++) locks[i] = open_object(IL_KIND_LOCK, NULL);
    in_thread(take_all, locks);
    for (int i = 0; i < IL_MAX_HOLDS; i++) {
        CHECK_STATUS(IL_OWNER_DIED, il_lock_try(locks[i]));
        CHECK_OK(il_lock_release(locks[i]));
    }
    for (int i = 0; i <= IL_MAX_HOLDS; i++) CHECK_OK(il_object_close(locks[i]));
}

enum { HELD = 20 };

static void hold_many_and_die(void *argument) {
    char (*names)[80] = argument;
    il_object *locks[HELD];
    for (int i = 0; i < HELD; i++) {
        locks[i] = open_object(IL_KIND_LOCK, names[i]);
        CHECK_OK(il_lock_acquire(locks[i], IL_FOREVER));
    }
    for (int i = 0; i < HELD; i += 3) CHECK_OK(il_object_retire(locks[i], IL_KEEP_MAPPING)); /* what stays mapped is still in the list of held ones */
    raise(SIGKILL);
}

TEST(all_locks_of_a_killed_process_are_freed_and_told_those_it_had_closed_too) {
    char (*names)[80] = harness_shared(HELD * sizeof *names);
    il_object *locks[HELD];
    for (int i = 0; i < HELD; i++) {
        strcpy(names[i], harness_name());
        locks[i] = open_object(IL_KIND_LOCK, names[i]);
    }
    int pid = harness_fork(hold_many_and_die, names);
    CHECK(harness_wait(pid) == -SIGKILL);
    for (int i = 0; i < HELD; i++) {
        CHECK_STATUS(IL_OWNER_DIED, il_lock_try(locks[i]));
        CHECK(il_lock_dead_owner(locks[i]) == pid);
        CHECK_OK(il_lock_repaired(locks[i]));
        CHECK_OK(il_lock_release(locks[i]));
        CHECK_OK(il_object_unlink(locks[i]));
        CHECK_OK(il_object_close(locks[i]));
    }
}

/* The word that a new mutex has and zeroed memory has not. */
static int type_offset(void) {
    il_mutex mutex;
    int offset = 0;
    CHECK(il_platform_mutex_init(&mutex) == 0);
    while (*(int *)(void *)(mutex.bytes + offset) == 0) offset += (int)sizeof(int);
    return offset;
}

TEST(a_garbage_type_word_is_corrupt) {
    il_object *lock = open_object(IL_KIND_LOCK, NULL);
    il_mutex *mutex = (il_mutex *)(void *)((char *)il_control_of(lock) + offsetof(struct il_lock_control, mutex));
    int *type = (int *)(void *)(mutex->bytes + type_offset()), right = *type;
    srand(3);
    for (int i = 0; i < 2000; i++) {
        *type = i < 1024 ? i : rand();
        if (*type == right) continue;
        CHECK_STATUS(IL_CORRUPT, il_lock_try(lock));
        CHECK_STATUS(IL_CORRUPT, il_lock_acquire(lock, IL_FOREVER));
        CHECK_STATUS(IL_CORRUPT, il_lock_acquire(lock, il_deadline_after(MS)));
    }
    *type = right;
    CHECK_OK(il_lock_try(lock));
    *type = 0;
    CHECK_STATUS(IL_CORRUPT, il_lock_release(lock));
    *type = right;
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

/* Stopped is not dead, and a process that was stopped while it waited holds up nobody. */
#include "objects.h"

#include "lock.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct scene {
    char name[80];
    _Atomic int turns, end;
};

static void stop(int pid) {
    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(waitpid(pid, NULL, WUNTRACED) == pid);
}

static void on_one_cpu(void) {
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    (void)sched_setaffinity(0, sizeof first, &first);
}

static void take_once(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    atomic_fetch_add(&scene->turns, 1);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
}

static void take_once_at_ease(void *argument) {
    const struct sched_param none = {0};
    on_one_cpu();
    (void)sched_setscheduler(0, SCHED_IDLE, &none); /* is not run at once when it is woken */
    take_once(argument);
}

/* By the futex word itself: owner_pid is stored a moment later. The thread is the only one of its process. */
static int has_it(int pid, il_object *lock) {
    const il_mutex *mutex = &((struct il_lock_control *)(void *)il_control_of(lock))->mutex;
    return (__atomic_load_n(&mutex->native.__data.__lock, __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) == pid;
}

/* The first of two waiters is woken by the unlock and stopped before it runs: the second must not wait for it. */
static int stop_the_one_who_was_woken(struct scene *scene) {
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    int first = harness_fork(take_once_at_ease, scene);
    harness_until(harness_is_asleep, &first);
    int second = harness_fork(take_once, scene);
    harness_until(harness_is_asleep, &second);
    CHECK_OK(il_lock_release(lock));
    stop(first);
    int was_waiting = atomic_load(&scene->turns) == 0 && !has_it(first, lock);
    if (was_waiting) harness_expect_exit(second);
    CHECK(kill(first, SIGCONT) == 0);
    harness_expect_exit(first);
    if (!was_waiting) harness_expect_exit(second);
    CHECK(atomic_load(&scene->turns) == 2);
    CHECK_OK(il_object_close(lock));
    return was_waiting;
}

TEST(a_stopped_waiter_of_a_lock_holds_up_nobody) {
    struct scene *scene = harness_shared(sizeof *scene);
    const struct sched_param above = {1};
    int hit = 0;
    on_one_cpu();
    (void)sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &above); /* not allowed to all; it only helps */
    strcpy(scene->name, harness_name());
    for (int i = 0; i < 5; i++) {
        hit += stop_the_one_who_was_woken(scene);
        atomic_store(&scene->turns, 0);
    }
    fprintf(stderr, "hit %d\n", hit);
    CHECK_OK(il_name_unlink(scene->name));
}

/* Stopped is not dead, and a process that was stopped while it waited holds up nobody. */
#include "turns.h"

#include "lock.h"
#include "queue.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct scene {
    char name[80];
    _Atomic int turns, end;
};

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
    const uint32_t *words = (const uint32_t *)(const void *)mutex->bytes; /* glibc's is the first, musl's the second */
    return (__atomic_load_n(&words[0], __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) == (uint32_t)pid ||
           (__atomic_load_n(&words[1], __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) == (uint32_t)pid;
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
    int status;
    CHECK(kill(first, SIGSTOP) == 0);
    CHECK(waitpid(first, &status, WUNTRACED) == first);
    int was_waiting = WIFSTOPPED(status) && atomic_load(&scene->turns) == 0 && !has_it(first, lock);
    if (was_waiting) harness_expect_exit(second);
    if (WIFSTOPPED(status)) { /* else it was through before that (musl knows no SCHED_IDLE) */
        CHECK(kill(first, SIGCONT) == 0);
        status = harness_wait(first);
    }
    CHECK(status == 0);
    if (!was_waiting) harness_expect_exit(second);
    CHECK(atomic_load(&scene->turns) == 2);
    CHECK_OK(il_object_close(lock));
    return was_waiting;
}

TEST(a_stopped_waiter_of_a_lock_holds_up_nobody) {
    struct scene *scene = harness_shared(sizeof *scene);
    const struct sched_param above = {.sched_priority = 1};
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

static void stop_asleep(int pid) {
    harness_until(harness_is_asleep, &pid);
    harness_stop(pid);
}

static void go_on(int pid) {
    CHECK(kill(pid, SIGCONT) == 0);
    harness_expect_exit(pid);
}

/* The oldest waiter is given the signal, stopped or not; it is not dead, so nobody takes the signal over. */
TEST(a_stopped_waiter_that_was_signalled_keeps_the_signal) {
    il_object *lock;
    uint32_t condition;
    struct turns *turns = start_turns(&lock, &condition);
    int first = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 1);
    stop_asleep(first);
    int second = harness_fork(wait_once, turns);
    until_waiting(turns, lock, 2);
    signal_now(lock, condition, 0);
    harness_sleep_ms(250); /* in two slices the other would have looked for signals of the dead */
    CHECK(turns->woken == 0);
    signal_now(lock, condition, 0);
    harness_expect_exit(second);
    CHECK(turns->woken == 1 && turns->order[0] == 1);
    go_on(first);
    CHECK(turns->woken == 2);
    close_and_unlink(lock);
}

/* ------------------------------------------------------------------ queues */

struct line {
    char name[80];
    uint32_t kind;
};

static il_object *open_line(const struct line *line) { return open_queue(line->kind, line->name, 2, 1 << 16); }

static void take_and_finish(il_object *queue, uint32_t expected) {
    uint64_t token;
    CHECK(take_number(queue, &token) == expected);
    if (queue->kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, token));
}

static void take_one(void *argument) {
    il_object *queue = open_line(argument);
    take_and_finish(queue, 1);
    CHECK_OK(il_object_close(queue));
}

static void put_one(void *argument) {
    il_object *queue = open_line(argument);
    put_number(queue, 1);
    CHECK_OK(il_object_close(queue));
}

/* The first to wait is stopped; what comes wakes it, and must not wait for it. */
TEST(a_stopped_waiter_of_a_queue_holds_up_nobody) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (int full = 0; full < 2; full++) {
            struct line line = {.kind = kind};
            strcpy(line.name, harness_name());
            il_object *queue = open_line(&line);
            for (int i = 0; i < 2 && full; i++) put_number(queue, 1);
            int first = harness_fork(full ? put_one : take_one, &line);
            stop_asleep(first);
            int second = harness_fork(full ? put_one : take_one, &line);
            harness_until(harness_is_asleep, &second);
            for (int waiter = 0; waiter < 2; waiter++) {
                if (full) take_and_finish(queue, 1);
                if (!full) put_number(queue, 1);
                if (waiter == 0) harness_expect_exit(second);
                if (waiter == 1) go_on(first);
            }
            for (int i = 0; i < 2 && full; i++) take_and_finish(queue, 1);
            close_and_unlink(queue);
        }
    }
}

enum { PAGE = 4096, LENGTH = 100, BEFORE = 48 };
static char *second_page;

/* Stops in the middle of a copy, which then finds the page there. */
static void stop_at_the_page(int signal_number) {
    (void)signal_number;
    raise(SIGSTOP);
    if (mprotect(second_page, PAGE, PROT_READ | PROT_WRITE) != 0) _exit(98);
}

static char *data_over_two_pages(uint32_t seed) {
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    second_page = pages + PAGE;
    fill(second_page - BEFORE, LENGTH, seed);
    CHECK(mprotect(second_page, PAGE, PROT_NONE) == 0);
    CHECK(signal(SIGSEGV, stop_at_the_page) != SIG_ERR);
    return second_page - BEFORE;
}

static void put_with_a_stop(void *argument) {
    il_object *queue = open_line(argument);
    CHECK_OK(il_queue_try_put(queue, data_over_two_pages(2), LENGTH));
    CHECK_OK(il_object_close(queue));
}

static void take_with_a_stop(void *argument) {
    il_object *queue = open_line(argument);
    char *data = data_over_two_pages(0);
    il_item item;
    CHECK_OK(il_queue_try_take(queue, data, LENGTH, &item));
    CHECK(is_filled(data, LENGTH, 1));
    if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
    CHECK_OK(il_object_close(queue));
}

static void take_filled(il_object *queue, uint32_t seed) {
    char buffer[LENGTH];
    il_item item;
    CHECK_OK(il_queue_take(queue, buffer, sizeof buffer, &item, IL_FOREVER));
    CHECK(item.length == LENGTH && is_filled(buffer, LENGTH, seed));
    if (item.token != 0) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
}

static void put_filled(il_object *queue, uint32_t seed) {
    char data[LENGTH];
    fill(data, sizeof data, seed);
    CHECK_OK(il_queue_put(queue, data, sizeof data, IL_FOREVER));
}

static void side_is_busy(il_object *queue, int takes) {
    char data[LENGTH] = "";
    il_item item;
    const int64_t soon = il_deadline_after(150 * MS);
    CHECK_STATUS(IL_WOULD_BLOCK, takes ? il_queue_try_take(queue, data, LENGTH, &item) : il_queue_try_put(queue, data, LENGTH));
    CHECK_STATUS(IL_TIMED_OUT, takes ? il_queue_take(queue, data, LENGTH, &item, soon) : il_queue_put(queue, data, LENGTH, soon));
}

/* Whoever is stopped in there goes on, or is killed after all. */
static void stop_inside(uint32_t kind, int takes, int killed) {
    struct line line = {.kind = kind};
    strcpy(line.name, harness_name());
    il_object *queue = open_line(&line);
    uint32_t size;
    put_filled(queue, 1);
    int pid = harness_fork(takes ? take_with_a_stop : put_with_a_stop, &line);
    harness_await_stop(pid);
    side_is_busy(queue, takes);
    if (takes) {
        put_filled(queue, 3);
    } else {
        take_filled(queue, 1);
    }
    CHECK_OK(il_queue_size(queue, &size)); /* looking waits for nobody */
    CHECK(size == (takes ? 2 : 0));
    if (killed) harness_kill(pid);
    if (!killed) go_on(pid);
    if (takes && killed) take_filled(queue, 1); /* it had not taken it yet */
    if (!takes && !killed) take_filled(queue, 2);
    if (!takes) put_filled(queue, 3);
    take_filled(queue, 3);
    CHECK_OK(il_queue_size(queue, &size));
    CHECK(size == 0);
    close_and_unlink(queue);
}

TEST(stopped_inside_a_copy_a_process_keeps_its_side_of_the_queue_busy_and_nothing_else) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (int takes = 0; takes < 2; takes++) {
            for (int killed = 0; killed < 2; killed++) stop_inside(kind, takes, killed);
        }
    }
}

/* ------------------------------------------------------------------ anonymous objects */

struct names {
    char queue[IL_NAME_MAX + 1], semaphore[IL_NAME_MAX + 1];
};

static void open_anonymous_and_stop(void *argument) {
    struct names *names = argument;
    const il_spec spec = {.kind = IL_KIND_SEMAPHORE, .mode = IL_CREATE, .parameter = {1}, .deadline = IL_FOREVER};
    il_semaphore *semaphore;
    il_info info;
    il_object_info(open_object(IL_KIND_QUEUE, NULL), &info);
    strcpy(names->queue, info.name);
    CHECK_OK(il_semaphore_open(&spec, &semaphore, &info));
    strcpy(names->semaphore, info.name);
    raise(SIGSTOP);
}

static int is_there(const char *name) {
    char path[IL_NAME_MAX + 40];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return access(path, F_OK) == 0;
}

TEST(what_a_stopped_process_has_open_is_in_use) {
    struct names *names = harness_shared(sizeof *names);
    int pid = harness_fork(open_anonymous_and_stop, names);
    harness_await_stop(pid);
    for (int i = 0; i < 3; i++) CHECK_OK(il_sweep(NULL));
    CHECK(is_there(names->queue) && is_there(names->semaphore));
    harness_kill(pid);
    /* Another sweeper on the machine may be at it, so that ours passes it over. */
    while (is_there(names->queue) || is_there(names->semaphore)) CHECK_OK(il_sweep(NULL));
}

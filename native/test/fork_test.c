/*
 * A process that forked without exec: every call on a handle that it inherited says so, waits for nothing and changes
 * nothing; what it opens itself works. (handle_test.c: and it does not keep its dead parent alive.)
 */
#include "objects.h"

#include "segment.h"

#include <pthread.h>
#include <unistd.h>

static il_object *lock, *counter, *queue, *joinable, *event, *pool, *barrier;
static il_semaphore *anonymous, *named;

static void open_all(const char *name) {
    il_spec spec = {.kind = IL_KIND_SEMAPHORE, .mode = IL_CREATE, .parameter = {1, 0}, .deadline = IL_FOREVER};
    lock = open_object(IL_KIND_LOCK, NULL);
    counter = open_object(IL_KIND_LONG, NULL);
    queue = open_object(IL_KIND_QUEUE, NULL);
    joinable = open_object(IL_KIND_JOINABLE_QUEUE, NULL);
    event = open_object(IL_KIND_EVENT, NULL);
    pool = open_object(IL_KIND_PERMITS, NULL);
    barrier = open_object(IL_KIND_BARRIER, NULL);
    CHECK_OK(il_semaphore_open(&spec, &anonymous, NULL));
    spec.mode = IL_OPEN;
    spec.name = name;
    CHECK_OK(il_semaphore_open(&spec, &named, NULL));
}

static void close_all(void) {
    il_object *objects[] = {lock, counter, queue, joinable, event, pool, barrier};
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) CHECK_OK(il_object_close(objects[i]));
    CHECK_OK(il_semaphore_retire(anonymous));
    il_semaphore_free(anonymous);
    CHECK_OK(il_semaphore_retire(named));
    il_semaphore_free(named);
}

static void use_all(void *unused) {
    char bytes[64] = {0};
    il_item item;
    il_queue_state state;
    il_cursor cursor = {0};
    uint32_t number = 0, other_number;
    uint64_t needed;
    int64_t value = 0;
    int truth, descriptor;
    (void)unused;
    CHECK_STATUS(IL_FORKED, il_object_lend(queue, &descriptor, &number, &other_number));
    CHECK_STATUS(IL_FORKED, il_wait_prepare(queue, IL_NOT_EMPTY, 0, &number));
    CHECK_STATUS(IL_FORKED, il_wait_sleep(queue, IL_NOT_EMPTY, 0, 1, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_lock_try(lock));
    CHECK_STATUS(IL_FORKED, il_lock_acquire(lock, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_lock_release(lock));
    CHECK_STATUS(IL_FORKED, il_lock_repaired(lock));
    CHECK_STATUS(IL_FORKED, il_condition_open(lock, "c", &number));
    CHECK_STATUS(IL_FORKED, il_condition_enlist(lock, 0, &number));
    CHECK_STATUS(IL_FORKED, il_condition_sleep(lock, &number, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_condition_withdraw(lock, 0, &truth));
    CHECK_STATUS(IL_FORKED, il_condition_leave(lock, 0, &truth));
    CHECK_STATUS(IL_FORKED, il_condition_signal(lock, 0, 1));
    CHECK_STATUS(IL_FORKED, il_permits_try(pool, 1));
    CHECK_STATUS(IL_FORKED, il_permits_try_new(pool, 1));
    CHECK_STATUS(IL_FORKED, il_permits_try_waiting(pool, 1, 1));
    CHECK_STATUS(IL_FORKED, il_permits_acquire(pool, 1, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_permits_release(pool, 1));
    CHECK_STATUS(IL_FORKED, il_permits_available(pool, &number));
    CHECK_STATUS(IL_FORKED, il_barrier_arrive(barrier, &number, &other_number));
    CHECK_STATUS(IL_FORKED, il_barrier_passed(barrier, 0));
    CHECK_STATUS(IL_FORKED, il_barrier_give_up(barrier, 0));
    CHECK_STATUS(IL_FORKED, il_barrier_await(barrier, &number, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_barrier_abort(barrier));
    CHECK_STATUS(IL_FORKED, il_barrier_reset(barrier));
    CHECK_STATUS(IL_FORKED, il_barrier_inspect(barrier, &number, &truth));
    CHECK_STATUS(IL_FORKED, il_event_is_set(event, &truth));
    CHECK_STATUS(IL_FORKED, il_event_set(event));
    CHECK_STATUS(IL_FORKED, il_event_clear(event));
    CHECK_STATUS(IL_FORKED, il_event_start_waiting(event, &number));
    CHECK_STATUS(IL_FORKED, il_event_passed(event, 0));
    CHECK_STATUS(IL_FORKED, il_event_await(event, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_long_get(counter, &value));
    CHECK_STATUS(IL_FORKED, il_long_set(counter, 9));
    CHECK_STATUS(IL_FORKED, il_long_add(counter, 9, &value));
    CHECK_STATUS(IL_FORKED, il_long_compare_and_set(counter, &value, 9));
    CHECK_STATUS(IL_FORKED, il_queue_try_put(queue, "x", 1));
    CHECK_STATUS(IL_FORKED, il_queue_try_put_all(queue, bytes, sizeof bytes, 1, &number));
    CHECK_STATUS(IL_FORKED, il_queue_try_take(queue, bytes, sizeof bytes, &item));
    CHECK_STATUS(IL_FORKED, il_queue_try_take_all(queue, bytes, sizeof bytes, 1, &number, &needed));
    CHECK_STATUS(IL_FORKED, il_queue_put(queue, "x", 1, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_queue_take(queue, bytes, sizeof bytes, &item, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_queue_look(queue, &cursor, bytes, sizeof bytes, &item));
    CHECK_STATUS(IL_FORKED, il_queue_inspect(queue, &state));
    CHECK_STATUS(IL_FORKED, il_queue_size(queue, &number));
    CHECK_STATUS(IL_FORKED, il_queue_shutdown(queue));
    CHECK_STATUS(IL_FORKED, il_queue_done(joinable, 1));
    CHECK_STATUS(IL_FORKED, il_queue_give_back(joinable, 1));
    CHECK_STATUS(IL_FORKED, il_queue_give_back_all(joinable));
    CHECK_STATUS(IL_FORKED, il_queue_try_join(joinable));
    CHECK_STATUS(IL_FORKED, il_queue_join(joinable, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_semaphore_try(anonymous));
    CHECK_STATUS(IL_FORKED, il_semaphore_acquire(anonymous, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_semaphore_release(anonymous, 1));
    CHECK_STATUS(IL_FORKED, il_semaphore_value(anonymous, &truth));
    CHECK_STATUS(IL_FORKED, il_semaphore_lend(anonymous, &descriptor, &truth, &number, &other_number));
    CHECK_OK(il_semaphore_try(named)); /* as POSIX has it: nobody need know who uses it */
    CHECK(il_lock_owner_pid(lock) == 0 && !il_lock_is_held(lock));
    CHECK(il_wait_spin(queue, IL_NOT_EMPTY) == 0);
    close_all();
}

TEST(every_call_on_an_inherited_handle_says_so) {
    uint32_t number, waiting;
    int64_t value;
    int32_t permits;
    int truth;
    const char *name = harness_name();
    open_all(name);
    CHECK_OK(il_lock_try(lock));
    put_number(queue, 7);
    put_number(joinable, 8);
    CHECK(take_number(joinable, NULL) == 8);
    CHECK_OK(il_permits_try(pool, 1));
    CHECK_OK(il_semaphore_try(anonymous));
    harness_expect_exit(harness_fork(use_all, NULL));
    /* Ours are as they were. */
    CHECK_STATUS(IL_TIMED_OUT, il_queue_join(joinable, il_deadline_after(MS)));
    CHECK(take_number(queue, NULL) == 7);
    CHECK_OK(il_permits_available(pool, &number));
    CHECK(number == 0);
    CHECK_OK(il_barrier_inspect(barrier, &waiting, &truth));
    CHECK(waiting == 0 && !truth);
    CHECK_OK(il_event_is_set(event, &truth));
    CHECK(!truth);
    CHECK_OK(il_long_get(counter, &value));
    CHECK(value == 0);
    CHECK_OK(il_semaphore_value(anonymous, &permits));
    CHECK(permits == 0);
    CHECK_STATUS(IL_WOULD_BLOCK, il_semaphore_try(named)); /* the child has it */
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_semaphore_unlink(named));
    close_all();
}

/* ---------------------------------------------------------------- while other threads are at it */

static _Atomic int enough;

static void *open_and_close(void *unused) {
    while (!atomic_load(&enough)) CHECK_OK(il_object_close(open_object(IL_KIND_EVENT, NULL)));
    return unused;
}

static void open_another(void *unused) {
    (void)unused;
    CHECK_OK(il_object_close(open_object(IL_KIND_LOCK, NULL)));
}

TEST(a_process_that_forks_while_its_threads_open_and_close_works) {
    pthread_t threads[2];
#if defined(__SANITIZE_ADDRESS__)
    return; /* its allocator does not let go its locks in the child, as glibc's does: a thread that has one is not there */
#endif
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, open_and_close, NULL) == 0);
    for (int i = 0; i < 50; i++) harness_expect_exit(harness_fork(open_another, NULL));
    atomic_store(&enough, 1);
    for (int i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
}

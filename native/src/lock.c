/*
 * ProcessLock: a robust mutex plus the news of a death. The news is a word of ours, not EOWNERDEAD alone, because
 * that is told once only: to a process that merely looks, or to one whose repair fails, and then it is gone.
 */
#include "lock.h"

#include "recovery.h"
#include "spin.h"
#include "stage.h"

#include <errno.h>

#define SLICE (INT64_C(100) * 1000000)

/* What a thread knows of itself. One variable, found once in an operation: that is a good part of what one costs. */
struct thread {
    uint64_t number; /* 0: none yet */
    /* Beyond some 2000 held robust mutexes the kernel stops walking a dead thread's list, and the rest would stay held. */
    uint32_t holds;
};

static struct il_lock_control *control_of(const il_object *lock) {
    return (struct il_lock_control *)il_control_of(lock);
}

/* Not pthread_self(): a new thread is given that of one that ended, perhaps as the owner. */
static uint64_t new_number(void) {
    static _Atomic uint64_t last;
    /* The address, because a process may load this library twice. */
    return ((uint64_t)(uintptr_t)&last << 20) + atomic_fetch_add(&last, 1) + 1;
}

static struct thread *this_thread(void) {
    static _Thread_local struct thread known;
    struct thread *thread = &known;
    __asm__("" : "+r"(thread)); /* or the compiler finds it anew for each use, by a call, as if that were free */
    if (__builtin_expect(thread->number == 0, 0)) {
        thread->number = new_number();
    }
    return thread;
}

/* By a word of the handle: garbage in shared memory must not keep a thread from giving back what it holds. */
static int is_of(const il_object *lock, const struct thread *thread) {
    return atomic_load_explicit(&lock->locked_by, memory_order_relaxed) == thread->number;
}

int il_lock_is_mine(const il_object *lock) { return is_of(lock, this_thread()); }

static void set_owner(il_object *lock, const struct thread *thread) {
    atomic_store_explicit(&lock->locked_by, thread->number, memory_order_relaxed);
    atomic_store_explicit(&control_of(lock)->owner_pid, lock->pid, memory_order_relaxed);
}

/* After the mutex was taken with result 0 or EOWNERDEAD. */
static il_status taken(il_object *lock, struct thread *thread, int result) {
    struct il_lock_control *control = control_of(lock);
    if (result == EOWNERDEAD && !il_recovers(IL_RECOVER_STATE)) {
        il_platform_mutex_consistent(&control->mutex);
    } else if (result == EOWNERDEAD) {
        IL_STAGE("lock", 1);
        atomic_store(&control->dead_pid, atomic_load(&control->owner_pid));
        atomic_store(&control->news, IL_NEWS_DIED);
        IL_STAGE("lock", 2);
        il_platform_mutex_consistent(&control->mutex);
        IL_STAGE("lock", 3);
    }
    set_owner(lock, thread);
    thread->holds++;
    return atomic_load_explicit(&control->news, memory_order_relaxed) == IL_NEWS_NONE ? IL_OK : IL_OWNER_DIED;
}

static il_status taking_failed(int error) {
    switch (error) {
    case EBUSY:
        return IL_WOULD_BLOCK;
    case ETIMEDOUT:
        return IL_TIMED_OUT;
    case EDEADLK:
        return IL_DEADLOCK;
    case ECANCELED:
        return IL_CLOSED;
    case EINVAL:
    case ENOTRECOVERABLE:
        return IL_CORRUPT;
    default:
        return il_fail(IL_CALL_PTHREAD_MUTEX_LOCK, error);
    }
}

static il_status check_taking(const il_object *lock, const struct thread *thread) {
    il_status status = il_object_check(lock, IL_KIND_LOCK);
    return status == IL_OK && thread->holds >= IL_MAX_HOLDS ? (il_status)IL_LIMIT_HOLDS : status;
}

il_status il_lock_try(il_object *lock) {
    struct thread *thread = this_thread();
    il_status status = check_taking(lock, thread);
    if (status != IL_OK) {
        return status;
    }
    int result = il_platform_mutex_try(&control_of(lock)->mutex, &lock->holder);
    return result == 0 || result == EOWNERDEAD ? taken(lock, thread, result) : taking_failed(result);
}

/*
 * In slices: a waiter that was woken and then stopped has used up the wake-up, and as long as it is stopped nobody
 * would wake the next one, though the lock is free.
 */
static int lock_in_slices(il_object *lock, int64_t deadline) {
    il_mutex *mutex = &control_of(lock)->mutex;
    int error = il_spin_for_mutex(&lock->spin_for_mutex, mutex, &lock->holder);
    while (error == EBUSY) {
        int64_t end = il_deadline_after(SLICE);
        end = end < deadline ? end : deadline;
        error = il_platform_mutex_lock(mutex, &lock->holder, end);
        if (error == ETIMEDOUT && end != deadline) {
            error = EBUSY;
        }
    }
    return error;
}

il_status il_lock_acquire(il_object *lock, int64_t deadline) {
    struct thread *thread = this_thread();
    il_status status = check_taking(lock, thread);
    if (status != IL_OK) {
        return status;
    }
    int result = lock_in_slices(lock, deadline);
    return result == 0 || result == EOWNERDEAD ? taken(lock, thread, result) : taking_failed(result);
}

il_status il_lock_release(il_object *lock) {
    struct il_lock_control *control = control_of(lock);
    struct thread *thread = this_thread();
    /* Passes on a retired handle whose mapping was kept: what it holds must still be let go. */
    il_status status = il_object_check(lock, IL_KIND_LOCK);
    if (status != IL_OK) {
        return status;
    }
    if (!is_of(lock, thread)) {
        return IL_NOT_OWNER;
    }
    if (atomic_load_explicit(&control->news, memory_order_relaxed) == IL_NEWS_REPAIRED) {
        atomic_store(&control->dead_pid, 0);
        atomic_store(&control->news, IL_NEWS_NONE);
        IL_STAGE("lock", 4);
    }
    /* Before the unlock: afterwards the word belongs to the next owner. 0 is "unknown", never somebody else. */
    atomic_store_explicit(&lock->locked_by, 0, memory_order_relaxed);
    atomic_store_explicit(&control->owner_pid, 0, memory_order_relaxed);
    IL_STAGE("lock", 5);
    int error = il_platform_mutex_unlock(&control->mutex, &lock->holder);
    IL_STAGE("lock", 6);
    if (error != 0) {
        set_owner(lock, thread); /* nothing was unlocked */
    }
    if (error == EINVAL) {
        return IL_CORRUPT; /* garbage in the mutex */
    }
    if (error != 0) {
        return error == EPERM ? (il_status)IL_NOT_OWNER : il_fail(IL_CALL_PTHREAD_MUTEX_UNLOCK, error);
    }
    thread->holds--;
    return IL_OK;
}

int32_t il_lock_dead_owner(const il_object *lock) {
    return il_object_check(lock, IL_KIND_LOCK) == IL_OK ? atomic_load(&control_of(lock)->dead_pid) : 0;
}

il_status il_lock_repaired(il_object *lock) {
    il_status status = il_object_check(lock, IL_KIND_LOCK);
    if (status != IL_OK) {
        return status;
    }
    if (!il_lock_is_mine(lock)) {
        return IL_NOT_OWNER;
    }
    if (atomic_load(&control_of(lock)->news) == IL_NEWS_DIED) {
        atomic_store(&control_of(lock)->news, IL_NEWS_REPAIRED);
    }
    return IL_OK;
}

int il_lock_is_held(const il_object *lock) {
    return il_object_check(lock, IL_KIND_LOCK) == IL_OK && il_platform_mutex_is_held(&control_of(lock)->mutex, &lock->holder);
}

int32_t il_lock_owner_pid(const il_object *lock) {
    return il_lock_is_held(lock) ? atomic_load(&control_of(lock)->owner_pid) : 0;
}

il_status il_lock_build(struct il_header *header) {
    struct il_lock_control *control = (struct il_lock_control *)((char *)header + IL_CONTROL_OFFSET);
    int error = il_platform_mutex_init(&control->mutex);
    return error == 0 ? IL_OK : il_fail(IL_CALL_PTHREAD_MUTEX_INIT, error);
}

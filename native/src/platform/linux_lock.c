/* Linux: the robust mutex of the C library; the kernel tells of a dead owner, and needs no slot for that. */
#include "platform/architecture.h"
#include "platform/platform.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The type word of a robust, process-shared, error-checking mutex. libc branches on it before anything else and
 * a random one can crash it, so it is compared first. Learned from a mutex that libc itself initialised.
 */
#if defined(__GLIBC__)
static int type_word(const pthread_mutex_t *mutex) { return __atomic_load_n(&mutex->__data.__kind, __ATOMIC_RELAXED); }
static unsigned lock_word(const pthread_mutex_t *mutex) {
    return (unsigned)__atomic_load_n(&mutex->__data.__lock, __ATOMIC_ACQUIRE);
}
#else
/* musl: _m_type is the first int, _m_lock the second. */
static int type_word(const pthread_mutex_t *mutex) { return __atomic_load_n((const int *)mutex, __ATOMIC_RELAXED); }
static unsigned lock_word(const pthread_mutex_t *mutex) {
    return (unsigned)__atomic_load_n((const int *)mutex + 1, __ATOMIC_ACQUIRE);
}
#endif

const int il_platform_owner_needs_slot = 0;

#define UNKNOWN_TYPE (-1)

static int expected_type_word(void) {
    static _Atomic int known; /* every thread would compute the same value */
    int type = atomic_load_explicit(&known, memory_order_relaxed);
    if (type == 0) {
        pthread_mutex_t reference;
        if (il_platform_pthread_mutex_init(&reference) != 0) {
            return UNKNOWN_TYPE;
        }
        type = type_word(&reference);
        pthread_mutex_destroy(&reference);
        atomic_store_explicit(&known, type, memory_order_relaxed);
    }
    return type;
}

/* 0, or why the mutex must not be touched. */
static inline int check_type(const il_mutex *mutex) {
    int expected = expected_type_word();
    if (__builtin_expect(type_word(&mutex->native) == expected, 1)) {
        return 0;
    }
    return expected == UNKNOWN_TYPE ? ENOMEM : EINVAL;
}

int il_platform_mutex_init(il_mutex *mutex) {
    memset(mutex, 0, sizeof *mutex);
    return il_platform_pthread_mutex_init(&mutex->native);
}

int il_platform_mutex_try(il_mutex *mutex, const struct il_holder *self) {
    (void)self;
    int error = check_type(mutex);
    return error == 0 ? pthread_mutex_trylock(&mutex->native) : error;
}

int il_platform_mutex_lock(il_mutex *mutex, const struct il_holder *self, int64_t deadline) {
    (void)self;
    int error = check_type(mutex);
    return error == 0 ? il_platform_pthread_mutex_lock(&mutex->native, deadline) : error;
}

int il_platform_mutex_consistent(il_mutex *mutex) { return pthread_mutex_consistent(&mutex->native); }

int il_platform_mutex_unlock(il_mutex *mutex, const struct il_holder *self) {
    (void)self;
    int error = check_type(mutex);
    return error == 0 ? pthread_mutex_unlock(&mutex->native) : error;
}

int il_platform_mutex_renounce(const struct il_holder *self) {
    (void)self;
    return 1;
}

int il_platform_mutex_is_held(const il_mutex *mutex, const struct il_holder *self) {
    (void)self;
    /* The kernel clears the thread id of a dead owner when it sets FUTEX_OWNER_DIED. */
    return (lock_word(&mutex->native) & FUTEX_TID_MASK) != 0;
}

void il_platform_mutex_forget(const void *memory, size_t length) {
    (void)memory; /* the kernel's walk over a dead thread's list ends at a hole, without harm */
    (void)length;
}

/*
 * musl (1.2.4, by its source): fork() leaves the head of the robust list as it was, and the first mutex that the child
 * takes is linked to the one that its parent holds, in memory that they share. The kernel tells where the head is, but
 * not to a child, whose list it has forgotten.
 */
#if defined(__GLIBC__)
void il_platform_mutex_before_fork(void) {}
void il_platform_mutex_in_child(void) {}
#else
static _Thread_local struct robust_list_head *forking;

void il_platform_mutex_before_fork(void) {
    struct robust_list_head *head = NULL;
    size_t length;
    forking = syscall(SYS_get_robust_list, 0, &head, &length) == 0 ? head : NULL;
}

void il_platform_mutex_in_child(void) {
    if (forking != NULL) {
        forking->list.next = &forking->list;
    }
}
#endif

#if defined(__GLIBC__)
const char *il_platform_name(void) { return "linux-" IL_ARCHITECTURE "-glibc"; }
#else
const char *il_platform_name(void) { return "linux-" IL_ARCHITECTURE "-musl"; }
#endif

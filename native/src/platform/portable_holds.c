/*
 * The destructor of a pthread key runs in every thread that ends, be it by return, pthread_exit or cancellation, while the
 * mappings are still there. It does not run when the process ends, or executes another program: then the slots of its
 * handles are given up, and every lock with them.
 */
#include "platform/portable_holds.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define FIRST_CAPACITY 16
#define LAST_THREAD UINT32_C(0x7ffffffe)

struct hold {
    il_mutex *mutex;
    uint64_t word;
    _Atomic uint32_t *taken; /* of a handle, which forgets its memory before it goes */
};

struct thread {
    pthread_mutex_t mutex; /* guards holds and count: il_platform_mutex_forget comes from other threads */
    struct hold *holds;
    size_t count, capacity;
    uint32_t number;
    struct thread *next, *previous;
};

static struct {
    pthread_mutex_t mutex;
    struct thread *first;
    pthread_key_t key;
    int error; /* of making the key */
} threads = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct thread *mine;

static void thread_ends(void *ending) {
    struct thread *thread = ending;
    pthread_mutex_lock(&threads.mutex);
    if (thread->previous != NULL) {
        thread->previous->next = thread->next;
    } else {
        threads.first = thread->next;
    }
    if (thread->next != NULL) {
        thread->next->previous = thread->previous;
    }
    /* Still under the mutex: il_platform_mutex_forget has to wait until nobody looks at the memory any more. */
    while (thread->count > 0) {
        thread->count--;
        const struct hold *hold = &thread->holds[thread->count];
        il_holds_ended(hold->mutex, hold->word);
        atomic_fetch_sub(hold->taken, 1);
    }
    pthread_mutex_unlock(&threads.mutex);
    mine = NULL;
    pthread_mutex_destroy(&thread->mutex);
    free(thread->holds);
    free(thread);
}

static void before_fork(void) { pthread_mutex_lock(&threads.mutex); }

static void after_fork_in_parent(void) { pthread_mutex_unlock(&threads.mutex); }

/* What the parent's threads hold is not this process's to give up. Theirs is not freed: one may have been half-way. */
static void after_fork_in_child(void) {
    threads.first = mine;
    if (mine != NULL) {
        mine->next = mine->previous = NULL;
        mine->count = 0;
    }
    pthread_mutex_unlock(&threads.mutex);
}

static void make_key(void) {
    threads.error = pthread_key_create(&threads.key, thread_ends);
    if (threads.error == 0) {
        threads.error = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    }
}

/* A number of its own for every thread of this process, in whichever order they come. */
static int next_number(uint32_t *number) {
    static _Atomic uint32_t last;
    uint32_t before = atomic_load(&last);
    do {
        if (before == LAST_THREAD) {
            return EAGAIN; /* two thousand million threads later: an error is better than two threads of one number */
        }
    } while (!atomic_compare_exchange_weak(&last, &before, before + 1));
    *number = before + 1;
    return 0;
}

static int make_thread(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_key);
    if (threads.error != 0) {
        return threads.error;
    }
    struct thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL) {
        return ENOMEM;
    }
    int error = next_number(&thread->number);
    if (error == 0) {
        error = pthread_mutex_init(&thread->mutex, NULL);
    }
    if (error == 0) {
        error = pthread_setspecific(threads.key, thread);
        if (error != 0) {
            pthread_mutex_destroy(&thread->mutex);
        }
    }
    if (error != 0) {
        free(thread);
        return error;
    }
    pthread_mutex_lock(&threads.mutex);
    thread->next = threads.first;
    if (thread->next != NULL) {
        thread->next->previous = thread;
    }
    threads.first = thread;
    pthread_mutex_unlock(&threads.mutex);
    mine = thread;
    return 0;
}

static int make_room(struct thread *thread) {
    int error = 0;
    pthread_mutex_lock(&thread->mutex);
    if (thread->count == thread->capacity) {
        size_t capacity = thread->capacity == 0 ? FIRST_CAPACITY : 2 * thread->capacity;
        struct hold *holds = realloc(thread->holds, capacity * sizeof *holds);
        if (holds == NULL) {
            error = ENOMEM;
        } else {
            thread->holds = holds;
            thread->capacity = capacity;
        }
    }
    pthread_mutex_unlock(&thread->mutex);
    return error;
}

int il_holds_prepare(uint32_t *thread) {
    int error = mine == NULL ? make_thread() : 0;
    if (error == 0) {
        *thread = mine->number;
        error = make_room(mine);
    }
    return error;
}

uint32_t il_holds_thread(void) { return mine != NULL ? mine->number : 0; }

void il_holds_add(il_mutex *mutex, uint64_t word, _Atomic uint32_t *taken) {
    pthread_mutex_lock(&mine->mutex);
    mine->holds[mine->count++] = (struct hold){mutex, word, taken};
    pthread_mutex_unlock(&mine->mutex);
}

/* By the mutex as this handle maps it; the last first, as locks are mostly nested. */
void il_holds_remove(const il_mutex *mutex, uint64_t word) {
    pthread_mutex_lock(&mine->mutex);
    for (size_t i = mine->count; i-- > 0;) {
        if (mine->holds[i].mutex == mutex && mine->holds[i].word == word) {
            mine->holds[i] = mine->holds[--mine->count];
            break;
        }
    }
    pthread_mutex_unlock(&mine->mutex);
}

static void forget_in(struct thread *thread, uintptr_t from, uintptr_t to) {
    pthread_mutex_lock(&thread->mutex);
    for (size_t i = thread->count; i-- > 0;) {
        uintptr_t at = (uintptr_t)thread->holds[i].mutex;
        if (at >= from && at < to) {
            thread->holds[i] = thread->holds[--thread->count];
        }
    }
    pthread_mutex_unlock(&thread->mutex);
}

void il_platform_mutex_forget(const void *memory, size_t length) {
    pthread_mutex_lock(&threads.mutex);
    for (struct thread *thread = threads.first; thread != NULL; thread = thread->next) {
        forget_in(thread, (uintptr_t)memory, (uintptr_t)memory + length);
    }
    pthread_mutex_unlock(&threads.mutex);
}

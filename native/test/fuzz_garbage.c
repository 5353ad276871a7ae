/*
 * Any bytes are a program: which object to make, what to do with it through two handles, and what to overwrite in its
 * file in between, anywhere but inside a mutex. Each call must answer what its contract names, or IL_CORRUPT.
 *
 * A fuzz target (./scripts/fuzz); garbage_test.c runs it on random bytes.
 */
#include "fuzz_garbage.h"

#include "barrier.h"
#include "condition.h"
#include "lock.h"
#include "permits.h"
#include "queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MUST(condition)                                                                                      \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                         \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

enum { MOST_STEPS = 150, LARGEST = 5000 };

struct program {
    const uint8_t *next, *end;
};

/* 0 once it has ended. */
static uint32_t choose(struct program *program, uint32_t count) {
    uint32_t value = 0;
    for (uint32_t left = count - 1; left > 0 && program->next < program->end; left >>= 8) {
        value = value << 8 | *program->next++;
    }
    return value % count;
}

static uint64_t word(struct program *program) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | choose(program, 256);
    }
    return value;
}

/* The object, as two processes have it. */
struct object {
    uint32_t kind;
    il_object *handle[2];
    uint64_t token[2];
    il_object *locked; /* the handle through which this thread holds the lock */
    uint32_t condition;
    uint32_t entry;
    uint32_t cycle;
    int64_t since;
};

/* Nothing is known of the object any more, so of the documented answers any is right. */
static il_status answer(il_status status) {
    int code = il_status_code(status);
    MUST(code >= IL_OK && code <= IL_SYSTEM);
    MUST(code != IL_CLOSED && code != IL_FORKED && code != IL_FOREIGN && code != IL_INCOMPATIBLE);
    if (code == IL_SYSTEM) {
        MUST(strcmp(il_status_call(status), "posix_fallocate") == 0 && il_status_errno(status) == ENOSPC);
    }
    return status;
}

static int64_t soon(struct program *program) { return il_deadline_after(choose(program, 3) * INT64_C(30000)); }

/* ------------------------------------------------------------------ garbage */

static uint32_t mutexes(const il_object *object, il_mutex *found[2]) {
    struct il_queue_control *queue = (struct il_queue_control *)il_control_of(object);
    switch (object->kind) {
    case IL_KIND_LOCK:
        found[0] = &((struct il_lock_control *)il_control_of(object))->mutex;
        return 1;
    case IL_KIND_PERMITS:
        found[0] = &((struct il_permits_control *)il_control_of(object))->mutex;
        return 1;
    case IL_KIND_BARRIER:
        found[0] = &((struct il_barrier_control *)il_control_of(object))->mutex;
        return 1;
    case IL_KIND_QUEUE:
    case IL_KIND_JOINABLE_QUEUE:
        found[0] = &queue->put_mutex;
        found[1] = &queue->take_mutex;
        return 2;
    default:
        return 0;
    }
}

/* What is in there is libc's to deal with: measured, not promised. */
static int is_in_a_mutex(const il_object *object, const char *byte) {
    il_mutex *found[2];
    for (uint32_t i = mutexes(object, found); i-- > 0;) {
        if (byte >= (const char *)found[i] && byte < (const char *)(found[i] + 1)) {
            return 1;
        }
    }
    return 0;
}

/* Where words stand that are worth hitting. */
static uint64_t place(struct program *program, const il_object *object) {
    const struct il_queue *queue = object->extension;
    switch (choose(program, 8)) {
    case 0:
        return IL_SLOTS_OFFSET + choose(program, 4) * 8;
    case 1:
        return IL_SLOTS_OFFSET + choose(program, IL_SMALL_SIZE - IL_SLOTS_OFFSET);
    case 2: /* cells, permits, parties, conditions; ring of a plain queue */
        return IL_SMALL_SIZE + choose(program, 512);
    case 3:
        return queue != NULL ? queue->ring_base + choose(program, 600) : IL_SMALL_SIZE + choose(program, IL_PAGE);
    case 4:
        return queue != NULL && queue->joinable ? queue->blocks_base + choose(program, 600) : IL_CONTROL_OFFSET;
    default:
        return IL_CONTROL_OFFSET + choose(program, sizeof(struct il_queue_control));
    }
}

static uint64_t value(struct program *program, const il_object *object, uint64_t now) {
    uint64_t other;
    switch (choose(program, 8)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return now + choose(program, 64) - 32;
    case 3:
        return choose(program, 4096);
    case 4:
        return now ^ UINT64_C(1) << choose(program, 64);
    case 5:
        return UINT64_C(1) << choose(program, 64);
    case 6:
        memcpy(&other, (const char *)object->header + (place(program, object) & ~UINT64_C(7)), sizeof other);
        return other;
    default:
        return word(program);
    }
}

/* A word or a part of one. */
static void scribble(struct program *program, const il_object *object) {
    uint64_t offset = place(program, object), size = UINT64_C(1) << choose(program, 4), now = 0;
    if (offset >= object->mapped - 8) {
        return;
    }
    offset &= ~(size - 1);
    char *target = (char *)object->header + offset;
    memcpy(&now, target, size);
    uint64_t next = value(program, object, now);
    for (uint64_t i = 0; i < size; i++) {
        if (!is_in_a_mutex(object, target + i)) {
            target[i] = (char)(next >> 8 * i);
        }
    }
}

/* ------------------------------------------------------------------ a death */

struct death {
    const il_object *object;
    il_mutex *mutex;
};

/* A thread that ends with a mutex is a dead owner. */
static void *take_and_die(void *argument) {
    const struct death *death = argument;
    int error = il_platform_mutex_try(death->mutex, &death->object->holder);
    MUST(error == 0 || error == EOWNERDEAD || error == EBUSY || error == ENOTRECOVERABLE);
    return NULL;
}

static void die(struct program *program, const il_object *object) {
    il_mutex *found[2];
    uint32_t count = mutexes(object, found);
    if (count > 0) {
        struct death death = {object, found[choose(program, count)]};
        pthread_t thread;
        MUST(pthread_create(&thread, NULL, take_and_die, &death) == 0);
        MUST(pthread_join(thread, NULL) == 0);
    }
}

/* ------------------------------------------------------------------ what is done with it */

static void lock(struct object *object, il_object *handle, int64_t deadline) {
    int code = il_status_code(answer(il_lock_acquire(handle, deadline)));
    if (code == IL_OK || code == IL_OWNER_DIED) {
        MUST(object->locked == NULL);
        object->locked = handle;
    }
}

/* Whom the lock belongs to may be garbage: then it is not given back before that is mended. */
static void unlock(struct object *object) {
    struct il_lock_control *control = (struct il_lock_control *)il_control_of(object->locked);
    il_mutex unlocked = control->mutex;
    (void)unlocked;
    if (answer(il_lock_release(object->locked)) == IL_NOT_OWNER) {
        il_object *other = object->locked;
        il_platform_mutex_unlock(&control->mutex, &other->holder);
    }
    object->locked = NULL;
}

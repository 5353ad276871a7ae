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
#include "pipe.h"
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

enum { MOST_STEPS = 150, LARGEST = 5000, MOST_MUTEXES = 4 };

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

static uint32_t mutexes(const il_object *object, il_mutex *found[MOST_MUTEXES]) {
    struct il_queue_control *queue;
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
    case IL_KIND_PIPE:
        for (int end = IL_LEFT; end <= IL_RIGHT; end++) {
            found[2 * end] = &il_pipe_control_of(object)->sent[end].put_mutex;
            found[2 * end + 1] = &il_pipe_control_of(object)->sent[end].take_mutex;
        }
        return MOST_MUTEXES;
    case IL_KIND_QUEUE:
    case IL_KIND_JOINABLE_QUEUE:
        queue = il_queue_of(object)->control;
        found[0] = &queue->put_mutex;
        found[1] = &queue->take_mutex;
        return 2;
    default:
        return 0;
    }
}

/* What is in there is libc's to deal with: measured, not promised. */
static int is_in_a_mutex(const il_object *object, const char *byte) {
    il_mutex *found[MOST_MUTEXES];
    for (uint32_t i = mutexes(object, found); i-- > 0;) {
        if (byte >= (const char *)found[i] && byte < (const char *)(found[i] + 1)) {
            return 1;
        }
    }
    return 0;
}

/* Where words stand that are worth hitting; beyond the file's end for some kinds. */
static uint64_t place(struct program *program, const il_object *object) {
    /* Of a pipe, what the left end sends. */
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
        return IL_CONTROL_OFFSET + choose(program, object->kind == IL_KIND_PIPE ? sizeof(struct il_pipe_control) : sizeof(struct il_queue_control));
    }
}

static uint64_t value(struct program *program, const il_object *object, uint64_t now) {
    uint64_t other, offset;
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
        offset = place(program, object) & ~UINT64_C(7);
        if (offset < object->mapped) {
            memcpy(&other, (const char *)object->header + offset, sizeof other);
            return other;
        }
        return now;
    default:
        return word(program);
    }
}

/* A word or a part of one. */
static void scribble(struct program *program, const il_object *object) {
    uint64_t offset = place(program, object), size = UINT64_C(1) << choose(program, 4), now = 0;
    if (offset >= object->mapped) {
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
    il_mutex *found[MOST_MUTEXES];
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
        /* Where an owner is as alive as its slot says, garbage in the slot is a death: told, as any other. */
        MUST(object->locked == NULL || (il_platform_owner_needs_slot && code == IL_OWNER_DIED));
        object->locked = handle;
    }
}

/* Whatever stands there: who has the lock can give it back. */
static void unlock(struct object *object) {
    if (object->locked != NULL) {
        MUST(il_lock_release(object->locked) == IL_OK);
        object->locked = NULL;
    }
}

static void use_conditions(struct program *program, struct object *object, il_object *handle) {
    int signalled;
    switch (choose(program, 6)) {
    case 0:
        answer(il_condition_open(handle, choose(program, 2) ? "c" : NULL, &object->condition));
        break;
    case 1:
        answer(il_condition_enlist(handle, object->condition, &object->entry));
        MUST(object->entry < IL_MAX_WAITERS);
        break;
    case 2:
        answer(il_condition_sleep(handle, &object->entry, soon(program)));
        MUST(object->entry < IL_MAX_WAITERS);
        break;
    case 3:
        answer(il_condition_withdraw(handle, object->entry, &signalled));
        break;
    case 4:
        answer(il_condition_leave(handle, object->entry, &signalled));
        break;
    default:
        answer(il_condition_signal(handle, object->condition, (int)choose(program, 2)));
    }
}

static void use_lock(struct program *program, struct object *object, il_object *handle) {
    switch (choose(program, 5)) {
    case 0:
        lock(object, handle, soon(program));
        break;
    case 1:
        unlock(object);
        break;
    case 2:
        (void)il_lock_dead_owner(handle);
        (void)il_lock_owner_pid(handle);
        answer(il_lock_repaired(handle));
        break;
    default:
        use_conditions(program, object, handle);
    }
}

static void use_long(struct program *program, il_object *handle) {
    int64_t found = 3;
    MUST(il_long_add(handle, (int64_t)word(program), &found) == IL_OK);
    MUST(il_long_get(handle, &found) == IL_OK);
    MUST(il_long_compare_and_set(handle, &found, 9) == IL_OK);
}

static void use_event(struct program *program, il_object *handle) {
    int set = 2;
    switch (choose(program, 4)) {
    case 0:
        answer(il_event_set(handle));
        break;
    case 1:
        answer(il_event_clear(handle));
        break;
    case 2:
        answer(il_event_await(handle, soon(program)));
        break;
    default:
        answer(il_event_is_set(handle, &set));
        MUST(set == 0 || set == 1);
    }
}

static void use_permits(struct program *program, struct object *object, il_object *handle) {
    uint32_t permits = 1 + choose(program, 4), found = 0;
    switch (choose(program, 6)) {
    case 0:
        answer(il_permits_try(handle, permits));
        break;
    case 1:
        answer(il_permits_acquire(handle, permits, soon(program)));
        break;
    case 2:
        answer(il_permits_release(handle, permits));
        break;
    case 3:
        answer(il_permits_try_waiting(handle, permits, object->since));
        break;
    case 4:
        il_permits_stop_waiting(handle, object->since);
        object->since = il_clock_now() - choose(program, 1000) * INT64_C(1000000);
        break;
    default:
        answer(il_permits_available(handle, &found));
        MUST(found <= 4);
    }
}

static void use_barrier(struct program *program, struct object *object, il_object *handle) {
    uint32_t index = 0, waiting = 0;
    int broken = 2;
    switch (choose(program, 7)) {
    case 0:
        if (answer(il_barrier_arrive(handle, &object->cycle, &index)) == IL_OK) {
            MUST(index < 3);
        }
        break;
    case 1:
        answer(il_barrier_await(handle, &index, soon(program)));
        break;
    case 2:
        answer(il_barrier_passed(handle, object->cycle));
        break;
    case 3:
        answer(il_barrier_give_up(handle, object->cycle));
        break;
    case 4:
        answer(il_barrier_abort(handle));
        break;
    case 5:
        answer(il_barrier_reset(handle));
        break;
    default:
        answer(il_barrier_inspect(handle, &waiting, &broken));
        MUST(broken == 0 || broken == 1);
    }
}

/* Of just that size, so that AddressSanitizer sees what is written behind it. */
static void *memory(uint64_t size) {
    void *found = calloc(1, size + 1);
    MUST(found != NULL);
    return found;
}

static void put_batch(struct program *program, il_object *queue) {
    uint32_t count = 1 + choose(program, 10), put = 0;
    uint64_t *packed = memory(count * 2 * sizeof *packed);
    for (uint32_t i = 0; i < count; i++) {
        packed[2 * i] = choose(program, 9);
    }
    answer(il_queue_try_put_all(queue, packed, count * 2 * sizeof *packed, count, &put));
    MUST(put <= count);
    free(packed);
}

static void take_batch(struct program *program, il_object *queue) {
    uint32_t count = 1 + choose(program, 10), taken = 0;
    uint64_t size = choose(program, 2) ? choose(program, 64) * 8 : LARGEST, needed = 0;
    void *buffer = memory(size);
    answer(il_queue_try_take_all(queue, buffer, size, count, &taken, &needed));
    MUST(taken <= count);
    free(buffer);
}

static void take(struct program *program, struct object *object, il_object *queue) {
    uint64_t size = choose(program, 2) ? choose(program, 64) : LARGEST;
    void *buffer = memory(size);
    il_item item;
    if (answer(il_queue_take(queue, buffer, size, &item, soon(program))) == IL_OK) {
        MUST(item.length <= size);
        object->token[choose(program, 2)] = item.token;
    }
    free(buffer);
}

/* Nobody else changes it, so this has an end: each item is seen once. */
static void look_at_all(il_object *queue) {
    void *buffer = memory(LARGEST);
    il_cursor cursor = {0};
    il_item item;
    uint32_t most = (uint32_t)queue->parameter[0] + IL_MAX_CELLS, seen = 0;
    while (answer(il_queue_look(queue, &cursor, buffer, LARGEST, &item)) == IL_OK) {
        MUST(item.length <= LARGEST);
        MUST(seen++ <= most);
    }
    free(buffer);
}

static void inspect(il_object *queue) {
    il_queue_state state;
    uint32_t size = 0;
    if (answer(il_queue_inspect(queue, &state)) == IL_OK) {
        MUST(state.size <= INT32_MAX && state.unfinished <= INT32_MAX); /* Java's ints */
    }
    answer(il_queue_size(queue, &size));
    MUST(size <= (uint32_t)queue->parameter[0] + IL_MAX_CELLS);
}

static void use_queue(struct program *program, struct object *object, il_object *queue) {
    static const char data[LARGEST];
    uint64_t token = choose(program, 4) ? object->token[choose(program, 2)] : word(program);
    switch (choose(program, 16)) {
    case 0:
    case 1:
    case 2:
        answer(il_queue_put(queue, data, choose(program, 60), soon(program)));
        break;
    case 3:
        answer(il_queue_try_put(queue, data, choose(program, LARGEST)));
        break;
    case 4:
    case 5:
    case 6:
    case 7:
        take(program, object, queue);
        break;
    case 8:
        put_batch(program, queue);
        break;
    case 9:
        take_batch(program, queue);
        break;
    case 10:
        answer(il_queue_done(queue, token));
        break;
    case 11:
        answer(il_queue_give_back(queue, token));
        break;
    case 12:
        look_at_all(queue);
        break;
    case 13:
        inspect(queue);
        break;
    case 14:
        answer(il_queue_try_join(queue));
        answer(il_queue_join(queue, soon(program)));
        break;
    default:
        if (choose(program, 8) == 0) {
            answer(il_queue_shutdown(queue));
        }
        answer(il_queue_give_back_all(queue));
    }
}

/* Whose an end is may have been overwritten, too. */
static il_status answer_of_end(il_status status) { return status == IL_CLOSED ? status : answer(status); }

static void use_pipe(struct program *program, il_object *pipe) {
    static const char data[LARGEST];
    const int end = (int)choose(program, 2);
    uint64_t size = choose(program, 2) ? choose(program, 64) : LARGEST;
    uint32_t slot = choose(program, 3), generation = choose(program, 3), count = 0;
    int ready = 2;
    void *buffer = memory(size);
    il_item item;
    switch (choose(program, 12)) {
    case 0:
    case 1:
    case 2:
        answer_of_end(il_pipe_send(pipe, end, data, choose(program, 60), soon(program)));
        break;
    case 3:
        answer_of_end(il_pipe_try_send(pipe, end, data, choose(program, LARGEST)));
        break;
    case 4:
    case 5:
    case 6:
        if (answer_of_end(il_pipe_receive(pipe, end, buffer, size, &item, soon(program))) == IL_OK) {
            MUST(item.length <= size);
        }
        break;
    case 7:
        answer_of_end(il_pipe_poll(pipe, end, &ready));
        MUST(ready == 0 || ready == 1);
        break;
    case 8:
        answer_of_end(il_pipe_lend(pipe, end, slot, generation));
        break;
    case 9:
        answer_of_end(choose(program, 2) ? il_pipe_take_back(pipe, end) : il_pipe_handed_over(pipe, end));
        break;
    case 10:
        answer_of_end(il_pipe_claim(pipe, end, slot, generation));
        answer_of_end(il_pipe_owner(pipe, end, &slot, &generation));
        break;
    default:
        answer_of_end(il_pipe_size(pipe, end, &count));
        (void)il_pipe_owner_pid(pipe, end);
        if (choose(program, 8) == 0) {
            answer_of_end(il_pipe_close(pipe, end));
        }
    }
    free(buffer);
}

static void use(struct program *program, struct object *object) {
    il_object *handle = object->handle[choose(program, 2)];
    switch (object->kind) {
    case IL_KIND_LOCK:
        use_lock(program, object, handle);
        break;
    case IL_KIND_LONG:
        use_long(program, handle);
        break;
    case IL_KIND_EVENT:
        use_event(program, handle);
        break;
    case IL_KIND_PERMITS:
        use_permits(program, object, handle);
        break;
    case IL_KIND_BARRIER:
        use_barrier(program, object, handle);
        break;
    case IL_KIND_PIPE:
        use_pipe(program, handle);
        break;
    default:
        use_queue(program, object, handle);
    }
    il_object_wake(handle);
}

/* ------------------------------------------------------------------ beginning and end */

/* Its name is gone at once, so that nothing is left however this ends. */
static void open_both(struct program *program, struct object *object) {
    static const uint32_t kinds[] = {IL_KIND_QUEUE, IL_KIND_JOINABLE_QUEUE, IL_KIND_PERMITS, IL_KIND_BARRIER, IL_KIND_LOCK,
                                     IL_KIND_PIPE,  IL_KIND_JOINABLE_QUEUE, IL_KIND_EVENT,   IL_KIND_LONG};
    static const int64_t first_parameter[] = {
        [IL_KIND_QUEUE] = 20, [IL_KIND_JOINABLE_QUEUE] = 20, [IL_KIND_PERMITS] = 4, [IL_KIND_BARRIER] = 3, [IL_KIND_PIPE] = 4096};
    char name[64];
    snprintf(name, sizeof name, "fuzz-garbage-%d", (int)getpid());
    object->kind = kinds[choose(program, sizeof kinds / sizeof kinds[0])];
    il_spec spec = {.kind = object->kind, .mode = IL_OPEN, .name = name, .deadline = IL_FOREVER};
    if (object->kind != IL_KIND_LONG && object->kind != IL_KIND_LOCK && object->kind != IL_KIND_EVENT) {
        spec.parameter[0] = first_parameter[object->kind];
    }
    if (object->kind == IL_KIND_QUEUE || object->kind == IL_KIND_JOINABLE_QUEUE) {
        spec.parameter[0] = choose(program, 2) ? 20 : 100000;
        spec.parameter[1] = 1 << 17;
    }
    il_info info = {.name = ""};
    if (object->kind == IL_KIND_PIPE) {
        spec.mode = IL_CREATE;
        spec.name = NULL;
        spec.parameter[1] = 1 << 17;
    }
    for (int i = 0; i < 2; i++) {
        MUST(il_object_open(&spec, &object->handle[i], &info) == IL_OK);
        if (object->kind == IL_KIND_PIPE) { /* it has no name that could be opened twice */
            spec.mode = IL_FIND;
            spec.name = info.name;
        }
    }
    MUST(il_object_unlink(object->handle[0]) == IL_OK);
}

static void close_both(struct object *object) {
    unlock(object);
    for (int i = 0; i < 2; i++) {
        il_status status = il_object_close(object->handle[i]);
        MUST(status == IL_OK || status == IL_CORRUPT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct program program = {data, data + size};
    struct object object = {.since = il_clock_now()};
    open_both(&program, &object);
    for (int step = 0; step < MOST_STEPS && program.next < program.end; step++) {
        switch (choose(&program, 16)) {
        case 0:
        case 1:
        case 2:
            scribble(&program, object.handle[0]);
            break;
        case 3:
            if (choose(&program, 4) == 0 && object.locked == NULL) {
                die(&program, object.handle[choose(&program, 2)]);
            }
            break;
        default:
            use(&program, &object);
        }
    }
    close_both(&object);
    return 0;
}

/* The table of kinds: what each adds to creating, attaching and closing. */
#include "barrier.h"
#include "bystander.h"
#include "condition.h"
#include "event.h"
#include "lock.h"
#include "long.h"
#include "permits.h"
#include "pipe.h"
#include "queue.h"

#include <stddef.h>

_Static_assert(IL_CONTROL_OFFSET + sizeof(struct il_lock_control) <= IL_SLOTS_OFFSET, "control fits");
_Static_assert(IL_CONTROL_OFFSET + sizeof(struct il_permits_control) <= IL_SLOTS_OFFSET, "control fits");
_Static_assert(IL_CONTROL_OFFSET + sizeof(struct il_barrier_control) <= IL_SLOTS_OFFSET, "control fits");
_Static_assert(IL_CONTROL_OFFSET + sizeof(struct il_pipe_control) <= IL_SLOTS_OFFSET, "control fits");
_Static_assert(IL_CONTROL_OFFSET + sizeof(struct il_control) + sizeof(struct il_queue_control) <= IL_SLOTS_OFFSET, "control fits");
/* As docs/memory-layout.md says, the tests of garbage believe, and bystander.c tells sleepers apart. */
#define AT(type, field) (IL_CONTROL_OFFSET + offsetof(type, field))
_Static_assert(AT(struct il_lock_control, mutex) == IL_FIRST_MUTEX_OFFSET, "the mutex of a lock");
_Static_assert(AT(struct il_permits_control, mutex) == IL_FIRST_MUTEX_OFFSET, "the mutex of a pool of permits");
_Static_assert(AT(struct il_barrier_control, mutex) == IL_FIRST_MUTEX_OFFSET, "the mutex of a barrier");
_Static_assert(sizeof(struct il_control) + AT(struct il_queue_control, put_mutex) == IL_FIRST_MUTEX_OFFSET, "the first of a queue");
_Static_assert(sizeof(struct il_control) + AT(struct il_queue_control, take_mutex) == IL_SECOND_MUTEX_OFFSET, "the second");
#undef AT
_Static_assert(IL_SLOTS_OFFSET + IL_MAX_PROCESSES * sizeof(il_slot_word) <= IL_SMALL_SIZE, "slots fit");

static uint64_t small_size(int64_t parameter[2]) {
    (void)parameter;
    return IL_SMALL_SIZE;
}

static uint64_t lock_size(int64_t parameter[2]) {
    (void)parameter;
    return IL_LOCK_SIZE;
}

static uint64_t small_reserve(const int64_t parameter[2]) {
    (void)parameter;
    return IL_SMALL_SIZE;
}

static uint64_t permits_reserve(const int64_t parameter[2]) {
    (void)parameter;
    return IL_PERMITS_SIZE;
}

static uint64_t barrier_reserve(const int64_t parameter[2]) {
    (void)parameter;
    return IL_BARRIER_SIZE;
}

static const struct il_kind_operations kinds[] = {
    {.kind = IL_KIND_LOCK, .size = lock_size, .reserve = small_reserve, .build = il_lock_build, .name = "lock", .look = il_lock_view},
    {.kind = IL_KIND_LONG, .size = small_size, .reserve = small_reserve, .build = il_long_build, .name = "long", .look = il_long_view},
    {.kind = IL_KIND_EVENT, .size = small_size, .reserve = small_reserve, .build = il_event_build, .name = "event", .look = il_event_view},
    {.kind = IL_KIND_SEMAPHORE, .size = small_size, .reserve = small_reserve, .build = il_event_build, .name = "semaphore", .look = il_sidecar_view},
    {.kind = IL_KIND_PERMITS,
     .size = il_permits_size,
     .reserve = permits_reserve,
     .build = il_permits_build,
     .claimed = il_permits_claimed,
     .retire = il_permits_retire,
     .ready = il_permits_ready,
     .same = il_permits_same,
     .name = "permits",
     .look = il_permits_view},
    {.kind = IL_KIND_BARRIER,
     .size = il_barrier_size,
     .reserve = barrier_reserve,
     .build = il_barrier_build,
     .claimed = il_barrier_claimed,
     .lent = il_barrier_lent,
     .taken_back = il_barrier_taken_back,
     .retire = il_barrier_retire,
     .same = il_barrier_same,
     .name = "barrier",
     .look = il_barrier_view},
    {.kind = IL_KIND_QUEUE,
     .size = il_queue_file_size,
     .reserve = il_queue_first_reserve,
     .build = il_queue_build,
     .attach = il_queue_attach,
     .ready = il_queue_ready,
     .same = il_queue_same,
     .name = "queue",
     .look = il_queue_view},
    {.kind = IL_KIND_JOINABLE_QUEUE,
     .size = il_joinable_file_size,
     .reserve = il_joinable_first_reserve,
     .build = il_queue_build,
     .attach = il_queue_attach,
     .retire = il_joinable_retire,
     .ready = il_queue_ready,
     .woken = il_joinable_woken,
     .same = il_queue_same,
     .name = "joinable queue",
     .look = il_queue_view},
    {.kind = IL_KIND_PIPE,
     .anonymous = 1,
     .size = il_pipe_file_size,
     .reserve = small_reserve,
     .build = il_pipe_build,
     .attach = il_pipe_attach,
     .claimed = il_pipe_claimed,
     .retire = il_pipe_retire,
     .ready = il_pipe_ready,
     .name = "pipe",
     .look = il_pipe_view},
};

const struct il_kind_operations *il_kind_find(uint32_t kind) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == kind) {
            return &kinds[i];
        }
    }
    return NULL;
}

const char *il_kind_name(uint32_t kind) {
    const struct il_kind_operations *operations = il_kind_find(kind);
    return operations != NULL && operations->name != NULL ? operations->name : "";
}

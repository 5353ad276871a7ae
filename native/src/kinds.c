/* The table of kinds: what each adds to creating, attaching and closing. */
#include "barrier.h"
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
/* As docs/memory-layout.md says, and the tests of garbage believe. */
_Static_assert(offsetof(struct il_lock_control, mutex) == 256, "the mutex of a lock");
_Static_assert(offsetof(struct il_permits_control, mutex) == 256, "the mutex of a pool of permits");
_Static_assert(offsetof(struct il_barrier_control, mutex) == 256, "the mutex of a barrier");
_Static_assert(sizeof(struct il_control) + offsetof(struct il_queue_control, put_mutex) == 256, "the first mutex of a queue");
_Static_assert(sizeof(struct il_control) + offsetof(struct il_queue_control, take_mutex) == 512, "the second mutex of a queue");
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
    {.kind = IL_KIND_LOCK, .size = lock_size, .reserve = small_reserve, .build = il_lock_build},
    {.kind = IL_KIND_LONG, .size = small_size, .reserve = small_reserve, .build = il_long_build},
    {.kind = IL_KIND_EVENT, .size = small_size, .reserve = small_reserve, .build = il_event_build},
    {.kind = IL_KIND_SEMAPHORE, .size = small_size, .reserve = small_reserve, .build = il_event_build},
    {.kind = IL_KIND_PERMITS,
     .size = il_permits_size,
     .reserve = permits_reserve,
     .build = il_permits_build,
     .claimed = il_permits_claimed,
     .retire = il_permits_retire,
     .ready = il_permits_ready,
     .same = il_permits_same},
    {.kind = IL_KIND_BARRIER,
     .size = il_barrier_size,
     .reserve = barrier_reserve,
     .build = il_barrier_build,
     .claimed = il_barrier_claimed,
     .lent = il_barrier_lent,
     .taken_back = il_barrier_taken_back,
     .retire = il_barrier_retire,
     .same = il_barrier_same},
    {.kind = IL_KIND_QUEUE,
     .size = il_queue_file_size,
     .reserve = il_queue_first_reserve,
     .build = il_queue_build,
     .attach = il_queue_attach,
     .ready = il_queue_ready,
     .same = il_queue_same},
    {.kind = IL_KIND_JOINABLE_QUEUE,
     .size = il_joinable_file_size,
     .reserve = il_joinable_first_reserve,
     .build = il_queue_build,
     .attach = il_queue_attach,
     .retire = il_joinable_retire,
     .ready = il_queue_ready,
     .same = il_queue_same},
    {.kind = IL_KIND_PIPE,
     .anonymous = 1,
     .size = il_pipe_file_size,
     .reserve = small_reserve,
     .build = il_pipe_build,
     .attach = il_pipe_attach,
     .claimed = il_pipe_claimed,
     .retire = il_pipe_retire,
     .ready = il_pipe_ready},
};

const struct il_kind_operations *il_kind_find(uint32_t kind) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == kind) {
            return &kinds[i];
        }
    }
    return NULL;
}

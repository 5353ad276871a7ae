/*
 * A pipe: two queues in one segment, one for what each end sends, and one word per end that says whose it is.
 *
 * A word changes by compare-and-set only. Its owner changes it under the put mutex of the end's outgoing queue and the
 * take mutex of its incoming one, which its sends and receives hold too: none of them is on its way when the word
 * changes hands. Order: put mutex before take mutex, as within a queue; a take mutex is always the last one taken.
 */
#ifndef IL_PIPE_H
#define IL_PIPE_H

#include "queue.h"

#define IL_MAX_PIPE_BYTES (INT64_C(8) << 30) /* two rings of twice as much are what a cursor can name */

/* {generation: 32, in transit: 1, slot: 31} of the owner; 0: nobody's yet; IL_END_CLOSED. */
struct il_pipe_end_word {
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t owner;
};
#define IL_END_CLOSED UINT64_MAX
#define IL_END_IN_TRANSIT (UINT64_C(1) << 31)
static inline uint32_t il_end_slot_of(uint64_t owner) { return (uint32_t)(owner & (IL_END_IN_TRANSIT - 1)); }
static inline uint32_t il_end_generation_of(uint64_t owner) { return (uint32_t)(owner >> 32); }

struct il_pipe_control {
    struct il_control base;
    struct il_queue_control sent[2]; /* by the left end, by the right end */
    struct il_pipe_end_word ends[2];
};

struct il_pipe {
    struct il_queue sent[2];
    _Atomic uint64_t lent[2];      /* to whom this handle has lent an end, last */
    _Atomic int64_t next_probe[2]; /* when this handle asks again whether the owner of an end lives */
};

static inline struct il_pipe *il_pipe_of(const il_object *object) { return object->extension; }
static inline struct il_pipe_control *il_pipe_control_of(const il_object *object) {
    return (struct il_pipe_control *)il_control_of(object);
}

/* ------------------------------------------------------------------ pipe_ends.c */

/* Kind and end are right. */
il_status il_pipe_check(const il_object *object, int end);
/* Whether the end is this handle's. IL_WOULD_BLOCK: on its way to another process, or back; IL_CLOSED, IL_HANDED_ON. */
il_status il_pipe_may_use(const il_object *object, int end);
/* Whether an end is closed. look: also if its owner has died meanwhile, which closes it for good. */
int il_pipe_is_closed(il_object *object, int end, int look);

uint64_t il_pipe_file_size(int64_t parameter[2]);
il_status il_pipe_build(struct il_header *header);
il_status il_pipe_attach(il_object *object);
void il_pipe_claimed(il_object *object, int adopted);
void il_pipe_retire(il_object *object);

/* ------------------------------------------------------------------ pipe.c */

int il_pipe_ready(il_object *object, int reason);

#endif

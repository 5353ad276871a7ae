/*
 * A queue in shared memory: control words, the handle's own part, and what ring.c, cells.c and queue.c share.
 *
 * Two robust mutexes, one per side, held for the length of a copy; nobody sleeps holding one. What a
 * side has done becomes visible by one store: `tail` for producers, `head` for consumers, each {count: 32,
 * position: 32}, the position in units of 16 bytes from the start of the file. Fields marked (cache) may be stale
 * or, after a death, wrong: they are rebuilt from the cursors and the cells by whoever gets EOWNERDEAD.
 */
#ifndef IL_QUEUE_H
#define IL_QUEUE_H

#include "eventcount.h"
#include "segment.h"

#define IL_UNIT 16
#define IL_RECORD_HEADER 8
#define IL_SIZE_CLASSES 36
#define IL_MAX_CELLS 65536 /* items of a joinable queue that may be taken and not done */

/*
 * Units of all records that ever passed a cursor, each {count of the cursor: 32, units: 32}. There are two, because the
 * new one is written before the cursor is stored: the one of the stored cursor is whole whenever its writer dies.
 */
struct il_totals {
    _Atomic uint64_t at[2];
};

/* Of a queue, behind the eventcounts of its object; a pipe has two. */
struct il_queue_control {
    il_mutex put_mutex;
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t tail;
    _Alignas(IL_CACHE_LINE) uint64_t known_head;      /* put_mutex (cache): head when producers last looked */
    uint32_t known_done;                              /* put_mutex (cache): done_units likewise */
    struct il_totals put_totals;                      /* put_mutex */
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t reserved_end; /* put_mutex: ring bytes below are real memory */

    il_mutex take_mutex;
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t head;
    _Atomic uint32_t done_units;                      /* take_mutex (cache): units of all items that are done with */
    _Alignas(IL_CACHE_LINE) uint64_t known_tail;      /* take_mutex (cache): tail when consumers last looked */
    uint64_t released_end;                            /* take_mutex: ring bytes below were given back */
    struct il_totals take_totals;                     /* take_mutex */

    _Alignas(IL_CACHE_LINE) _Atomic uint32_t shut_down; /* put_mutex; never goes back */

    /* Joinable queues, all take_mutex (cache) but where a store by put is named. First what producers read, too. */
    _Alignas(IL_CACHE_LINE) _Atomic uint32_t cells_back;  /* cells that are BACK */
    _Atomic uint32_t cells_reserved;                      /* cells below are real memory; not a cache */
    _Atomic uint64_t blocks_reserved_end;                 /* block bytes below are real memory; not a cache */
    _Alignas(IL_CACHE_LINE) _Atomic uint32_t cells_taken; /* cells that are HELD or BACK */
    _Atomic uint32_t cells_wanted;                        /* a consumer found no cell, or no block */
    uint32_t cells_used;                                  /* cells from here on were never used */
    uint64_t blocks_end;                                  /* where the next new block would start */
    uint32_t free_cells[IL_SIZE_CLASSES];                 /* index + 1 of the first free cell with a block of 2^class; 0: no block */
};

/* Of a count that is read by all, but changed under a mutex only: no locked instruction, ten times as dear, is needed. */
static inline void il_count_add(_Atomic uint32_t *count, uint32_t change) {
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + change, memory_order_relaxed);
}

enum il_cell_state { IL_CELL_FREE = 0, IL_CELL_HELD = 1, IL_CELL_BACK = 2 };

/* An item that was taken and is not done. */
struct il_cell {
    _Alignas(IL_CACHE_LINE) _Atomic uint64_t word; /* {state: 2, deliveries: 14, slot: 16, generation: 32} */
    uint32_t sequence;                             /* count of head when it was taken */
    uint32_t size_class;                           /* of its block; 0: none */
    uint64_t block;                                /* offset in the file */
    uint64_t length;
    uint32_t next_free;                            /* (cache) index + 1 */
};

/* Where things are; computed from the checked parameters, never from shared memory. */
struct il_queue {
    il_object *object;
    struct il_queue_control *control;
    char *base; /* of the file */
    uint32_t capacity;
    int joinable;
    uint64_t max_bytes;
    uint64_t budget;       /* bytes of items that are put and not done with; a single one may be larger */
    uint64_t first_region; /* bytes of the smallest region of the ring */
    uint64_t cells_base;   /* joinable */
    uint64_t ring_base;
    uint64_t ring_end;
    uint64_t blocks_base; /* joinable */
    uint64_t blocks_limit;
    uint64_t largest_record;
    _Atomic int64_t next_probe; /* when consumers of this handle look for dead holders again */
};

/* Of a queue that is an object of its own: behind the words that every object has. */
static inline struct il_queue_control *il_queue_control_of(const struct il_header *header) {
    return (struct il_queue_control *)((char *)(uintptr_t)header + IL_CONTROL_OFFSET + sizeof(struct il_control));
}

static inline uint32_t il_cursor_count(uint64_t cursor) { return (uint32_t)(cursor >> 32); }
static inline uint64_t il_cursor_offset(uint64_t cursor) { return (cursor & UINT32_MAX) * IL_UNIT; }
static inline uint64_t il_cursor_make(uint32_t count, uint64_t offset) {
    return (uint64_t)count << 32 | (offset / IL_UNIT);
}

/* ------------------------------------------------------------------- ring.c, ring_read.c */

/* One end of the ring: a cursor, and the units of all records that passed it. */
struct il_end {
    uint64_t cursor;
    uint32_t units;
};
struct il_place {
    uint64_t offset;     /* of the record */
    struct il_end after; /* to publish once the record is written */
};
uint64_t il_record_size(uint64_t length);
static inline uint32_t il_record_units(uint64_t length) { return (uint32_t)(il_record_size(length) / IL_UNIT); }
/* The ends as they are published; each under its mutex. */
il_status il_ring_tail(const struct il_queue *queue, struct il_end *tail);
il_status il_ring_head(const struct il_queue *queue, struct il_end *head);
void il_ring_publish_tail(const struct il_queue *queue, const struct il_end *tail);
void il_ring_publish_head(const struct il_queue *queue, const struct il_end *head);
/* Under put_mutex: where a record may go after tail (published, or of earlier records of the same batch). */
il_status il_ring_place(struct il_queue *queue, struct il_end tail, int tail_is_published, uint64_t length,
                        struct il_place *place);
void il_ring_write(const struct il_queue *queue, uint64_t offset, const void *data, uint64_t length);
/* Under take_mutex: the record at head, which is not the tail; moves head behind it. */
il_status il_ring_read(const struct il_queue *queue, struct il_end *head, const char **data, uint64_t *length);
/* Under take_mutex: gives back the memory of regions that head has left. */
void il_ring_release(struct il_queue *queue, uint64_t head);
/* Under take_mutex, whose last holder died. */
void il_ring_recover_done(const struct il_queue *queue, uint32_t unfinished_units);
/* Whether not even an empty item has a place; from cursors that may move meanwhile. */
int il_ring_is_full(const struct il_queue *queue);
uint64_t il_ring_next_step(const struct il_queue *queue);
void il_queue_geometry(uint32_t kind, const int64_t parameter[2], struct il_queue *queue);
/* The part of it that is about the ring, for one that starts at base. Rounds nothing. */
void il_ring_geometry(uint64_t base, uint64_t max_bytes, struct il_queue *queue);

/* ------------------------------------------------------------------ blocks.c */

/* Under put_mutex: enough block memory that an item of length can be taken, be it as the only one. */
il_status il_blocks_reserve_for(il_object *object, uint64_t length);
/* Under take_mutex: a free cell with a block of at least length bytes; IL_WOULD_BLOCK: none now. Not yet taken. */
il_status il_cell_find(il_object *object, uint64_t length, uint32_t *index);

/* ------------------------------------------------------------------ cells.c, all under take_mutex */

/* Writes the item and marks it HELD by this handle; it counts once head has passed sequence. */
void il_cell_hold(il_object *object, uint32_t index, uint32_t sequence, const void *data, uint64_t length);
/* The oldest cell that was given back; cells of the dead are given back first, now and then. */
int il_cell_oldest_back(il_object *object, int look_for_the_dead, uint32_t *index);
il_status il_cell_redeliver(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item);
/* The oldest cell given back whose sequence is after `after` (first: any); for looking. */
int il_cell_next_back(il_object *object, int first, uint32_t after, uint32_t *index);
il_status il_cell_copy(il_object *object, uint32_t index, void *buffer, uint64_t capacity, il_item *item);
il_status il_cell_end(il_object *object, uint64_t token, enum il_cell_state state);
void il_cells_give_back_all(il_object *object);
int il_cells_held_by_others(il_object *object);
void il_cells_recount(il_object *object);
/* Sets *units to those of all items in cells. */
void il_cells_rebuild(il_object *object, uint32_t head_count, uint32_t *units);
uint64_t il_cell_token(const il_object *object, uint32_t index);

/* ------------------------------------------------------------------ queue*.c */

/* Takes a side's mutex; does its recovery if the last holder died. IL_WOULD_BLOCK: a stopped process has it. */
il_status il_queue_lock_put(struct il_queue *queue);
il_status il_queue_lock_take(struct il_queue *queue);
void il_queue_unlock_put(struct il_queue *queue);
void il_queue_unlock_take(struct il_queue *queue);
/* Under put_mutex: one item, written and published. */
il_status il_queue_append(struct il_queue *queue, const void *data, uint64_t length);
/* Under take_mutex: the next item, copied and taken. */
il_status il_queue_remove(struct il_queue *queue, void *buffer, uint64_t capacity, il_item *item);
/* Rounds it up to whole pages; 0 if it is not between 1 and most. */
int il_queue_round_bytes(int64_t *bytes, int64_t most);
/* The first state of one whose places are known, into zeroed words. */
il_status il_queue_start(const struct il_queue *geometry, struct il_queue_control *control);

uint64_t il_queue_file_size(int64_t parameter[2]);
uint64_t il_queue_first_reserve(const int64_t parameter[2]);
uint64_t il_joinable_file_size(int64_t parameter[2]);
uint64_t il_joinable_first_reserve(const int64_t parameter[2]);
il_status il_queue_build(struct il_header *header);
il_status il_queue_attach(il_object *object);
void il_joinable_retire(il_object *object);
void il_joinable_woken(il_object *object, int reason);
int il_queue_ready(il_object *object, int reason);
int il_queue_same(const int64_t asked[2], const int64_t found[2]);

static inline struct il_queue *il_queue_of(const il_object *object) { return object->extension; }

static inline void il_queue_wake(il_object *object, int reason, int everyone) {
    il_event_wake(&il_control_of(object)->events[reason], everyone);
}

/* Items in the ring; may be stale. */
static inline uint32_t il_queue_count_waiting(const struct il_queue *queue) {
    const struct il_queue_control *control = queue->control;
    /* head first: the other way round it could be ahead of an older tail. Both may move on meanwhile. */
    uint32_t head = il_cursor_count(atomic_load(&control->head));
    uint32_t waiting = il_cursor_count(atomic_load(&control->tail)) - head;
    return waiting < queue->capacity ? waiting : queue->capacity;
}

/* As a Java int: garbage in two words may add up to more. */
static inline uint32_t il_queue_at_most_int(uint64_t count) { return count < INT32_MAX ? (uint32_t)count : INT32_MAX; }

/* Items that were given back: they wait to be taken, as those in the ring do, and count in the capacity. */
static inline uint32_t il_queue_count_back(const struct il_queue *queue) {
    uint32_t back = queue->joinable ? atomic_load(&queue->control->cells_back) : 0;
    return back < IL_MAX_CELLS ? back : IL_MAX_CELLS;
}

/* The gate of the queue operations, of either kind. */
static inline il_status il_queue_check(const il_object *object) {
    return il_object_check(object, object->kind == IL_KIND_JOINABLE_QUEUE ? IL_KIND_JOINABLE_QUEUE : IL_KIND_QUEUE);
}

#endif

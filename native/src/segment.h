/*
 * The layout of an object's file and of a handle; segment.c makes, checks and gives back both.
 *
 *   0      header              what the object is; written once by its creator, before `ready`
 *   1024   control             the words of its kind, a cache line each (struct il_*_control)
 *   4096   slots               one word per process that has it open
 *   8192   the kind's own      queues: cells, then the ring, then the blocks of cells
 *
 * docs/memory-layout.md shows the same as a table.
 */
#ifndef IL_SEGMENT_H
#define IL_SEGMENT_H

#include "interlock.h"
#include "platform/platform.h"
#include "status.h"

#include <stdatomic.h>

#define IL_MAGIC UINT64_C(0x314b434f4c524e49) /* "INRLOCK1" in memory */
#define IL_LAYOUT_VERSION 1
#define IL_CONTROL_OFFSET 1024
/* Where kinds that have one, or two, keep their mutexes. */
#define IL_FIRST_MUTEX_OFFSET (IL_CONTROL_OFFSET + 256)
#define IL_SECOND_MUTEX_OFFSET (IL_CONTROL_OFFSET + 512)
#define IL_SLOTS_OFFSET 4096
#define IL_SMALL_SIZE 8192
#define IL_PAGE 4096

struct il_header {
    _Atomic uint64_t magic; /* IL_MAGIC once the object is whole: the builder's last store */
    uint32_t layout;
    uint32_t kind;
    uint64_t size;
    int64_t parameter[2];
    uint32_t mutex_size;
    int32_t creator_pid;
    int64_t created_at;
    uint64_t pid_namespace;
    char platform[32];
    char codec[IL_CODEC_MAX + 1];
    char name[IL_NAME_MAX + 8];
};

/*
 * "Somebody may sleep until this changes". Bit 0: waiters; bit 1: waiters who must all be woken; the rest is a
 * sequence, so that a word never comes back to a value that a sleeper still compares with.
 */
struct il_eventcount {
    _Alignas(IL_CACHE_LINE) _Atomic uint32_t word;
};

/* Every kind's control starts with its eventcounts, so that waking and closing need not know the kind. */
struct il_control {
    struct il_eventcount events[IL_REASONS];
};

/* {generation: 32, pid: 32}. The pid is for people; whether the process lives is asked of the kernel. */
typedef _Atomic uint64_t il_slot_word;

/* What was learned about spinning for one thing; 0: nothing. spin.c */
struct il_spin {
    _Atomic uint32_t nanos;
    _Atomic uint32_t failures;
    _Atomic uint32_t fruitless; /* times in a row that waiting for more brought none */
};

struct il_object {
    struct il_header *header;
    uint64_t mapped;
    int lock_fd; /* of the slot; never mapped, never duplicated: a mapping would keep the slot taken */
    int carrier; /* what carries the slot, if that is not lock_fd; else -1 */
    uint32_t slot;
    uint32_t generation;
    struct il_holder holder; /* the same, for mutexes */
    _Atomic uint32_t taken;  /* the holder's */
    uint32_t fork_count; /* of the process that opened it */
    int32_t pid;         /* getpid() costs as much as three lock operations */
    uint32_t kind;       /* checked copies: what is in shared memory is not trusted twice */
    int64_t parameter[2];
    uint64_t device;
    uint64_t inode;
    char name[IL_NAME_MAX + 8];
    _Atomic int retired;
    _Atomic uint64_t locked_by; /* locks: number of the thread that holds it through this handle; 0: none */
    struct il_spin spins[IL_REASONS];
    struct il_spin spin_for_mutex;
    struct il_object *next, *previous; /* of the handles with a lock_fd, for fork(); handle.c */
    void *extension; /* the kind's own part of a handle (queues); freed with it */
};

_Static_assert(sizeof(struct il_header) <= IL_CONTROL_OFFSET, "the header ends before the control");

static inline struct il_control *il_control_of(const il_object *object) {
    return (struct il_control *)((char *)object->header + IL_CONTROL_OFFSET);
}

static inline il_slot_word *il_slots_of(const il_object *object) {
    return (il_slot_word *)((char *)object->header + IL_SLOTS_OFFSET);
}

/* Counts the forks in this process's ancestry since the library was first used. */
extern _Atomic uint32_t il_fork_count;

/* The gate of every operation: IL_OK, or why the handle can not be used. */
il_status il_object_unusable(const il_object *object, uint32_t kind);

static inline il_status il_object_check(const il_object *object, uint32_t kind) {
    if (__builtin_expect(atomic_load_explicit(&object->header->magic, memory_order_relaxed) == IL_MAGIC &&
                             object->fork_count == atomic_load_explicit(&il_fork_count, memory_order_relaxed) &&
                             object->kind == kind,
                         1)) {
        return IL_OK;
    }
    return il_object_unusable(object, kind);
}

struct il_look;

/* What a kind adds to creating and attaching; table in kinds.c. */
struct il_kind_operations {
    uint32_t kind;
    int anonymous; /* never has a name of the user's */
    /* Bytes of the file for these parameters; may raise them to what will be used. 0: not valid. */
    uint64_t (*size)(int64_t parameter[2]);
    /* Bytes to reserve now. */
    uint64_t (*reserve)(const int64_t parameter[2]);
    /* Initialises the zeroed control; a builder that dies is followed by another that starts over. */
    il_status (*build)(struct il_header *header);
    /* Checks what was found and makes the handle's extension. */
    il_status (*attach)(il_object *object);
    /*
     * After the slot was taken; its word of an earlier user may still be there. adopted: another process took it and
     * lent it; else the creation lock is held.
     */
    void (*claimed)(il_object *object, int adopted);
    /* After a slot was taken for another process, and when that will not adopt it after all. */
    void (*lent)(il_object *object, uint32_t slot, uint32_t generation);
    void (*taken_back)(il_object *object, uint32_t slot, uint32_t generation);
    /* Before the slot is given back. */
    void (*retire)(il_object *object);
    /* Whether somebody who waits for reason would find what it waits for, and if there can be more of it, how much. */
    int (*ready)(il_object *object, int reason);
    /* After a thread of this handle has slept for reason. */
    void (*woken)(il_object *object, int reason);
    /* Whether asked and found parameters mean the same object. */
    int (*same)(const int64_t asked[2], const int64_t found[2]);
    /* For people who look at it; either may be missing. */
    const char *name;
    void (*look)(const struct il_look *look, il_view *view);
};

const struct il_kind_operations *il_kind_find(uint32_t kind);

/* Whether the process that claimed {slot, generation} still has the object open. */
int il_slot_is_alive(const il_object *object, uint32_t slot, uint32_t generation);
/* {slot: 9, generation: 23}, for words that have no room for more. */
#define IL_OWNER_GENERATION_MASK 0x7fffffu
static inline uint32_t il_owner_of(uint32_t slot, uint32_t generation) {
    return slot << 23 | (generation & IL_OWNER_GENERATION_MASK);
}
int il_owner_is_alive(const il_object *object, uint32_t owner);

/* A slot that was taken: who it is, and the descriptor that carries it (-1: that of the object's file). */
struct il_seat {
    uint32_t slot;
    uint32_t generation;
    int carrier;
};
/* Takes a free slot with fd's description and records pid; no other lock is needed. */
il_status il_slot_claim(il_slot_word *slots, int fd, int32_t pid, struct il_seat *seat);

/* ------------------------------------------------- between segment.c, handle.c and names.c */

/* Polls for the creation lock of an open file: a blocked flock() could not keep a deadline. */
il_status il_creation_lock(int fd, int64_t deadline);
void il_creation_unlock(int fd);
/* A name of the user's own: 1 to IL_NAME_MAX of [A-Za-z0-9._-]. */
int il_name_is_valid(const char *name);
/* One of those, or an anonymous object's. */
int il_name_is_ours(const char *name);
/* "~" and enough random letters that no two meet. buffer: IL_NAME_MAX + 8. */
il_status il_name_random(char *buffer);
/* Opens the file of a name, checks that it is this user's. IL_NOT_FOUND. */
il_status il_name_open(const char *name, int *fd);
/* Why the file of a name could not be opened or made. */
il_status il_name_open_failed(const char *name, int error);
/* The name of a semaphore for sem_open, from that of an object. */
void il_semaphore_name(const char *object_name, char *buffer, size_t size);
/* Under the creation lock of fd: unlinks the name unless a slot other than own is taken (IL_WOULD_BLOCK). */
il_status il_unlink_if_unused(const char *name, int fd, uint32_t own);
/*
 * Whether the file holds a whole object of another build, or of a kind that is not known here. Its users may show
 * otherwise than by our slots, and more than its name may have to go: it is not ours to sweep.
 */
int il_header_is_strange(int fd);
/*
 * For one who only looks: IL_OK, IL_CORRUPT, or IL_INCOMPATIBLE (another build, platform, pid namespace, a kind that is not
 * known here). header was read from a file of that name and size.
 */
il_status il_header_judge(const struct il_header *header, uint64_t file_size, const char *name);
/* Registers, once, the handler that tells inherited handles from a process's own. */
void il_handle_prepare_fork(void);
void il_info_fill(const struct il_header *header, il_info *info);
/* Maps the file behind fd, whose header was checked, and makes the handle; fd becomes its lock_fd on success. */
il_status il_handle_make(int fd, const struct stat *facts, const struct il_header *header,
                         const struct il_kind_operations *operations, il_object **out);
/* Takes lock_fd out of the handle's care and returns it. */
int il_handle_disown(il_object *object);
/* From now on the handle has that slot. */
void il_handle_seat(il_object *object, const struct il_seat *seat);
/* Closes the handle's descriptors, as death would. */
void il_handle_let_go(il_object *object);

#endif

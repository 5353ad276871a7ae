/*
 * interlock.h: synchronisation and message queues between processes.
 *
 * Every object lives in one POSIX shared memory file, "/interlock.<name>" (anonymous objects:
 * "/interlock.~<random>"). Any process of the same user may open it by name; a process that dies, at
 * whatever instruction, leaves nothing behind that makes another one wait for ever.
 *
 * Conventions
 *   - Every function that can fail returns an il_status: 0 (IL_OK) or a packed value, see below.
 *     errno is never the way to learn of a failure, and nothing is printed.
 *   - Every wait takes an absolute deadline in nanoseconds of CLOCK_MONOTONIC (il_clock_now());
 *     IL_FOREVER never comes. A wait may be woken early only by success, the deadline, il_object_wake
 *     or the end of a slice (il_wait_sleep); signals do not end it.
 *   - Functions named ..._try_... never sleep in the kernel for longer than another process needs to
 *     run some 50 ns of code.
 *   - Everything is safe for any number of threads, save il_object_close and il_object_free, which
 *     must be the last call on their object.
 *   - A process that forks without exec inherits handles that answer IL_FORKED, whatever is asked of them: it
 *     must open the objects again, for a handle's slot is what tells others that its process is alive. It may
 *     close them, which changes nothing for its parent. (Only a semaphore with a name works on, as POSIX has it.)
 */
#ifndef INTERLOCK_H
#define INTERLOCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define IL_API __attribute__((visibility("default")))
#else
#define IL_API
#endif

/* ------------------------------------------------------------------ status */

/*
 * What a call came to. Bits 0-7 hold the code (enum il_code), bits 8-15 the call of the system that
 * failed (enum il_call, 0 if none), bits 16-30 its errno (0 if none). Packing all three into one
 * word keeps errno with its cause without a global or a thread-local.
 */
typedef int32_t il_status;

enum il_code {
    IL_OK = 0,
    IL_OWNER_DIED = 1,    /* success: the lock is held, and its previous owner died holding it */
    IL_WOULD_BLOCK = 2,   /* nothing was done: what the call needs is not there now */
    IL_NO_BYTES = 3,      /* nothing was done: there are not enough free bytes in the queue now */
    IL_TIMED_OUT = 4,     /* the deadline passed; nothing was done */
    IL_SHUT_DOWN = 5,     /* the queue was shut down (takers: and nothing is left) */
    IL_TOO_SMALL = 6,     /* the caller's buffer is too small; nothing was done */
    IL_TOO_LARGE = 7,     /* the item can never fit */
    IL_NOT_OWNER = 8,     /* unlock by a thread that does not hold the lock */
    IL_DEADLOCK = 9,      /* the calling thread holds this lock already */
    IL_CLOSED = 10,       /* the handle was closed */
    IL_FORKED = 11,       /* the handle was inherited through fork() */
    IL_NOT_FOUND = 12,    /* no object, or no unfinished item, of that name */
    IL_INVALID = 13,      /* an argument breaks the contract */
    IL_CORRUPT = 14,      /* shared memory holds something that is not an object of ours */
    IL_INCOMPATIBLE = 15, /* the name exists as another kind, capacity, codec, layout, libc, namespace */
    IL_FOREIGN = 16,      /* the name belongs to another user */
    IL_LIMIT_PROCESSES = 17, /* IL_MAX_PROCESSES processes have this object open */
    IL_LIMIT_HOLDS = 18,     /* the thread holds IL_MAX_HOLDS locks */
    IL_LIMIT_CONDITIONS = 19, /* the lock has IL_MAX_CONDITIONS named conditions */
    IL_LIMIT_WAITERS = 20,    /* IL_MAX_WAITERS threads wait on the conditions of the lock */
    IL_BROKEN = 21,           /* the barrier was broken: by a death, a timeout, a close, abort or reset */
    IL_ENDED = 22,            /* the other end of the pipe is closed, or its process is dead */
    IL_HANDED_ON = 23,        /* this end of the pipe belongs to another process */
    IL_SYSTEM = 24            /* a call of the system failed: see il_status_call and il_status_errno */
};

IL_API int il_status_code(il_status status);
IL_API int il_status_errno(il_status status);
/* "shm_open"; "" if no call failed. Static storage. */
IL_API const char *il_status_call(il_status status);
/* "IL_TIMED_OUT". Static storage; "IL_?" for a value that is no code. */
IL_API const char *il_status_name(il_status status);
/* "ENOSPC"; "" if there is none, "E?" for one that this system's table does not have. Static storage. */
IL_API const char *il_status_errno_name(il_status status);
/* One sentence without full stop. Static storage. */
IL_API const char *il_status_text(il_status status);
/* The portable classes of errno that callers act on; numbers differ between systems, so they stop here. */
enum il_error_class {
    IL_ERROR_OTHER = 0,
    IL_ERROR_NO_SPACE = 1,       /* ENOSPC, EDQUOT, EFBIG */
    IL_ERROR_NO_DESCRIPTORS = 2, /* EMFILE, ENFILE */
    IL_ERROR_NO_PERMISSION = 3,  /* EACCES, EPERM, EROFS */
    IL_ERROR_NOT_FOUND = 4,      /* ENOENT, ENOTDIR */
    IL_ERROR_NO_MEMORY = 5,      /* ENOMEM, EAGAIN of fork */
    IL_ERROR_TIMED_OUT = 6       /* ETIMEDOUT */
};
IL_API int il_status_class(il_status status);

/* ------------------------------------------------------------------- clock */

#define IL_FOREVER INT64_MAX

/* Nanoseconds of CLOCK_MONOTONIC. */
IL_API int64_t il_clock_now(void);
/* now + nanos, saturating at IL_FOREVER; nanos <= 0 gives a deadline that has passed. */
IL_API int64_t il_deadline_after(int64_t nanos);

/* ------------------------------------------------------------------ limits */

#define IL_NAME_MAX 200      /* bytes of a user's name, [A-Za-z0-9._-] */
#define IL_CODEC_MAX 63      /* bytes of a codec id */
#define IL_MAX_PROCESSES 512 /* handles of one object that are open at one time */
#define IL_MAX_HOLDS 1000    /* locks one thread may hold: the kernel's walk over a dead thread's locks ends at 2048 */
#define IL_MAX_CONDITIONS 64 /* with a name, of one lock */
#define IL_MAX_WAITERS 1024  /* on all conditions of one lock */
#define IL_MAX_QUEUE_BYTES (INT64_C(16) << 30)
#define IL_MAX_BATCH 1024 /* items of one il_queue_try_put_all or il_queue_try_take_all */

/* ------------------------------------------------------------------ objects */

enum il_kind {
    IL_KIND_ANY = 0,
    IL_KIND_LOCK = 1,
    IL_KIND_LONG = 2,
    IL_KIND_QUEUE = 3,
    IL_KIND_JOINABLE_QUEUE = 4,
    IL_KIND_EVENT = 5,
    IL_KIND_PERMITS = 7,
    IL_KIND_BARRIER = 8,
    IL_KIND_PIPE = 9,
    IL_KIND_SEMAPHORE = 6 /* the segment beside an anonymous semaphore; see il_semaphore_open */
};

enum il_mode {
    IL_OPEN = 0,   /* attach, or create if there is none */
    IL_CREATE = 1, /* create an anonymous object; name must be NULL */
    IL_FIND = 2    /* attach; IL_NOT_FOUND if there is none */
};

/*
 * What a caller asks for. parameter: queues {capacity, max bytes}; pipes {bytes that may wait to be received at either end,
 * max bytes of one item, at most 8 GiB each}; long {initial value}; lock none.
 */
typedef struct il_spec {
    uint32_t kind;
    uint32_t mode;
    const char *name; /* without prefix */
    int64_t parameter[2];
    const char *codec; /* queues, pipes: recorded at creation, compared at open; NULL or "" elsewhere */
    int64_t deadline;  /* for other processes that are creating or sweeping the same name */
} il_spec;

/* What is there. */
typedef struct il_info {
    uint32_t kind;
    uint32_t layout;
    int64_t parameter[2];
    uint64_t size; /* bytes of the file, most of them not reserved */
    uint32_t mutex_size;
    int32_t creator_pid;
    int64_t created_at; /* nanoseconds of CLOCK_REALTIME */
    uint64_t pid_namespace;
    uint64_t device;
    uint64_t inode;
    char platform[32]; /* "linux-x86-64-glibc" */
    char codec[IL_CODEC_MAX + 1];
    char name[IL_NAME_MAX + 8]; /* as given; anonymous: "~" and random characters */
} il_info;

/* One process's use of one object: a mapping, and a slot that tells others that the process lives. */
typedef struct il_object il_object;

/*
 * Creates or attaches as spec says. *out is set on IL_OK only. On IL_INCOMPATIBLE, and on success, *info
 * (may be NULL) tells what is there. A creator that dies half-way leaves a name that the next opener
 * completes. IL_SYSTEM with ENOSPC: /dev/shm is full, nothing is left behind. IL_TIMED_OUT: somebody
 * held the creation lock of that name until the deadline.
 */
IL_API il_status il_object_open(const il_spec *spec, il_object **out, il_info *info);

/*
 * Opens a second description of the object with a slot of its own on it, for another process to adopt:
 * *fd is close-on-exec and the caller's to pass on and close. As long as any copy of it is open the object
 * counts as used, even after this handle was closed and before the other process has adopted it.
 */
IL_API il_status il_object_lend(il_object *object, int *fd, uint32_t *slot, uint32_t *generation);
/* Nobody has adopted, or will adopt, what was lent; every copy of the descriptor is to be closed afterwards. */
IL_API void il_object_take_back(il_object *object, uint32_t slot, uint32_t generation);
/*
 * The receiving side of il_object_lend. Takes fd over in every case (it is closed on failure). kind:
 * IL_KIND_ANY or the kind expected (else IL_INCOMPATIBLE).
 */
IL_API il_status il_object_adopt(int fd, uint32_t slot, uint32_t generation, uint32_t kind, il_object **out,
                                 il_info *info);

IL_API void il_object_info(const il_object *object, il_info *info);
/* What of an object depends on who makes it (layout, platform, mutex_size, pid_namespace), as this process
 * would make it: for messages that say both sides. The rest is zero. */
IL_API void il_info_of_process(il_info *info);
/* Wakes every thread of every process that sleeps on this object; each looks again and goes on waiting. */
IL_API void il_object_wake(il_object *object);

/*
 * Gives the handle back in two steps, for callers whose threads may still be about to use it:
 * retire gives back the slot, unlinks the name of an anonymous object that nobody else uses, and unless keep_mapping is
 * set replaces the mapping by pages in which every later call finds IL_CLOSED; no call on
 * the object may be running. keep_mapping must be set while a thread of this process holds a lock
 * in it: the list of held locks runs through the mapping. free gives back what is left.
 *
 * Where the holder of a lock is only as alive as its slot, a thread that holds one keeps the slot, and calls that would
 * take another find IL_CLOSED; with IL_KEEP_USABLE, for a process that is about to end, they do not, and the slot stays.
 */
enum { IL_KEEP_MAPPING = 1, IL_KEEP_USABLE = 2 };
IL_API il_status il_object_retire(il_object *object, int keep_mapping);
IL_API void il_object_free(il_object *object);
/*
 * For a process that is about to end, and whose threads may use the object to its last instruction: unlinks the name
 * of an anonymous object that nobody else uses. To the others this process is dead from now on, not one that closed,
 * unless keep_slot is set; then it lives for them until it has ended. (A name may then be left for il_sweep: of two
 * processes that end at the same time, each sees that the other has the object open.)
 */
IL_API il_status il_object_depart(il_object *object, int keep_slot);
/* retire and free. */
IL_API il_status il_object_close(il_object *object);

/* Removes the name if it still means this object. IL_NOT_FOUND: it does not. The handle goes on working. */
IL_API il_status il_object_unlink(il_object *object);
/* Removes a name whatever kind it is. IL_NOT_FOUND: there was none. */
IL_API il_status il_name_unlink(const char *name);
/* The same, unless a process has the object open (IL_WOULD_BLOCK), or just opens it. */
IL_API il_status il_name_unlink_unused(const char *name);
/* Unlinks every anonymous object of this user that no process has open; *swept (may be NULL) counts them. */
IL_API il_status il_sweep(uint32_t *swept);
/* Bytes that a queue may use if nobody says otherwise: 1 GiB, at most a quarter of the shared memory
 * file system and of this process's memory limit. */
IL_API int64_t il_queue_default_bytes(void);

/* --------------------------------------------------------------------- wait */

/*
 * How a caller sleeps until an object changes: look; il_wait_prepare; look again; il_wait_sleep with the ticket
 * unless the second look succeeded; look again ... and once it is through, whatever the outcome, if it slept,
 * il_wait_leave, which passes on a wake-up that came to this caller but is of use to another.
 */
enum il_reason {
    IL_NOT_EMPTY = 0, /* queues: an item to take, an item given back, a shutdown; permits: some are free */
    IL_NOT_FULL = 1,  /* queues: room for one more */
    IL_ALL_DONE = 2,  /* joinable queues: nothing unfinished; all who wait are woken at once */
    IL_CHANGED = 3    /* events, barriers: set, passed, broken; all who wait are woken at once */
};
#define IL_REASONS 4
/* Pipes: il_pipe_reason. */

/*
 * Before all that, for callers that can spare up to 60 us of a processor: looks again and again for a moment, whose
 * length is learned from success and failure, and says whether the reason to wait is gone. While items (or places) come
 * one after the other it waits up to 3 us for more of them, which makes each cheaper. 0 at once where only one processor
 * is ours, and of events and barriers.
 */
IL_API int il_wait_spin(il_object *object, int reason);
/* for_bytes: the caller waits for bytes, not for a place (IL_NO_BYTES); it is woken whenever bytes come free. */
IL_API il_status il_wait_prepare(il_object *object, int reason, int for_bytes, uint32_t *ticket);
/* Returns IL_OK when woken or when the object changed since prepare, IL_TIMED_OUT at the deadline. */
IL_API il_status il_wait_sleep(il_object *object, int reason, int for_bytes, uint32_t ticket, int64_t deadline);
IL_API void il_wait_leave(il_object *object, int reason);

/* ------------------------------------------------------------------ looking */

/*
 * What a bystander sees: for tools that list objects, and to find out who waits for whom. Looking reads files and what
 * the system tells of processes; it maps, locks, takes and writes nothing, so those who use an object never notice, and
 * whatever stands in it is an answer, not a failure. Each word is true for the moment at which it was read; words that
 * change meanwhile need not fit together.
 */
enum il_space {
    IL_SPACE_OBJECTS = 0,   /* "/interlock.<name>", the segments */
    IL_SPACE_SEMAPHORES = 1 /* "/<name>", the semaphores that sem_open knows, whoever made them */
};

enum il_sleep {
    IL_SLEEP_NONE = IL_REASONS, /* below: for that reason (enum il_reason) */
    IL_SLEEP_MUTEX = 5,         /* locks: for the lock; others: for a mutex within, for a moment */
    IL_SLEEP_CONDITION = 6,
    IL_SLEEP_SEMAPHORE = 7,
    IL_SLEEP_ELSEWHERE = 8 /* on another word of the object */
};

/* Where something that looks like an object was seen: in the file system, in a process, or under a sleeping thread. */
typedef struct il_sighting {
    uint32_t space;
    int32_t descriptor; /* the number under which the process has it open; -1: it has it mapped, or is not meant */
    int32_t thread;     /* the id of the thread of the process that sleeps on it; 0: none, it is open there */
    uint32_t sleep;     /* why it sleeps: enum il_reason, enum il_sleep */
    uint64_t device;    /* identity of the file; 0 of a name in the file system */
    uint64_t inode;
    char name[256]; /* without prefix, as the file system has it: perhaps not one that an object can have */
} il_sighting;

/* Every name of both spaces. Fills at most capacity sightings; *count: how many there are (IL_TOO_SMALL: more). */
IL_API il_status il_look_list(il_sighting *sightings, uint32_t capacity, uint32_t *count);
/*
 * What a process has open, an object perhaps several times, and which of its threads sleep on what; counted as by
 * il_look_list. *threads_hidden: the system does not tell us of its threads. IL_NOT_FOUND: no such process. IL_SYSTEM
 * with EACCES: it is another user's. ENOSYS: this system tells nothing of processes.
 */
IL_API il_status il_look_process(int32_t pid, il_sighting *sightings, uint32_t capacity, uint32_t *count,
                                 int *threads_hidden);

enum il_sight {
    IL_SIGHT_WHOLE = 0,   /* everything is set */
    IL_SIGHT_UNREADY = 1, /* being made, or its maker died: the next who opens the name makes it anew */
    IL_SIGHT_STRANGE = 2, /* of another build, pid namespace, or a kind not known here: info and memory only */
    IL_SIGHT_CLOSED = 3,  /* we may not read it: uid and memory only */
    IL_SIGHT_DAMAGED = 4  /* no object, or not any more; info is zero but for name, size and identity */
};

/* A process that has it open. */
typedef struct il_user {
    int32_t pid; /* in the pid namespace of the object; 0: on its way to a child */
    uint32_t slot;
    uint32_t generation;
    uint32_t holds; /* lock: 1 its owner; permits; unfinished items; arrivals at a barrier */
} il_user;

/* A number that tells of the state. */
typedef struct il_detail {
    char name[24];
    int64_t value;
} il_detail;
#define IL_MAX_DETAILS 8

typedef struct il_view {
    il_info info;
    uint32_t sight;
    uint32_t uid;            /* whose it is */
    uint32_t linked;         /* it still has a name */
    uint32_t detail_count;
    uint64_t memory;         /* bytes of real memory */
    uint64_t inode_beside;   /* of the semaphore beside the segment of an anonymous one; else 0 */
    il_detail details[IL_MAX_DETAILS]; /* whatever the kind has to tell */
    uint32_t user_count;     /* 0 of a semaphore with a name: it does not say who has it open */
    uint32_t reserved;
    il_user users[IL_MAX_PROCESSES];
} il_view;

/* IL_NOT_FOUND: there is no such name. IL_SYSTEM: a call failed for reasons that are not the object's. */
IL_API il_status il_look_at(uint32_t space, const char *name, il_view *view);
/* What il_look_process saw, through the process's own descriptor, so that the name may be gone. IL_NOT_FOUND likewise. */
IL_API il_status il_look_at_sighting(int32_t pid, const il_sighting *sighting, il_view *view);
/* "lock"; "" if the kind is not known here, or has no name. Static storage. */
IL_API const char *il_kind_name(uint32_t kind);
/* The C library, its version, and the system's: "glibc 2.36, Linux 6.1.0". Ends with 0, shortened if need be. */
IL_API void il_system_describe(char *buffer, size_t size);

/* --------------------------------------------------------------------- lock */

/*
 * A lock owned by a thread, on a robust process-shared mutex: when the owner dies the next taker has the
 * lock at once and gets IL_OWNER_DIED instead of IL_OK, and so does every later taker until one of them
 * calls il_lock_repaired and unlocks. Not recursive (IL_DEADLOCK).
 */
IL_API il_status il_lock_try(il_object *lock);                      /* IL_WOULD_BLOCK */
IL_API il_status il_lock_acquire(il_object *lock, int64_t deadline); /* IL_TIMED_OUT */
IL_API il_status il_lock_release(il_object *lock);                  /* IL_NOT_OWNER */
/* Pid of the owner whose death was reported to the holder; 0 if unknown or none. Holder only. */
IL_API int32_t il_lock_dead_owner(const il_object *lock);
/* The holder says that what the lock protects is whole again; nobody else will be told of that death. */
IL_API il_status il_lock_repaired(il_object *lock);
IL_API int il_lock_is_held(const il_object *lock);
IL_API int32_t il_lock_owner_pid(const il_object *lock); /* 0: free or unknown */

/*
 * Conditions of a lock. A waiter enlists with the lock, releases it, sleeps, takes the lock again, and leaves. A
 * signal goes to the oldest living waiter; if that one dies before it has left, another waiter gets it (within
 * 100 ms). Wake-ups without a signal do not happen, but a signal may reach one waiter too many when a process dies.
 * Memory for them is reserved with the first one: IL_SYSTEM with ENOSPC.
 */
/* The condition of that name, the same in every process; NULL: a new one without. IL_LIMIT_CONDITIONS. */
IL_API il_status il_condition_open(il_object *lock, const char *name, uint32_t *condition);
/* Holder only (IL_NOT_OWNER). IL_LIMIT_WAITERS. */
IL_API il_status il_condition_enlist(il_object *lock, uint32_t condition, uint32_t *entry);
/* IL_OK: signalled; *entry may have changed. IL_TIMED_OUT: not yet. */
IL_API il_status il_condition_sleep(il_object *lock, uint32_t *entry, int64_t deadline);
/*
 * Before the lock is taken again by one who does not want to wait any longer: later signals go to others. *signalled: too
 * late, one has come, and is kept (for another waiter, should this one die) until leave.
 */
IL_API il_status il_condition_withdraw(il_object *lock, uint32_t entry, int *signalled);
/* Ends the waiting, whatever came; not after withdraw unless that said *signalled. *signalled says whether a signal was received, which is then used up. */
IL_API il_status il_condition_leave(il_object *lock, uint32_t entry, int *signalled);
/* Holder only. */
IL_API il_status il_condition_signal(il_object *lock, uint32_t condition, int everyone);

/* ---------------------------------------------------------------- semaphore */

/*
 * A POSIX named semaphore, the one that sem_open("/name") gives a C or Python program. Nobody owns a permit: any process
 * may release, and what a killed holder had is lost. Anonymous ones (IL_CREATE) go when no process has them open.
 */
typedef struct il_semaphore il_semaphore;
/*
 * spec: kind IL_KIND_SEMAPHORE, parameter {permits}, which count only when it is created here. *info (may be NULL): kind,
 * device, inode, platform, name. IL_NOT_FOUND (IL_FIND), IL_CORRUPT: the file holds no semaphore.
 */
IL_API il_status il_semaphore_open(const il_spec *spec, il_semaphore **out, il_info *info);
IL_API il_status il_semaphore_try(il_semaphore *semaphore);                       /* IL_WOULD_BLOCK */
IL_API il_status il_semaphore_acquire(il_semaphore *semaphore, int64_t deadline); /* IL_TIMED_OUT */
/* IL_INVALID: the value would pass SEM_VALUE_MAX; nothing was released. */
IL_API il_status il_semaphore_release(il_semaphore *semaphore, uint32_t permits);
IL_API il_status il_semaphore_value(const il_semaphore *semaphore, int32_t *value);
IL_API il_status il_semaphore_unlink(il_semaphore *semaphore); /* IL_NOT_FOUND: the name means another one, or none */
IL_API il_status il_semaphore_name_unlink(const char *name);
/* As il_object_lend; *sidecar_fd is -1 for a named one. */
IL_API il_status il_semaphore_lend(il_semaphore *semaphore, int *fd, int *sidecar_fd, uint32_t *slot,
                                   uint32_t *generation);
/* As il_object_adopt; takes both descriptors over. name: that of the lender's il_info. */
IL_API il_status il_semaphore_adopt(const char *name, int fd, int sidecar_fd, uint32_t slot, uint32_t generation,
                                    il_semaphore **out, il_info *info);
/* Gives descriptors, and an anonymous name that nobody else uses, back; the semaphore itself works until freed. */
IL_API il_status il_semaphore_retire(il_semaphore *semaphore);
IL_API void il_semaphore_free(il_semaphore *semaphore);

/* ------------------------------------------------------------------ permits */

/*
 * Permits owned by processes: those of a process that died, or closed its handle, are there again, for those who wait
 * within a slice (100 ms). parameter: {permits}. None of the functions waits for others but il_permits_acquire.
 */
IL_API il_status il_permits_try(il_object *pool, uint32_t permits); /* IL_WOULD_BLOCK; IL_INVALID: more than there are */
/* For callers that will wait if this fails: as il_permits_try, but leaves what is free to those who have waited long. */
IL_API il_status il_permits_try_new(il_object *pool, uint32_t permits);
/*
 * For callers that sleep by il_wait_... (reason IL_NOT_EMPTY; IL_NO_BYTES asks for for_bytes): since is il_clock_now()
 * of when the wait began, the same in each attempt. Whoever has waited for 100 ms comes before those who began later,
 * as long as it goes on trying at least every 100 ms (and but for pauses of 200 ms, so that one who holds permits and
 * wants another gets it). A caller that gives up ends that by il_permits_stop_waiting.
 */
IL_API il_status il_permits_try_waiting(il_object *pool, uint32_t permits, int64_t since);
IL_API void il_permits_stop_waiting(il_object *pool, int64_t since);
IL_API il_status il_permits_acquire(il_object *pool, uint32_t permits, int64_t deadline); /* IL_TIMED_OUT */
IL_API il_status il_permits_release(il_object *pool, uint32_t permits); /* IL_INVALID: more than this handle holds */
IL_API il_status il_permits_available(il_object *pool, uint32_t *permits);

/* ------------------------------------------------------------------ barrier */

/*
 * A cyclic barrier. The death of a process that has it open, or was lent it, breaks it; closing it does not, unless
 * while waiting in it. Opened while no process has it open it starts anew. parameter: {parties}, at most 65,535.
 */
/*
 * *index: how many are still missing; 0 passes the cycle. IL_BROKEN: it was, or became so meanwhile; the arrival counts
 * in no cycle. IL_WOULD_BLOCK: nothing was counted, a process was stopped just where it arrives.
 */
IL_API il_status il_barrier_arrive(il_object *barrier, uint32_t *cycle, uint32_t *index);
/* For callers that sleep by il_wait_... (reason IL_CHANGED): IL_OK, IL_BROKEN, or IL_WOULD_BLOCK for now. */
IL_API il_status il_barrier_passed(il_object *barrier, uint32_t cycle);
/* One who arrived stops waiting: IL_BROKEN, for it and all; IL_OK: too late, the cycle was passed. */
IL_API il_status il_barrier_give_up(il_object *barrier, uint32_t cycle);
/* IL_TIMED_OUT: and the barrier is broken for the others. */
IL_API il_status il_barrier_await(il_object *barrier, uint32_t *index, int64_t deadline);
IL_API il_status il_barrier_abort(il_object *barrier);
IL_API il_status il_barrier_reset(il_object *barrier); /* who waits gets IL_BROKEN; the dead are forgotten */
IL_API il_status il_barrier_inspect(il_object *barrier, uint32_t *waiting, int *broken);

/* -------------------------------------------------------------------- event */

/* A flag to wait for. Whoever waits when it is set is let go, even if it is cleared at once. */
IL_API il_status il_event_is_set(const il_object *event, int *set);
IL_API il_status il_event_set(il_object *event); /* of a set event, or with nobody asleep: no system call */
IL_API il_status il_event_clear(il_object *event);
/* For callers that sleep by il_wait_...: start once, then passed until it is not IL_WOULD_BLOCK. Reason: IL_CHANGED. */
IL_API il_status il_event_start_waiting(const il_object *event, uint32_t *start);
IL_API il_status il_event_passed(const il_object *event, uint32_t start);
IL_API il_status il_event_await(il_object *event, int64_t deadline); /* IL_TIMED_OUT */

/* --------------------------------------------------------------------- long */

/* A 64-bit integer; all sequentially consistent. */
IL_API il_status il_long_get(const il_object *counter, int64_t *value);
IL_API il_status il_long_set(il_object *counter, int64_t value);
IL_API il_status il_long_add(il_object *counter, int64_t delta, int64_t *result);
/* IL_OK if *expected was there; else IL_WOULD_BLOCK and *expected is what is there. */
IL_API il_status il_long_compare_and_set(il_object *counter, int64_t *expected, int64_t value);

/* -------------------------------------------------------------------- queue */

/*
 * First in, first out, any number of producers and consumers. An item is bytes. When put returns IL_OK the
 * item is in shared memory, whoever dies afterwards.
 */
typedef struct il_item {
    uint64_t length;   /* also set on IL_TOO_SMALL: the length that is needed */
    uint64_t token;    /* joinable queues: for il_queue_done and il_queue_give_back; else 0 */
    uint32_t deliveries; /* joinable queues: 1 the first time; else 1 */
    uint32_t reserved;
} il_item;

/*
 * Any of these may answer IL_WOULD_BLOCK, with nothing done, because a process was stopped, or got no processor, for
 * 100 ms just while it copied an item: call again. (Nobody is kept in here for longer.)
 */
/* IL_WOULD_BLOCK (capacity), IL_NO_BYTES, IL_SHUT_DOWN, IL_TOO_LARGE, IL_SYSTEM with ENOSPC: nothing was put. */
IL_API il_status il_queue_try_put(il_object *queue, const void *data, uint64_t length);
/*
 * Puts as many of count items as fit, in order, under one lock; *put says how many, on failure as well.
 * packed: for each item its length as uint64_t, then its bytes, padded to a multiple of 8.
 */
IL_API il_status il_queue_try_put_all(il_object *queue, const void *packed, uint64_t packed_length, uint32_t count,
                                      uint32_t *put);
/* IL_WOULD_BLOCK, IL_SHUT_DOWN, IL_TOO_SMALL. */
IL_API il_status il_queue_try_take(il_object *queue, void *buffer, uint64_t capacity, il_item *item);
/*
 * Takes up to count items into buffer, packed as in il_queue_try_put_all but each with its il_item instead of
 * the bare length. *taken says how many; at least one on IL_OK.
 */
IL_API il_status il_queue_try_take_all(il_object *queue, void *buffer, uint64_t capacity, uint32_t count,
                                       uint32_t *taken, uint64_t *needed);
IL_API il_status il_queue_put(il_object *queue, const void *data, uint64_t length, int64_t deadline);
IL_API il_status il_queue_take(il_object *queue, void *buffer, uint64_t capacity, il_item *item, int64_t deadline);

/*
 * Copies the item at or after *cursor without taking it and moves *cursor behind it; start with *cursor = 0.
 * IL_WOULD_BLOCK: there is none. Items taken meanwhile are passed over. Joinable queues: items given back
 * are not seen.
 */
typedef struct il_cursor {
    uint64_t next; /* opaque; 0 = the head */
    uint32_t started;
    uint32_t reserved;
} il_cursor;
IL_API il_status il_queue_look(il_object *queue, il_cursor *cursor, void *buffer, uint64_t capacity, il_item *item);

typedef struct il_queue_state {
    uint32_t size;       /* items not yet taken */
    uint32_t capacity;
    uint32_t unfinished; /* joinable: size + taken and not done; else = size */
    uint32_t shut_down;
    uint64_t max_bytes;
    uint64_t reserved_bytes; /* of shared memory, now */
    uint64_t largest_item;   /* bytes */
    uint64_t next_step;      /* bytes that the next growth will ask of the system */
    uint32_t full;           /* no item of any length fits now */
    uint32_t reserved;
} il_queue_state;
IL_API il_status il_queue_inspect(il_object *queue, il_queue_state *state);
IL_API il_status il_queue_size(const il_object *queue, uint32_t *size);

/* For every process: no put succeeds after this returned; takers get what is left. Idempotent. */
IL_API il_status il_queue_shutdown(il_object *queue);

/* Joinable queues. The item is gone. IL_NOT_FOUND: the token is not an unfinished item of this process. */
IL_API il_status il_queue_done(il_object *queue, uint64_t token);
/* The item will be delivered again, ahead of newer ones. IL_NOT_FOUND likewise. */
IL_API il_status il_queue_give_back(il_object *queue, uint64_t token);
/* Gives back every unfinished item of this handle: what closing it does first. */
IL_API il_status il_queue_give_back_all(il_object *queue);
/* IL_OK if every item that was put is done, else IL_WOULD_BLOCK. */
IL_API il_status il_queue_try_join(il_object *queue);
IL_API il_status il_queue_join(il_object *queue, int64_t deadline);

/* --------------------------------------------------------------------- pipe */

/*
 * Two ends, left and right; what one sends the other receives, in order. Made by IL_CREATE only (IL_OPEN: IL_INVALID), and
 * then both ends are the creator's. An end belongs to one process at a time: to whom it was handed last. All of its
 * functions answer, of an end of which that is true:
 *   IL_CLOSED     it is closed
 *   IL_HANDED_ON  it belongs to another process
 * An end is closed by il_pipe_close, by giving back its owner's handle, or by its owner's death, and then for good. Nobody
 * who waits at the other end does so for longer than a slice (100 ms) after that.
 */
enum il_pipe_end { IL_LEFT = 0, IL_RIGHT = 1 };

/*
 * IL_NO_BYTES: as much is waiting as may, or too much for this one; an item that is larger than all that may wait goes in
 * when nothing else waits. IL_WOULD_BLOCK: the end is being handed on, or a process was stopped just while it copied an
 * item. IL_ENDED: nobody will receive it. IL_TOO_LARGE, IL_SYSTEM with ENOSPC. In all these cases nothing was sent.
 */
IL_API il_status il_pipe_try_send(il_object *pipe, int end, const void *data, uint64_t length);
/* IL_WOULD_BLOCK (likewise), IL_TOO_SMALL. IL_ENDED: the other end is closed, and everything it sent was received. */
IL_API il_status il_pipe_try_receive(il_object *pipe, int end, void *buffer, uint64_t capacity, il_item *item);
IL_API il_status il_pipe_send(il_object *pipe, int end, const void *data, uint64_t length, int64_t deadline);
IL_API il_status il_pipe_receive(il_object *pipe, int end, void *buffer, uint64_t capacity, il_item *item, int64_t deadline);
/* Whether il_pipe_try_receive would answer something else than IL_WOULD_BLOCK. */
IL_API il_status il_pipe_poll(il_object *pipe, int end, int *ready);
/* For callers that sleep by il_wait_...: what to wait for at an end. Either way IL_NO_BYTES asks for for_bytes. */
IL_API int il_pipe_reason(int end, int sending);
/* Whoever waits at either end is woken; what was sent can still be received. */
IL_API il_status il_pipe_close(il_object *pipe, int end);

/*
 * Handing an end on to a process that will adopt {slot, generation} of an il_object_lend. From il_pipe_lend on the end is
 * that process's: if it dies, or every copy of the lent descriptor is closed before it has adopted it, the end is closed.
 * Until the lender says how it came out, its own uses of the end wait (IL_WOULD_BLOCK). IL_INVALID: no such slot.
 */
IL_API il_status il_pipe_lend(il_object *pipe, int end, uint32_t slot, uint32_t generation);
IL_API il_status il_pipe_handed_over(il_object *pipe, int end);
/* Before il_object_take_back, if the other process has not got what was lent, or is dead. */
IL_API il_status il_pipe_take_back(il_object *pipe, int end);
/*
 * The receiving side: the end becomes this handle's if it is that of {slot, generation}, or was lent to it. That may also be
 * its owner as il_pipe_owner told it, who has sent it by other ways; it learns of it by IL_HANDED_ON. IL_WOULD_BLOCK: a
 * process was stopped in a send or receive; call again.
 */
IL_API il_status il_pipe_claim(il_object *pipe, int end, uint32_t slot, uint32_t generation);
/* Of an end that is this handle's. */
IL_API il_status il_pipe_owner(const il_object *pipe, int end, uint32_t *slot, uint32_t *generation);

/* Items that wait to be received at an end; anybody may ask, and be told what is not true any more. */
IL_API il_status il_pipe_size(const il_object *pipe, int end, uint32_t *size);
IL_API int32_t il_pipe_owner_pid(const il_object *pipe, int end); /* 0: closed, or on its way */
IL_API uint64_t il_pipe_largest_item(const il_object *pipe);      /* bytes; 0: the handle can not be used */

/* ------------------------------------------------------------- POSIX, one call each */

/*
 * What org.interlock.posix is made of: the calls of POSIX themselves, on memory and names as they are ("/name"), for
 * courses and for sharing with programs that know nothing of Interlock. Deadlines are ours; none is interruptible;
 * nothing here survives a death that POSIX does not survive. IL_SYSTEM with errno for whatever POSIX calls an error;
 * EOWNERDEAD of a mutex, EBUSY and EAGAIN of trying, and ETIMEDOUT are IL_OWNER_DIED, IL_WOULD_BLOCK, IL_TIMED_OUT.
 */
/* device and inode: two mappings of one object can be told from mappings of two. */
typedef struct il_posix_memory {
    void *address;
    uint64_t size;
    uint64_t device;
    uint64_t inode;
} il_posix_memory;
/* Made of real memory, so EEXIST or ENOSPC come now, and no SIGBUS later. *memory is set on IL_OK only. */
IL_API il_status il_posix_shm_create(const char *name, uint64_t size, il_posix_memory *memory);
IL_API il_status il_posix_shm_open(const char *name, il_posix_memory *memory);
IL_API il_status il_posix_shm_unmap(void *address, uint64_t size);
IL_API il_status il_posix_shm_unlink(const char *name);
IL_API il_status il_posix_sem_create(const char *name, uint32_t value, void **semaphore); /* EEXIST */
IL_API il_status il_posix_sem_open(const char *name, void **semaphore);
IL_API il_status il_posix_sem_wait(void *semaphore, int64_t deadline);
IL_API il_status il_posix_sem_trywait(void *semaphore);
IL_API il_status il_posix_sem_post(void *semaphore);
IL_API il_status il_posix_sem_getvalue(void *semaphore, int32_t *value);
IL_API il_status il_posix_sem_close(void *semaphore);
IL_API il_status il_posix_sem_unlink(const char *name);
IL_API uint64_t il_posix_mutex_size(void);
IL_API il_status il_posix_mutex_init(void *mutex); /* robust, error-checking, process-shared */
IL_API il_status il_posix_mutex_lock(void *mutex, int64_t deadline); /* IL_OWNER_DIED: held, not consistent */
IL_API il_status il_posix_mutex_trylock(void *mutex);
IL_API il_status il_posix_mutex_consistent(void *mutex);
IL_API il_status il_posix_mutex_unlock(void *mutex);
IL_API il_status il_posix_mutex_destroy(void *mutex);
IL_API uint64_t il_posix_cond_size(void);
IL_API il_status il_posix_cond_init(void *condition); /* process-shared, CLOCK_MONOTONIC */
/* The mutex is held again; IL_SYSTEM with EOWNERDEAD: and as il_posix_mutex_lock's IL_OWNER_DIED. */
IL_API il_status il_posix_cond_wait(void *condition, void *mutex, int64_t deadline);
IL_API il_status il_posix_cond_signal(void *condition);
IL_API il_status il_posix_cond_broadcast(void *condition);
IL_API il_status il_posix_cond_destroy(void *condition);

/* ----------------------------------------------------------------- children */

/*
 * A program started through the launcher. With daemon set, the launcher stays between caller and child as its
 * guardian: when the calling process ends, however, the child gets SIGTERM, after a grace period SIGKILL,
 * and so does every process that it left behind.
 */
typedef struct il_spawn_options {
    const char *launcher; /* path of the interlock-launcher binary */
    /* A path, from directory if it is relative; or a name that is looked up in the PATH of environment. */
    const char *program;
    const char *const *arguments;   /* NULL-terminated, from argv[0] */
    const char *const *environment; /* NULL-terminated "NAME=value"; see inherit_environment */
    const char *directory;          /* NULL: the caller's */
    const char *output_path; /* NULL: the caller's stdout; created or truncated, mode 0666 less umask */
    const char *error_path;  /* NULL: the caller's stderr; the same path as output_path: one file for both */
    int32_t daemon;
    int32_t inherit_input; /* else stdin is /dev/null */
    int32_t channel;       /* what the child gets as descriptor 3; stays the caller's too. -1: none */
    int32_t inherit_environment; /* environment holds changes to the caller's: "NAME=value" sets, "NAME" removes */
    int32_t spare;               /* a daemon that waits for work, see il_child_employ; daemon is of no effect */
} il_spawn_options;

/*
 * All descriptors close-on-exec; the caller gives them back through il_child_release. One thread may wait or
 * reap while others signal and abandon, all on the same il_child: a copy does not learn that the child has
 * ended.
 */
typedef struct il_child {
    int32_t pid;    /* of the program */
    int32_t direct; /* pid of our own child process: pid, or that of the guardian */
    int32_t handle; /* pidfd of the program, taken before it could be reaped; -1 where the system has none */
    int32_t lifeline;    /* daemon: socket to the guardian; its end of file is the caller's death. Else -1 */
    int32_t exit_status; /* once il_child_wait returned IL_OK: 0..255 exit status; -n ended by signal n */
    int32_t state;       /* internal */
} il_child;

/*
 * Returns once the program was executed, or IL_SYSTEM with the call that failed ("execve", "chdir", "open")
 * and errno; then nothing is left of it. The program has default signal dispositions and an empty mask, and
 * besides 0, 1, 2 and 3 no descriptor.
 */
IL_API il_status il_child_spawn(const il_spawn_options *options, il_child *child);
/*
 * Waits for the end of the program. IL_OK: exit_status is set; called again, it returns at once. A daemon
 * whose guardian was killed has been killed with it: -9. IL_SYSTEM waitpid ECHILD: the program has ended, but
 * this process ignores SIGCHLD or reaped the child elsewhere, so its exit status is lost.
 */
IL_API il_status il_child_wait(il_child *child, int64_t deadline);
/*
 * Waits until the process that this one has to reap is reaped, after which il_child_release leaves nothing.
 * Without a guardian il_child_wait has done so. A guardian stays after the end of its program as long as
 * processes that this left behind live, and ends those when the caller ends. Includes il_child_wait.
 */
IL_API il_status il_child_reap(il_child *child, int64_t deadline);
/* SIGTERM, SIGKILL, SIGINT, SIGHUP. */
enum il_signal { IL_SIGNAL_TERMINATE = 1, IL_SIGNAL_KILL = 2, IL_SIGNAL_INTERRUPT = 3, IL_SIGNAL_HANG_UP = 4 };
/* IL_NOT_FOUND: it has ended. Never reaches another process that was given the same pid. */
IL_API il_status il_child_signal(const il_child *child, int signal);
/*
 * Tells the guardian that the parent is ending: it ends the child as if the parent were gone. Returns at
 * once; il_child_wait tells the outcome. Idempotent; IL_INVALID if the child is no daemon.
 */
IL_API il_status il_child_abandon(il_child *child);
/*
 * A spare gets work. Until then it ends by SIGKILL, at once, when the caller ends or abandons it; from now on it is a
 * daemon, or, if daemon is 0, outlives the caller. In the latter case its guardian stays too, to report its end, but
 * ends nothing: neither the program nor what that leaves behind. It counts even if the caller is killed at the next
 * instruction. IL_INVALID: it has no guardian. IL_NOT_FOUND: it has ended. Of no effect on what is no spare (any more).
 */
IL_API il_status il_child_employ(const il_child *child, int daemon);
/* Closes the descriptors. To a guardian not yet reaped this is the caller's death; nobody will reap it. */
IL_API void il_child_release(il_child *child);
/*
 * By a program that was started with a channel, as early as it can: from then on it is killed if its guardian dies. Where
 * the kernel sees to that (Linux), or there is no guardian, this does nothing. Descriptor 5 belongs to it on other systems.
 */
IL_API il_status il_lifeline_watch(void);

/* A connected pair of close-on-exec stream sockets, for the task of a child. */
IL_API il_status il_channel_open(int *ours, int *theirs);
/*
 * Sends all of data, with count (at most 64) descriptors attached to its first byte. IL_SYSTEM EPIPE: the
 * peer is gone. IL_TIMED_OUT: nothing was sent. IL_SYSTEM ETIMEDOUT: a part was, and the channel is of no
 * more use.
 */
IL_API il_status il_channel_send(int channel, const void *data, uint64_t length, const int *descriptors,
                                 uint32_t count, int64_t deadline);
/*
 * Receives exactly length bytes, and up to *count descriptors (close-on-exec) that arrived with them; *count
 * is set to their number, 0 on failure. count may be NULL. IL_NOT_FOUND: end of file came first.
 * IL_TIMED_OUT: nothing was received. IL_SYSTEM ETIMEDOUT: a part was, and the channel is of no more use.
 * IL_TOO_SMALL: more descriptors came; all are closed. IL_SYSTEM EMFILE: descriptors came that this process
 * has no numbers for.
 */
IL_API il_status il_channel_receive(int channel, void *data, uint64_t length, int *descriptors,
                                    uint32_t *count, int64_t deadline);
IL_API void il_descriptor_close(int descriptor);

#ifdef __cplusplus
}
#endif

#endif

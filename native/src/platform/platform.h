/*
 * The seam: all that Interlock needs of the operating system beyond POSIX 2008. One implementation is
 * compiled in, chosen by IL_PLATFORM; nothing outside this directory knows which.
 *
 * Every function returns 0 or an errno value unless it says otherwise, and never touches the global errno in
 * a way callers rely on.
 */
#ifndef IL_PLATFORM_H
#define IL_PLATFORM_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define IL_CACHE_LINE 64

/* ------------------------------------------------------------ wait on address */

/*
 * Sleeps while *word == expected, until woken, the deadline (absolute, CLOCK_MONOTONIC ns) or a signal.
 * 0: woken, changed or interrupted (the caller looks again); ETIMEDOUT. Process-shared; a killed waiter
 * leaves nothing behind in the word.
 */
int il_platform_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline);
void il_platform_wake(_Atomic uint32_t *word, int everyone);

/* -------------------------------------------------------------- robust mutex */

/*
 * Process-shared, error-checking, survives its owner. A cache line of its own. Which member is used is the
 * implementation's business, and part of il_platform_name().
 */
typedef union il_mutex {
    pthread_mutex_t native;
    struct {
        _Atomic uint64_t owner;
        _Atomic uint32_t sleepers;
        uint32_t type;
    } portable;
    _Alignas(IL_CACHE_LINE) uint8_t bytes[IL_CACHE_LINE];
} il_mutex;

/*
 * As whom the calling process takes the mutexes of an object, and how to learn whether another one lives, for
 * implementations that are not told by the kernel. owner: {slot: 9, generation: 23} of this process's handle.
 * taken: what such an implementation counts by which mutexes it has; who only looks needs none.
 */
struct il_holder {
    uint32_t owner;
    int (*is_alive)(const void *object, uint32_t owner);
    const void *object;
    _Atomic uint32_t *taken;
};

/* Whether the owner of a mutex counts as dead once its slot is free. */
extern const int il_platform_owner_needs_slot;
int il_platform_mutex_init(il_mutex *mutex);
/*
 * 0; EOWNERDEAD (held; the caller repairs, then calls ..._consistent); EINVAL (what is there is no mutex of ours:
 * the type word is checked before anything else); ENOMEM; ECANCELED (after ..._renounce). The owner is the calling thread: a thread that ends is a dead
 * owner, even if its process lives. try: EBUSY; EDEADLK or EBUSY to the thread that holds it. lock: ETIMEDOUT at
 * the deadline; EDEADLK to the thread that holds it.
 */
int il_platform_mutex_try(il_mutex *mutex, const struct il_holder *self);
int il_platform_mutex_lock(il_mutex *mutex, const struct il_holder *self, int64_t deadline);
int il_platform_mutex_consistent(il_mutex *mutex);
/* EPERM: this thread does not hold it, or not through this handle. Without ..._consistent: ENOTRECOVERABLE from now on. */
int il_platform_mutex_unlock(il_mutex *mutex, const struct il_holder *self);
/*
 * No mutex is taken as this holder any more. Whether it has none, nor will: if it has, its slot must stay. Always true where
 * owners need no slot.
 */
int il_platform_mutex_renounce(const struct il_holder *self);
/* Whether a living thread holds it; only a look, nothing is taken. */
int il_platform_mutex_is_held(const il_mutex *mutex, const struct il_holder *self);
/* By the thread that forks, before and in the child: what the parent holds is not in the child's hands. */
void il_platform_mutex_before_fork(void);
void il_platform_mutex_in_child(void);
/* This memory is about to go: no thread that ends looks at a mutex in it any more. */
void il_platform_mutex_forget(const void *memory, size_t length);

/* ---------------------------------------------------- the same for any mutex, and a semaphore: org.interlock.posix */

int il_platform_pthread_mutex_init(pthread_mutex_t *mutex); /* robust, error-checking, process-shared */
int il_platform_pthread_mutex_lock(pthread_mutex_t *mutex, int64_t deadline);
int il_platform_pthread_mutex_try(pthread_mutex_t *mutex);
int il_platform_pthread_mutex_consistent(pthread_mutex_t *mutex);
int il_platform_pthread_cond_init(pthread_cond_t *condition); /* process-shared, by the monotonic clock if there is a choice */
int il_platform_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline);
int il_platform_sem_getvalue(sem_t *semaphore, int *value); /* ENOSYS */

/* --------------------------------------------------------------- slots: who is alive */

/*
 * A slot of the object whose file fd is, held by a lock that the kernel drops when the last copy of what carries it
 * is closed, however the process died. take: EAGAIN if it is taken; *carrier: the descriptor that carries it, the
 * caller's to close, or -1: fd itself does. Neither is ever mapped.
 */
int il_platform_slot_take(int fd, uint32_t index, int *carrier);
/* Gives it back at once, for all copies: closing would leave it to the last of them. The carrier stays open. */
int il_platform_slot_release(int fd, uint32_t index, int carrier);
#define IL_NO_SLOT UINT32_MAX
/* *taken: whether anybody has a slot of [first, first + count) other than the caller's own. */
int il_platform_slot_taken(int fd, uint32_t own, uint32_t first, uint32_t count, int *taken);
/* One descriptor that keeps the slot on its way to another process, in place of fd and carrier, which it takes over. */
int il_platform_slot_pack(int fd, int carrier, int *packed);
/* The other side; takes packed over. EINVAL: that is not what it is. */
int il_platform_slot_unpack(int packed, int *fd, int *carrier);
/* Removes what the dead have left of slots in the file system. */
void il_platform_slots_sweep(void);
/* A new open file description of the same file, close-on-exec, even if its name is gone. */
int il_platform_reopen(int fd, int *reopened);

/* ---------------------------------------------------------------------- named semaphores */

/* name: with its slash. create: EEXIST. */
int il_platform_semaphore_create(const char *name, uint32_t value);
int il_platform_semaphore_unlink(const char *name);
/* The file behind the name: its identity, and what can be mapped. EINVAL: it holds no semaphore. */
int il_platform_semaphore_file(const char *name, int *fd);
/* tally: what counting permits needs where a look does not tell how many there are, else -1; until unmap. */
int il_platform_semaphore_map(int fd, sem_t **semaphore, int *tally);
void il_platform_semaphore_unmap(sem_t *semaphore, int tally);
/* EAGAIN: there is no permit. */
int il_platform_semaphore_try(sem_t *semaphore, int tally);
/* ETIMEDOUT at the deadline. Looks again at least every 100 ms, for a wake-up that went to a dead waiter. tally: or -1. */
int il_platform_semaphore_wait(sem_t *semaphore, int tally, int64_t deadline);
/* The most permits that one may have. */
extern const uint32_t il_platform_semaphore_max;
/* How many permits there are, by a look; ENOSYS where the system does not tell. */
int il_platform_semaphore_value(sem_t *semaphore, int *value);
/* The same by whatever it takes. ENOSYS: without a tally; ETIMEDOUT: somebody who counts does not come to an end. */
int il_platform_semaphore_count(sem_t *semaphore, int tally, int *value);

/* ---------------------------------------------------------------------- pages */

/* Makes [offset, offset + length) of the file real memory: afterwards touching it can not fail. ENOSPC. */
int il_platform_reserve(int fd, int64_t offset, int64_t length);
/* Gives the pages back; they read as zero afterwards. */
int il_platform_release(int fd, int64_t offset, int64_t length);
/*
 * Replaces a mapping: `readable` bytes that read as zero, no access to the rest; the address range stays taken. On failure
 * the old mapping may be there in part.
 */
int il_platform_blank(void *address, size_t readable, size_t length);

/* ---------------------------------------------------------------------- names and facts */

#define IL_PLATFORM_NAME_MAX 255
/* Opens the file of the object name (user's, or "~random"), for its owner alone. create: EEXIST. ENOENT, ENAMETOOLONG. */
int il_platform_object_open(const char *name, int create, int *fd);
int il_platform_object_unlink(const char *name);
/* What fstat would say of the file behind an object name; needs neither a descriptor nor the right to open it. */
int il_platform_shm_facts(const char *name, struct stat *facts);
/* Calls visit with the object name of every file of ours in the shared memory file system. */
int il_platform_shm_list(void (*visit)(const char *name, void *context), void *context);
/* Size of the shared memory file system, 0 if unknown; the memory limit of this process, 0 if none or unknown. */
uint64_t il_platform_shm_size(void);
uint64_t il_platform_memory_limit(void);
/* Identity of the pid namespace; *id is 0 where the system does not tell. */
int il_platform_pid_namespace(uint64_t *id);
/* How many processors this process may run on. */
int il_platform_processors(void);
/* "linux-x86-64-glibc": whose mutexes and slots mean the same */
const char *il_platform_name(void);
int il_platform_random(void *buffer, size_t length);

/* ---------------------------------------------------------------------- looking */

/*
 * Opens what a name of the space stands for, whoever's and whatever it is, for reading only and never waiting. *facts is set
 * even if we may not read it; then *fd is -1.
 */
int il_platform_look_open(uint32_t space, const char *name, struct stat *facts, int *fd);
/* The same by the descriptor of another process. */
int il_platform_look_open_in(int32_t pid, int descriptor, struct stat *facts, int *fd);
/* The value of the semaphore in the file of that space. EINVAL: it holds none; ENOSYS: it does, and that is all that is told. */
int il_platform_look_semaphore(int fd, const struct stat *facts, int *value);
/* Calls visit with the name of every file of either space. */
int il_platform_look_list(void (*visit)(uint32_t space, const char *name, void *context), void *context);
/*
 * Calls visit with every object that a process has open, for each descriptor and each mapping, and then with every
 * thread that sleeps on a word of one, and the offset of that word. ESRCH, EACCES, ENOSYS. *threads_hidden: of the
 * threads nothing, or not all, could be told.
 */
struct il_sighting;
int il_platform_look_process(int32_t pid,
                             void (*visit)(const struct il_sighting *sighting, uint64_t offset, void *context),
                             void *context, int *threads_hidden);
/* "glibc 2.36, Linux 6.1.0". */
void il_platform_describe(char *buffer, size_t size);

/* ---------------------------------------------------------------------- children */

/* A handle of a process that this process may name without a race; ENOSYS where there are none. */
int il_platform_process_handle(int32_t pid, int *handle);
int il_platform_process_signal(int handle, int signal_number);
/* Whether the kernel leaves a program alive whose guardian dies, so that it must watch a lifeline itself: lifeline.c. */
extern const int il_platform_needs_lifeline;
/* guardian: orphans below this process become its children. */
int il_platform_become_subreaper(void);
/* child, before exec: SIGKILL for this process when its parent (checked: still parent) dies. ESRCH: it is dead already. */
int il_platform_die_with_parent(int32_t parent);
/* guardian: calls visit with the pid of every child of this process, zombies as well. */
void il_platform_children(void (*visit)(int32_t pid, void *context), void *context);
/* Closes every descriptor from first upwards. */
void il_platform_close_from(int first);
/* The environment of this process, NULL-terminated. */
char **il_platform_environment(void);
/* A connected pair of stream sockets, close-on-exec from birth: other threads fork as well. */
int il_platform_socket_pair(int pair[2]);
struct msghdr;
/* recvmsg that never waits (EAGAIN); descriptors arrive close-on-exec. *received is 0 at end of file. */
int il_platform_receive(int socket, struct msghdr *message, size_t *received);

#endif

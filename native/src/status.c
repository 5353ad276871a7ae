/* Tables behind il_status: names of codes, calls and errno values, and their classes. */
#include "status.h"

#include <errno.h>

static const char *const code_names[] = {
    "IL_OK",        "IL_OWNER_DIED", "IL_WOULD_BLOCK",  "IL_NO_BYTES",        "IL_TIMED_OUT",
    "IL_SHUT_DOWN", "IL_TOO_SMALL",  "IL_TOO_LARGE",    "IL_NOT_OWNER",       "IL_DEADLOCK",
    "IL_CLOSED",    "IL_FORKED",     "IL_NOT_FOUND",    "IL_INVALID",         "IL_CORRUPT",
    "IL_INCOMPATIBLE", "IL_FOREIGN", "IL_LIMIT_PROCESSES", "IL_LIMIT_HOLDS",  "IL_LIMIT_CONDITIONS",
    "IL_LIMIT_WAITERS", "IL_BROKEN", "IL_ENDED", "IL_HANDED_ON", "IL_SYSTEM",
};

static const char *const code_texts[] = {
    "done",
    "the lock is held, and its previous owner died holding it",
    "it would have to wait",
    "not enough bytes are free in the queue now",
    "the deadline passed",
    "the queue was shut down",
    "the buffer is too small",
    "the item can never fit in the queue",
    "the calling thread does not hold the lock",
    "the calling thread holds the lock already",
    "the handle is closed",
    "the handle was inherited through fork(); this process must open the object itself",
    "there is none",
    "an argument is not valid",
    "shared memory does not hold what an object of this kind holds",
    "the name exists as something else",
    "the name belongs to another user",
    "as many processes as an object allows have it open",
    "the thread holds as many locks as one thread may",
    "the lock has as many named conditions as one lock may",
    "as many threads wait on the conditions of the lock as may",
    "the barrier is broken",
    "the other end of the pipe is closed, or its process is dead",
    "this end of the pipe belongs to the process that it was handed to",
    "a call of the system failed",
};

static const char *const call_names[] = {
    "",         "shm_open",   "shm_unlink", "flock",     "fstat",
    "ftruncate", "posix_fallocate", "mmap", "fcntl",     "open",
    "opendir",  "malloc",     "pthread_mutex_init", "pthread_mutex_lock", "pthread_mutex_unlock",
    "getrandom", "posix_spawn", "execve",   "chdir",     "pipe",
    "socketpair", "fork",     "sendmsg",    "recvmsg",   "poll",
    "waitpid",  "pidfd_open", "kill",       "dup",       "prctl",
    "sem_open", "sem_unlink", "sem_wait",   "sem_post",
    "sem_trywait", "sem_getvalue", "sem_close", "munmap",
    "pthread_mutex_trylock", "pthread_mutex_consistent", "pthread_mutex_destroy",
    "pthread_cond_init", "pthread_cond_wait", "pthread_cond_signal", "pthread_cond_broadcast", "pthread_cond_destroy",
    "fchmod",   "pread",      "pwrite",     "stat",      "lstat",    "wait_on_address", "pthread_create",
};

_Static_assert(sizeof code_names / sizeof code_names[0] == IL_SYSTEM + 1, "a name for every code");
_Static_assert(sizeof code_texts / sizeof code_texts[0] == IL_SYSTEM + 1, "a text for every code");
_Static_assert(sizeof call_names / sizeof call_names[0] == IL_CALLS, "a name for every call");

struct errno_entry {
    int number;
    enum il_error_class class;
    const char *name;
};

#define ENTRY(number, class) {number, class, #number}
static const struct errno_entry errno_table[] = {
    ENTRY(EACCES, IL_ERROR_NO_PERMISSION), ENTRY(EPERM, IL_ERROR_NO_PERMISSION),
    ENTRY(EROFS, IL_ERROR_NO_PERMISSION),  ENTRY(ENOSPC, IL_ERROR_NO_SPACE),
    ENTRY(EDQUOT, IL_ERROR_NO_SPACE),      ENTRY(EFBIG, IL_ERROR_NO_SPACE),
    ENTRY(EMFILE, IL_ERROR_NO_DESCRIPTORS), ENTRY(ENFILE, IL_ERROR_NO_DESCRIPTORS),
    ENTRY(ENOENT, IL_ERROR_NOT_FOUND),     ENTRY(ENOTDIR, IL_ERROR_NOT_FOUND),
    ENTRY(ENOMEM, IL_ERROR_NO_MEMORY),     ENTRY(EAGAIN, IL_ERROR_NO_MEMORY),
    ENTRY(ETIMEDOUT, IL_ERROR_TIMED_OUT),  ENTRY(E2BIG, IL_ERROR_OTHER),
    ENTRY(EBADF, IL_ERROR_OTHER),          ENTRY(EBUSY, IL_ERROR_OTHER),
    ENTRY(ECHILD, IL_ERROR_OTHER),         ENTRY(ECONNRESET, IL_ERROR_OTHER),
    ENTRY(EDEADLK, IL_ERROR_OTHER),        ENTRY(EEXIST, IL_ERROR_OTHER),
    ENTRY(EFAULT, IL_ERROR_OTHER),         ENTRY(EINTR, IL_ERROR_OTHER),
    ENTRY(EINVAL, IL_ERROR_OTHER),         ENTRY(EIO, IL_ERROR_OTHER),
    ENTRY(EISDIR, IL_ERROR_OTHER),         ENTRY(ELOOP, IL_ERROR_OTHER),
    ENTRY(ENAMETOOLONG, IL_ERROR_OTHER),   ENTRY(ENODEV, IL_ERROR_OTHER),
    ENTRY(ENOEXEC, IL_ERROR_OTHER),        ENTRY(ENOLCK, IL_ERROR_OTHER),
    ENTRY(ENOSYS, IL_ERROR_OTHER),         ENTRY(ENOTRECOVERABLE, IL_ERROR_OTHER),
    ENTRY(ENOTSUP, IL_ERROR_OTHER),        ENTRY(ENXIO, IL_ERROR_OTHER),
    ENTRY(EOVERFLOW, IL_ERROR_OTHER),      ENTRY(EOWNERDEAD, IL_ERROR_OTHER),
    ENTRY(EPIPE, IL_ERROR_OTHER),          ENTRY(ESRCH, IL_ERROR_OTHER),
    ENTRY(ETXTBSY, IL_ERROR_OTHER),
};

int il_status_code(il_status status) { return status & 0xff; }

int il_status_errno(il_status status) { return (int)((uint32_t)status >> 16); }

const char *il_status_call(il_status status) {
    int call = (status >> 8) & 0xff;
    return call < IL_CALLS ? call_names[call] : "";
}

const char *il_status_name(il_status status) {
    int code = il_status_code(status);
    return code <= IL_SYSTEM ? code_names[code] : "IL_?";
}

const char *il_status_text(il_status status) {
    int code = il_status_code(status);
    return code <= IL_SYSTEM ? code_texts[code] : "unknown status";
}

static const struct errno_entry *find_errno(int number) {
    for (size_t i = 0; i < sizeof errno_table / sizeof errno_table[0]; i++) {
        if (errno_table[i].number == number) {
            return &errno_table[i];
        }
    }
    return NULL;
}

const char *il_status_errno_name(il_status status) {
    int number = il_status_errno(status);
    const struct errno_entry *entry = find_errno(number);
    if (number == 0) {
        return "";
    }
    return entry != NULL ? entry->name : "E?";
}

int il_status_class(il_status status) {
    const struct errno_entry *entry = find_errno(il_status_errno(status));
    return entry != NULL ? (int)entry->class : (int)IL_ERROR_OTHER;
}

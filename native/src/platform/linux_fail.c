/* Test builds only: the other side of the linker's --wrap. */
#include "platform/fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The last three are made through syscall(). */
#define CALLS(X)                                                                                             \
    X(open) X(shm_open) X(shm_unlink) X(ftruncate) X(fchmod) X(posix_fallocate) X(fallocate) X(mmap) X(fcntl) \
    X(flock) X(fstat) X(stat) X(lstat) X(pread) X(pwrite) X(opendir) X(getrandom) X(calloc) X(malloc)        \
    X(aligned_alloc) X(realloc) X(fopen)                                                                     \
    X(sem_open) X(sem_unlink) X(sem_trywait) X(sem_post) X(sem_getvalue) X(pthread_mutex_init) X(socketpair) \
    X(sendmsg) X(recvmsg) X(poll) X(waitpid) X(posix_spawn) X(pipe) X(fork) X(chdir) X(dup2) X(prctl)        \
    X(execve) X(futex) X(pidfd_open) X(pidfd_send_signal)

#define AS_ENUM(name) CALL_##name,
#define AS_TEXT(name) #name,
enum call { CALLS(AS_ENUM) CALL_COUNT };
static const char *const names[] = {CALLS(AS_TEXT)};

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EINTR", EINTR},   {"EMFILE", EMFILE}, {"ENFILE", ENFILE}, {"ENOSPC", ENOSPC},
    {"EACCES", EACCES}, {"EPERM", EPERM},   {"ENOMEM", ENOMEM}, {"EIO", EIO},
};

static _Atomic unsigned calls_until; /* the one that is to fail; 0: none */
static _Atomic int chosen = -1;      /* enum call */
static _Atomic int chosen_error;
static _Atomic int happened;

void il_fail_arm(const char *call, unsigned nth, int error) {
    int found = -1;
    for (int index = 0; index < CALL_COUNT && call != NULL; index++) {
        found = strcmp(names[index], call) == 0 ? index : found;
    }
    atomic_store(&chosen, -1);
    atomic_store(&happened, 0);
    atomic_store(&calls_until, nth);
    atomic_store(&chosen_error, error);
    atomic_store(&chosen, found);
}

int il_fail_happened(void) { return atomic_load(&happened); }

const char *il_fail_name(unsigned index) { return index < CALL_COUNT ? names[index] : NULL; }

/* Before main, when nothing of ours has called anything. */
__attribute__((constructor)) static void arm_from_environment(void) {
    const char *wish = getenv("IL_FAIL");
    char call[32], error[16];
    unsigned nth;
    if (wish == NULL || sscanf(wish, "%31[a-z_0-9]:%u:%15s", call, &nth, error) != 3) {
        return;
    }
    int number = atoi(error);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        number = strcmp(errors[i].name, error) == 0 ? errors[i].number : number;
    }
    il_fail_arm(call, nth, number);
}

/* 0, or how this call fails. */
static int failure_of(enum call call) {
    if ((int)call != atomic_load(&chosen) || atomic_load(&calls_until) == 0 || atomic_fetch_sub(&calls_until, 1) != 1) {
        return 0;
    }
    atomic_store(&happened, 1);
    return atomic_load(&chosen_error);
}

/* __real_name is what the program would have called. */
#define WRAP(type, name, parameters, on_failure, arguments)                                                  \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters {                                                                          \
        int error = failure_of(CALL_##name);                                                                 \
        if (error != 0) {                                                                                    \
            on_failure;                                                                                      \
        }                                                                                                    \
        return __real_##name arguments;                                                                      \
    }
#define MINUS_ONE errno = error; return -1
#define NOTHING errno = error; return NULL
#define NUMBER return error

WRAP(int, shm_open, (const char *path, int flags, mode_t mode), MINUS_ONE, (path, flags, mode))
WRAP(int, shm_unlink, (const char *path), MINUS_ONE, (path))
WRAP(int, ftruncate, (int fd, off_t length), MINUS_ONE, (fd, length))
WRAP(int, fchmod, (int fd, mode_t mode), MINUS_ONE, (fd, mode))
WRAP(int, posix_fallocate, (int fd, off_t offset, off_t length), NUMBER, (fd, offset, length))
WRAP(int, fallocate, (int fd, int mode, off_t offset, off_t length), MINUS_ONE, (fd, mode, offset, length))
WRAP(void *, mmap, (void *address, size_t length, int protection, int flags, int fd, off_t offset),
     errno = error; return MAP_FAILED, (address, length, protection, flags, fd, offset))
WRAP(int, fstat, (int fd, struct stat *facts), MINUS_ONE, (fd, facts))
WRAP(int, stat, (const char *path, struct stat *facts), MINUS_ONE, (path, facts))
WRAP(int, lstat, (const char *path, struct stat *facts), MINUS_ONE, (path, facts))
WRAP(ssize_t, pread, (int fd, void *data, size_t length, off_t offset), MINUS_ONE, (fd, data, length, offset))
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t length, off_t offset), MINUS_ONE, (fd, data, length, offset))
WRAP(DIR *, opendir, (const char *path), NOTHING, (path))
WRAP(ssize_t, getrandom, (void *data, size_t length, unsigned flags), MINUS_ONE, (data, length, flags))
WRAP(void *, calloc, (size_t count, size_t size), NOTHING, (count, size))
WRAP(void *, malloc, (size_t size), NOTHING, (size))
WRAP(void *, aligned_alloc, (size_t alignment, size_t size), NOTHING, (alignment, size))
WRAP(void *, realloc, (void *memory, size_t size), NOTHING, (memory, size))
WRAP(FILE *, fopen, (const char *path, const char *mode), NOTHING, (path, mode))
WRAP(int, sem_unlink, (const char *path), MINUS_ONE, (path))
WRAP(int, sem_trywait, (sem_t *semaphore), MINUS_ONE, (semaphore))
WRAP(int, sem_post, (sem_t *semaphore), MINUS_ONE, (semaphore))
WRAP(int, sem_getvalue, (sem_t *semaphore, int *value), MINUS_ONE, (semaphore, value))
WRAP(int, pthread_mutex_init, (pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes), NUMBER,
     (mutex, attributes))
WRAP(int, socketpair, (int domain, int type, int protocol, int pair[2]), MINUS_ONE, (domain, type, protocol, pair))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), MINUS_ONE, (fd, message, flags))
WRAP(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), MINUS_ONE, (fd, message, flags))
WRAP(int, poll, (struct pollfd *all, nfds_t count, int timeout), MINUS_ONE, (all, count, timeout))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int flags), MINUS_ONE, (pid, status, flags))
WRAP(int, pipe, (int ends[2]), MINUS_ONE, (ends))
WRAP(pid_t, fork, (void), MINUS_ONE, ())
WRAP(int, chdir, (const char *path), MINUS_ONE, (path))
WRAP(int, dup2, (int from, int to), MINUS_ONE, (from, to))
WRAP(int, execve, (const char *path, char *const arguments[], char *const environment[]), MINUS_ONE,
     (path, arguments, environment))
WRAP(int, posix_spawn,
     (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
      char *const arguments[], char *const environment[]),
     NUMBER, (pid, path, actions, attributes, arguments, environment))

/* Letting go of a lock needs nothing and cannot fail: not counted. */
int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);
int __wrap_flock(int fd, int operation) {
    int error = operation != LOCK_UN ? failure_of(CALL_flock) : 0;
    if (error != 0) {
        MINUS_ONE;
    }
    return __real_flock(fd, operation);
}

/* Those with a variable number of arguments take as many as any of our calls has. */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    int error = failure_of(CALL_open);
    if (error != 0) {
        MINUS_ONE;
    }
    if ((flags & O_CREAT) == 0) {
        return __real_open(path, flags);
    }
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return __real_open(path, flags, mode);
}

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...) {
    int error = failure_of(CALL_fcntl);
    if (error != 0) {
        MINUS_ONE;
    }
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    return __real_fcntl(fd, command, argument);
}

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
int __wrap_prctl(int option, ...) {
    int error = failure_of(CALL_prctl);
    if (error != 0) {
        MINUS_ONE;
    }
    unsigned long arguments[4];
    va_list more;
    va_start(more, option);
    for (int i = 0; i < 4; i++) {
        arguments[i] = va_arg(more, unsigned long);
    }
    va_end(more);
    return __real_prctl(option, arguments[0], arguments[1], arguments[2], arguments[3]);
}

sem_t *__real_sem_open(const char *path, int flags, ...);
sem_t *__wrap_sem_open(const char *path, int flags, ...);
sem_t *__wrap_sem_open(const char *path, int flags, ...) {
    int error = failure_of(CALL_sem_open);
    if (error != 0) {
        errno = error;
        return SEM_FAILED;
    }
    if ((flags & O_CREAT) == 0) {
        return __real_sem_open(path, flags);
    }
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    unsigned value = va_arg(more, unsigned);
    va_end(more);
    return __real_sem_open(path, flags, mode, value);
}

static int call_of(long number) {
    switch (number) {
    case SYS_futex:
        return CALL_futex;
    case 434:
        return CALL_pidfd_open;
    case 424:
        return CALL_pidfd_send_signal;
    default:
        return -1;
    }
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
    int call = call_of(number);
    int error = call >= 0 ? failure_of((enum call)call) : 0;
    if (error != 0) {
        MINUS_ONE;
    }
    long arguments[6];
    va_list more;
    va_start(more, number);
    for (int i = 0; i < 6; i++) {
        arguments[i] = va_arg(more, long);
    }
    va_end(more);
    return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

/*
 * Linux: named semaphores. A C library keeps "/name" in a file of /dev/shm that holds one sem_t and nothing else.
 * sem_open creates it; attaching maps the file through a descriptor of ours, because that descriptor is the semaphore's
 * identity and can be handed to a child after the name is gone.
 */
#include "linux_names.h"
#include "platform/libc.h"
#include "platform/platform.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_NAME_SIZE (IL_PLATFORM_NAME_MAX + 8)

/* The name for sem_open. */
static void system_name(const char *name, char buffer[SYSTEM_NAME_SIZE]) {
    const char *prefix = IL_SEMAPHORES_HAVE_PREFIX ? "" : il_semaphore_prefix(name + 1); /* glibc adds it */
    snprintf(buffer, SYSTEM_NAME_SIZE, "/%s%s", prefix, name + 1);
}

int il_platform_semaphore_create(const char *name, uint32_t value) {
    char own[SYSTEM_NAME_SIZE];
    sem_t *semaphore;
    system_name(name, own);
    do {
        semaphore = sem_open(own, O_CREAT | O_EXCL, S_IRUSR | S_IWUSR, (unsigned)value);
    } while (semaphore == SEM_FAILED && errno == EINTR);
    if (semaphore == SEM_FAILED) {
        return errno;
    }
    sem_close(semaphore);
    return 0;
}

int il_platform_semaphore_unlink(const char *name) {
    char own[SYSTEM_NAME_SIZE];
    system_name(name, own);
    return sem_unlink(own) == 0 ? 0 : errno;
}

int il_platform_semaphore_file(const char *name, int *fd) {
    char path[SYSTEM_NAME_SIZE + 32];
    struct stat facts;
    snprintf(path, sizeof path, SHM_DIRECTORY "/%s%s", il_semaphore_prefix(name + 1), name + 1);
    IL_RETRY(*fd, open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (*fd < 0) {
        return errno;
    }
    int error = fstat(*fd, &facts) == 0 ? 0 : errno;
    if (error == 0 && (!S_ISREG(facts.st_mode) || facts.st_size < (off_t)sizeof(sem_t))) {
        error = EINVAL; /* what sem_open answers to a file that holds no semaphore */
    }
    if (error != 0) {
        close(*fd);
        return error;
    }
    return 0;
}

int il_platform_semaphore_map(int fd, sem_t **semaphore, int *tally) {
    void *memory = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return errno;
    }
    *semaphore = memory;
    *tally = -1;
    return 0;
}

void il_platform_semaphore_unmap(sem_t *semaphore, int tally) {
    (void)tally;
    munmap(semaphore, sizeof(sem_t));
}

const uint32_t il_platform_semaphore_max = SEM_VALUE_MAX;

int il_platform_semaphore_try(sem_t *semaphore, int tally) {
    int result;
    (void)tally;
    IL_RETRY(result, sem_trywait(semaphore));
    return result == 0 ? 0 : errno;
}

int il_platform_semaphore_value(sem_t *semaphore, int *value) { return sem_getvalue(semaphore, value) == 0 ? 0 : errno; }

int il_platform_semaphore_count(sem_t *semaphore, int tally, int *value) {
    (void)tally;
    return il_platform_semaphore_value(semaphore, value);
}

typedef int (*clockwait)(sem_t *, clockid_t, const struct timespec *);

static clockwait find_clockwait(void) {
    static struct libc_function known = {.name = "sem_clockwait"};
    void *address = find_function(&known);
    clockwait function;
    memcpy(&function, &address, sizeof function);
    return function;
}

int il_platform_semaphore_wait(sem_t *semaphore, int tally, int64_t deadline) {
    (void)tally;
    const int64_t longest = NANOS_PER_SECOND / 10; /* a wake-up given to a waiter that died costs no more than this */
    clockwait function = find_clockwait();
    for (;;) {
        int64_t left = time_left(deadline);
        int64_t slice = left < longest ? left : longest;
        clockid_t clock = function != NULL ? CLOCK_MONOTONIC : CLOCK_REALTIME;
        struct timespec until = to_timespec(clock_of(clock) + slice);
        int result = function != NULL ? function(semaphore, CLOCK_MONOTONIC, &until) : sem_timedwait(semaphore, &until);
        if (result == 0) {
            return 0;
        }
        if (errno != EINTR && errno != ETIMEDOUT) {
            return errno;
        }
        if (clock_of(CLOCK_MONOTONIC) >= deadline) {
            return ETIMEDOUT;
        }
    }
}

/*
 * A program that knows nothing of Interlock: plain POSIX calls, one per line of standard input, for tests that
 * share a semaphore, memory, a mutex or a condition variable with it. Lines are
 *
 *     verb [name] [number [number]]        "-" stands for no name; numbers are offsets, sizes and values
 *
 * The answer is a number, or the name of errno, or "ok". A verb that may block says "blocks" first, so that a test can
 * tell sleeping in it from sleeping in front of the next line.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct line {
    char verb[64];
    char name[300];
    long first;
    long second;
};

static sem_t *semaphore;
static char *memory;

static pthread_mutex_t *mutex_at(long offset) { return (pthread_mutex_t *)(void *)(memory + offset); }
static pthread_cond_t *condition_at(long offset) { return (pthread_cond_t *)(void *)(memory + offset); }

static void answer(int error) {
    static const struct {
        int number;
        const char *name;
    } names[] = {{0, "ok"},
                 {EAGAIN, "EAGAIN"},
                 {EBUSY, "EBUSY"},
                 {EEXIST, "EEXIST"},
                 {ENOENT, "ENOENT"},
                 {ENOTRECOVERABLE, "ENOTRECOVERABLE"},
                 {EOWNERDEAD, "EOWNERDEAD"},
                 {EPERM, "EPERM"},
                 {ETIMEDOUT, "ETIMEDOUT"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].number == error) {
            puts(names[i].name);
            return;
        }
    }
    puts(strerror(error));
}

static void answer_errno(int result) { answer(result == 0 ? 0 : errno); }

static void blocks(void) {
    puts("blocks");
    fflush(stdout);
}

/* ------------------------------------------------------------------ semaphores */

static void sem_of(sem_t *opened) {
    semaphore = opened;
    answer(opened == SEM_FAILED ? errno : 0);
}

static void sem_create(const struct line *line) {
    sem_of(sem_open(line->name, O_CREAT | O_EXCL, 0600, (unsigned)line->first));
}

static void sem_find(const struct line *line) { sem_of(sem_open(line->name, 0)); }

static void sem_take(const struct line *line) {
    (void)line;
    blocks();
    answer_errno(sem_wait(semaphore));
}

static void sem_try(const struct line *line) {
    (void)line;
    answer_errno(sem_trywait(semaphore));
}

static void sem_give(const struct line *line) {
    (void)line;
    answer_errno(sem_post(semaphore));
}

static void sem_value(const struct line *line) {
    int value;
    (void)line;
    printf("%d\n", sem_getvalue(semaphore, &value) == 0 ? value : -1);
}

static void sem_remove(const struct line *line) { answer_errno(sem_unlink(line->name)); }

/* ------------------------------------------------------------------ memory */

static int map(const char *name, int flags, long size) {
    struct stat facts;
    int fd = shm_open(name, flags | O_RDWR, 0600);
    if (fd < 0 || (size > 0 && ftruncate(fd, size) != 0) || fstat(fd, &facts) != 0) {
        return errno;
    }
    memory = mmap(NULL, (size_t)facts.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int error = memory == MAP_FAILED ? errno : 0;
    close(fd);
    return error;
}

static void shm_create(const struct line *line) { answer(map(line->name, O_CREAT | O_EXCL, line->first)); }
static void shm_find(const struct line *line) { answer(map(line->name, 0, 0)); }
static void shm_remove(const struct line *line) { answer_errno(shm_unlink(line->name)); }

static void put(const struct line *line) {
    int64_t value = line->second;
    memcpy(memory + line->first, &value, sizeof value);
    answer(0);
}

static void get(const struct line *line) {
    int64_t value;
    memcpy(&value, memory + line->first, sizeof value);
    printf("%lld\n", (long long)value);
}

/* ------------------------------------------------------------------ mutexes */

static void mutex_size(const struct line *line) {
    (void)line;
    printf("%zu\n", sizeof(pthread_mutex_t));
}

static void mutex_init(const struct line *line) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    answer(pthread_mutex_init(mutex_at(line->first), &attributes));
}

static void mutex_lock(const struct line *line) {
    blocks();
    answer(pthread_mutex_lock(mutex_at(line->first)));
}

static void mutex_try(const struct line *line) { answer(pthread_mutex_trylock(mutex_at(line->first))); }
static void mutex_mend(const struct line *line) { answer(pthread_mutex_consistent(mutex_at(line->first))); }
static void mutex_unlock(const struct line *line) { answer(pthread_mutex_unlock(mutex_at(line->first))); }

/* ------------------------------------------------------------------ condition variables */

static void cond_size(const struct line *line) {
    (void)line;
    printf("%zu\n", sizeof(pthread_cond_t));
}

/* With the clock that C programs have by default: CLOCK_REALTIME. */
static void cond_init(const struct line *line) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    answer(pthread_cond_init(condition_at(line->first), &attributes));
}

static void cond_wait(const struct line *line) {
    blocks();
    answer(pthread_cond_wait(condition_at(line->first), mutex_at(line->second)));
}

static void cond_wait_100ms(const struct line *line) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 100000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    answer(pthread_cond_timedwait(condition_at(line->first), mutex_at(line->second), &until));
}

static void cond_signal(const struct line *line) { answer(pthread_cond_signal(condition_at(line->first))); }
static void cond_broadcast(const struct line *line) { answer(pthread_cond_broadcast(condition_at(line->first))); }

/* ------------------------------------------------------------------ lines */

static const struct verb {
    const char *name;
    void (*call)(const struct line *line);
} verbs[] = {
    {"sem-create", sem_create},   {"sem-open", sem_find},
    {"sem-wait", sem_take},       {"sem-trywait", sem_try},
    {"sem-post", sem_give},       {"sem-value", sem_value},
    {"sem-unlink", sem_remove},   {"shm-create", shm_create},
    {"shm-open", shm_find},       {"shm-unlink", shm_remove},
    {"put", put},                 {"get", get},
    {"mutex-size", mutex_size},   {"mutex-init", mutex_init},
    {"mutex-lock", mutex_lock},   {"mutex-trylock", mutex_try},
    {"mutex-consistent", mutex_mend}, {"mutex-unlock", mutex_unlock},
    {"cond-size", cond_size},     {"cond-init", cond_init},
    {"cond-wait", cond_wait},     {"cond-wait-100ms", cond_wait_100ms},
    {"cond-signal", cond_signal}, {"cond-broadcast", cond_broadcast},
};

static void follow(const struct line *line) {
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(line->verb, verbs[i].name) == 0) {
            verbs[i].call(line);
            return;
        }
    }
    puts("what?");
}

int main(void) {
    char text[512];
    while (fgets(text, sizeof text, stdin) != NULL) {
        struct line line = {.first = 0};
        sscanf(text, "%63s %299s %ld %ld", line.verb, line.name, &line.first, &line.second);
        follow(&line);
        fflush(stdout);
    }
    return 0;
}

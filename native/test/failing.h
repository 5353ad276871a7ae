/*
 * Every call of the system that an action makes fails once, in every way, one after the other: call by call, error by
 * error, the first, the second ... until the action makes no more. Whatever fails, the answer says so (or it was not
 * needed), nothing is left behind, and the same action succeeds right afterwards.
 */
#ifndef IL_TEST_FAILING_H
#define IL_TEST_FAILING_H

#include "objects.h"

#include "platform/fail.h"
#include "platform/platform.h"
#include "private_shm.h"

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/* What the steps of a scenario hand to each other. */
struct world {
    uint32_t kind;
    const char *name; /* NULL: anonymous */
    il_object *object, *other;
    il_semaphore *semaphore, *other_semaphore;
    il_child child;
    void *address;
    int fd, second_fd, pair[2];
    uint32_t slot, generation, number;
    il_info info;
    il_item item;
    char bytes[16];
};

struct scenario {
    const char *name;
    void (*before)(struct world *);
    il_status (*act)(struct world *);   /* with one call failing; once more without if that did not succeed */
    void (*after)(struct world *);      /* act has succeeded: uses what there is, and gives everything back */
    void (*reset)(struct world *);      /* between a failed act and its repetition */
    int once;                           /* act ends what before made, whatever it answers */
    int also;                           /* an il_code that is a right answer, too */
    int leaves_names;                   /* a failure of the giving back may leave a name for the next sweep */
};

/* Those that a signal may interrupt (POSIX, or Linux's pages): then they are made again. */
static inline int may_be_interrupted(const char *call) {
    static const char *const some[] = {"open",  "shm_open", "ftruncate", "fchmod",  "posix_fallocate", "fallocate", "fcntl",
                                       "flock", "pread",    "pwrite",    "sendmsg", "recvmsg",         "poll",      "waitpid",
                                       "futex", "sem_open", "sem_trywait", "getrandom", "dup2"};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        if (strcmp(some[i], call) == 0) return 1;
    }
    return 0;
}

static inline int names(const char *call, const char *status_call) {
    if (strcmp(call, status_call) == 0) return 1;
    if (strstr(il_platform_name(), "portable") != NULL) {
        /* The status says what taking a slot, handing it on, or taking a mutex is elsewhere; here each is several calls. */
        static const char *const slot[] = {"open", "opendir", "flock", "fstat", "lstat", "socketpair", "sendmsg", "recvmsg"};
        for (size_t i = 0; i < sizeof slot / sizeof slot[0]; i++) {
            if (strcmp(call, slot[i]) == 0 &&
                (strcmp(status_call, "fcntl") == 0 || strcmp(status_call, "sendmsg") == 0 || strcmp(status_call, "recvmsg") == 0))
                return 1;
        }
        /* So are objects as files, and semaphores with a file beside them. */
        static const char *const made_of[][2] = {
            {"shm_open", "open"},  {"shm_open", "fcntl"}, {"mmap", "pread"},   {"mmap", "open"},     {"mmap", "sem_open"},
            {"mmap", "fcntl"},     {"mmap", "fstat"},     {"sem_open", "pwrite"}, {"sem_open", "fcntl"}};
        for (size_t i = 0; i < sizeof made_of / sizeof made_of[0]; i++) {
            if (strcmp(status_call, made_of[i][0]) == 0 && strcmp(call, made_of[i][1]) == 0) return 1;
        }
        if (strcmp(status_call, "pthread_mutex_lock") == 0) return strcmp(call, "calloc") == 0 || strcmp(call, "futex") == 0;
    }
    /* Finding a semaphore by name is sem_open to the caller, whatever it is made of. */
    if (strcmp(status_call, "sem_open") == 0) return strcmp(call, "open") == 0 || strcmp(call, "fstat") == 0;
    if (strcmp(status_call, "posix_spawn") == 0) return strcmp(call, "calloc") == 0; /* memory for its arguments */
    /* So is looking at a file or a process "open". */
    if (strcmp(status_call, "open") == 0) return strstr("fopen opendir fstat lstat realloc", call) != NULL;
    return (strstr("calloc aligned_alloc realloc", call) != NULL && strcmp(status_call, "malloc") == 0) ||
           (strcmp(call, "futex") == 0 && strcmp(status_call, "wait_on_address") == 0) ||
           (strcmp(call, "fcntl") == 0 && strcmp(status_call, "dup") == 0) ||
           (strcmp(call, "pidfd_send_signal") == 0 && strcmp(status_call, "kill") == 0);
}

static inline void judge(const struct scenario *scenario, il_status status, const char *call, unsigned nth, int error) {
    int code = il_status_code(status);
    if (code == IL_OK || (scenario->also != 0 && code == scenario->also)) return;
    if (code == IL_SYSTEM && il_status_errno(status) == error && names(call, il_status_call(status)) &&
        !(error == EINTR && may_be_interrupted(call)))
        return;
    harness_fail(__FILE__, __LINE__, "%s: call %u of %s failed with %d, and the answer was %s %s %s", scenario->name, nth,
                 call, error, il_status_name(status), il_status_call(status), il_status_errno_name(status));
}

static inline int descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    CHECK(directory != NULL);
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

static inline int mapped_lines(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    char line[512];
    int count = 0;
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) count += strstr(line, "/dev/shm/") != NULL;
    fclose(file);
    return count;
}

/* Whether the n-th call was made at all. */
static inline int play_once(const struct scenario *scenario, const struct world *start, const char *call, unsigned nth,
                            int error) {
    struct world world = *start;
    int fds = descriptors(), maps = mapped_lines();
    if (scenario->before != NULL) scenario->before(&world);
    il_fail_arm(call, nth, error);
    il_status status = scenario->act(&world);
    int happened = il_fail_happened();
    il_fail_arm(NULL, 0, 0);
    if (!happened) {
        if (status != IL_OK)
            harness_fail(__FILE__, __LINE__, "%s: %s %s %s though nothing failed", scenario->name, il_status_name(status),
                         il_status_call(status), il_status_errno_name(status));
    } else {
        judge(scenario, status, call, nth, error);
    }
    if (status != IL_OK && !scenario->once) {
        if (scenario->reset != NULL) scenario->reset(&world);
        status = scenario->act(&world);
        if (status != IL_OK)
            harness_fail(__FILE__, __LINE__, "%s: after call %u of %s failed with %d: %s %s %s", scenario->name, nth, call,
                         error, il_status_name(status), il_status_call(status), il_status_errno_name(status));
    }
    if (scenario->after != NULL) scenario->after(&world);
    if (scenario->leaves_names) CHECK_OK(il_sweep(NULL));
    if (descriptors() != fds || names_in_shm() != 0 || mapped_lines() != maps)
        harness_fail(__FILE__, __LINE__, "%s: after call %u of %s failed with %d: %d descriptors, %d mappings more; %d names",
                     scenario->name, nth, call, error, descriptors() - fds, mapped_lines() - maps, names_in_shm());
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        harness_fail(__FILE__, __LINE__, "%s: after call %u of %s failed with %d: a child is left", scenario->name, nth, call,
                     error);
    return happened;
}

/* Here, for who is forked ends without the check that the sanitizer makes at exit. */
static inline void expect_no_leaks(void) {
#ifdef __SANITIZE_ADDRESS__
    CHECK(!__lsan_do_recoverable_leak_check());
#endif
}

/* With the sanitizer, under which a process takes ten times as long to start, each call fails once, in turn with every error. */
#ifdef __SANITIZE_ADDRESS__
enum { IN_EVERY_WAY = 0 };
#else
enum { IN_EVERY_WAY = 1 };
#endif

struct play {
    const struct scenario *scenario;
    struct world world;
    unsigned *failures;
};

static inline void play_all(void *argument) {
    const struct play *play = argument;
    static const int some[] = {EINTR, ENOSPC, EMFILE, EACCES}, memory[] = {ENOMEM};
    for (unsigned index = 0; il_fail_name(index) != NULL; index++) {
        const char *call = il_fail_name(index);
        const int is_memory = strcmp(call, "malloc") == 0 || strcmp(call, "calloc") == 0;
        const int *errors = is_memory ? memory : some;
        const unsigned ways = is_memory ? 1 : sizeof some / sizeof some[0];
        for (unsigned i = 0; i < (IN_EVERY_WAY ? ways : 1); i++) {
            for (unsigned nth = 1;; nth++) {
                const int error = errors[IN_EVERY_WAY ? i : (index + nth) % ways];
                if (!play_once(play->scenario, &play->world, call, nth, error)) break;
                ++*play->failures;
            }
        }
    }
    expect_no_leaks();
}

/* In a process of its own; the number of calls that failed, -1: something did not hold. */
static inline int fail_all(const struct scenario *scenario, uint32_t kind, const char *name) {
    struct play play = {.scenario = scenario, .failures = harness_shared(sizeof(unsigned))};
    play.world = (struct world){.kind = kind, .name = name, .fd = -1, .second_fd = -1, .pair = {-1, -1}};
    int end = harness_wait(harness_fork(play_all, &play));
    if (end != 0) {
        fprintf(stderr, "  in %s of kind %u, %s\n", scenario->name, kind, name != NULL ? "named" : "anonymous");
        return -1;
    }
    return (int)*play.failures;
}

#endif

/*
 * What garbage inside a pthread_mutex_t does: not promised, for it is the C library that reads it, but measured. What
 * docs/guarantees.md lists is what IL_VERBOSE=1 prints here. Promised is the word that is looked at first.
 */
#include "objects.h"

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)

#include "lock.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 60, HANG_MS = 400 };

static const struct field {
    const char *name;
    size_t offset, size;
} fields[] = {
    {"lock", 0, 4},   {"count", 4, 4},           {"owner", 8, 4},      {"nusers", 12, 4},
    {"kind", 16, 4},  {"spins, elision", 20, 4}, {"list.prev", 24, 8}, {"list.next", 32, 8},
};
enum { KIND = 4, SPINS = 5, FIELDS = sizeof fields / sizeof fields[0] };

enum outcome { RIGHT, REFUSED, TIMES_OUT, CRASHES, HANGS, OUTCOMES };
static const char *const outcome_names[] = {"right", "refused", "times out", "crashes", "hangs"};

struct scene {
    char name[80];
    _Atomic int held, go;
};

static uint8_t *mutex_of(il_object *lock) {
    return ((struct il_lock_control *)(void *)il_control_of(lock))->mutex.bytes;
}

/* The mutex as it is with another value in the field. */
static void scribble(il_object *lock, const struct field *field, unsigned *seed) {
    uint8_t *target = mutex_of(lock) + field->offset;
    uint64_t now = 0, next;
    memcpy(&now, target, field->size);
    do {
        const uint64_t random = (uint64_t)rand_r(seed) << 42 ^ (uint64_t)rand_r(seed) << 21 ^ (uint64_t)rand_r(seed);
        switch (rand_r(seed) % 6) {
        case 0:
            next = now ^ UINT64_C(1) << random % (8 * field->size);
            break;
        case 1:
            next = UINT64_MAX;
            break;
        case 2:
            next = now == 0 ? 1 : 0;
            break;
        case 3:
            next = (uint64_t)getpid(); /* a thread that lives */
            break;
        case 4:
            next = random % 4096;
            break;
        default:
            next = random;
        }
    } while (memcmp(&next, target, field->size) == 0);
    memcpy(target, &next, field->size);
}

/* ------------------------------------------------------------------ the processes */

static _Noreturn void leave_with(enum outcome outcome) { _exit(100 + (int)outcome); }

static enum outcome outcome_of(il_status status) {
    const int code = il_status_code(status);
    return code == IL_OK || code == IL_OWNER_DIED ? RIGHT : code == IL_TIMED_OUT ? TIMES_OUT : REFUSED;
}

static void do_or_hang(void) {
    const struct itimerval limit = {.it_value = {0, HANG_MS * 1000}};
    CHECK(setitimer(ITIMER_REAL, &limit, NULL) == 0);
}

static void take_and_release(void *argument) {
    il_object *lock = open_object(IL_KIND_LOCK, ((struct scene *)argument)->name);
    do_or_hang();
    il_status status = il_lock_acquire(lock, il_deadline_after(20 * MS));
    if (outcome_of(status) == RIGHT) status = il_lock_release(lock);
    leave_with(outcome_of(status));
}

static void hold_and_release(void *argument) {
    struct scene *scene = argument;
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    scene->held = 1;
    while (!scene->go) usleep(200);
    do_or_hang();
    leave_with(outcome_of(il_lock_release(lock)));
}

static enum outcome wait_for(int pid) {
    int status = harness_wait(pid);
    if (status == -SIGALRM) return HANGS;
    if (status < 0) return CRASHES;
    CHECK(status >= 100 && status < 100 + OUTCOMES);
    return (enum outcome)(status - 100);
}

/* ------------------------------------------------------------------ three ways to meet it */

static enum outcome of_a_free_one(struct scene *scene, il_object *lock, const struct field *field, unsigned *seed) {
    scribble(lock, field, seed);
    return wait_for(harness_fork(take_and_release, scene));
}

static int after_crashes[OUTCOMES]; /* of an owner: what the next one meets */

static enum outcome of_a_held_one(struct scene *scene, il_object *lock, const struct field *field, unsigned *seed) {
    scene->held = scene->go = 0;
    int holder = harness_fork(hold_and_release, scene);
    while (!scene->held) usleep(200);
    scribble(lock, field, seed);
    scene->go = 1;
    enum outcome outcome = wait_for(holder);
    if (outcome == CRASHES) after_crashes[wait_for(harness_fork(take_and_release, scene))]++;
    return outcome;
}

/* What the next one meets after the holder was killed. */
static enum outcome of_a_dead_ones(struct scene *scene, il_object *lock, const struct field *field, unsigned *seed) {
    scene->held = scene->go = 0;
    int holder = harness_fork(hold_and_release, scene);
    while (!scene->held) usleep(200);
    scribble(lock, field, seed);
    harness_kill(holder);
    return wait_for(harness_fork(take_and_release, scene));
}

typedef enum outcome (*way)(struct scene *, il_object *, const struct field *, unsigned *);

static void print_counts(const int counts[OUTCOMES]) {
    for (int i = 0; i < OUTCOMES; i++) {
        if (counts[i] > 0) fprintf(stderr, "  %s %d", outcome_names[i], counts[i]);
    }
}

static void measure(const char *title, way meet) {
    struct scene *scene = harness_shared(sizeof *scene);
    unsigned seed = 4711;
    if (il_platform_owner_needs_slot) return; /* portable locks are words of ours */
    if (getenv("IL_VERBOSE") != NULL) fprintf(stderr, "%s\n", title);
    for (int i = 0; i < FIELDS; i++) {
        int counts[OUTCOMES] = {0};
        const int is_promised = i == KIND || i == SPINS;
        if (!is_promised && getenv("IL_VERBOSE") == NULL) continue; /* whatever comes is right */
        memset(after_crashes, 0, sizeof after_crashes);
        for (int n = 0; n < TRIES; n++) {
            strcpy(scene->name, harness_name());
            il_object *lock = open_object(IL_KIND_LOCK, scene->name);
            counts[meet(scene, lock, &fields[i], &seed)]++;
            CHECK_OK(il_object_unlink(lock));
            CHECK_OK(il_object_close(lock));
        }
        if (i == KIND) CHECK(counts[REFUSED] == TRIES);
        if (i == SPINS) CHECK(counts[RIGHT] == TRIES);
        if (getenv("IL_VERBOSE") == NULL) continue;
        fprintf(stderr, "  %-15s", fields[i].name);
        print_counts(counts);
        if (counts[CRASHES] > 0) {
            fprintf(stderr, "; the next one:");
            print_counts(after_crashes);
        }
        fputc('\n', stderr);
    }
}

TEST(garbage_in_the_mutex_of_a_free_lock) { measure("free: taking and releasing it", of_a_free_one); }

TEST(garbage_in_the_mutex_of_a_held_lock) { measure("held: releasing it", of_a_held_one); }

TEST(garbage_in_the_mutex_of_a_lock_whose_owner_dies) { measure("held: taking it after its owner was killed", of_a_dead_ones); }

#else

TEST(these_mutexes_are_not_measured) { CHECK(open_queue != NULL); }

#endif

/*
 * Permits of a semaphore that does not say how many it has: macOS has sem_getvalue, which fails. They are counted by taking
 * all and giving them back, by one process at a time, who locks the file beside the semaphore and writes down in it how
 * many it has in its hands: the tally. Whoever finds no permit looks there before it believes so; and whoever finds that a
 * dead one has left some gives them back.
 *
 * Who counts and is killed between taking a permit and writing that down, or between writing down that it is back and
 * giving it back, takes that one permit with it, as any holder of a permit does who is killed. The other order would make one
 * too many.
 */
#include "platform/libc.h"
#include "platform/portable_semaphore.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define PATIENCE NANOS_PER_SECOND
#define LOCK_PAUSE INT64_C(200000)
#define LONGEST_PAUSE INT64_C(2000000)

/* {round: 32, somebody counts: 1, permits in its hands: 31}; a round ends with the next. */
#define ROUND (UINT64_C(1) << 32)
#define COUNTING (UINT64_C(1) << 31)
#define IN_HAND (COUNTING - 1)

/* SEM_VALUE_MAX of macOS. As many as can be taken and given back one by one, too. */
const uint32_t il_platform_semaphore_max = 32767;

static int read_tally(int file, uint64_t *word) {
    ssize_t length;
    *word = 0;
    IL_RETRY(length, pread(file, word, sizeof *word, IL_TALLY_OFFSET));
    return length < 0 ? errno : 0; /* short: nobody has counted yet */
}

static int write_tally(int file, uint64_t word) {
    ssize_t length;
    IL_RETRY(length, pwrite(file, &word, sizeof word, IL_TALLY_OFFSET));
    return length < 0 ? errno : length == sizeof word ? 0 : EIO;
}

static void pause_for(int64_t nanos) {
    struct timespec time = to_timespec(nanos);
    nanosleep(&time, NULL);
}

/* A description of its own: the lock must keep out the other threads of this process, too. */
static int begin(int tally, int *file, int64_t deadline) {
    int error = il_platform_reopen(tally, file);
    if (error != 0) {
        return error;
    }
    for (;;) {
        int result;
        IL_RETRY(result, flock(*file, LOCK_EX | LOCK_NB));
        if (result == 0) {
            return 0;
        }
        error = errno == EWOULDBLOCK && time_left(deadline) == 0 ? ETIMEDOUT : errno;
        if (error != EWOULDBLOCK) {
            close(*file);
            return error;
        }
        pause_for(LOCK_PAUSE);
    }
}

static int take_one(sem_t *semaphore) {
    int result;
    IL_RETRY(result, sem_trywait(semaphore));
    return result == 0 ? 0 : errno;
}

/* Gives back what stands in the word, and ends the round. */
static int give_back(sem_t *semaphore, int file, uint64_t word) {
    while ((word & IN_HAND) != 0) {
        int error = write_tally(file, --word);
        if (error != 0) {
            return error; /* they stay written down */
        }
        if (sem_post(semaphore) != 0) {
            return errno;
        }
    }
    return write_tally(file, (word & ~COUNTING) + ROUND);
}

/* Until nobody counts any more: waits for a living one, and ends the round of a dead one. */
static int settle(sem_t *semaphore, int tally, int64_t deadline) {
    uint64_t word;
    int file;
    int error = begin(tally, &file, deadline);
    if (error == 0) {
        error = read_tally(file, &word);
        if (error == 0 && (word & COUNTING) != 0) {
            error = give_back(semaphore, file, word);
        }
        close(file);
    }
    return error;
}

int il_platform_semaphore_try(sem_t *semaphore, int tally) {
    const int64_t deadline = clock_of(CLOCK_MONOTONIC) + PATIENCE;
    for (;;) {
        uint64_t before, after;
        int error = take_one(semaphore);
        if (error != EAGAIN || tally < 0) {
            return error;
        }
        error = read_tally(tally, &before);
        if (error == 0 && (before & COUNTING) == 0) {
            error = take_one(semaphore);
            if (error != EAGAIN) {
                return error;
            }
            error = read_tally(tally, &after);
            if (error == 0 && before == after) {
                return EAGAIN; /* and no round began or ended meanwhile */
            }
        } else if (error == 0) {
            error = settle(semaphore, tally, deadline);
        }
        if (error == ETIMEDOUT || time_left(deadline) == 0) {
            return EAGAIN; /* who counts was stopped, and keeps what it holds */
        }
        if (error != 0) {
            return error;
        }
    }
}

/* There is no sem_timedwait, and sem_wait cannot be told to give up: so looks, less and less often. */
int il_platform_semaphore_wait(sem_t *semaphore, int tally, int64_t deadline) {
    int64_t pause = LONGEST_PAUSE / 100;
    for (;;) {
        int error = il_platform_semaphore_try(semaphore, tally);
        if (error != EAGAIN) {
            return error;
        }
        int64_t left = time_left(deadline);
        if (left == 0) {
            return ETIMEDOUT;
        }
        pause_for(left < pause ? left : pause);
        pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
    }
}

int il_platform_semaphore_value(sem_t *semaphore, int *value) {
    (void)semaphore;
    (void)value;
    return ENOSYS;
}

static int count(sem_t *semaphore, int file, int *value) {
    uint64_t word;
    int error = read_tally(file, &word);
    if (error == 0 && (word & COUNTING) != 0) { /* the last one who counted died */
        error = give_back(semaphore, file, word);
        word = (word & ~(COUNTING | IN_HAND)) + ROUND;
    }
    if (error == 0) {
        word |= COUNTING;
        error = write_tally(file, word);
    }
    if (error != 0) {
        return error;
    }
    while (error == 0 && (word & IN_HAND) < il_platform_semaphore_max) {
        error = take_one(semaphore);
        if (error == 0) {
            error = write_tally(file, ++word);
            if (error != 0) {
                sem_post(semaphore);
                word--;
            }
        }
    }
    *value = (int)(word & IN_HAND);
    int unreturned = give_back(semaphore, file, word);
    return error == 0 || error == EAGAIN ? unreturned : error;
}

int il_platform_semaphore_count(sem_t *semaphore, int tally, int *value) {
    int file;
    if (tally < 0) {
        return ENOSYS;
    }
    int error = begin(tally, &file, clock_of(CLOCK_MONOTONIC) + PATIENCE);
    if (error == 0) {
        error = count(semaphore, file, value);
        close(file);
    }
    return error;
}

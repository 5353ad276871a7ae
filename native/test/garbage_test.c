/* Random bytes in the words, records and cells of living objects: an error or right behaviour; no crash, no hang. */
#include "fuzz_garbage.h"
#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { LONGEST = 700, TRIES_PER_PROCESS = 25, HANG_SECONDS = 60 };

struct range {
    unsigned from, to;
};

static unsigned seed_of(void) {
    const char *seed = getenv("IL_SEED");
    return seed != NULL ? (unsigned)atoi(seed) : 0;
}

static void try_garbage(void *argument) {
    const struct range *range = argument;
    uint8_t program[LONGEST];
    for (unsigned i = range->from; i < range->to; i++) {
        unsigned seed = i;
        size_t length = (size_t)rand_r(&seed) % LONGEST;
        for (size_t at = 0; at < length; at++) program[at] = (uint8_t)(rand_r(&seed) >> 8);
        alarm(HANG_SECONDS); /* an endless loop ends the process, and the test says which seed it was */
        (void)LLVMFuzzerTestOneInput(program, length);
    }
    alarm(0);
}

static int outcome(unsigned from, unsigned to) {
    struct range range = {from, to};
    return harness_wait(harness_fork(try_garbage, &range));
}

TEST(random_bytes_in_living_objects_crash_nobody_and_hang_nobody) {
    const char *tries = getenv("IL_TRIES");
    unsigned first = seed_of(), end = first + (tries != NULL ? (unsigned)atoi(tries) : 3000);
    for (unsigned from = first; from < end; from += TRIES_PER_PROCESS) {
        unsigned to = from + TRIES_PER_PROCESS < end ? from + TRIES_PER_PROCESS : end;
        if (outcome(from, to) == 0) continue;
        for (unsigned i = from; i < to; i++) {
            int status = outcome(i, i + 1);
            if (status != 0) harness_fail(__FILE__, __LINE__, "IL_SEED=%u IL_TRIES=1: ended with %d", i, status);
        }
        harness_fail(__FILE__, __LINE__, "seeds %u to %u: only together", from, to - 1);
    }
}

/*
 * How the bench drives a program: a line "AMOUNT START" on standard input orders a round of AMOUNT operations
 * (or nanoseconds) that begins at START on CLOCK_MONOTONIC; the answer is a line "START END OPERATIONS
 * CHECKSUM" and then, for peers that keep them, latencies in nanoseconds or shares. End of input is the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct order {
    int64_t amount;
    int64_t start;
};

struct outcome {
    int64_t start;
    int64_t end;
    int64_t operations;
    int64_t checksum;
};

int64_t now(void);
void wait_until(int64_t moment);

/* False: there is nothing more to do. */
bool take_order(struct order *order);
/* Ends the program then. */
struct order next_order(void);
void answer(const struct outcome *outcome, const int64_t *extras, size_t count);

/*
 * Answers orders for round trips, the i-th of which make(context, i) makes and says what came back, as long as there are any: one
 * after the other, so many microseconds of pause before each; extras: latencies.
 */
void answer_round_trips(int pause, int64_t (*make)(void *context, int64_t i), void *context);

/* Ends the program, with the reason on standard error, when a call failed. */
void must(bool succeeded, const char *call);

/* Anonymous memory that children of fork share. */
void *shared_memory(size_t size);

#ifdef __cplusplus
}
#endif

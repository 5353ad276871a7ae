#include "orders.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void wait_until(int64_t moment) {
    struct timespec time = {.tv_sec = (time_t)(moment / 1000000000), .tv_nsec = (long)(moment % 1000000000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

bool take_order(struct order *order) {
    return scanf("%" SCNd64 " %" SCNd64, &order->amount, &order->start) == 2;
}

struct order next_order(void) {
    struct order order;
    if (!take_order(&order)) {
        exit(EXIT_SUCCESS);
    }
    return order;
}

void answer(const struct outcome *outcome, const int64_t *extras, size_t count) {
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, outcome->start, outcome->end, outcome->operations,
                  outcome->checksum);
    for (size_t i = 0; i < count; i++) {
        printf(" %" PRId64, extras[i]);
    }
    printf("\n");
    fflush(stdout);
}

void answer_round_trips(int pause, int64_t (*make)(void *context, int64_t i), void *context) {
    enum { MOST = 200000 };
    int64_t *latencies = malloc(MOST * sizeof *latencies);
    must(latencies != NULL, "malloc");
    for (struct order order; take_order(&order);) {
        if (order.amount > MOST) {
            order.amount = MOST;
        }
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            if (pause > 0) {
                wait_until(now() + (int64_t)pause * 1000);
            }
            int64_t sent = now();
            outcome.checksum += make(context, i);
            latencies[i] = now() - sent;
        }
        outcome.end = now();
        answer(&outcome, latencies, (size_t)outcome.operations);
    }
    free(latencies);
}

void must(bool succeeded, const char *call) {
    if (!succeeded) {
        fprintf(stderr, "bench-peer: %s: %s\n", call, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

void *shared_memory(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(memory != MAP_FAILED, "mmap");
    return memory;
}

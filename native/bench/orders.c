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

struct order next_order(void) {
    struct order order;
    if (scanf("%" SCNd64 " %" SCNd64, &order.amount, &order.start) != 2) {
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

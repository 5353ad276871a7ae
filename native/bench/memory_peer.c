#include "orders.h"
#include "peers.h"

#include <stdlib.h>
#include <string.h>

void volatile_read(void) {
    volatile int64_t *word = shared_memory(sizeof *word);
    *word = 1;
    for (;;) {
        struct order order = next_order();
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            outcome.checksum += *word;
        }
        outcome.end = now();
        answer(&outcome, NULL, 0);
    }
}

void memcpy_twice(int size) {
    enum { ITEMS = 16 };
    must(size >= (int)sizeof(int64_t), "a size");
    size_t bytes = (size_t)size;
    char *ring = shared_memory(bytes * ITEMS);
    char *from = calloc(1, bytes), *to = calloc(1, bytes);
    must(from != NULL && to != NULL, "calloc");
    for (;;) {
        struct order order = next_order();
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            char *item = ring + (size_t)(i % ITEMS) * bytes;
            memcpy(from, &i, sizeof i);
            memcpy(item, from, bytes);
            memcpy(to, item, bytes);
            int64_t arrived;
            memcpy(&arrived, to, sizeof arrived);
            outcome.checksum += arrived;
        }
        outcome.end = now();
        answer(&outcome, NULL, 0);
    }
}

#include "orders.h"
#include "peers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool read_all(int descriptor, char *into, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t got = read(descriptor, into + done, size - done);
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

static bool write_all(int descriptor, const char *from, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t put = write(descriptor, from + done, size - done);
        if (put <= 0) {
            return false;
        }
        done += (size_t)put;
    }
    return true;
}

void pipe_transfer(int size) {
    must(size >= (int)sizeof(int64_t), "a size");
    size_t bytes = (size_t)size;
    char *item = calloc(1, bytes);
    must(item != NULL, "calloc");
    for (;;) {
        struct order order = next_order();
        int ends[2];
        must(pipe(ends) == 0, "pipe");
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) {
            wait_until(order.start);
            for (int64_t i = 0; i < order.amount; i++) {
                memcpy(item, &i, sizeof i);
                must(write_all(ends[1], item, bytes), "write");
            }
            _exit(0);
        }
        struct outcome outcome = {.start = order.start, .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            must(read_all(ends[0], item, bytes), "read");
            int64_t arrived;
            memcpy(&arrived, item, sizeof arrived);
            outcome.checksum += arrived;
        }
        outcome.end = now();
        must(wait(NULL) == child, "wait");
        close(ends[0]);
        close(ends[1]);
        answer(&outcome, NULL, 0);
    }
}

static void echo(int in, int out) {
    char item[64];
    while (read_all(in, item, sizeof item) && write_all(out, item, sizeof item)) {
    }
    _exit(0);
}

struct ends {
    int out, in;
};

static int64_t make_by_pipe(void *context, int64_t i) {
    const struct ends *ends = context;
    char item[64] = {0};
    int64_t arrived;
    memcpy(item, &i, sizeof i);
    must(write_all(ends->out, item, sizeof item), "write");
    must(read_all(ends->in, item, sizeof item), "read");
    memcpy(&arrived, item, sizeof arrived);
    return arrived;
}

void pipe_round_trip(int pause) {
    int there[2], back[2];
    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        close(there[1]);
        close(back[0]);
        echo(there[0], back[1]);
    }
    answer_round_trips(pause, make_by_pipe, &(struct ends){there[1], back[0]});
}

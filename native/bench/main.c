/* bench-peer NAME [NUMBER]: what a program in C gets from the system itself, driven as orders.h says. */

#include "peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    const char *name = count > 1 ? arguments[1] : "";
    int number = count > 2 ? atoi(arguments[2]) : 0;
    if (strcmp(name, "mutex") == 0) {
        mutex_pair();
    } else if (strcmp(name, "mutex-contend") == 0) {
        mutex_contend(number);
    } else if (strcmp(name, "mutex-owner-killed") == 0) {
        mutex_owner_killed();
    } else if (strcmp(name, "semaphore") == 0) {
        semaphore_pair();
    } else if (strcmp(name, "semaphore-open-close") == 0) {
        semaphore_open_close();
    } else if (strcmp(name, "semaphore-round-trip") == 0) {
        semaphore_round_trip(number);
    } else if (strcmp(name, "volatile-read") == 0) {
        volatile_read();
    } else if (strcmp(name, "memcpy-twice") == 0) {
        memcpy_twice(number);
    } else if (strcmp(name, "pipe") == 0) {
        pipe_transfer(number);
    } else if (strcmp(name, "pipe-round-trip") == 0) {
        pipe_round_trip(number);
    } else {
        fprintf(stderr, "bench-peer: there is no peer \"%s\"\n", name);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

#include "interlock.h"

#include <time.h>

int64_t il_clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int64_t il_deadline_after(int64_t nanos) {
    int64_t now = il_clock_now();
    if (nanos <= 0) {
        return now;
    }
    return nanos >= IL_FOREVER - now ? IL_FOREVER : now + nanos;
}

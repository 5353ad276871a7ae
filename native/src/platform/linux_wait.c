/* Linux: wait on address by futex. */
#include "platform/libc.h"
#include "platform/platform.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

int il_platform_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline) {
    /* FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC time; FUTEX_WAIT's is relative and would drift over retries. */
    struct timespec until = to_timespec(deadline);
    long result = syscall(SYS_futex, (uint32_t *)word, FUTEX_WAIT_BITSET, expected, deadline == INT64_MAX ? NULL : &until,
                          NULL, FUTEX_BITSET_MATCH_ANY);
    if (result == 0 || errno == EAGAIN || errno == EINTR) {
        return 0;
    }
    return errno;
}

void il_platform_wake(_Atomic uint32_t *word, int everyone) {
    /* No FUTEX_PRIVATE_FLAG: the waiters are other processes. */
    syscall(SYS_futex, (uint32_t *)word, FUTEX_WAKE, everyone ? INT_MAX : 1, NULL, NULL, 0);
}

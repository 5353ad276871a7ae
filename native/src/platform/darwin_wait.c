/*
 * macOS: wait on address, from 14.4 on (os/os_sync_wait_on_address.h). Looked up at run time: the stubs we link with
 * know 13, and an older system shall be told from a broken one (ENOSYS).
 */
#include "platform/libc.h"
#include "platform/platform.h"

#include <errno.h>
#include <string.h>

/* Of <os/os_sync_wait_on_address.h> and <os/clock.h>. */
#define SHARED 1u
#define MACH_ABSOLUTE_TIME 32u

typedef int (*wait_function)(void *, uint64_t, size_t, uint32_t, uint32_t, uint64_t);
typedef int (*wake_function)(void *, size_t, uint32_t);

/* There is no wait too long for one of these: the caller looks again. */
#define LONGEST (INT64_C(3600) * NANOS_PER_SECOND)

int il_platform_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline) {
    static struct libc_function known = {.name = "os_sync_wait_on_address_with_timeout"};
    void *address = find_function(&known);
    if (address == NULL) {
        return ENOSYS;
    }
    wait_function function;
    memcpy(&function, &address, sizeof function);
    int64_t left = deadline == INT64_MAX ? LONGEST : time_left(deadline);
    if (left == 0) { /* no time is EINVAL there */
        return ETIMEDOUT;
    }
    const int is_cut = left >= LONGEST;
    int result = function((void *)word, expected, sizeof *word, SHARED, MACH_ABSOLUTE_TIME,
                          (uint64_t)(is_cut ? LONGEST : left));
    if (result >= 0 || errno == EINTR || errno == EFAULT || (is_cut && errno == ETIMEDOUT)) {
        return 0; /* EFAULT: the page was paged out; to look again brings it back */
    }
    return errno;
}

void il_platform_wake(_Atomic uint32_t *word, int everyone) {
    static struct libc_function any = {.name = "os_sync_wake_by_address_any"};
    static struct libc_function all = {.name = "os_sync_wake_by_address_all"};
    void *address = find_function(everyone ? &all : &any);
    if (address != NULL) { /* else nobody can sleep */
        wake_function function;
        memcpy(&function, &address, sizeof function);
        (void)function((void *)word, sizeof *word, SHARED); /* ENOENT: nobody sleeps */
    }
}

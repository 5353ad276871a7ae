/* macOS: looking into other processes is left out. What system this is. */
#include "platform/platform.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

int il_platform_look_open_in(int32_t pid, int descriptor, struct stat *facts, int *fd) {
    (void)pid;
    (void)descriptor;
    (void)facts;
    (void)fd;
    return ENOSYS;
}

int il_platform_look_process(int32_t pid,
                             void (*visit)(const struct il_sighting *sighting, uint64_t offset, void *context),
                             void *context, int *threads_hidden) {
    (void)pid;
    (void)visit;
    (void)context;
    *threads_hidden = 1;
    return ENOSYS;
}

void il_platform_describe(char *buffer, size_t size) {
    struct utsname kernel;
    if (uname(&kernel) != 0) {
        snprintf(buffer, size, "macOS");
        return;
    }
    snprintf(buffer, size, "macOS, %s %s", kernel.sysname, kernel.release);
}

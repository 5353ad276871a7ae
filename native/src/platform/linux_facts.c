/* Linux: what is behind the descriptor of another process, and what system this is. */
#include "platform/platform.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

int il_platform_look_open_in(int32_t pid, int descriptor, struct stat *facts, int *fd) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, descriptor);
    if (stat(path, facts) != 0) {
        return errno;
    }
    *fd = -1;
    if (!S_ISREG(facts->st_mode)) {
        return 0;
    }
    IL_RETRY(*fd, open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (*fd < 0) {
        return errno == EACCES ? 0 : errno;
    }
    if (fstat(*fd, facts) != 0) { /* of what was opened: the number may have been given away meanwhile */
        int error = errno;
        close(*fd);
        return error;
    }
    return 0;
}

#if defined(__GLIBC__)
static void describe_library(char *buffer, size_t size) {
    if (confstr(_CS_GNU_LIBC_VERSION, buffer, size) == 0) {
        snprintf(buffer, size, "glibc");
    }
}
#else
static void describe_library(char *buffer, size_t size) { snprintf(buffer, size, "musl"); }
#endif

void il_platform_describe(char *buffer, size_t size) {
    char library[64];
    struct utsname kernel;
    describe_library(library, sizeof library);
    if (uname(&kernel) != 0) {
        snprintf(buffer, size, "%s", library);
        return;
    }
    snprintf(buffer, size, "%s, %s %s", library, kernel.sysname, kernel.release);
}

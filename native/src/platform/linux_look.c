/* Linux: what a bystander may open, and facts of the system. */
#include "interlock.h"
#include "platform/linux_names.h"
#include "platform/platform.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * No link is followed, and O_NONBLOCK, because a FIFO of that name would wait for a writer. *fd is -1 if we may not; the
 * facts are told even then.
 */
int il_platform_look_open(uint32_t space, const char *name, struct stat *facts, int *fd) {
    char path[512];
    const int length = snprintf(path, sizeof path, SHM_DIRECTORY "/%s%s", il_space_prefix(space), name);
    if (length >= (int)sizeof path) {
        return ENAMETOOLONG;
    }
    IL_RETRY(*fd, open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (*fd < 0) {
        return errno == EACCES || errno == ELOOP || errno == ENXIO ? (lstat(path, facts) == 0 ? 0 : errno) : errno;
    }
    if (fstat(*fd, facts) != 0) {
        int error = errno;
        close(*fd);
        return error;
    }
    return 0;
}

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

int il_platform_look_list(void (*visit)(uint32_t space, const char *name, void *context), void *context) {
    DIR *directory = opendir(SHM_DIRECTORY);
    uint32_t space;
    if (directory == NULL) {
        return errno;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = il_space_of(entry->d_name, &space);
        if (name != NULL) {
            visit(space, name, context);
        }
    }
    closedir(directory);
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

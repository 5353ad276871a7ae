/* The portable build on Linux: objects stand where shm_open would put them, so that tests find them there. */
#include "platform/linux_names.h"
#include "platform/places.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int il_place_directory(char path[IL_PLACE_MAX]) {
    strcpy(path, SHM_DIRECTORY);
    return 0;
}

int il_place_make(void) { return ENOENT; } /* it is the system's */

int il_place_file(const char *name, char *file, size_t size) {
    int length = snprintf(file, size, NAME_PREFIX "%s", name);
    return (size_t)length < size ? 0 : ENAMETOOLONG;
}

int il_place_name(const char *file, char *name, size_t size) {
    const size_t prefix = sizeof NAME_PREFIX - 1;
    if (strncmp(file, NAME_PREFIX, prefix) != 0) {
        return EINVAL;
    }
    int length = snprintf(name, size, "%s", file + prefix);
    return (size_t)length < size ? 0 : EINVAL;
}

int il_place_of(int fd, char path[IL_PLACE_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, IL_PLACE_MAX - 1);
    if (length < 0) {
        return errno;
    }
    path[length] = '\0';
    return length < IL_PLACE_MAX - 1 ? 0 : ENAMETOOLONG;
}

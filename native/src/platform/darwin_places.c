/* macOS: objects stand in a directory of this user's, in which upper and lower case are one. */
#include "platform/places.h"
#include "platform/portable_names.h"
#include "platform/private_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/param.h>

#define OBJECTS "objects"

_Static_assert(IL_PLACE_MAX >= IL_DIRECTORY_MAX, "a directory's path fits");

int il_place_directory(char path[IL_PLACE_MAX]) { return il_directory_path(OBJECTS, path); }

int il_place_make(void) { return il_directory_make(OBJECTS); }

int il_place_file(const char *name, char *file, size_t size) { return il_file_name_of(name, file, size); }

int il_place_name(const char *file, char *name, size_t size) {
    return file[0] == '.' ? EINVAL : il_name_of_file(file, name, size);
}

int il_place_of(int fd, char path[IL_PLACE_MAX]) {
    char whole[MAXPATHLEN]; /* what the kernel writes whatever the length */
    if (fcntl(fd, F_GETPATH, whole) != 0) {
        return errno;
    }
    return strlcpy(path, whole, IL_PLACE_MAX) < IL_PLACE_MAX ? 0 : ENAMETOOLONG;
}

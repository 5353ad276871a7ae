#include "platform/private_directory.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__APPLE__)
/* The user's cache directory: /tmp is tidied there, of what nobody opened for three days. */
static int base(char *path, size_t size) {
    size_t length = confstr(_CS_DARWIN_USER_CACHE_DIR, path, size);
    return length == 0 ? errno : length > size ? ENAMETOOLONG : 0;
}
#else
static int base(char *path, size_t size) {
    int length = snprintf(path, size, "/tmp");
    return (size_t)length < size ? 0 : ENAMETOOLONG;
}
#endif

int il_directory_path(const char *what, char path[IL_DIRECTORY_MAX]) {
    char parent[IL_DIRECTORY_MAX];
    int error = base(parent, sizeof parent);
    if (error != 0) {
        return error;
    }
    int length = snprintf(path, IL_DIRECTORY_MAX, "%s/interlock-%s-%lu", parent, what, (unsigned long)geteuid());
    return length < IL_DIRECTORY_MAX ? 0 : ENAMETOOLONG;
}

int il_directory_make(const char *what) {
    char path[IL_DIRECTORY_MAX];
    struct stat facts;
    int error = il_directory_path(what, path);
    if (error != 0) {
        return error;
    }
    if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST) {
        return errno;
    }
    if (lstat(path, &facts) != 0) {
        return errno;
    }
    /* Somebody else may have made it first: then nothing in it is to be trusted. */
    return S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() && (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0 ? 0 : EACCES;
}

/*
 * An object is a file of this user's own, mapped, for systems where a shared memory object would not do: on macOS one
 * takes one ftruncate, cannot be locked, read, listed, reopened or told from another, never gives a page back, and has 30
 * characters for a name. See decision 0011.
 */
#include "platform/places.h"
#include "platform/platform.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int il_place_path(const char *name, char path[IL_PLACE_PATH_MAX]) {
    int error = il_place_directory(path);
    if (error == 0) {
        size_t length = strlen(path);
        path[length++] = '/';
        error = il_place_file(name, path + length, IL_PLATFORM_NAME_MAX + 1);
    }
    return error;
}

static int open_path(const char *path, int flags, int *fd) {
    IL_RETRY(*fd, open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, S_IRUSR | S_IWUSR));
    return *fd < 0 ? errno : 0;
}

int il_platform_object_open(const char *name, int create, int *fd) {
    char path[IL_PLACE_PATH_MAX];
    int error = il_place_path(name, path);
    if (error != 0) {
        return error;
    }
    error = open_path(path, create ? O_CREAT | O_EXCL : 0, fd);
    if (error == ENOENT && create) { /* the first object of this user */
        error = il_place_make();
        error = error == 0 ? open_path(path, O_CREAT | O_EXCL, fd) : error;
    }
    return error;
}

int il_platform_object_unlink(const char *name) {
    char path[IL_PLACE_PATH_MAX];
    int error = il_place_path(name, path);
    return error != 0 ? error : unlink(path) == 0 ? 0 : errno;
}

int il_platform_shm_facts(const char *name, struct stat *facts) {
    char path[IL_PLACE_PATH_MAX];
    int error = il_place_path(name, path);
    return error != 0 ? error : lstat(path, facts) == 0 ? 0 : errno;
}

int il_platform_shm_list(void (*visit)(const char *name, void *context), void *context) {
    char path[IL_PLACE_MAX], name[IL_PLATFORM_NAME_MAX + 1];
    int error = il_place_directory(path);
    if (error != 0) {
        return error;
    }
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno == ENOENT ? il_place_make() : errno; /* this user has none yet */
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (il_place_name(entry->d_name, name, sizeof name) == 0) {
            visit(name, context);
        }
    }
    closedir(directory);
    return 0;
}

static int is_same_file(int a, int b) {
    struct stat one, other;
    return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

/*
 * By its path, as long as that leads to it. A file without a name can only be shared: what a description of its own is
 * for, the creation lock, means nothing without one, and slots are locked in files of their own.
 */
int il_platform_reopen(int fd, int *reopened) {
    char path[IL_PLACE_MAX];
    if (il_place_of(fd, path) == 0 && open_path(path, 0, reopened) == 0) {
        if (is_same_file(fd, *reopened)) {
            return 0;
        }
        close(*reopened);
    }
    IL_RETRY(*reopened, fcntl(fd, F_DUPFD_CLOEXEC, 0));
    return *reopened < 0 ? errno : 0;
}

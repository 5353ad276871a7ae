/* Linux: objects are shared memory objects, files in /dev/shm. */
#include "platform/linux_names.h"
#include "platform/platform.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The name for shm_open. */
static int shm_name(const char *name, char buffer[IL_PLATFORM_NAME_MAX + 1]) {
    int length = snprintf(buffer, IL_PLATFORM_NAME_MAX + 1, "/" NAME_PREFIX "%s", name);
    return length > IL_PLATFORM_NAME_MAX ? ENAMETOOLONG : 0;
}

int il_platform_object_open(const char *name, int create, int *fd) {
    char path[IL_PLATFORM_NAME_MAX + 1];
    int error = shm_name(name, path);
    if (error == 0) {
        IL_RETRY(*fd, shm_open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_EXCL : 0), S_IRUSR | S_IWUSR));
        error = *fd < 0 ? errno : 0;
    }
    return error;
}

int il_platform_object_unlink(const char *name) {
    char path[IL_PLATFORM_NAME_MAX + 1];
    int error = shm_name(name, path);
    return error != 0 ? error : shm_unlink(path) == 0 ? 0 : errno;
}

int il_platform_shm_facts(const char *name, struct stat *facts) {
    char path[sizeof SHM_DIRECTORY "/" NAME_PREFIX + IL_PLATFORM_NAME_MAX];
    snprintf(path, sizeof path, SHM_DIRECTORY "/" NAME_PREFIX "%s", name);
    return lstat(path, facts) == 0 ? 0 : errno;
}

int il_platform_shm_list(void (*visit)(const char *name, void *context), void *context) {
    DIR *directory = opendir(SHM_DIRECTORY);
    if (directory == NULL) {
        return errno;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strncmp(entry->d_name, NAME_PREFIX, sizeof NAME_PREFIX - 1) == 0) {
            visit(entry->d_name + sizeof NAME_PREFIX - 1, context);
        }
    }
    closedir(directory);
    return 0;
}

int il_platform_reopen(int fd, int *reopened) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    IL_RETRY(*reopened, open(path, O_RDWR | O_CLOEXEC));
    return *reopened < 0 ? errno : 0;
}

/* Linux: what a bystander may open of /dev/shm. */
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
#include <unistd.h>

/*
 * No link is followed, and O_NONBLOCK, because a FIFO of that name would wait for a writer. *fd is -1 if we may not; the
 * facts are told even then.
 */
int il_platform_look_open(uint32_t space, const char *name, struct stat *facts, int *fd) {
    char path[512];
    const int length = snprintf(path, sizeof path, SHM_DIRECTORY "/%s%s", il_space_prefix(space, name), name);
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

/* Where semaphores have no prefix, the memory of other programs stands among them: told by its size. */
static int may_be_semaphore(int directory, const char *file) {
    struct stat facts;
    return IL_SEMAPHORES_HAVE_PREFIX ||
           (fstatat(directory, file, &facts, AT_SYMLINK_NOFOLLOW) == 0 && facts.st_size == (off_t)sizeof(sem_t));
}

int il_platform_look_list(void (*visit)(uint32_t space, const char *name, void *context), void *context) {
    DIR *directory = opendir(SHM_DIRECTORY);
    uint32_t space;
    if (directory == NULL) {
        return errno;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = il_space_of(entry->d_name, &space);
        if (name != NULL && (space == IL_SPACE_OBJECTS || may_be_semaphore(dirfd(directory), entry->d_name))) {
            visit(space, name, context);
        }
    }
    closedir(directory);
    return 0;
}

/* On a copy: nobody else's semaphore is touched, and one that shrinks harms nobody. */
int il_platform_look_semaphore(int fd, const struct stat *facts, int *value) {
    sem_t copy;
    ssize_t got;
    if (facts->st_size < (off_t)sizeof copy) {
        return EINVAL;
    }
    IL_RETRY(got, pread(fd, &copy, sizeof copy, 0));
    return got == (ssize_t)sizeof copy && sem_getvalue(&copy, value) == 0 ? 0 : EINVAL;
}

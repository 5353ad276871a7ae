/*
 * Named semaphores where nothing stands behind one that could be told from another, handed on or listed, and a name has 30
 * characters, as on macOS. So each that Interlock uses has a file beside it, which holds its whole name and is its
 * identity; a longer name becomes a hash of it (portable_names.h), which only Interlock can share. Whoever holds the
 * file opens the semaphore by that name: so one that was unlinked cannot be handed on any more.
 */
#include "platform/portable_semaphore.h"
#include "platform/portable_names.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SEMAPHORES "semaphores"

int il_semaphore_path(const char *name, char path[IL_SEMAPHORE_PATH_MAX]) {
    int error = il_directory_path(SEMAPHORES, path);
    if (error == 0) {
        size_t length = strlen(path);
        path[length++] = '/';
        error = il_file_name_of(name, path + length, IL_PLATFORM_NAME_MAX + 1);
    }
    return error;
}

int il_semaphore_list(void (*visit)(const char *name, void *context), void *context) {
    char path[IL_DIRECTORY_MAX], name[IL_PLATFORM_NAME_MAX + 1];
    int error = il_directory_path(SEMAPHORES, path);
    DIR *directory = error == 0 ? opendir(path) : NULL;
    if (directory == NULL) {
        return error != 0 ? error : errno == ENOENT ? 0 : errno;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] != '.' && il_name_of_file(entry->d_name, name, sizeof name) == 0) {
            visit(name, context);
        }
    }
    closedir(directory);
    return 0;
}

static int open_by_name(const char *name, int flags, uint32_t value, sem_t **semaphore) {
    char system_name[IL_SHORT_NAME_MAX + 1];
    il_short_name_of(name, system_name);
    do {
        *semaphore = sem_open(system_name, flags, S_IRUSR | S_IWUSR, (unsigned)value);
    } while (*semaphore == SEM_FAILED && errno == EINTR);
    return *semaphore == SEM_FAILED ? errno : 0;
}

int il_platform_semaphore_create(const char *name, uint32_t value) {
    sem_t *semaphore;
    int error = open_by_name(name, O_CREAT | O_EXCL, value, &semaphore);
    if (error == 0) {
        char path[IL_SEMAPHORE_PATH_MAX];
        sem_close(semaphore);
        if (il_semaphore_path(name + 1, path) == 0) {
            (void)unlink(path); /* of another that somebody else unlinked: its tally is not this one's */
        }
    }
    return error;
}

int il_platform_semaphore_unlink(const char *name) {
    char path[IL_SEMAPHORE_PATH_MAX], system_name[IL_SHORT_NAME_MAX + 1];
    il_short_name_of(name, system_name);
    int error = sem_unlink(system_name) == 0 ? 0 : errno;
    if ((error == 0 || error == ENOENT) && il_semaphore_path(name + 1, path) == 0) {
        (void)unlink(path);
    }
    return error;
}

static int open_file(const char *path, int *fd) {
    IL_RETRY(*fd, open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    return *fd < 0 ? errno : 0;
}

/* A file of the name; the same bytes whoever writes them, so that two may. */
static int write_name(int fd, const char *name) {
    const size_t length = strlen(name) + 1;
    ssize_t written;
    IL_RETRY(written, pwrite(fd, name, length, 0));
    return written < 0 ? errno : (size_t)written == length ? 0 : EIO;
}

int il_platform_semaphore_file(const char *name, int *fd) {
    char path[IL_SEMAPHORE_PATH_MAX];
    sem_t *semaphore;
    int error = open_by_name(name, 0, 0, &semaphore); /* another program may have made it, or taken it away */
    if (error != 0) {
        if (error == ENOENT && il_semaphore_path(name + 1, path) == 0) {
            (void)unlink(path);
        }
        return error;
    }
    sem_close(semaphore);
    error = il_semaphore_path(name + 1, path);
    error = error == 0 ? open_file(path, fd) : error;
    if (error == ENOENT) { /* the first semaphore of this user */
        error = il_directory_make(SEMAPHORES);
        error = error == 0 ? open_file(path, fd) : error;
    }
    if (error == 0) {
        error = write_name(*fd, name);
        if (error != 0) {
            close(*fd);
        }
    }
    return error;
}

/* name: IL_PLATFORM_NAME_MAX + 1. */
static int read_name(int fd, char *name) {
    ssize_t length;
    IL_RETRY(length, pread(fd, name, IL_PLATFORM_NAME_MAX + 1, 0));
    if (length < 0) {
        return errno;
    }
    return memchr(name, 0, (size_t)length) != NULL && name[0] == '/' ? 0 : EINVAL;
}

int il_semaphore_is_named(int fd) {
    char name[IL_PLATFORM_NAME_MAX + 1];
    return read_name(fd, name) == 0;
}

int il_platform_semaphore_map(int fd, sem_t **semaphore, int *tally) {
    char name[IL_PLATFORM_NAME_MAX + 1];
    int error = read_name(fd, name);
    if (error == 0) {
        error = il_platform_reopen(fd, tally);
    }
    if (error == 0) {
        error = open_by_name(name, 0, 0, semaphore);
        if (error != 0) {
            close(*tally);
        }
    }
    return error;
}

void il_platform_semaphore_unmap(sem_t *semaphore, int tally) {
    sem_close(semaphore);
    close(tally);
}

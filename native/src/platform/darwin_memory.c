/*
 * macOS: an object is a file of this user's own, mapped. A shared memory object would not do: there it takes one
 * ftruncate, cannot be locked, read, listed, reopened or told from another, never gives a page back, and has 30 characters
 * for a name. See decision 0011.
 */
#include "platform/platform.h"
#include "platform/portable_names.h"
#include "platform/private_directory.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#define OBJECTS "objects"
#define PATH_SIZE (IL_DIRECTORY_MAX + 1 + IL_PLATFORM_NAME_MAX + 1)

/* ------------------------------------------------------------------- names */

static int path_of(const char *name, char path[PATH_SIZE]) {
    int error = il_directory_path(OBJECTS, path);
    if (error == 0) {
        size_t length = strlen(path);
        path[length++] = '/';
        error = il_file_name_of(name, path + length, IL_PLATFORM_NAME_MAX + 1);
    }
    return error;
}

static int open_path(const char *path, int flags, int *fd) {
    IL_RETRY(*fd, open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, S_IRUSR | S_IWUSR));
    return *fd < 0 ? errno : 0;
}

int il_platform_object_open(const char *name, int create, int *fd) {
    char path[PATH_SIZE];
    int error = path_of(name, path);
    if (error != 0) {
        return error;
    }
    error = open_path(path, create ? O_CREAT | O_EXCL : 0, fd);
    if (error == ENOENT && create) { /* the first object of this user */
        error = il_directory_make(OBJECTS);
        error = error == 0 ? open_path(path, O_CREAT | O_EXCL, fd) : error;
    }
    return error;
}

int il_platform_object_unlink(const char *name) {
    char path[PATH_SIZE];
    int error = path_of(name, path);
    return error != 0 ? error : unlink(path) == 0 ? 0 : errno;
}

int il_platform_shm_facts(const char *name, struct stat *facts) {
    char path[PATH_SIZE];
    int error = path_of(name, path);
    return error != 0 ? error : lstat(path, facts) == 0 ? 0 : errno;
}

int il_platform_shm_list(void (*visit)(const char *name, void *context), void *context) {
    char path[IL_DIRECTORY_MAX], name[IL_PLATFORM_NAME_MAX + 1];
    int error = il_directory_path(OBJECTS, path);
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

/*
 * By its path, as long as that leads to it. A file without a name can only be shared: what a description of its own is
 * for, the creation lock, means nothing without one, and slots are locked in files of their own.
 */
int il_platform_reopen(int fd, int *reopened) {
    char path[MAXPATHLEN];
    struct stat wanted, found;
    if (fcntl(fd, F_GETPATH, path) == 0 && open_path(path, 0, reopened) == 0) {
        if (fstat(fd, &wanted) == 0 && fstat(*reopened, &found) == 0 && wanted.st_ino == found.st_ino &&
            wanted.st_dev == found.st_dev) {
            return 0;
        }
        close(*reopened);
    }
    *reopened = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return *reopened < 0 ? errno : 0;
}

/* ------------------------------------------------------------------- pages */

/*
 * Only a look whether there is room: F_PREALLOCATE does not fill holes, and to write there would meet what others
 * store. A file system that runs full in between is a SIGBUS; docs/guarantees.md says so.
 */
int il_platform_reserve(int fd, int64_t offset, int64_t length) {
    struct statfs facts;
    (void)offset;
    if (fstatfs(fd, &facts) != 0) {
        return errno;
    }
    return facts.f_bavail >= (uint64_t)length / facts.f_bsize + 1 ? 0 : ENOSPC;
}

int il_platform_release(int fd, int64_t offset, int64_t length) {
    fpunchhole_t hole = {.fp_offset = (off_t)offset, .fp_length = (off_t)length};
    int result; /* EINVAL where its blocks are larger than our pages: then the pages stay */
    IL_RETRY(result, fcntl(fd, F_PUNCHHOLE, &hole));
    return result == 0 ? 0 : errno;
}

int il_platform_blank(void *address, size_t readable, size_t length) {
    void *blank = mmap(address, readable, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
    /* Pages have 16 KiB on arm: what lies between stays readable. */
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), rest = (readable + page - 1) / page * page;
    if (blank != MAP_FAILED && length > rest) {
        blank = mmap((char *)address + rest, length - rest, PROT_NONE, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
    }
    return blank != MAP_FAILED ? 0 : errno;
}

/* ------------------------------------------------------------------- facts */

uint64_t il_platform_shm_size(void) {
    char path[IL_DIRECTORY_MAX];
    struct statfs facts;
    return il_directory_path(OBJECTS, path) == 0 && statfs(path, &facts) == 0 ? facts.f_blocks * facts.f_bsize : 0;
}

uint64_t il_platform_memory_limit(void) {
    struct rlimit space;
    return getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY ? space.rlim_cur : 0;
}

int il_platform_pid_namespace(uint64_t *id) {
    *id = 0; /* there is one */
    return 0;
}

int il_platform_processors(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

int il_platform_random(void *buffer, size_t length) { return getentropy(buffer, length) == 0 ? 0 : errno; }

/*
 * Slots by flock() on a file of their own each, for systems without open file description locks. They stand in a
 * directory of the user's, because the lock must not belong to the description that is mapped, and because one file has
 * one flock(). The kernel drops it with the last copy of the description, however its process died.
 *
 * Files are named after the object's device and inode. A file is removed by whoever gives the slot back, or sweeps,
 * holding its lock; so who has just locked one looks whether it still has its name.
 */
#include "platform/platform.h"
#include "platform/private_directory.h"
#include "retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SLOTS "slots"
#define PATH_SIZE (IL_DIRECTORY_MAX + 64)

struct object_id {
    unsigned long long device, inode;
};

static int identify(int fd, struct object_id *id) {
    struct stat facts;
    if (fstat(fd, &facts) != 0) {
        return errno;
    }
    id->device = (unsigned long long)facts.st_dev;
    id->inode = (unsigned long long)facts.st_ino;
    return 0;
}

static int path_of(const struct object_id *id, uint32_t index, char path[PATH_SIZE]) {
    int error = il_directory_path(SLOTS, path);
    if (error == 0) {
        size_t length = strlen(path);
        snprintf(path + length, PATH_SIZE - length, "/%llx-%llx.%u", id->device, id->inode, (unsigned)index);
    }
    return error;
}

static int slot_path(int fd, uint32_t index, char *path) {
    struct object_id id;
    int error = identify(fd, &id);
    return error == 0 ? path_of(&id, index, path) : error;
}

static int lock_file(int file, int how) {
    int result;
    IL_RETRY(result, flock(file, how | LOCK_NB));
    return result == 0 ? 0 : errno == EWOULDBLOCK ? EAGAIN : errno;
}

/*
 * Somebody who looks at the file or sweeps has a shared lock for a moment, and nobody to give way to: only a holder keeps
 * others from sharing.
 */
static int lock_to_hold(int file) {
    for (;;) {
        int error = lock_file(file, LOCK_EX);
        if (error != EAGAIN) {
            return error;
        }
        error = lock_file(file, LOCK_SH);
        if (error != 0) {
            return error;
        }
        (void)lock_file(file, LOCK_UN);
    }
}

/* 0: locked, and the name still means it; ESTALE: its last holder, or a sweep, removed it meanwhile. */
static int lock_named_file(int file, int how) {
    struct stat facts;
    int error = how == LOCK_EX ? lock_to_hold(file) : lock_file(file, how);
    if (error == 0 && fstat(file, &facts) != 0) {
        error = errno;
    }
    return error == 0 && facts.st_nlink == 0 ? ESTALE : error;
}

static int open_and_lock(const char *path, int *carrier) {
    int error;
    do {
        int file;
        IL_RETRY(file, open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
        if (file < 0) {
            return errno;
        }
        error = lock_named_file(file, LOCK_EX);
        if (error == 0) {
            *carrier = file;
        } else {
            close(file);
        }
    } while (error == ESTALE);
    return error;
}

int il_platform_slot_take(int fd, uint32_t index, int *carrier) {
    char path[PATH_SIZE];
    int error = slot_path(fd, index, path);
    if (error == 0) {
        error = open_and_lock(path, carrier);
    }
    if (error == ENOENT) { /* the first slot of this user */
        error = il_directory_make(SLOTS);
        if (error == 0) {
            error = open_and_lock(path, carrier);
        }
    }
    return error;
}

int il_platform_slot_release(int fd, uint32_t index, int carrier) {
    char path[PATH_SIZE];
    int error = slot_path(fd, index, path);
    if (error == 0) {
        (void)unlink(path);
    }
    /* By hand, not by closing: a child about to execute has a copy. */
    return flock(carrier, LOCK_UN) == 0 ? error : errno;
}

/* A shared lock, so that two who look, or one who sweeps, are not taken for the holder. */
static int look(const char *path, int *taken) {
    struct stat facts;
    int file;
    if (lstat(path, &facts) != 0) { /* most are not there: that must not need a descriptor */
        return errno == ENOENT ? 0 : errno;
    }
    IL_RETRY(file, open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file < 0) {
        return errno == ENOENT ? 0 : errno;
    }
    int error = lock_file(file, LOCK_SH);
    close(file);
    if (error == EAGAIN) {
        *taken = 1;
        return 0;
    }
    return error;
}

struct range {
    struct object_id id;
    uint32_t own, first, count;
};

static int look_at(const struct range *range, uint32_t index, int *taken) {
    char path[PATH_SIZE];
    if (index == range->own || index - range->first >= range->count) {
        return 0;
    }
    int error = path_of(&range->id, index, path);
    return error == 0 ? look(path, taken) : error;
}

static int look_at_each(const struct range *range, int *taken) {
    int error = 0;
    for (uint32_t i = 0; i < range->count && error == 0 && !*taken; i++) {
        error = look_at(range, range->first + i, taken);
    }
    return error;
}

/* Hundreds of slots, of which few were ever used: those that there are, are listed. */
static int look_at_listed(const struct range *range, int *taken) {
    char path[IL_DIRECTORY_MAX];
    DIR *files = il_directory_path(SLOTS, path) == 0 ? opendir(path) : NULL;
    if (files == NULL) {
        return look_at_each(range, taken); /* no descriptor, perhaps: then it takes longer */
    }
    int error = 0;
    for (struct dirent *entry; error == 0 && !*taken && (entry = readdir(files)) != NULL;) {
        struct object_id id;
        unsigned index;
        if (sscanf(entry->d_name, "%llx-%llx.%u", &id.device, &id.inode, &index) == 3 &&
            id.device == range->id.device && id.inode == range->id.inode) {
            error = look_at(range, index, taken);
        }
    }
    closedir(files);
    return error;
}

int il_platform_slot_taken(int fd, uint32_t own, uint32_t first, uint32_t count, int *taken) {
    struct range range = {.own = own, .first = first, .count = count};
    *taken = 0;
    int error = identify(fd, &range.id);
    if (error != 0) {
        return error;
    }
    return count > 8 ? look_at_listed(&range, taken) : look_at_each(&range, taken);
}

/* ------------------------------------------------------------------ on the way */

union rights {
    struct cmsghdr header;
    unsigned char bytes[CMSG_SPACE(2 * sizeof(int))];
};

/* Two descriptors in one: a socket in which they are on their way, and which closes them if nobody reads it. */
int il_platform_slot_pack(int fd, int carrier, int *packed) {
    int pair[2], both[2] = {fd, carrier};
    int error = il_platform_socket_pair(pair);
    if (error == 0) {
        struct iovec byte = {.iov_base = (char[]){0}, .iov_len = 1};
        union rights rights;
        memset(&rights, 0, sizeof rights);
        struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = rights.bytes,
                                 .msg_controllen = sizeof rights.bytes};
        rights.header.cmsg_level = SOL_SOCKET;
        rights.header.cmsg_type = SCM_RIGHTS;
        rights.header.cmsg_len = CMSG_LEN(sizeof both);
        memcpy(CMSG_DATA(&rights.header), both, sizeof both);
        ssize_t sent;
        IL_RETRY(sent, sendmsg(pair[0], &message, MSG_DONTWAIT));
        error = sent < 0 ? errno : 0;
        close(pair[0]);
        if (error != 0) {
            close(pair[1]);
        }
    }
    close(fd);
    close(carrier);
    *packed = error == 0 ? pair[1] : -1;
    return error;
}

int il_platform_slot_unpack(int packed, int *fd, int *carrier) {
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union rights rights;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.bytes,
                             .msg_controllen = sizeof rights.bytes};
    size_t received = 0;
    int error;
    do {
        error = il_platform_receive(packed, &message, &received);
    } while (error == EINTR);
    if (packed >= 0) {
        close(packed);
    }
    if (error != 0) {
        return error == ENOTSOCK || error == EAGAIN ? EINVAL : error;
    }
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
        /* One of the two may have come. */
        if (header != NULL && header->cmsg_len >= CMSG_LEN(sizeof(int))) {
            memcpy(fd, CMSG_DATA(header), sizeof *fd);
            close(*fd);
        }
        return EMFILE;
    }
    if (received == 0 || header == NULL || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(2 * sizeof(int))) {
        return EINVAL;
    }
    int both[2];
    memcpy(both, CMSG_DATA(header), sizeof both);
    *fd = both[0];
    *carrier = both[1];
    return 0;
}

/* ------------------------------------------------------------------ what the dead left */

/*
 * Of two who sweep at once the second has nothing to do: it might remove, by its name, a file made after the first had
 * removed that which both looked at. A file that has its name while a shared lock is held on it keeps it: nobody else
 * removes one without an exclusive lock.
 */
void il_platform_slots_sweep(void) {
    char path[IL_DIRECTORY_MAX];
    DIR *files = il_directory_path(SLOTS, path) == 0 && il_directory_make(SLOTS) == 0 ? opendir(path) : NULL;
    if (files == NULL) {
        return;
    }
    if (lock_file(dirfd(files), LOCK_EX) != 0) {
        closedir(files);
        return;
    }
    for (struct dirent *entry; (entry = readdir(files)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        int file = openat(dirfd(files), entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (file >= 0 && lock_named_file(file, LOCK_SH) == 0) {
            (void)unlinkat(dirfd(files), entry->d_name, 0);
        }
        if (file >= 0) {
            close(file);
        }
    }
    closedir(files);
}

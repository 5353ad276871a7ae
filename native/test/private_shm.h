/* A /dev/shm of the test's own, in a mount namespace: small, missing, or one where nobody else leaves names. */
#ifndef IL_TEST_PRIVATE_SHM_H
#define IL_TEST_PRIVATE_SHM_H

#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static inline void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) fprintf(stderr, "%s was not written\n", path);
    close(fd);
}

static inline int own_mounts(void) {
    const int uid = (int)geteuid(), gid = (int)getegid();
    char map[64];
    if (unshare(CLONE_NEWNS) == 0) return 1;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 0;
    snprintf(map, sizeof map, "%d %d 1", uid, uid);
    write_file("/proc/self/uid_map", map);
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%d %d 1", gid, gid);
    write_file("/proc/self/gid_map", map);
    return 1;
}

/* An empty directory in the place of this one, for this process and those it makes. 0: this user may not mount. */
static inline int cover(const char *directory, const char *options) {
    return own_mounts() && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", directory, "tmpfs", 0, options) == 0;
}

/* 0: this user may not mount; the test has nothing to show. options as of tmpfs: "size=100k". */
static inline int private_shm(const char *options) {
    if (cover("/dev/shm", options)) return 1;
    fprintf(stderr, "skipped: no right to mount\n");
    return 0;
}

static inline int names_in_shm(void) {
    DIR *directory = opendir("/dev/shm");
    int count = -2; /* "." and ".." */
    CHECK(directory != NULL);
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

#endif

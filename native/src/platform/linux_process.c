/* Linux: which processes and descriptors there are, from /proc. */
#include "platform.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* By number: glibc has a wrapper since 2.34 only, musl none. The same everywhere but on Alpha. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* The pid or descriptor that a directory entry of /proc is named after; -1: none. */
static long entry_number(const struct dirent *entry) {
    return isdigit((unsigned char)entry->d_name[0]) ? strtol(entry->d_name, NULL, 10) : -1;
}

static int is_child(int32_t pid) {
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/*
 * Every process there is, asked whether it is ours. /proc/thread-self/children would be quicker, but depends
 * on CONFIG_PROC_CHILDREN and may leave out some while others end. Asking wait, not /proc, makes it safe to
 * signal what is found: it can only be reaped by the caller, and /proc may show another pid namespace.
 */
void il_platform_children(void (*visit)(int32_t pid, void *context), void *context) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        int32_t pid = (int32_t)entry_number(entry);
        if (pid > 0 && is_child(pid)) {
            visit(pid, context);
        }
    }
    closedir(processes);
}

/* Before Linux 5.9, and where a sandbox does not know close_range yet. */
static void close_listed_from(int first) {
    DIR *descriptors = opendir("/proc/self/fd");
    if (descriptors == NULL) {
        long limit = sysconf(_SC_OPEN_MAX);
        for (int descriptor = first; descriptor < limit; descriptor++) {
            close(descriptor);
        }
        return;
    }
    for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
        int descriptor = (int)entry_number(entry);
        if (descriptor >= first && descriptor != dirfd(descriptors)) {
            close(descriptor);
        }
    }
    closedir(descriptors);
}

void il_platform_close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) < 0) {
        close_listed_from(first);
    }
}

char **il_platform_environment(void) {
    return environ;
}

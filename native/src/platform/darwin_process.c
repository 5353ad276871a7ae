/*
 * macOS: processes, as far as it goes. There are no process handles, no subreapers and no signal at a parent's death: a
 * guardian knows its own children, and what they leave behind goes to launchd.
 */
#include "platform/platform.h"

#include <crt_externs.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libproc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_CHILDREN 1024

int il_platform_process_handle(int32_t pid, int *handle) {
    (void)pid;
    (void)handle;
    return ENOSYS;
}

int il_platform_process_signal(int handle, int signal_number) {
    (void)handle;
    (void)signal_number;
    return ENOSYS;
}

int il_platform_become_subreaper(void) { return 0; }

int il_platform_die_with_parent(int32_t parent) { return getppid() == parent ? 0 : ESRCH; }

void il_platform_children(void (*visit)(int32_t pid, void *context), void *context) {
    pid_t pids[MOST_CHILDREN];
    int count = proc_listchildpids(getpid(), pids, (int)sizeof pids);
    for (int i = 0; i < count && i < MOST_CHILDREN; i++) {
        siginfo_t info;
        if (waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOHANG | WNOWAIT) == 0) { /* still ours to signal */
            visit(pids[i], context);
        }
    }
}

void il_platform_close_from(int first) {
    DIR *descriptors = opendir("/dev/fd");
    if (descriptors == NULL) {
        long limit = sysconf(_SC_OPEN_MAX);
        for (int descriptor = first; descriptor < limit; descriptor++) {
            close(descriptor);
        }
        return;
    }
    for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
        int descriptor = atoi(entry->d_name); /* "." is 0, which is none of those */
        if (descriptor >= first && descriptor != dirfd(descriptors)) {
            close(descriptor);
        }
    }
    closedir(descriptors);
}

char **il_platform_environment(void) { return *_NSGetEnviron(); }

/* In two steps, because there is no SOCK_CLOEXEC: another thread that forks in between hands a copy on. */
int il_platform_socket_pair(int pair[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
        return errno;
    }
    (void)fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

/* What CMSG_NXTHDR would go through, with the one message of rights that a send of ours has. */
static void close_on_exec(struct msghdr *message) {
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS) {
        return;
    }
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(header) + i * sizeof descriptor, sizeof descriptor);
        (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
}

int il_platform_receive(int socket, struct msghdr *message, size_t *received) {
    ssize_t some = recvmsg(socket, message, MSG_DONTWAIT);
    if (some < 0) {
        return errno;
    }
    close_on_exec(message);
    *received = (size_t)some;
    return 0;
}

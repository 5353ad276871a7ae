/*
 * Processes, where the kernel ties none to another: no process handles, no subreapers, no signal at a parent's death. A
 * guardian knows its own children only, and what they leave behind goes to process 1; a program whose guardian dies learns
 * of it by its lifeline (lifeline.c).
 */
#include "platform/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const int il_platform_needs_lifeline = 1;

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

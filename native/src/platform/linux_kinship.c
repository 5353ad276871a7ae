/* Linux: processes that the kernel ties to one another, and sockets that are close-on-exec from birth. */
#include "platform.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Called by number: glibc has wrappers since 2.36 only, musl has none. The same everywhere but on Alpha. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

const int il_platform_needs_lifeline = 0;

int il_platform_process_handle(int32_t pid, int *handle) {
    long opened = syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by definition */
    if (opened < 0) {
        return errno;
    }
    *handle = (int)opened;
    return 0;
}

int il_platform_process_signal(int handle, int signal_number) {
    return syscall(SYS_pidfd_send_signal, handle, signal_number, NULL, 0) < 0 ? errno : 0;
}

int il_platform_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0 ? errno : 0;
}

int il_platform_die_with_parent(int32_t parent) {
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) < 0) {
        return errno;
    }
    /* A parent that died before the prctl sends nothing. */
    return getppid() == parent ? 0 : ESRCH;
}

int il_platform_socket_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? errno : 0;
}

int il_platform_receive(int socket, struct msghdr *message, size_t *received) {
    ssize_t some = recvmsg(socket, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (some < 0) {
        return errno;
    }
    *received = (size_t)some;
    return 0;
}

/* Linux: processes, and sockets that are close-on-exec from birth. */
#include "platform.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Called by number: glibc has wrappers since 2.34 and 2.36 only, musl has none of some. The same everywhere
 * but on Alpha. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

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

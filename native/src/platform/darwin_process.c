/* macOS: which processes and descriptors there are. */
#include "platform/platform.h"

#include <crt_externs.h>
#include <dirent.h>
#include <libproc.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_CHILDREN 1024

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

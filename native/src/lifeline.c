/*
 * For a program whose guardian dies while no kernel kills it: the guardian, and nobody else, has the writing end of a pipe,
 * the program the reading end. End of file is the death of the guardian, and then the program ends as the kernel would end
 * it. By a thread in C, which nothing holds up that the program's own threads may be held up by.
 */
#include "launch.h"
#include "platform/platform.h"
#include "retry.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static void *watch(void *unused) {
    char byte;
    ssize_t length;
    IL_RETRY(length, read(IL_LAUNCH_LIFELINE, &byte, sizeof byte));
    if (length == 0) {
        kill(getpid(), SIGKILL);
    }
    return unused;
}

static int start_watching(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int error = pthread_attr_init(&attributes);
    if (error != 0) {
        return error;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* Signals are the program's business. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, &attributes, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

il_status il_lifeline_watch(void) {
    struct stat facts;
    if (!il_platform_needs_lifeline || fstat(IL_LAUNCH_LIFELINE, &facts) != 0) {
        return IL_OK; /* nobody handed one */
    }
    if (!S_ISFIFO(facts.st_mode)) { /* /dev/null: no guardian */
        close(IL_LAUNCH_LIFELINE);
        return IL_OK;
    }
    (void)fcntl(IL_LAUNCH_LIFELINE, F_SETFD, FD_CLOEXEC);
    int error = start_watching();
    return error == 0 ? IL_OK : il_fail(IL_CALL_PTHREAD_CREATE, error);
}

#include "guarded.h"

#include "interlock.h"
#include "launch.h"
#include "platform/platform.h"
#include "stage.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define EXIT_NOT_EXECUTED 127

/* Not close-on-exec where it lies then. Only a program with a channel is one of ours, and watches it. */
static struct failure give_lifeline(const struct program *program, int lifeline) {
    const int gives = il_platform_needs_lifeline && program->channel >= 0;
    return (struct failure){IL_CALL_DUP, gives && dup2(lifeline, IL_LAUNCH_LIFELINE) < 0 ? errno : 0};
}

static _Noreturn void run_program(const struct program *program, pid_t guardian, int executed, int lifeline) {
    struct failure failure = {IL_CALL_PRCTL, il_platform_die_with_parent(guardian)};
    if (failure.errnum == 0) {
        failure = give_lifeline(program, lifeline);
    }
    if (failure.errnum == 0) {
        failure = become_program(program);
    }
    /* Atomic, and the pipe is empty. */
    if (write(executed, &failure, sizeof failure) < 0) {
        /* Nobody to tell: the guardian has died. */
    }
    _exit(EXIT_NOT_EXECUTED);
}

/* Close-on-exec in two steps: there is no other thread to fork in between. */
static int open_pipe(int ends[2]) {
    if (pipe(ends) < 0) {
        return errno;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

static struct failure fork_program(const struct program *program, struct guarded *guarded) {
    pid_t self = getpid();
    int ends[2], lifeline[2] = {-1, -1}; /* the writing end of which closes with this process */
    int error = open_pipe(ends);
    if (error == 0 && il_platform_needs_lifeline) {
        error = open_pipe(lifeline);
    }
    if (error != 0) {
        return (struct failure){IL_CALL_PIPE, error};
    }
    guarded->pid = fork();
    if (guarded->pid < 0) {
        return (struct failure){IL_CALL_FORK, errno};
    }
    if (guarded->pid == 0) {
        run_program(program, self, ends[1], lifeline[0]);
    }
    il_descriptor_close(lifeline[0]);
    il_descriptor_close(ends[1]);
    guarded->executed = ends[0];
    /* Now, while nobody can have reaped it. */
    if (il_platform_process_handle((int32_t)guarded->pid, &guarded->handle) != 0) {
        guarded->handle = -1;
    }
    return (struct failure){0, 0};
}

/* Readers of the program's output shall see its end when the program ends, and its directory may be
 * unmounted. */
static void let_go(const struct program *program) {
    int null = open("/dev/null", O_RDWR | O_NOCTTY);
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (null < 0 || dup2(null, descriptor) < 0) {
            il_descriptor_close(descriptor);
        }
    }
    il_descriptor_close(null);
    il_descriptor_close(program->channel);
    if (chdir("/") < 0) {
        /* Then it keeps it. */
    }
}

struct failure guarded_start(const struct program *program, struct guarded *guarded) {
    struct failure failure = {IL_CALL_PRCTL, il_platform_become_subreaper()};
    if (failure.errnum != 0) {
        return failure;
    }
    IL_STAGE("guardian", 2);
    failure = fork_program(program, guarded);
    if (failure.errnum != 0) {
        return failure;
    }
    IL_STAGE("guardian", 3);
    setpgid(0, 0);
    IL_STAGE("guardian", 4);
    let_go(program);
    return failure;
}

bool guarded_executed(struct guarded *guarded, struct failure *failure) {
    ssize_t length;
    do {
        length = read(guarded->executed, failure, sizeof *failure);
    } while (length < 0 && errno == EINTR);
    il_descriptor_close(guarded->executed);
    guarded->executed = -1;
    return length != (ssize_t)sizeof *failure;
}

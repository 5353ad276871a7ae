/*
 * The guardian of a daemon child. One thread, all signals blocked except while it sleeps; what ends it is
 * that nothing is left to guard.
 *
 * It forks the program before it leaves the process group. The program stays in that of the parent, so that
 * Ctrl-C reaches it; the guardian must outlive Ctrl-C, and a group of its own lets the kernel continue it,
 * should it be stopped, when the parent goes.
 *
 * If the guardian dies, the kernel kills the program. That works towards the guardian because it has only
 * one thread; towards a JVM the kill would come when the *thread* ends that started the child.
 *
 * It learns of the parent's end through end of file on the control socket and through the parent's process
 * handle: a fork of the parent may keep the former from coming, an old kernel may not have the latter.
 * SIGTERM to the guardian ends the program as the parent's end would.
 *
 * A spare that got the work of a child which is no daemon keeps its guardian, because the kernel ties the two together;
 * but all that this one does from then on is to wait, and to report.
 */
#include "guardian.h"

#include "ending.h"
#include "guarded.h"

#include "interlock.h"
#include "launch.h"
#include "platform/platform.h"
#include "stage.h"
#include "status.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NOT_EXECUTED 127
/* How often to look for the parent where there are no process handles. */
#define PARENT_TICK INT64_C(100000000)
/* How long to wait for a parent that has hung up to be gone. */
#define PARENT_PATIENCE INT64_C(1000000000)

struct guardian {
    enum guard_life life;
    pid_t parent;
    int parent_handle; /* -1: none */
    bool hung_up;      /* the parent, or at least its end of the control socket, is gone */
    struct guarded program;
    bool failed;  /* the program was not executed */
    bool unheard; /* it was, but the parent could not be told: to the parent there is no child */
    struct ending ending;
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number) {
    if (number == SIGTERM) {
        asked_to_end = 1;
    }
}

static void catch_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/*
 * Never waits: three small reports in all fit into any socket. A parent that has gone hears nothing. A report that could
 * not go with a handle (ETOOMANYREFS: too many descriptors are on their way) goes without; the parent can do without, too.
 */
static bool report(enum il_launch_kind kind, int32_t call, int32_t value, int handle) {
    struct il_launch_report message = {(int32_t)kind, call, value};
    return il_channel_send(IL_LAUNCH_CONTROL, &message, sizeof message, &handle, handle >= 0 ? 1 : 0, 0) == IL_OK ||
           il_channel_send(IL_LAUNCH_CONTROL, &message, sizeof message, NULL, 0, 0) == IL_OK;
}

/* ---------------------------------------------------------------- news of the program */

/* The program runs, or will not. May wait, so only when the pipe is readable or the program dead. */
static void take_outcome(struct guardian *guardian) {
    struct failure failure;
    guardian->failed = !guarded_executed(&guardian->program, &failure);
    IL_STAGE("guardian", 5);
    if (guardian->failed) {
        report(IL_LAUNCH_FAILED, failure.call, failure.errnum, -1);
    } else {
        guardian->unheard = !report(IL_LAUNCH_STARTED, 0, (int32_t)guardian->program.pid, guardian->program.handle);
    }
    IL_STAGE("guardian", 6);
    il_descriptor_close(guardian->program.handle);
    guardian->program.handle = -1;
}

static void program_ended(struct guardian *guardian, int status) {
    if (guardian->program.executed >= 0) {
        take_outcome(guardian);
    }
    guardian->program.pid = 0;
    IL_STAGE("guardian", 7);
    if (!guardian->failed && !guardian->unheard) {
        report(IL_LAUNCH_ENDED, 0, WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), -1);
    }
    IL_STAGE("guardian", 8);
}

/* Whether anybody is left to guard. What a free program leaves behind is not guarded. */
static bool reap(struct guardian *guardian) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid < 0 && errno == EINTR) {
            continue;
        }
        if (pid <= 0) {
            return pid == 0 && !(guardian->life == GUARD_FREE && guardian->program.pid == 0);
        }
        if (pid == guardian->program.pid) {
            program_ended(guardian, status);
        }
    }
}

/* ---------------------------------------------------------------- news of the parent */

static void begin_ending(struct guardian *guardian) {
    IL_STAGE("guardian", 9);
    if (guardian->life == GUARD_SPARE) {
        ending_begin_at_once(&guardian->ending);
    } else if (guardian->life == GUARD_DAEMON) {
        ending_begin(&guardian->ending, guardian->program.pid);
    }
    IL_STAGE("guardian", 10);
}

static void parent_gone(struct guardian *guardian) {
    guardian->hung_up = true;
    begin_ending(guardian);
}

static void obey(struct guardian *guardian, unsigned char command) {
    if (command == IL_LAUNCH_ABANDON) {
        begin_ending(guardian);
    } else if (guardian->life == GUARD_SPARE && command == IL_LAUNCH_EMPLOY_DAEMON) {
        guardian->life = GUARD_DAEMON;
    } else if (guardian->life == GUARD_SPARE && command == IL_LAUNCH_EMPLOY_FREE) {
        guardian->life = GUARD_FREE;
    } else if (guardian->program.pid != 0 && il_launch_signal(command) != 0) {
        kill(guardian->program.pid, il_launch_signal(command));
    }
}

/* Whether the parent has hung up. All that it said before counts. */
static bool take_commands(struct guardian *guardian) {
    unsigned char commands[64];
    ssize_t length;
    do {
        length = recv(IL_LAUNCH_CONTROL, commands, sizeof commands, MSG_DONTWAIT);
        for (ssize_t i = 0; i < length; i++) {
            obey(guardian, commands[i]);
        }
    } while (length > 0 || (length < 0 && errno == EINTR));
    /* ECONNRESET and the like: it hung up with a report unread. */
    return length == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

/* ---------------------------------------------------------------- the loop */

static int64_t earliest(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static struct timespec time_until(int64_t deadline) {
    int64_t left = deadline - il_clock_now();
    if (left < 0) {
        left = 0;
    }
    return (struct timespec){(time_t)(left / 1000000000), (long)(left % 1000000000)};
}

/*
 * Sleeps until a descriptor is ready, a child ends, SIGTERM comes or the deadline. Signals get through
 * nowhere else, so none can come between a look and the sleep. *ready is empty unless a descriptor is.
 */
static void sleep_until_news(const int *descriptors, size_t count, int64_t deadline, fd_set *ready) {
    struct timespec timeout = time_until(deadline);
    sigset_t others;
    int highest = -1;
    sigfillset(&others);
    sigdelset(&others, SIGCHLD);
    sigdelset(&others, SIGTERM);
    FD_ZERO(ready);
    for (size_t i = 0; i < count; i++) {
        if (descriptors[i] >= 0) {
            FD_SET(descriptors[i], ready);
            highest = descriptors[i] > highest ? descriptors[i] : highest;
        }
    }
    if (pselect(highest + 1, ready, NULL, NULL, deadline == IL_FOREVER ? NULL : &timeout, &others) <= 0) {
        FD_ZERO(ready);
    }
}

static void take_news(struct guardian *guardian) {
    bool tick = guardian->parent_handle < 0 && !guardian->hung_up;
    int64_t deadline =
        earliest(ending_deadline(&guardian->ending), tick ? il_deadline_after(PARENT_TICK) : IL_FOREVER);
    int descriptors[] = {guardian->program.executed, guardian->hung_up ? -1 : IL_LAUNCH_CONTROL,
                         guardian->hung_up ? -1 : guardian->parent_handle};
    fd_set ready;
    sleep_until_news(descriptors, sizeof descriptors / sizeof descriptors[0], deadline, &ready);
    if (guardian->program.executed >= 0 && FD_ISSET(guardian->program.executed, &ready)) {
        take_outcome(guardian);
        if (guardian->unheard) {
            parent_gone(guardian);
        }
    }
    /* First this: of a parent that is gone all commands can be read. */
    bool gone = getppid() != guardian->parent ||
                (guardian->parent_handle >= 0 && FD_ISSET(guardian->parent_handle, &ready));
    if (!guardian->hung_up && (gone || FD_ISSET(IL_LAUNCH_CONTROL, &ready)) && (take_commands(guardian) || gone)) {
        parent_gone(guardian);
    }
}

/*
 * What the parent left in shared memory goes with it, but only once its descriptors are closed: until then
 * its objects count as used. A dying process hangs up before it is gone; one that lives has merely released
 * the child.
 */
static void sweep_after(const struct guardian *guardian) {
    int64_t patience = il_deadline_after(PARENT_PATIENCE);
    while (getppid() == guardian->parent && il_clock_now() < patience) {
        fd_set ready;
        sleep_until_news(&guardian->parent_handle, 1, earliest(patience, il_deadline_after(PARENT_TICK / 10)),
                         &ready);
    }
    IL_STAGE("guardian", 11);
    il_sweep(NULL);
}

int guard(const struct program *program, pid_t parent, enum guard_life life) {
    struct guardian guardian = {.life = life, .parent = parent, .parent_handle = -1};
    struct failure failure;
    if (il_platform_process_handle((int32_t)parent, &guardian.parent_handle) != 0) {
        guardian.parent_handle = -1;
    }
    IL_STAGE("guardian", 1);
    /* After the handle was taken: if it is still our parent now, the handle is that of no other process. */
    if (getppid() != parent) {
        return EXIT_NOT_EXECUTED;
    }
    failure = guarded_start(program, &guardian.program);
    if (failure.errnum != 0) {
        report(IL_LAUNCH_FAILED, failure.call, failure.errnum, -1);
        return EXIT_NOT_EXECUTED;
    }
    catch_signals();
    while (reap(&guardian)) {
        if (asked_to_end) {
            begin_ending(&guardian);
        }
        ending_advance(&guardian.ending, guardian.program.pid);
        take_news(&guardian);
    }
    if (guardian.hung_up && !guardian.failed) {
        sweep_after(&guardian);
    }
    return 0;
}

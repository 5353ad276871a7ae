/* What the caller does with a child once it runs: wait, reap, signal, abandon, employ, release. */
#include "channel.h"
#include "launch.h"
#include "retry.h"
#include "platform/platform.h"
#include "status.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* il_child.state */
enum {
    STATE_ENDED = 1, /* exit_status is known */
    STATE_LOST = 2,  /* ended, and its exit status went to somebody else */
    STATE_REAPED = 4 /* direct may be the pid of a stranger by now */
};

#define LONGEST_PAUSE INT64_C(10000000)
#define ORPHAN_PATIENCE INT64_C(1000000000)

/* Held from the look at state to the kill(), and from waitpid() to the change of state: between them a pid
 * that is reaped here could be reused and signalled there. One lock for all children, held for microseconds.
 */
static pthread_mutex_t reaping = PTHREAD_MUTEX_INITIALIZER;

static void set_state(il_child *child, int32_t bits) {
    pthread_mutex_lock(&reaping);
    child->state |= bits;
    pthread_mutex_unlock(&reaping);
}

static il_status ended_with(il_child *child, int32_t exit_status) {
    child->exit_status = exit_status;
    set_state(child, STATE_ENDED);
    return IL_OK;
}

static il_status try_reap(il_child *child) {
    int status = 0;
    pid_t reaped;
    int error;
    pthread_mutex_lock(&reaping);
    IL_RETRY(reaped, waitpid(child->direct, &status, WNOHANG));
    error = errno;
    if (reaped > 0) {
        child->exit_status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        child->state |= STATE_ENDED | STATE_REAPED;
    } else if (reaped < 0 && error == ECHILD) {
        child->state |= STATE_LOST | STATE_REAPED;
    }
    pthread_mutex_unlock(&reaping);
    if (reaped < 0) {
        return il_fail(IL_CALL_WAITPID, error);
    }
    return reaped > 0 ? IL_OK : IL_WOULD_BLOCK;
}

static void sleep_until(int64_t until, int64_t deadline) {
    int64_t left = (until < deadline ? until : deadline) - il_clock_now();
    if (left > 0) {
        struct timespec pause = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
        nanosleep(&pause, NULL);
    }
}

/* Without a handle there is nothing to sleep on: SIGCHLD belongs to the program we live in. And a program
 * that a debugger holds can be readable but not yet reaped. So: looks, less and less often. */
static il_status wait_by_looking(il_child *child, int64_t deadline) {
    int64_t pause = LONGEST_PAUSE / 100;
    for (;;) {
        il_status status = try_reap(child);
        int64_t now = il_clock_now();
        if (status != IL_WOULD_BLOCK) {
            return status;
        }
        if (now >= deadline) {
            return IL_TIMED_OUT;
        }
        sleep_until(now + pause, deadline);
        pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
    }
}

static il_status wait_for_program(il_child *child, int64_t deadline) {
    int error = child->handle >= 0 ? il_poll_until(child->handle, POLLIN, deadline) : 0;
    if (error == ETIMEDOUT) {
        return IL_TIMED_OUT;
    }
    return error == 0 ? wait_by_looking(child, deadline) : il_fail(IL_CALL_POLL, error);
}

/* Its end of the lifeline is closed, so it is a matter of microseconds. */
static il_status reap_guardian(il_child *child) {
    pid_t reaped;
    IL_RETRY(reaped, waitpid(child->direct, NULL, 0));
    if (reaped < 0 && errno != ECHILD) {
        return il_fail(IL_CALL_WAITPID, errno);
    }
    set_state(child, STATE_REAPED);
    return IL_OK;
}

/* Whether there is such a process, and it is no zombie of ours: its orphans may have come to us. */
static int lives(pid_t pid) {
    siginfo_t info = {0};
    return kill(pid, 0) == 0 && !(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid);
}

/*
 * By its pid, which nobody keeps from being used again: but the guardian died at most a report later than it reaped the
 * program, if it did. If whoever adopted it does not reap it, that is all that can be known.
 */
static int end_orphan(pid_t program, int64_t deadline) {
    const int64_t patience = il_deadline_after(ORPHAN_PATIENCE);
    int64_t pause = LONGEST_PAUSE / 100;
    kill(program, SIGKILL);
    while (lives(program)) {
        const int64_t now = il_clock_now();
        if (now >= patience) {
            return 0;
        }
        if (now >= deadline) {
            return ETIMEDOUT;
        }
        sleep_until(now + pause, deadline);
        pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
    }
    return 0;
}

/* The guardian died without a report, so the kernel has killed the program (it did when the guardian could be
 * reaped), or the program ends itself, or we end it. */
static il_status wait_for_orphan(il_child *child, int64_t deadline) {
    int error = 0;
    if ((child->state & STATE_REAPED) == 0) {
        il_status status = reap_guardian(child);
        if (status != IL_OK) {
            return status;
        }
    }
    if (child->handle >= 0) {
        error = il_poll_until(child->handle, POLLIN, deadline);
    } else if (il_platform_needs_lifeline) {
        error = end_orphan(child->pid, deadline);
    }
    if (error == ETIMEDOUT) {
        return IL_TIMED_OUT;
    }
    return error == 0 ? ended_with(child, -SIGKILL) : il_fail(IL_CALL_POLL, error);
}

static il_status wait_for_report(il_child *child, int64_t deadline) {
    struct il_launch_report report;
    il_status status = il_channel_receive(child->lifeline, &report, sizeof report, NULL, NULL, deadline);
    if (status == IL_OK) {
        return ended_with(child, report.value);
    }
    return status == IL_NOT_FOUND ? wait_for_orphan(child, deadline) : status;
}

il_status il_child_wait(il_child *child, int64_t deadline) {
    if ((child->state & STATE_ENDED) != 0) {
        return IL_OK;
    }
    if ((child->state & STATE_LOST) != 0) {
        return il_fail(IL_CALL_WAITPID, ECHILD);
    }
    return child->lifeline >= 0 ? wait_for_report(child, deadline) : wait_for_program(child, deadline);
}

il_status il_child_reap(il_child *child, int64_t deadline) {
    int error;
    il_status status = il_child_wait(child, deadline);
    if ((child->state & STATE_REAPED) != 0 || status != IL_OK) {
        return status;
    }
    /* After its last report there is nothing to read but the end of file. */
    error = il_poll_until(child->lifeline, POLLIN, deadline);
    if (error != 0) {
        return error == ETIMEDOUT ? IL_TIMED_OUT : il_fail(IL_CALL_POLL, error);
    }
    return reap_guardian(child);
}

/* IL_NOT_FOUND: the guardian is gone, and with it the program. */
static il_status command(const il_child *child, enum il_launch_command what) {
    unsigned char byte = (unsigned char)what;
    il_status status = il_channel_send(child->lifeline, &byte, sizeof byte, NULL, 0, 0);
    return status == il_fail(IL_CALL_SENDMSG, EPIPE) ? IL_NOT_FOUND : status;
}

static il_status outcome_of_kill(int error) {
    if (error == ESRCH) {
        return IL_NOT_FOUND;
    }
    return error == 0 ? IL_OK : il_fail(IL_CALL_KILL, error);
}

static const enum il_launch_command commands[] = {
    [IL_SIGNAL_TERMINATE] = IL_LAUNCH_TERMINATE,
    [IL_SIGNAL_KILL] = IL_LAUNCH_KILL,
    [IL_SIGNAL_INTERRUPT] = IL_LAUNCH_INTERRUPT,
    [IL_SIGNAL_HANG_UP] = IL_LAUNCH_HANG_UP,
};

static il_status signal_locked(const il_child *child, int signal) {
    const int number = il_launch_signal((int)commands[signal]);
    if ((child->state & (STATE_ENDED | STATE_LOST)) != 0) {
        return IL_NOT_FOUND;
    }
    if (child->handle >= 0) {
        /* A zombie can be signalled, to no effect; it has ended all the same. */
        int ended = il_poll_until(child->handle, POLLIN, 0) == 0;
        return ended ? IL_NOT_FOUND : outcome_of_kill(il_platform_process_signal(child->handle, number));
    }
    if (child->lifeline >= 0) {
        return command(child, commands[signal]);
    }
    return outcome_of_kill(kill(child->pid, number) == 0 ? 0 : errno);
}

il_status il_child_signal(const il_child *child, int signal) {
    il_status status;
    if (signal < IL_SIGNAL_TERMINATE || signal > IL_SIGNAL_HANG_UP) {
        return IL_INVALID;
    }
    pthread_mutex_lock(&reaping);
    status = signal_locked(child, signal);
    pthread_mutex_unlock(&reaping);
    return status;
}

il_status il_child_abandon(il_child *child) {
    il_status status;
    if (child->lifeline < 0) {
        return IL_INVALID;
    }
    status = command(child, IL_LAUNCH_ABANDON);
    return status == IL_NOT_FOUND ? IL_OK : status;
}

il_status il_child_employ(const il_child *child, int daemon) {
    if (child->lifeline < 0) {
        return IL_INVALID;
    }
    return command(child, daemon ? IL_LAUNCH_EMPLOY_DAEMON : IL_LAUNCH_EMPLOY_FREE);
}

void il_child_release(il_child *child) {
    il_descriptor_close(child->handle);
    il_descriptor_close(child->lifeline);
    child->handle = -1;
    child->lifeline = -1;
}

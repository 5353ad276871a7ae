/*
 * What spawn.c and the launcher agree on. Both come from one build, so nothing here has a version.
 *
 * The launcher starts with all signals blocked and all dispositions default; its environment is that of the
 * program. Besides 0, 1 and 2 it finds 3  the channel, if the program gets one 4  its end of a socket to the
 * caller. To execute a program directly, it sends "ready"; then comes a report if that fails, else end of
 * file, which says that the program runs (without the former it would also say that the launcher could not be
 * loaded). As a guardian it keeps the socket: reports go up, commands (one byte each) come down, and end of
 * file is the end of the caller. Everything from 5 upwards is the caller's, left open by carelessness of
 * others, and is closed.
 *
 * A program that gets a channel finds, where il_platform_needs_lifeline, 5  the reading end of its guardian's lifeline, or
 * /dev/null if it has no guardian (lifeline.c).
 */
#ifndef IL_LAUNCH_H
#define IL_LAUNCH_H

#include <signal.h>
#include <stdint.h>

enum { IL_LAUNCH_CHANNEL = 3, IL_LAUNCH_CONTROL = 4, IL_LAUNCH_CLOSE_FROM = 5, IL_LAUNCH_LIFELINE = 5 };

/* The launcher's arguments; those of the program follow, from its argv[0]. */
enum {
    IL_LAUNCH_ARG_MODE = 1,  /* IL_LAUNCH_EXEC, IL_LAUNCH_GUARD or IL_LAUNCH_SPARE */
    IL_LAUNCH_ARG_PARENT,    /* pid of the caller, in decimal */
    IL_LAUNCH_ARG_DIRECTORY, /* "" for the caller's */
    IL_LAUNCH_ARG_CHANNEL,   /* "1" if there is one, else "0" */
    IL_LAUNCH_ARG_END,       /* "--" */
    IL_LAUNCH_ARG_PROGRAM,
    IL_LAUNCH_ARG_FIRST
};
#define IL_LAUNCH_EXEC "exec"
#define IL_LAUNCH_GUARD "guard"
#define IL_LAUNCH_SPARE "spare" /* a guardian, of a program that waits for work */

enum il_launch_kind {
    IL_LAUNCH_READY = 0,
    IL_LAUNCH_FAILED = 1,  /* call, value = errno: the program was not executed, the launcher ends */
    IL_LAUNCH_STARTED = 2, /* value = pid, with the process handle as descriptor if there is one */
    IL_LAUNCH_ENDED = 3    /* value = exit status, or -signal */
};

struct il_launch_report {
    int32_t kind;
    int32_t call; /* enum il_call */
    int32_t value;
};

enum il_launch_command {
    IL_LAUNCH_ABANDON = 'a',
    IL_LAUNCH_TERMINATE = 't',
    IL_LAUNCH_KILL = 'k',
    IL_LAUNCH_INTERRUPT = 'i',
    IL_LAUNCH_HANG_UP = 'h',
    IL_LAUNCH_EMPLOY_DAEMON = 'd', /* the spare gets work: from now on it is a daemon, */
    IL_LAUNCH_EMPLOY_FREE = 'f'    /* or is not: it outlives the caller */
};

/* The signal that a command asks for; 0: none. */
static inline int il_launch_signal(int command) {
    switch (command) {
    case IL_LAUNCH_TERMINATE:
        return SIGTERM;
    case IL_LAUNCH_KILL:
        return SIGKILL;
    case IL_LAUNCH_INTERRUPT:
        return SIGINT;
    case IL_LAUNCH_HANG_UP:
        return SIGHUP;
    default:
        return 0;
    }
}

#endif

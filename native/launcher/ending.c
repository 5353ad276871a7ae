/*
 * By tree, not by process group: a group is left with one call of setsid. This process is a subreaper, so
 * whoever is orphaned below becomes its child; only a child is ever signalled, and a child's pid is not
 * reused before this process reaps it.
 *
 * No process below is missed: one that turns up as a child without SIGCHLD was orphaned by a process deeper
 * down, whose line leads to a child that has its SIGKILL; when that one is reaped the children are looked at
 * again.
 */
#include "ending.h"

#include "interlock.h"
#include "platform/platform.h"
#include "stage.h"

#include <signal.h>
#include <stdbool.h>

/* Together well below the 2 s in which everything has to be gone; the program's is for the shutdown hooks of
 * a JVM. */
#define PROGRAM_GRACE INT64_C(1000000000)
#define REST_GRACE INT64_C(500000000)

/* A stopped process sees SIGTERM when it runs again. */
static void ask_to_end(pid_t pid) {
    kill(pid, SIGTERM);
    kill(pid, SIGCONT);
}

/* Once only: a second SIGTERM tells many programs to stop being orderly. */
static void ask_child(int32_t pid, void *context) {
    struct ending *ending = context;
    for (size_t i = 0; i < ending->asked_count; i++) {
        if (ending->asked[i] == pid) {
            return;
        }
    }
    if (ending->asked_count < ENDING_MOST_ASKED) {
        ending->asked[ending->asked_count++] = pid;
        ask_to_end(pid);
    }
}

static void kill_child(int32_t pid, void *context) {
    (void)context;
    kill(pid, SIGKILL);
}

static bool is_due(const struct ending *ending) {
    return il_clock_now() >= ending->deadline;
}

static void enter(struct ending *ending, enum ending_step step, int64_t grace) {
    ending->step = step;
    ending->deadline = grace == 0 ? IL_FOREVER : il_deadline_after(grace);
}

void ending_begin(struct ending *ending, pid_t program) {
    if (ending->step != ENDING_NOT_BEGUN) {
        return;
    }
    if (program != 0) {
        ask_to_end(program);
        ending->asked[ending->asked_count++] = program;
    }
    enter(ending, ENDING_ASK_PROGRAM, PROGRAM_GRACE);
}

void ending_begin_at_once(struct ending *ending) {
    if (ending->step == ENDING_NOT_BEGUN) {
        enter(ending, ENDING_KILL, 0);
    }
}

void ending_advance(struct ending *ending, pid_t program) {
    if (ending->step == ENDING_ASK_PROGRAM && (program == 0 || is_due(ending))) {
        IL_STAGE("ending", 1);
        if (program != 0) {
            kill(program, SIGKILL);
        }
        enter(ending, ENDING_ASK_REST, REST_GRACE);
        IL_STAGE("ending", 2);
    }
    if (ending->step == ENDING_ASK_REST) {
        il_platform_children(ask_child, ending);
        if (is_due(ending)) {
            enter(ending, ENDING_KILL, 0);
        }
    }
    if (ending->step == ENDING_KILL) {
        IL_STAGE("ending", 3);
        il_platform_children(kill_child, NULL);
    }
}

int64_t ending_deadline(const struct ending *ending) {
    return ending->step == ENDING_NOT_BEGUN ? IL_FOREVER : ending->deadline;
}

/* Staying between a daemon child, or one that was a spare, and its parent. */
#ifndef IL_GUARDIAN_H
#define IL_GUARDIAN_H

#include "program.h"

#include <sys/types.h>

/* What becomes of the program when the parent ends. */
enum guard_life {
    GUARD_SPARE,  /* it has no work yet: SIGKILL, at once */
    GUARD_DAEMON, /* it is ended, and what it left behind */
    GUARD_FREE    /* nothing: it was a spare, and its work is none of a daemon */
};

/*
 * Starts the program as a child of this process, reports to the parent, and returns the exit status for main
 * when the program and all that it left behind have ended: by themselves, or because the parent did.
 */
int guard(const struct program *program, pid_t parent, enum guard_life life);

#endif

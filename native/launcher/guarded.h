/* The program below a guardian. */
#ifndef IL_GUARDED_H
#define IL_GUARDED_H

#include "program.h"

#include <stdbool.h>
#include <sys/types.h>

struct guarded {
    pid_t pid;    /* 0: reaped */
    int handle;   /* for the parent; -1: none */
    int executed; /* pipe from the program: a struct failure, or end of file once it runs; -1: known */
};

/*
 * Forks the program, then gives up what ties this process to its surroundings: the process group, standard
 * descriptors, channel and directory belong to the program from here.
 */
struct failure guarded_start(const struct program *program, struct guarded *guarded);

/* Whether the program was executed, else *failure. Waits for the news: ask when executed is readable, or the
 * program dead. */
bool guarded_executed(struct guarded *guarded, struct failure *failure);

#endif

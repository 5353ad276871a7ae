/* Staying between a daemon child and its parent. */
#ifndef IL_GUARDIAN_H
#define IL_GUARDIAN_H

#include "program.h"

#include <sys/types.h>

/*
 * Starts the program as a child of this process, reports to the parent, and returns the exit status for main
 * when the program and all that it left behind have ended: by themselves, or because the parent did.
 */
int guard(const struct program *program, pid_t parent);

#endif

/* Becoming the program. */
#ifndef IL_PROGRAM_H
#define IL_PROGRAM_H

#include <stdint.h>

struct program {
    const char *directory; /* "": stay */
    const char *name;      /* path, or a name to look up in PATH */
    char **arguments;      /* from argv[0] */
    int channel;           /* inherited besides 0, 1 and 2; -1: none */
};

/* A step on the way to exec, and why it failed. */
struct failure {
    int32_t call; /* enum il_call */
    int32_t errnum;
};

/* Executes the program in the environment of this process. Returns only if that fails. */
struct failure become_program(const struct program *program);

#endif

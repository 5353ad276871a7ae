/* Letting a process die at a numbered IL_STAGE mark. */
#ifndef IL_TEST_STAGES_H
#define IL_TEST_STAGES_H

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct staged {
    char stage[32];
    void (*body)(void *);
    void *argument;
};

static inline void run_staged(void *argument) {
    const struct staged *staged = argument;
    setenv("IL_STAGE", staged->stage, 1);
    staged->body(staged->argument);
}

/* Whether a process that does body dies at unit:stage; if it does not, its CHECKs must have held. */
static inline int dies_at(const char *unit, int stage, void (*body)(void *), void *argument) {
    struct staged staged = {.body = body, .argument = argument};
    snprintf(staged.stage, sizeof staged.stage, "%s:%d", unit, stage);
    int status = harness_wait(harness_fork(run_staged, &staged));
    if (status != 0 && status != -SIGKILL) harness_fail(__FILE__, __LINE__, "%s: ended with %d", staged.stage, status);
    return status == -SIGKILL;
}

#endif

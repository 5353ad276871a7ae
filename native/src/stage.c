#include "stage.h"

#include "recovery.h"

#ifdef IL_CRASH_STAGES

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void il_stage(const char *unit, int stage) {
    const char *wanted = getenv("IL_STAGE");
    char here[64];
    if (wanted == NULL) {
        return;
    }
    snprintf(here, sizeof here, "%s:%d", unit, stage);
    if (strcmp(wanted, here) == 0) {
        raise(SIGKILL);
    }
}

static int is_off[IL_RECOVER_SLOTS + 1];

/* Once, and early: a test may clear the environment, and every process of it must take mutexes for the same kind. */
__attribute__((constructor)) static void read_environment(void) {
    static const char *const names[] = {"mutex", "state", "slots"};
    const char *off = getenv("IL_NO_RECOVERY");
    for (int what = IL_RECOVER_MUTEX; off != NULL && what <= IL_RECOVER_SLOTS; what++) {
        is_off[what] = strcmp(off, names[what]) == 0;
    }
}

int il_recovers(enum il_recovery what) { return !is_off[what]; }

#else

typedef int il_stage_is_empty; /* ISO C wants a declaration in every file */

#endif

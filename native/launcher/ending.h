/* Ending the program and everything below it, step by step. */
#ifndef IL_ENDING_H
#define IL_ENDING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum ending_step {
    ENDING_NOT_BEGUN,
    ENDING_ASK_PROGRAM, /* SIGTERM was sent to the program; its time runs */
    ENDING_ASK_REST,    /* the program is dead or has SIGKILL; what it left behind gets SIGTERM, and a shorter
                           time */
    ENDING_KILL         /* SIGKILL for whatever turns up */
};

#define ENDING_MOST_ASKED 64

struct ending {
    enum ending_step step;
    int64_t deadline; /* of this step */
    pid_t asked[ENDING_MOST_ASKED];
    size_t asked_count;
};

/* program: 0 if it has ended. Nothing happens if the ending has begun already. */
void ending_begin(struct ending *ending, pid_t program);
/* The same without a grace period, where nothing has begun that could be brought to a good end. */
void ending_begin_at_once(struct ending *ending);
/* Does what is due now; to be called after every signal and at the deadline. */
void ending_advance(struct ending *ending, pid_t program);
/* When to call ending_advance again if no child ends before; IL_FOREVER: not at all. */
int64_t ending_deadline(const struct ending *ending);

#endif

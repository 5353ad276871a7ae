/*
 * Kills a process at every instruction of an operation. The operation is stepped through, to learn its instructions;
 * then, for each place to die at, a fresh process runs into a breakpoint there, as often as it takes to be at that step,
 * and dies. Steps between which nothing changed that others can see are one place (visible.h).
 * One that is stopped there instead, while others do something, and goes on, still knows what it has read: so each of its
 * instructions is a place. Some of them, spread evenly, are taken.
 * IL_EVERY=n takes every nth instruction of either, whether others can tell or not; IL_VERBOSE=1 tells how many there are.
 */
#ifndef IL_TEST_STEPPING_H
#define IL_TEST_STEPPING_H

#include "harness.h"
#include "platform/platform.h"
#include "private_shm.h"
#include "visible.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct operation {
    void (*prepare)(void *); /* in the test: a new object */
    void (*before)(void *);  /* in the process that will die, before its steps */
    void (*run)(void *);     /* these are the steps */
    void (*check)(void *);   /* in the test: what must hold now, and the end of the object */
    /* Not NULL: in the test, while the process is stopped at a step. It is not killed then, but goes on to its end. */
    void (*meanwhile)(void *);
};

enum { TRAP = 0xcc };

struct step {
    uint64_t place;
    int differs; /* from the step before, to others */
};
static struct step *steps;
static int most_steps; /* that there is room for */

enum { STOPPED_AT = 48 };

static inline int is_place_of_its_own(const struct operation *operation) {
    return operation->meanwhile != NULL || getenv("IL_EVERY") != NULL;
}

/* Of so many places, one in how many is taken. */
static inline int stride_of(const struct operation *operation, int places) {
    const char *every = getenv("IL_EVERY");
    if (every != NULL) return atoi(every);
    return operation->meanwhile == NULL ? 1 : places / STOPPED_AT + 1;
}

/* Every function is bound before the first step: else the first run would have steps that later ones have not. */
__attribute__((constructor)) static void bind_now(int argc, char **argv) {
    (void)argc;
    if (getenv("LD_BIND_NOW") == NULL && setenv("LD_BIND_NOW", "1", 1) == 0) execv("/proc/self/exe", argv);
}

/* Portable slots are files in one directory: how many steps it takes to look through it must not depend on who else is there. */
static inline void be_alone_with_slots(void) {
    static int is_done;
    char path[64];
    if (is_done || !il_platform_owner_needs_slot) return;
    is_done = 1;
    snprintf(path, sizeof path, "/tmp/interlock-slots-%lu", (unsigned long)geteuid());
    if ((mkdir(path, S_IRWXU) != 0 && errno != EEXIST) || !cover(path, "mode=0700")) {
        fprintf(stderr, "not alone: no right to mount\n");
    }
}

/* The marks between which it is stepped are stops of its own. */
static inline int start_stepping(const struct operation *operation, void *argument) {
    int status, pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        clearenv(); /* crash stages look for a variable at each step */
        CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
        operation->before(argument);
        raise(SIGSTOP);
        operation->run(argument);
        raise(SIGSTOP);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    return pid;
}

static inline uint64_t place_of(int pid) {
    struct user_regs_struct registers;
    CHECK(ptrace(PTRACE_GETREGS, pid, NULL, &registers) == 0);
    return registers.rip;
}

static inline void move_to(int pid, uint64_t place) {
    struct user_regs_struct registers;
    CHECK(ptrace(PTRACE_GETREGS, pid, NULL, &registers) == 0);
    registers.rip = place;
    CHECK(ptrace(PTRACE_SETREGS, pid, NULL, &registers) == 0);
}

/* The signal it stops with; 0: it has ended. */
static inline int resume(int pid, int how) {
    int status;
    CHECK(ptrace((enum __ptrace_request)how, pid, NULL, NULL) == 0);
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
}

/* Code of the kernel's, mapped into every process. */
static inline int is_in_vdso(uint64_t place) {
    const uint64_t start = getauxval(AT_SYSINFO_EHDR);
    return place >= start && place < start + 2 * 4096;
}

static inline int run_into_breakpoint(int pid, uint64_t place) {
    const long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)place, NULL);
    if (ptrace(PTRACE_POKETEXT, pid, (void *)place, (void *)((code & ~0xffL) | TRAP)) != 0) return 0;
    const int signal = resume(pid, PTRACE_CONT);
    if (signal != SIGTRAP) return signal;
    CHECK(ptrace(PTRACE_POKETEXT, pid, (void *)place, (void *)code) == 0);
    move_to(pid, place);
    return SIGTRAP;
}

/*
 * A call into the vdso is one step: it reads the clock, begins again whenever the kernel has set that meanwhile, which is
 * every few milliseconds, and instruction by instruction might take longer than that each time.
 */
static inline int step(int pid) {
    struct user_regs_struct registers;
    CHECK(ptrace(PTRACE_GETREGS, pid, NULL, &registers) == 0);
    if (!is_in_vdso(registers.rip)) return resume(pid, PTRACE_SINGLESTEP);
    return run_into_breakpoint(pid, (uint64_t)ptrace(PTRACE_PEEKDATA, pid, (void *)registers.rsp, NULL));
}

static inline void end_stepping(int pid) {
    int status;
    CHECK(kill(pid, SIGKILL) == 0);
    do {
        CHECK(waitpid(pid, &status, 0) == pid);
    } while (WIFSTOPPED(status));
}

static inline int learn_steps(const struct operation *operation, void *argument) {
    int count = 0, differs = 1, pid = start_stepping(operation, argument);
    struct visible visible;
    start_looking(&visible, pid);
    for (;;) {
        if (count == most_steps) {
            most_steps = most_steps > 0 ? 2 * most_steps : 1 << 16;
            steps = realloc(steps, (size_t)most_steps * sizeof *steps);
            CHECK(steps != NULL);
        }
        steps[count] = (struct step){place_of(pid), differs};
        const int calls = is_system_call(pid, steps[count++].place);
        int signal = step(pid);
        if (signal == SIGSTOP) break;
        CHECK(signal == SIGTRAP);
        differs = is_place_of_its_own(operation) || has_visibly_changed(&visible, calls);
        harness_gets_on();
    }
    end_looking(&visible);
    end_stepping(pid);
    count--; /* there it was stopping at the mark */
    return count;
}

/* Lets the process run until it is about to execute the instruction at place for the nth time. 0: it never was. */
static inline int run_to(int pid, uint64_t place, int nth) {
    for (int hit = place_of(pid) == place ? 1 : 0;; hit++) {
        if (hit >= nth) return 1;
        if (hit > 0) {
            if (resume(pid, PTRACE_SINGLESTEP) != SIGTRAP) return 0;
            if (place_of(pid) == place) continue; /* a string instruction: the next of its steps */
        }
        if (run_into_breakpoint(pid, place) != SIGTRAP) return 0;
    }
}

/* The same at the pace at which the steps were learned, for those in which others have a part who were woken. */
static inline int step_to(int pid, uint64_t place, int nth) {
    for (int hit = 0;;) {
        if (place_of(pid) == place && ++hit == nth) return 1;
        if (step(pid) != SIGTRAP) return 0;
        harness_gets_on();
    }
}

static inline int occurrence_of(int step) {
    int count = 0;
    for (int i = 0; i <= step; i++) count += steps[i].place == steps[step].place;
    return count;
}

/* The first time the check binds functions that later runs find bound. */
static inline void run_once(const struct operation *operation, void *argument) {
    operation->prepare(argument);
    int pid = start_stepping(operation, argument);
    CHECK(resume(pid, PTRACE_CONT) == SIGSTOP);
    end_stepping(pid);
    operation->check(argument);
}

/* Whether it was reached. */
static inline int end_at(const struct operation *operation, void *argument, int step, int (*get_to)(int, uint64_t, int)) {
    operation->prepare(argument);
    int pid = start_stepping(operation, argument);
    int there = get_to(pid, steps[step].place, occurrence_of(step));
    if (there && operation->meanwhile != NULL) {
        operation->meanwhile(argument);
        CHECK(resume(pid, PTRACE_CONT) == SIGSTOP); /* else one of its CHECKs has failed */
    }
    end_stepping(pid);
    operation->check(argument);
    harness_gets_on();
    return there;
}

/*
 * Which way it takes past others who wake meanwhile is not the same each time: so there are several attempts, and some
 * places are missed. A portable lock has more such ways.
 */
enum { ATTEMPTS = 6 };

static inline int needed_percent(void) { return il_platform_owner_needs_slot ? 75 : 90; }

static inline void kill_at_every_step(const struct operation *operation, void *argument) {
    int count, stride, reached = 0, tried = 0, skipped = 0, is_new = 0;
    be_alone_with_slots();
    run_once(operation, argument);
    operation->prepare(argument);
    count = learn_steps(operation, argument);
    operation->check(argument);
    stride = stride_of(operation, count);
    for (int step = 0; step < count; step++) {
        const uint64_t place = steps[step].place;
        /* Copying is one instruction that steps through its bytes; the first two stand for all. */
        const int again = step >= 2 && place == steps[step - 1].place && place == steps[step - 2].place;
        is_new |= steps[step].differs;
        if (!is_new || again || is_in_vdso(place)) continue;
        is_new = 0;
        if (++skipped % stride != 0) continue;
        tried++;
        const int attempts = getenv("IL_EVERY") != NULL ? 1 : ATTEMPTS;
        int there = 0;
        for (int i = 0; i < attempts && !there; i++) {
            there = end_at(operation, argument, step, i == 1 ? step_to : run_to); /* once is slow enough */
        }
        reached += there;
        if (!there && getenv("IL_VERBOSE") != NULL) fprintf(stderr, "missed step %d at %#lx\n", step, (unsigned long)place);
    }
    if (getenv("IL_VERBOSE") != NULL) fprintf(stderr, "%d instructions, %d of %d reached\n", count, reached, tried);
    CHECK(reached * 100 >= tried * needed_percent());
}

#endif

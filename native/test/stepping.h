/*
 * Kills a process at every instruction of an operation. The operation is stepped through once, to learn its
 * instructions; then, for each of them, a fresh process runs into a breakpoint there, as often as it takes to be at
 * that step, and dies (or is stopped there while others do something, and goes on). Every 16th instruction; IL_EVERY=1 takes all of them, IL_VERBOSE=1 tells how many there are.
 */
#ifndef IL_TEST_STEPPING_H
#define IL_TEST_STEPPING_H

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
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
    int is_long;             /* mostly system calls or loops: every 96th instruction will do; n: every n * 96th */
};

enum { TRAP = 0xcc };
static uint64_t *steps;
static int most_steps; /* that there is room for */

static inline int stride_of(const struct operation *operation) {
    const char *every = getenv("IL_EVERY");
    return every != NULL ? atoi(every) : operation->is_long ? 96 * operation->is_long : 16;
}

/* Every function is bound before the first step: else the first run would have steps that later ones have not. */
__attribute__((constructor)) static void bind_now(int argc, char **argv) {
    (void)argc;
    if (getenv("LD_BIND_NOW") == NULL && setenv("LD_BIND_NOW", "1", 1) == 0) execv("/proc/self/exe", argv);
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

static inline void end_stepping(int pid) {
    int status;
    CHECK(kill(pid, SIGKILL) == 0);
    do {
        CHECK(waitpid(pid, &status, 0) == pid);
    } while (WIFSTOPPED(status));
}

static inline int learn_steps(const struct operation *operation, void *argument) {
    int count = 0, pid = start_stepping(operation, argument);
    for (;;) {
        if (count == most_steps) {
            most_steps = most_steps > 0 ? 2 * most_steps : 1 << 16;
            steps = realloc(steps, (size_t)most_steps * sizeof *steps);
            CHECK(steps != NULL);
        }
        steps[count++] = place_of(pid);
        int signal = resume(pid, PTRACE_SINGLESTEP);
        if (signal == SIGSTOP) break;
        CHECK(signal == SIGTRAP);
        harness_gets_on();
    }
    end_stepping(pid);
    return count;
}

/* Lets the process run until it is about to execute the instruction at place for the nth time. 0: it never was. */
static inline int run_to(int pid, uint64_t place, int nth) {
    long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)place, NULL);
    const long trap = (code & ~0xffL) | TRAP;
    for (int hit = place_of(pid) == place ? 1 : 0;; hit++) {
        if (hit >= nth) return 1;
        if (hit > 0) {
            if (resume(pid, PTRACE_SINGLESTEP) != SIGTRAP) return 0;
            if (place_of(pid) == place) continue; /* a string instruction: the next of its steps */
        }
        if (ptrace(PTRACE_POKETEXT, pid, (void *)place, (void *)trap) != 0) return 0;
        if (resume(pid, PTRACE_CONT) != SIGTRAP) return 0;
        CHECK(ptrace(PTRACE_POKETEXT, pid, (void *)place, (void *)code) == 0);
        move_to(pid, place);
    }
}

/* Code of the kernel's, mapped into every process: it takes no breakpoint, and loops as often as the clock is set. */
static inline int is_in_vdso(uint64_t place) {
    const uint64_t start = getauxval(AT_SYSINFO_EHDR);
    return place >= start && place < start + 2 * 4096;
}

static inline int occurrence_of(int step) {
    int count = 0;
    for (int i = 0; i <= step; i++) count += steps[i] == steps[step];
    return count;
}

static inline void kill_at_every_step(const struct operation *operation, void *argument) {
    const int stride = stride_of(operation);
    int count = 0, reached = 0, tried = 0, skipped = 0;
    for (int i = 0; i < 2; i++) { /* the first time, the check binds functions that later runs find bound */
        operation->prepare(argument);
        count = learn_steps(operation, argument);
        operation->check(argument);
    }
    for (int step = 0; step < count; step++) {
        /* Copying is one instruction that steps through its bytes; the first two stand for all. */
        const int again = step >= 2 && steps[step] == steps[step - 1] && steps[step] == steps[step - 2];
        if (again || is_in_vdso(steps[step]) || ++skipped % stride != 0) continue;
        tried++;
        operation->prepare(argument);
        int pid = start_stepping(operation, argument);
        int there = run_to(pid, steps[step], occurrence_of(step));
        if (!there && getenv("IL_VERBOSE") != NULL) fprintf(stderr, "missed step %d at %#lx\n", step, (unsigned long)steps[step]);
        reached += there;
        if (there && operation->meanwhile != NULL) {
            operation->meanwhile(argument);
            CHECK(resume(pid, PTRACE_CONT) == SIGSTOP); /* else one of its CHECKs has failed */
        }
        end_stepping(pid);
        operation->check(argument);
        harness_gets_on();
    }
    if (getenv("IL_VERBOSE") != NULL) fprintf(stderr, "%d instructions, %d of %d reached\n", count, reached, tried);
    CHECK(reached * 10 >= tried * 9); /* a wait takes another path */
}

#endif

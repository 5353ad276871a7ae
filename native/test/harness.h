/*
 * A small runner: each TEST registers itself; main runs all (or those named on the command line), each in a
 * process of its own so that a crash or a hang is one failed test, and checks that it left no name behind.
 */
#ifndef IL_HARNESS_H
#define IL_HARNESS_H

#include "interlock.h"

#include <stdint.h>

typedef void (*harness_body)(void);
void harness_register(const char *name, harness_body body);

#define TEST(test_name)                                                                                      \
    static void test_name(void);                                                                             \
    __attribute__((constructor)) static void register_##test_name(void) {                                   \
        harness_register(#test_name, test_name);                                                             \
    }                                                                                                        \
    static void test_name(void)

/* What runs instead of the tests in a process that was started as argv[0] "il-child", argv[1] the name: children.h. */
typedef void (*harness_child_body)(int argc, char **argv);
void harness_register_child(const char *name, harness_child_body body);

_Noreturn void harness_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) harness_fail(__FILE__, __LINE__, "not true: %s", #condition);                      \
    } while (0)
#define CHECK_STATUS(expected, call)                                                                         \
    do {                                                                                                     \
        il_status check_status = (call);                                                                     \
        if (il_status_code(check_status) != (expected))                                                      \
            harness_fail(__FILE__, __LINE__, "%s: %s %s %s, expected %s", #call,                             \
                         il_status_name(check_status), il_status_call(check_status),                         \
                         il_status_errno_name(check_status), il_status_name(expected));                      \
    } while (0)
#define CHECK_OK(call) CHECK_STATUS(IL_OK, call)
/* Of queue operations that wait for nothing: on a busy machine the mutex of a side may be held for long (interlock.h). */
#define CHECK_OK_AT_LAST(call)                                                                               \
    do {                                                                                                     \
        il_status at_last;                                                                                   \
        do {                                                                                                 \
            at_last = (call);                                                                                \
        } while (il_status_code(at_last) == IL_WOULD_BLOCK);                                                 \
        CHECK_OK(at_last);                                                                                   \
    } while (0)

/* A name that no other test uses; storage of the caller's process, good until the next 127 calls. */
const char *harness_name(void);
/* Runs body in a forked process; its exit status is 0 unless a CHECK failed there. */
int harness_fork(void (*body)(void *), void *argument);
/* Waits for pid: exit status, or -signal. */
int harness_wait(int pid);
void harness_expect_exit(int pid);           /* CHECKs that it is 0 */
void harness_kill(int pid);                  /* SIGKILL and reap */
void harness_stop(int pid);                  /* SIGSTOP; returns once it has stopped */
void harness_await_stop(int pid);            /* which stops itself */
void harness_sleep_ms(int ms);
/* After how many seconds a test counts as hanging: IL_WATCHDOG_SECONDS, or 100. */
int harness_watchdog_seconds(void);
/* The test has done a part of what it does: with IL_STALL_SECONDS it counts as hanging after so long without. */
void harness_gets_on(void);
void harness_show_stacks(int pid); /* if gdb is there */
/* Waits until condition(argument) is true; fails by the watchdog only. */
void harness_until(int (*condition)(void *), void *argument);
int harness_is_asleep(void *pid); /* for harness_until: whether the process *(int *)pid sleeps in the kernel */
/* Shared anonymous memory for tests to talk through, zeroed; lives until the test ends. */
void *harness_shared(size_t size);

#endif

/*
 * For tests that start children. The children are this same executable, started with argv[0] "il-child" and
 * the name of one of the bodies that the test registered with CHILD.
 */
#ifndef IL_TEST_CHILDREN_H
#define IL_TEST_CHILDREN_H

#include "harness.h"

#include "platform/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define CHANNEL 3

/* Runs instead of the tests in a process that was started as il-child with this name. */
#define CHILD(child_name)                                                                                    \
    static void child_##child_name(int argc, char **argv);                                                   \
    __attribute__((constructor)) static void register_child_##child_name(void) {                             \
        harness_register_child(#child_name, child_##child_name);                                             \
    }                                                                                                        \
    static void child_##child_name(__attribute__((unused)) int argc, __attribute__((unused)) char **argv)

#define ARGUMENTS(...) ((const char *const[]){"il-child", __VA_ARGS__, NULL})

static inline const char *own_path(void) {
    static char path[PATH_MAX];
    if (path[0] == '\0')
        CHECK(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
    return path;
}

/* Runs this executable with those arguments. */
static inline il_spawn_options spawn_options(const char *const *arguments) {
    il_spawn_options options = {.launcher = getenv("IL_LAUNCHER"),
                                .program = own_path(),
                                .arguments = arguments,
                                .environment = (const char *const *)environ,
                                .channel = -1};
    CHECK(options.launcher != NULL);
    return options;
}

/* ---------------------------------------------------------------- in a child */

static inline _Noreturn void pause_for_ever(void) {
    for (;;)
        pause();
}

/* Tells the test who is there. One write of four bytes: several processes may share the channel. */
static inline void say_pid(void) {
    int32_t pid = (int32_t)getpid();
    if (write(CHANNEL, &pid, sizeof pid) != (ssize_t)sizeof pid)
        _exit(99);
}

/* A process that is nobody's child any more, in a session of its own, deaf to all that can be ignored. */
static inline void detach(void) {
    if (fork() != 0) {
        wait(NULL);
        return;
    }
    setsid();
    if (fork() != 0)
        _exit(0);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    for (int standard = 0; standard <= 2; standard++)
        close(standard);
    say_pid();
    pause_for_ever();
}

/* ---------------------------------------------------------------- children of several tests */

CHILD(exit) {
    exit(atoi(argv[2]));
}

CHILD(wait) {
    say_pid();
    pause_for_ever();
}

CHILD(deaf) {
    signal(SIGTERM, SIG_IGN);
    say_pid();
    pause_for_ever();
}

CHILD(echo) {
    char byte;
    while (read(CHANNEL, &byte, 1) == 1 && write(CHANNEL, &byte, 1) == 1) {
    }
}

/* Below the program: a child, one in a session of its own, and one that nobody down there knows any more. */
CHILD(tree) {
    say_pid();
    if (fork() == 0) {
        say_pid();
        pause_for_ever();
    }
    if (fork() == 0) {
        setsid();
        say_pid();
        pause_for_ever();
    }
    detach();
    pause_for_ever();
}
#define TREE_SIZE 4

/*
 * Whether all that a program starts ends with it. Where no kernel gives a guardian the orphans below it, a guardian
 * ends the program alone (docs/guarantees.md).
 */
static inline int ends_trees(void) { return !il_platform_needs_lifeline; }

/* A tree where trees end, else its first process. */
static inline const char *tree(void) { return ends_trees() ? "tree" : "wait"; }
static inline int tree_size(void) { return ends_trees() ? TREE_SIZE : 1; }

CHILD(leave) {
    detach();
    exit(7);
}

/* ---------------------------------------------------------------- in a test */

/* Orphans come to the test, so that it sees them all and finds zombies. */
static inline void adopt_orphans(void) {
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
}

/* Waits until no process is left below this one. The watchdog is the only way out if one stays. */
static inline void expect_empty_nest(void) {
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
    CHECK(errno == ECHILD);
}

static inline int32_t next_pid(int channel) {
    int32_t pid;
    CHECK_OK(il_channel_receive(channel, &pid, sizeof pid, NULL, NULL, IL_FOREVER));
    return pid;
}

/* Waits until every process that had the other end has ended. */
static inline void expect_silence(int channel) {
    char byte;
    CHECK_STATUS(IL_NOT_FOUND, il_channel_receive(channel, &byte, 1, NULL, NULL, IL_FOREVER));
}

static inline void expect_gone(int32_t pid) {
    CHECK(kill(pid, 0) < 0 && errno == ESRCH);
}

static inline int is_alive(int32_t pid) {
    return kill(pid, 0) == 0;
}

static inline int count_descriptors(void) {
    int count = 0;
    for (int descriptor = 0; descriptor < 4096; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0)
            count++;
    }
    return count;
}

/* Waits for the program, then for the process that is ours to reap; gives everything back. */
static inline int finish(il_child *child) {
    CHECK_OK(il_child_wait(child, IL_FOREVER));
    CHECK_OK(il_child_reap(child, IL_FOREVER));
    il_child_release(child);
    return child->exit_status;
}

static inline int run_to_end(const il_spawn_options *options) {
    il_child child;
    CHECK_OK(il_child_spawn(options, &child));
    CHECK(child.pid > 0 && (child.direct == child.pid) == !options->daemon);
    return finish(&child);
}

/* The test runs with a direct child and with a daemon. */
#define BOTH(test_name)                                                                                      \
    static void test_name(int daemon);                                                                       \
    TEST(test_name##_directly) {                                                                             \
        test_name(0);                                                                                        \
        expect_empty_nest();                                                                                 \
    }                                                                                                        \
    TEST(test_name##_guarded) {                                                                              \
        adopt_orphans();                                                                                     \
        test_name(1);                                                                                        \
        expect_empty_nest();                                                                                 \
    }                                                                                                        \
    static void test_name(int daemon)

static inline void echoes(int channel) {
    char byte = 'x';
    CHECK_OK(il_channel_send(channel, &byte, 1, NULL, 0, IL_FOREVER));
    byte = 0;
    CHECK_OK(il_channel_receive(channel, &byte, 1, NULL, NULL, IL_FOREVER));
    CHECK(byte == 'x');
}

/* From here on, in this process and all below, the system is one without process handles and close_range. */
static inline void forget_new_calls(void) {
    static const unsigned numbers[] = {SYS_pidfd_open, SYS_pidfd_send_signal, SYS_close_range};
    struct sock_filter filter[2 * sizeof numbers / sizeof numbers[0] + 2] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog program = {.len = 1, .filter = filter};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        filter[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], 0, 1);
        filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
    }
    filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

#endif

/* How children of both kinds start and end. */
#include "children.h"
#include "scratch.h"

#include <sched.h>
#include <sys/resource.h>

/* ---------------------------------------------------------------- children */

CHILD(signal) {
    raise(atoi(argv[2]));
}

CHILD(silent) {
    pause_for_ever();
}

/* ---------------------------------------------------------------- how a child ends */

BOTH(exit_codes) {
    const int codes[] = {0, 1, 7, 127, 128, 255};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char code[8];
        snprintf(code, sizeof code, "%d", codes[i]);
        il_spawn_options options = spawn_options(ARGUMENTS("exit", code));
        options.daemon = daemon;
        CHECK(run_to_end(&options) == codes[i]);
    }
}

BOTH(ends_by_signal) {
    const int signals[] = {SIGTERM, SIGKILL, SIGHUP, SIGUSR1, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        char number[8];
        snprintf(number, sizeof number, "%d", signals[i]);
        il_spawn_options options = spawn_options(ARGUMENTS("signal", number));
        options.daemon = daemon;
        CHECK(run_to_end(&options) == -signals[i]);
    }
}

static void wait_ends_and_can_be_repeated(il_child *child, int exit_status) {
    CHECK_OK(il_child_wait(child, IL_FOREVER));
    CHECK_OK(il_child_wait(child, 0));
    CHECK(child->exit_status == exit_status);
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(child, IL_SIGNAL_KILL));
    CHECK_OK(il_child_reap(child, IL_FOREVER));
    CHECK_OK(il_child_reap(child, 0));
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(child, IL_SIGNAL_TERMINATE));
    il_child_release(child);
    il_child_release(child);
    CHECK(child->exit_status == exit_status);
}

static void signals_reach_a_child(int daemon) {
    il_child child;
    int64_t deadline;
    il_spawn_options options = spawn_options(ARGUMENTS("silent"));
    options.daemon = daemon;
    CHECK_OK(il_child_spawn(&options, &child));
    deadline = il_deadline_after(INT64_C(30000000));
    CHECK_STATUS(IL_TIMED_OUT, il_child_wait(&child, deadline));
    CHECK(il_clock_now() >= deadline);
    CHECK_STATUS(IL_TIMED_OUT, il_child_wait(&child, 0));
    CHECK_STATUS(IL_TIMED_OUT, il_child_reap(&child, 0));
    CHECK_STATUS(IL_INVALID, il_child_signal(&child, 15));
    CHECK_STATUS(IL_INVALID, il_child_signal(&child, 0));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_TERMINATE));
    wait_ends_and_can_be_repeated(&child, -SIGTERM);
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_INTERRUPT));
    wait_ends_and_can_be_repeated(&child, -SIGINT);
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_HANG_UP));
    wait_ends_and_can_be_repeated(&child, -SIGHUP);

    options = spawn_options(ARGUMENTS("deaf"));
    options.daemon = daemon;
    int ours, theirs;
    CHECK_OK(il_channel_open(&ours, &theirs));
    options.channel = theirs;
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK(next_pid(ours) == child.pid);
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_TERMINATE));
    CHECK_STATUS(IL_TIMED_OUT, il_child_wait(&child, il_deadline_after(INT64_C(30000000))));
    CHECK_OK(il_child_signal(&child, IL_SIGNAL_KILL));
    wait_ends_and_can_be_repeated(&child, -SIGKILL);
}

BOTH(signals_arrive) {
    signals_reach_a_child(daemon);
}

BOTH(signals_arrive_without_process_handles) {
    forget_new_calls();
    signals_reach_a_child(daemon);
}

BOTH(an_ended_child_cannot_be_signalled_before_it_is_reaped) {
    il_child child;
    int ours, theirs, exit_status;
    if (il_platform_needs_lifeline) return; /* there are no process handles, and a zombie looks alive */
    CHECK_OK(il_channel_open(&ours, &theirs));
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "3"));
    options.daemon = daemon;
    options.channel = theirs;
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK(child.handle >= 0);
    CHECK(fcntl(child.handle, F_GETFD) == FD_CLOEXEC);
    il_descriptor_close(theirs);
    expect_silence(ours); /* it has closed its descriptors; a moment later it is a zombie */
    while (il_child_signal(&child, IL_SIGNAL_TERMINATE) == IL_OK) {
    }
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(&child, IL_SIGNAL_KILL));
    exit_status = finish(&child);
    CHECK(exit_status == 3 || exit_status == -SIGTERM);
}

/* In a pid namespace of its own, where the next pid can be chosen and nobody else takes it. */
static void signal_after_the_pid_was_reused(void *daemon) {
    il_child child;
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "3"));
    int victim;
    FILE *last;
    options.daemon = *(int *)daemon;
    CHECK_OK(il_child_spawn(&options, &child));
    CHECK_OK(il_child_reap(&child, IL_FOREVER));
    last = fopen("/proc/sys/kernel/ns_last_pid", "w");
    CHECK(last != NULL && fprintf(last, "%d", child.pid - 1) > 0 && fclose(last) == 0);
    victim = harness_fork((void (*)(void *))pause_for_ever, NULL);
    CHECK(victim == child.pid);
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(&child, IL_SIGNAL_KILL));
    CHECK(waitpid(victim, NULL, WNOHANG) == 0);
    harness_kill(victim);
    il_child_release(&child);
}

static void in_a_new_namespace(void *daemon) {
    if (unshare(CLONE_NEWPID) == 0) /* else: not root, nothing is tried */
        harness_expect_exit(harness_fork(signal_after_the_pid_was_reused, daemon));
}

/* In a process between: LeakSanitizer cannot work where unshare was called. */
static void try_signal_after_the_pid_was_reused(int daemon) {
    harness_expect_exit(harness_fork(in_a_new_namespace, &daemon));
}

BOTH(a_stranger_with_the_same_pid_is_not_signalled) {
    try_signal_after_the_pid_was_reused(daemon);
}

BOTH(a_stranger_with_the_same_pid_is_not_signalled_without_process_handles) {
    forget_new_calls();
    try_signal_after_the_pid_was_reused(daemon);
}

TEST(an_exit_status_that_somebody_else_took) {
    il_child child;
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "3"));
    signal(SIGCHLD, SIG_IGN);
    CHECK_OK(il_child_spawn(&options, &child));
    for (int i = 0; i < 2; i++) {
        il_status status = il_child_wait(&child, IL_FOREVER);
        CHECK_STATUS(IL_SYSTEM, status);
        CHECK(il_status_errno(status) == ECHILD && strcmp(il_status_call(status), "waitpid") == 0);
    }
    CHECK_STATUS(IL_NOT_FOUND, il_child_signal(&child, IL_SIGNAL_KILL));
    options.daemon = 1; /* the guardian reports it all the same */
    CHECK(run_to_end(&options) == 3);
}

/* ---------------------------------------------------------------- which program */

static void expect_failure(const il_spawn_options *options, const char *call, int errnum) {
    int before = count_descriptors();
    il_child child;
    il_status status = il_child_spawn(options, &child);
    CHECK_STATUS(IL_SYSTEM, status);
    if (strcmp(il_status_call(status), call) != 0 || il_status_errno(status) != errnum) {
        harness_fail(__FILE__, __LINE__, "%s %s", il_status_call(status), il_status_errno_name(status));
    }
    CHECK(child.handle == -1 && child.lifeline == -1);
    CHECK(count_descriptors() == before);
    expect_empty_nest();
}

BOTH(a_name_is_looked_up_in_the_childs_path) {
    char path[PATH_MAX + 64];
    use_scratch();
    CHECK(mkdir(path_of("first"), 0700) == 0 && mkdir(path_of("second"), 0700) == 0);
    write_file(path_of("first/tool"), "#!/bin/sh\nexit 1\n", 0644); /* not executable: passed over */
    write_file(path_of("second/tool"), "#!/bin/sh\nexit 22\n", 0755);
    il_spawn_options options = spawn_options((const char *const[]){"tool", NULL});
    options.daemon = daemon;
    options.program = "tool";
    expect_failure(&options, "execve", ENOENT);
    snprintf(path, sizeof path, "PATH=/nowhere:%s/first:%s/second:/bin", scratch, scratch);
    options.environment = (const char *const[]){path, NULL};
    CHECK(run_to_end(&options) == 22);
    snprintf(path, sizeof path, "PATH=%s/first:/bin", scratch);
    expect_failure(&options, "execve", EACCES);
    options.environment =
        (const char *const[]){"PATH=", NULL}; /* an empty element is the current directory */
    options.directory = path_of("second");
    CHECK(run_to_end(&options) == 22);
    options.environment = (const char *const[]){NULL};
    options.program = "sh";
    options.arguments = (const char *const[]){"sh", "-c", "exit 4", NULL};
    CHECK(run_to_end(&options) == 4);
}

BOTH(a_relative_path_starts_in_the_childs_directory) {
    use_scratch();
    CHECK(mkdir(path_of("bin"), 0700) == 0);
    write_file(path_of("bin/tool"), "#!/bin/sh\nexit 33\n", 0755);
    il_spawn_options options = spawn_options((const char *const[]){"tool", NULL});
    options.daemon = daemon;
    options.program = "bin/tool";
    options.directory = scratch;
    CHECK(run_to_end(&options) == 33);
}

BOTH(failures_are_reported) {
    use_scratch();
    write_file(path_of("plain"), "not a program", 0644);
    write_file(path_of("garbage"), "\x01\x02\x03 not a program", 0755);
    il_spawn_options good = spawn_options(ARGUMENTS("exit", "0")), options;
    good.daemon = daemon;
    options = good, options.program = "/nowhere/program", expect_failure(&options, "execve", ENOENT);
    options = good, options.program = "no-such-program", expect_failure(&options, "execve", ENOENT);
    options = good, options.program = "", expect_failure(&options, "execve", ENOENT);
    options = good, options.program = scratch, expect_failure(&options, "execve", EACCES);
    options = good, options.program = path_of("plain"), expect_failure(&options, "execve", EACCES);
    options = good, options.program = path_of("plain/program"), expect_failure(&options, "execve", ENOTDIR);
    options = good, options.program = path_of("garbage"), expect_failure(&options, "execve", ENOEXEC);
    options = good, options.directory = "/nowhere", expect_failure(&options, "chdir", ENOENT);
    options = good, options.directory = path_of("plain"), expect_failure(&options, "chdir", ENOTDIR);
    options = good, options.directory = "", expect_failure(&options, "chdir", ENOENT);
    options = good, options.output_path = "/nowhere/file", expect_failure(&options, "open", ENOENT);
    options = good, options.error_path = "/nowhere/file", expect_failure(&options, "open", ENOENT);
    options = good, options.output_path = scratch, expect_failure(&options, "open", EISDIR);
    options = good, options.launcher = "/nowhere/launcher", expect_failure(&options, "posix_spawn", ENOENT);
    options = good, options.launcher = "/bin/false", expect_failure(&options, "posix_spawn", ECHILD);
    options = good, options.channel = 999, expect_failure(&options, "dup", EBADF);
    CHECK(run_to_end(&good) == 0);
}

TEST(incomplete_options_are_invalid) {
    il_child child;
    il_spawn_options good = spawn_options(ARGUMENTS("exit", "0")), options;
    options = good, options.launcher = NULL;
    CHECK_STATUS(IL_INVALID, il_child_spawn(&options, &child));
    options = good, options.program = NULL;
    CHECK_STATUS(IL_INVALID, il_child_spawn(&options, &child));
    options = good, options.arguments = NULL;
    CHECK_STATUS(IL_INVALID, il_child_spawn(&options, &child));
    options = good, options.arguments = (const char *const[]){NULL};
    CHECK_STATUS(IL_INVALID, il_child_spawn(&options, &child));
    options = good, options.environment = NULL;
    CHECK_STATUS(IL_INVALID, il_child_spawn(&options, &child));
}

BOTH(too_many_arguments) {
    enum { COUNT = 40000, LENGTH = 1000 };
    char *word = malloc(LENGTH + 1);
    const char **arguments = calloc(COUNT + 1, sizeof *arguments);
    memset(word, 'x', LENGTH);
    word[LENGTH] = '\0';
    for (int i = 0; i < COUNT; i++)
        arguments[i] = word;
    il_spawn_options options = spawn_options(arguments);
    options.daemon = daemon;
    expect_failure(&options, "posix_spawn", E2BIG);
    free(word);
    free(arguments);
}

/* From none free to more than enough: each time an error that says so and leaves nothing, or a child that
 * runs. */
BOTH(descriptors_run_out) {
    struct rlimit limit = {64, 64};
    int failed = 0, ran = 0;
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "5"));
    options.daemon = daemon;
    options.output_path = "/dev/null";
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    while (dup(2) >= 0) {
    }
    for (int spare = 0; spare < 8; spare++) {
        il_child child;
        int before = count_descriptors();
        il_status status = il_child_spawn(&options, &child);
        if (status == IL_OK) {
            CHECK(finish(&child) == 5);
            ran++;
        } else {
            CHECK(il_status_class(status) == IL_ERROR_NO_DESCRIPTORS);
            failed++;
        }
        CHECK(count_descriptors() == before);
        expect_empty_nest();
        CHECK(close(63 - spare) == 0);
    }
    CHECK(failed >= 3 && ran >= 2);
}

TEST(the_launcher_by_hand_says_how_it_is_used) {
    int ends[2];
    char text[256] = "";
    CHECK(pipe(ends) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 2);
        for (int descriptor = 3; descriptor < 20; descriptor++)
            close(descriptor);
        execl(getenv("IL_LAUNCHER"), "interlock-launcher", (char *)NULL);
        _exit(1);
    }
    CHECK(harness_wait(pid) == 64);
    CHECK(read(ends[0], text, sizeof text - 1) > 0 && strncmp(text, "usage: ", 7) == 0);
}

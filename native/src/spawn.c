/*
 * Starting a program through the launcher.
 *
 * posix_spawn, not fork: a JVM with gigabytes of heap must not copy its page tables, and between fork and
 * exec of a process with many threads next to nothing is allowed. What posix_spawn cannot do (change the
 * directory, close what the JVM left open, say which step failed, stay as a guardian) the launcher does, as a
 * small program with one thread.
 */
#include "channel.h"
#include "environment.h"
#include "launch.h"
#include "platform/platform.h"
#include "retry.h"
#include "stage.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What becomes descriptor 0, 1 ... of the launcher: our descriptors, all of them above the targets, so that
 * no dup2 can overwrite the source of a later one. -1: inherited as it is. */
struct sources {
    int of[IL_LAUNCH_CLOSE_FROM];
};

static void close_sources(struct sources *sources) {
    for (int target = 0; target < IL_LAUNCH_CLOSE_FROM; target++) {
        il_descriptor_close(sources->of[target]);
    }
}

static il_status open_source(const char *path, int flags, int *source) {
    int error;
    do {
        *source = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    } while (*source < 0 && errno == EINTR);
    if (*source < 0) {
        return il_fail(IL_CALL_OPEN, errno);
    }
    error = il_descriptor_lift(source, IL_LAUNCH_CLOSE_FROM);
    return error == 0 ? IL_OK : il_fail(IL_CALL_DUP, error);
}

static il_status copy_source(int descriptor, int *source) {
    IL_RETRY(*source, fcntl(descriptor, F_DUPFD_CLOEXEC, IL_LAUNCH_CLOSE_FROM));
    return *source >= 0 ? IL_OK : il_fail(IL_CALL_DUP, errno);
}

static il_status open_control(int *ours, int *theirs) {
    int error = 0;
    il_status status = il_channel_open(ours, theirs);
    if (status == IL_OK) {
        error = il_descriptor_lift(theirs, IL_LAUNCH_CLOSE_FROM);
    }
    return error == 0 ? status : il_fail(IL_CALL_DUP, error);
}

static il_status open_output(const il_spawn_options *options, struct sources *sources) {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const char *output = options->output_path, *error = options->error_path;
    il_status status = IL_OK;
    if (output != NULL) {
        status = open_source(output, flags, &sources->of[STDOUT_FILENO]);
    }
    if (status != IL_OK || error == NULL) {
        return status;
    }
    /* Two descriptions of one file would overwrite each other. */
    if (output != NULL && strcmp(output, error) == 0) {
        return copy_source(sources->of[STDOUT_FILENO], &sources->of[STDERR_FILENO]);
    }
    return open_source(error, flags, &sources->of[STDERR_FILENO]);
}

static il_status open_sources(const il_spawn_options *options, struct sources *sources, int *lifeline) {
    il_status status = IL_OK;
    if (!options->inherit_input) {
        status = open_source("/dev/null", O_RDONLY, &sources->of[STDIN_FILENO]);
    }
    if (status == IL_OK) {
        status = open_output(options, sources);
    }
    if (status == IL_OK && options->channel >= 0) {
        status = copy_source(options->channel, &sources->of[IL_LAUNCH_CHANNEL]);
    }
    if (status == IL_OK) {
        status = open_control(lifeline, &sources->of[IL_LAUNCH_CONTROL]);
    }
    return status;
}

/* 0 or an errno value, as from posix_spawn. */
static int set_signals(posix_spawnattr_t *attributes) {
    sigset_t all;
    int error;
    sigfillset(&all);
    /* Blocked until the launcher has made up its mind: Ctrl-C in between must not look like a failed start.
     */
    error = posix_spawnattr_setsigmask(attributes, &all);
    if (error == 0) {
        error = posix_spawnattr_setsigdefault(attributes, &all);
    }
    if (error == 0) {
        error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    return error;
}

/* 0 or an errno value, as from posix_spawn. */
static int spawn_in_environment(const il_spawn_options *options, char **arguments,
                                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                                pid_t *pid) {
    char **changed;
    int error;
    if (!options->inherit_environment) {
        return posix_spawn(pid, options->launcher, actions, attributes, arguments,
                           (char *const *)options->environment);
    }
    changed = il_environment_changed(options->environment);
    if (changed == NULL) {
        return ENOMEM;
    }
    error = posix_spawn(pid, options->launcher, actions, attributes, arguments, changed);
    free(changed);
    return error;
}

static int spawn_with(const il_spawn_options *options, const struct sources *sources, char **arguments,
                      posix_spawn_file_actions_t *actions, pid_t *pid) {
    posix_spawnattr_t attributes;
    int error = 0;
    for (int target = 0; target < IL_LAUNCH_CLOSE_FROM && error == 0; target++) {
        if (sources->of[target] >= 0) {
            error = posix_spawn_file_actions_adddup2(actions, sources->of[target], target);
        }
    }
    if (error != 0 || (error = posix_spawnattr_init(&attributes)) != 0) {
        return error;
    }
    error = set_signals(&attributes);
    if (error == 0) {
        error = spawn_in_environment(options, arguments, actions, &attributes, pid);
    }
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* The launcher's argv, to be freed; it points into options and parent. NULL: no memory. */
static char **launcher_arguments(const il_spawn_options *options, const char *parent) {
    size_t count = 0;
    const char **arguments;
    while (options->arguments[count] != NULL) {
        count++;
    }
    arguments = calloc(IL_LAUNCH_ARG_FIRST + count + 1, sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    arguments[0] = options->launcher;
    arguments[IL_LAUNCH_ARG_MODE] = options->spare    ? IL_LAUNCH_SPARE
                                    : options->daemon ? IL_LAUNCH_GUARD
                                                      : IL_LAUNCH_EXEC;
    arguments[IL_LAUNCH_ARG_PARENT] = parent;
    arguments[IL_LAUNCH_ARG_DIRECTORY] = options->directory != NULL ? options->directory : "";
    arguments[IL_LAUNCH_ARG_CHANNEL] = options->channel >= 0 ? "1" : "0";
    arguments[IL_LAUNCH_ARG_END] = "--";
    arguments[IL_LAUNCH_ARG_PROGRAM] = options->program;
    memcpy(&arguments[IL_LAUNCH_ARG_FIRST], options->arguments, count * sizeof *arguments);
    return (char **)arguments;
}

static il_status start_launcher(const il_spawn_options *options, const struct sources *sources, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    char parent[16];
    char **arguments;
    int error;
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    arguments = launcher_arguments(options, parent);
    if (arguments == NULL) {
        return il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = spawn_with(options, sources, arguments, &actions, pid);
        posix_spawn_file_actions_destroy(&actions);
    }
    free(arguments);
    return error == 0 ? IL_OK : il_fail(IL_CALL_POSIX_SPAWN, error);
}

/* After the launcher said that it failed, or has hung up. */
static void reap_launcher(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static il_status failure_of(const struct il_launch_report *report) {
    return il_fail((enum il_call)report->call, report->value);
}

static il_status next_report(const il_child *child, struct il_launch_report *report) {
    return il_channel_receive(child->lifeline, report, sizeof *report, NULL, NULL, IL_FOREVER);
}

/* IL_OK: the launcher ended, executing the program or by being killed, without a report of failure. */
static il_status outcome_of_exec(const il_child *child) {
    struct il_launch_report report;
    il_status status = next_report(child, &report);
    if (status == IL_OK) {
        status = next_report(child, &report);
        return status == IL_OK ? failure_of(&report) : status == IL_NOT_FOUND ? IL_OK : status;
    }
    return status == IL_NOT_FOUND ? il_fail(IL_CALL_POSIX_SPAWN, ECHILD) : status;
}

static il_status await_exec(il_child *child) {
    il_status status = outcome_of_exec(child);
    if (status != IL_OK) {
        kill(child->direct, SIGKILL); /* nothing to lose: there is no program, or no way to know */
        reap_launcher(child->direct);
        return status;
    }
    il_descriptor_close(child->lifeline);
    child->lifeline = -1;
    child->pid = child->direct;
    /* No race: nobody but il_child_wait reaps it. Without a handle il_child_wait and il_child_signal have
     * another way. */
    if (il_platform_process_handle(child->pid, &child->handle) != 0) {
        child->handle = -1;
    }
    return IL_OK;
}

static il_status await_guardian(il_child *child) {
    struct il_launch_report report;
    int handle = -1;
    uint32_t handles = 1;
    il_status status =
        il_channel_receive(child->lifeline, &report, sizeof report, &handle, &handles, IL_FOREVER);
    if (status == IL_OK && report.kind == IL_LAUNCH_STARTED) {
        child->pid = report.value;
        child->handle = handles == 1 ? handle : -1;
        return IL_OK;
    }
    if (status == IL_OK && report.kind == IL_LAUNCH_FAILED) {
        status = failure_of(&report);
    } else if (status == IL_OK || status == IL_NOT_FOUND) {
        status = il_fail(IL_CALL_POSIX_SPAWN, ECHILD); /* somebody killed the guardian */
    } else {
        il_child_abandon(child); /* it is this process that failed: no descriptor left for the handle */
    }
    reap_launcher(child->direct);
    return status;
}

static il_status check_options(const il_spawn_options *options) {
    if (options->launcher == NULL || options->program == NULL || options->arguments == NULL ||
        options->arguments[0] == NULL || options->environment == NULL) {
        return IL_INVALID;
    }
    /* To the launcher "" means none. */
    if (options->directory != NULL && options->directory[0] == '\0') {
        return il_fail(IL_CALL_CHDIR, ENOENT);
    }
    return IL_OK;
}

il_status il_child_spawn(const il_spawn_options *options, il_child *child) {
    struct sources sources = {{-1, -1, -1, -1, -1}};
    pid_t launcher = -1;
    il_status status = check_options(options);
    *child = (il_child){.handle = -1, .lifeline = -1};
    if (status == IL_OK) {
        status = open_sources(options, &sources, &child->lifeline);
    }
    IL_STAGE("spawn", 1);
    if (status == IL_OK) {
        status = start_launcher(options, &sources, &launcher);
    }
    IL_STAGE("spawn", 2);
    close_sources(&sources); /* theirs as well: or the end of file that says "executed" would never come */
    IL_STAGE("spawn", 3);
    if (status == IL_OK) {
        child->direct = (int32_t)launcher;
        status = options->daemon || options->spare ? await_guardian(child) : await_exec(child);
    }
    IL_STAGE("spawn", 4);
    if (status != IL_OK) {
        il_child_release(child);
    }
    return status;
}

/*
 * interlock-launcher: what stands between il_child_spawn and the program. See launch.h for how it is started;
 * by hand it is of no use.
 */
#include "guardian.h"
#include "program.h"

#include "interlock.h"
#include "launch.h"
#include "platform/platform.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64
#define EXIT_NOT_EXECUTED 127

struct launch {
    bool guard;
    enum guard_life life;
    pid_t parent;
    struct program program;
};

static bool parse_pid(const char *text, pid_t *pid) {
    char *end;
    long number;
    errno = 0;
    number = strtol(text, &end, 10);
    *pid = (pid_t)number;
    return errno == 0 && end != text && *end == '\0' && number > 0 && *pid == number;
}

static bool parse(int argc, char **argv, struct launch *launch) {
    if (argc <= IL_LAUNCH_ARG_FIRST || strcmp(argv[IL_LAUNCH_ARG_END], "--") != 0 ||
        !parse_pid(argv[IL_LAUNCH_ARG_PARENT], &launch->parent)) {
        return false;
    }
    const char *mode = argv[IL_LAUNCH_ARG_MODE];
    launch->life = strcmp(mode, IL_LAUNCH_SPARE) == 0 ? GUARD_SPARE : GUARD_DAEMON;
    launch->guard = launch->life == GUARD_SPARE || strcmp(mode, IL_LAUNCH_GUARD) == 0;
    launch->program = (struct program){.directory = argv[IL_LAUNCH_ARG_DIRECTORY],
                                       .name = argv[IL_LAUNCH_ARG_PROGRAM],
                                       .arguments = argv + IL_LAUNCH_ARG_FIRST,
                                       .channel = -1};
    if (strcmp(argv[IL_LAUNCH_ARG_CHANNEL], "1") == 0) {
        launch->program.channel = IL_LAUNCH_CHANNEL;
    }
    return launch->guard || strcmp(mode, IL_LAUNCH_EXEC) == 0;
}

/* 0, 1 and 2 open, whatever our caller had closed: or the first file the program opens becomes its stdout. */
static void fill_standard_descriptors(void) {
    int descriptor;
    do {
        descriptor = open("/dev/null", O_RDWR | O_NOCTTY);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    il_descriptor_close(descriptor);
}

/* Of a program with a guardian, guarded.c puts its lifeline there. */
static void fill_lifeline(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_NOCTTY);
    if (descriptor >= 0 && descriptor != IL_LAUNCH_LIFELINE) {
        dup2(descriptor, IL_LAUNCH_LIFELINE);
        il_descriptor_close(descriptor);
    }
}

static void keep_own_descriptors(const struct launch *launch) {
    il_platform_close_from(IL_LAUNCH_CLOSE_FROM);
    if (launch->program.channel < 0) {
        il_descriptor_close(IL_LAUNCH_CHANNEL);
    }
    fill_standard_descriptors();
    if (il_platform_needs_lifeline && launch->program.channel >= 0) {
        fill_lifeline();
    }
    fcntl(IL_LAUNCH_CONTROL, F_SETFD, FD_CLOEXEC);
}

static void report(enum il_launch_kind kind, struct failure failure) {
    struct il_launch_report message = {(int32_t)kind, failure.call, failure.errnum};
    il_channel_send(IL_LAUNCH_CONTROL, &message, sizeof message, NULL, 0, IL_FOREVER);
}

/* Not a guardian: this process becomes the program. Its process group and parent stay what they are. */
static int execute(const struct launch *launch) {
    report(IL_LAUNCH_READY, (struct failure){0, 0});
    report(IL_LAUNCH_FAILED, become_program(&launch->program));
    return EXIT_NOT_EXECUTED;
}

int main(int argc, char **argv) {
    struct launch launch;
    if (!parse(argc, argv, &launch) || fcntl(IL_LAUNCH_CONTROL, F_GETFD) < 0) {
        fputs("usage: interlock-launcher exec|guard|spare PARENT-PID DIRECTORY 0|1 -- PROGRAM ARGV0 [ARG]...\n"
              "Started by libinterlock, with its end of a socket as descriptor 4.\n",
              stderr);
        return EXIT_USAGE;
    }
    keep_own_descriptors(&launch);
    IL_STAGE("launcher", 1);
    return launch.guard ? guard(&launch.program, launch.parent, launch.life) : execute(&launch);
}

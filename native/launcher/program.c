#include "program.h"

#include "stage.h"
#include "status.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* As the shells have it where PATH is not set. */
#define DEFAULT_PATH "/bin:/usr/bin"

/* Executes directory/name; an empty directory is the current one. Returns errno. */
static int execute_in(const char *directory, size_t length, const struct program *program) {
    char path[PATH_MAX];
    size_t name_length = strlen(program->name);
    if (length + name_length + 2 > sizeof path) {
        return ENAMETOOLONG;
    }
    memcpy(path, directory, length);
    if (length > 0) {
        path[length++] = '/';
    }
    memcpy(path + length, program->name, name_length + 1);
    execve(path, program->arguments, environ);
    return errno;
}

/*
 * Not execvp: it hands a file without magic number to /bin/sh, where the caller should hear ENOEXEC. Like
 * execvp, EACCES is remembered and the search goes on; any other error than "not here" ends it.
 */
static int execute_from_path(const struct program *program) {
    const char *path = getenv("PATH");
    int error = ENOENT;
    for (const char *start = path != NULL ? path : DEFAULT_PATH;;) {
        const char *end = start + strcspn(start, ":");
        int failed = execute_in(start, (size_t)(end - start), program);
        if (failed == EACCES) {
            error = EACCES;
        } else if (failed != ENOENT && failed != ENOTDIR && failed != ENAMETOOLONG && failed != ELOOP) {
            return failed;
        }
        if (*end == '\0') {
            return error;
        }
        start = end + 1;
    }
}

static int execute(const struct program *program) {
    if (program->name[0] == '\0') {
        return ENOENT;
    }
    if (strchr(program->name, '/') == NULL) {
        return execute_from_path(program);
    }
    execve(program->name, program->arguments, environ);
    return errno;
}

struct failure become_program(const struct program *program) {
    sigset_t none;
    if (program->directory[0] != '\0' && chdir(program->directory) < 0) {
        return (struct failure){IL_CALL_CHDIR, errno};
    }
    IL_STAGE("program", 1);
    /* Last, so that a signal that came meanwhile ends the program and not a launcher about to report. */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    IL_STAGE("program", 2);
    return (struct failure){IL_CALL_EXECVE, execute(program)};
}

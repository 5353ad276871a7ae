/* A directory for the files of one test. */
#ifndef IL_TEST_SCRATCH_H
#define IL_TEST_SCRATCH_H

#include "harness.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char scratch[] = "/tmp/interlock-spawn-XXXXXX";

static inline void remove_scratch(void) {
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    if (system(command) != 0)
        fprintf(stderr, "%s is left\n", scratch);
}

static inline const char *path_of(const char *name) {
    static char paths[4][PATH_MAX];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, PATH_MAX, "%s/%s", scratch, name);
    return path;
}

/* It goes when the test has succeeded. */
static inline void use_scratch(void) {
    CHECK(mkdtemp(scratch) != NULL);
    atexit(remove_scratch);
}

static inline const char *contents(const char *path) {
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    size_t length;
    CHECK(file != NULL);
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static inline void write_file(const char *path, const char *text, mode_t mode) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0);
}

#endif

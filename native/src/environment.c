/*
 * In C, because a caller in Java sees the environment only as decoded text: in the locale C, which is that of many
 * containers, a value that is not ASCII would not survive.
 */
#include "environment.h"

#include "platform/platform.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t count(const char *const *strings) {
    size_t length = 0;
    while (strings[length] != NULL) {
        length++;
    }
    return length;
}

static bool is_changed(const char *variable, const char *const *changes) {
    size_t name = strcspn(variable, "=");
    for (; *changes != NULL; changes++) {
        if (strcspn(*changes, "=") == name && strncmp(*changes, variable, name) == 0) {
            return true;
        }
    }
    return false;
}

char **il_environment_changed(const char *const *changes) {
    char **inherited = il_platform_environment();
    size_t length = 0;
    char **changed = calloc(count((const char *const *)inherited) + count(changes) + 1, sizeof *changed);
    if (changed == NULL) {
        return NULL;
    }
    for (; *inherited != NULL; inherited++) {
        if (!is_changed(*inherited, changes)) {
            changed[length++] = *inherited;
        }
    }
    for (; *changes != NULL; changes++) {
        if (strchr(*changes, '=') != NULL) {
            changed[length++] = (char *)*changes;
        }
    }
    return changed;
}

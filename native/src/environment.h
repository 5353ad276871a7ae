/* The environment of a child. */
#ifndef IL_ENVIRONMENT_H
#define IL_ENVIRONMENT_H

/*
 * The caller's environment with changes: "NAME=value" sets, "NAME" removes. NULL-terminated; the array is to be freed,
 * its strings are those of the environment and of changes. NULL: no memory.
 */
char **il_environment_changed(const char *const *changes);

#endif

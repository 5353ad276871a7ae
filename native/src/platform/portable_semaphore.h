/* The file beside each named semaphore: its name, at the start, and the tally, for those that cannot be asked (portable_tally.c). */
#ifndef IL_PORTABLE_SEMAPHORE_H
#define IL_PORTABLE_SEMAPHORE_H

#include "platform/platform.h"
#include "platform/private_directory.h"

#define IL_SEMAPHORE_PATH_MAX (IL_DIRECTORY_MAX + 1 + IL_PLATFORM_NAME_MAX + 1)
#define IL_TALLY_OFFSET (IL_PLATFORM_NAME_MAX + 1)

/* name: without its slash. */
int il_semaphore_path(const char *name, char path[IL_SEMAPHORE_PATH_MAX]);
/* Calls visit with the name of each that has such a file. */
int il_semaphore_list(void (*visit)(const char *name, void *context), void *context);
/* Whether that is such a file. */
int il_semaphore_is_named(int fd);

#endif

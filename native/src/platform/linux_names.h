/* Linux: names in /dev/shm, as shm_open and sem_open make files of them. */
#ifndef IL_LINUX_NAMES_H
#define IL_LINUX_NAMES_H

#include "interlock.h"

#include <string.h>

#define SHM_DIRECTORY "/dev/shm"
#define NAME_PREFIX "interlock."
#define SEMAPHORE_PREFIX "sem."

static inline const char *il_space_prefix(uint32_t space) {
    return space == IL_SPACE_OBJECTS ? NAME_PREFIX : SEMAPHORE_PREFIX;
}

/* The name without its prefix, and its space; NULL: the file is none of ours. */
static inline const char *il_space_of(const char *file, uint32_t *space) {
    for (*space = IL_SPACE_OBJECTS; *space <= IL_SPACE_SEMAPHORES; ++*space) {
        const char *prefix = il_space_prefix(*space);
        if (strncmp(file, prefix, strlen(prefix)) == 0 && file[strlen(prefix)] != '\0') {
            return file + strlen(prefix);
        }
    }
    return NULL;
}

#endif

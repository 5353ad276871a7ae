/* Linux: names in /dev/shm, as shm_open and sem_open make files of them. */
#ifndef IL_LINUX_NAMES_H
#define IL_LINUX_NAMES_H

#include "interlock.h"

#include <string.h>

#define SHM_DIRECTORY "/dev/shm"
#define NAME_PREFIX "interlock."
#define ANONYMOUS_PREFIX "interlock.~" /* no user's name has a tilde */

/*
 * glibc's file of a semaphore is sem.name, musl's name, as that of a shared memory object: so there an anonymous
 * semaphore, which has a segment of its name, gets that prefix from us.
 */
#if defined(__GLIBC__)
#define IL_SEMAPHORES_HAVE_PREFIX 1
#else
#define IL_SEMAPHORES_HAVE_PREFIX 0
#endif
#define SEMAPHORE_PREFIX "sem."

/* name: of a semaphore, without its slash. */
static inline const char *il_semaphore_prefix(const char *name) {
    const int is_anonymous = strncmp(name, ANONYMOUS_PREFIX, sizeof ANONYMOUS_PREFIX - 1) == 0;
    return IL_SEMAPHORES_HAVE_PREFIX || is_anonymous ? SEMAPHORE_PREFIX : "";
}

static inline const char *il_space_prefix(uint32_t space, const char *name) {
    return space == IL_SPACE_OBJECTS ? NAME_PREFIX : il_semaphore_prefix(name);
}

/* The name without its prefix, and its space; NULL: the file is none of ours. */
static inline const char *il_space_of(const char *file, uint32_t *space) {
    const size_t object = sizeof NAME_PREFIX - 1, semaphore = sizeof SEMAPHORE_PREFIX - 1;
    if (strncmp(file, NAME_PREFIX, object) == 0) {
        *space = IL_SPACE_OBJECTS;
        return file[object] != '\0' ? file + object : NULL;
    }
    *space = IL_SPACE_SEMAPHORES;
    if (strncmp(file, SEMAPHORE_PREFIX, semaphore) == 0 && il_semaphore_prefix(file + semaphore)[0] != '\0') {
        return file[semaphore] != '\0' ? file + semaphore : NULL;
    }
    return IL_SEMAPHORES_HAVE_PREFIX || file[0] == '\0' || file[0] == '.' ? NULL : file;
}

#endif

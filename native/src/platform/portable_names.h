/* Names on systems that allow fewer of them than Linux. Pure functions, so that a test here covers macOS too. */
#ifndef IL_PORTABLE_NAMES_H
#define IL_PORTABLE_NAMES_H

#include <stddef.h>

/*
 * The file of a name where upper and lower case are one: each capital becomes '+' and its small letter, and '+' is in no
 * name of ours, so that two names never share a file. 0; ENAMETOOLONG: more than size - 1 bytes.
 */
int il_file_name_of(const char *name, char *buffer, size_t size);
/* The way back. EINVAL: no name leads to that file. */
int il_name_of_file(const char *file, char *buffer, size_t size);

/* What sem_open of macOS takes (PSEMNAMLEN), slash included. */
#define IL_SHORT_NAME_MAX 30
/* A semaphore's name, slash included, if it is short enough; else "/il." and a hash of it. buffer: IL_SHORT_NAME_MAX + 1. */
void il_short_name_of(const char *name, char *buffer);

#endif

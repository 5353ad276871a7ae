/* Where the files are that objects are made of, for portable_objects.c: darwin_places.c, portable_on_linux.c. */
#ifndef IL_PLACES_H
#define IL_PLACES_H

#include "platform/platform.h"

#define IL_PLACE_MAX 512
#define IL_PLACE_PATH_MAX (IL_PLACE_MAX + 1 + IL_PLATFORM_NAME_MAX + 1)

/* The directory of all of them, and how it comes to be. */
int il_place_directory(char path[IL_PLACE_MAX]);
int il_place_make(void);
/* The file of an object in it. ENAMETOOLONG. The way back; EINVAL: no object's. */
int il_place_file(const char *name, char *file, size_t size);
int il_place_name(const char *file, char *name, size_t size);
/* The path by which a descriptor was opened; it may mean another file by now, or none. */
int il_place_of(int fd, char path[IL_PLACE_MAX]);
/* portable_objects.c: directory and file of an object. */
int il_place_path(const char *name, char path[IL_PLACE_PATH_MAX]);

#endif

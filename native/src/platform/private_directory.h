/* Directories of this user's own, for what stands in files beside shared memory; or, on macOS, in its place. */
#ifndef IL_PRIVATE_DIRECTORY_H
#define IL_PRIVATE_DIRECTORY_H

#define IL_DIRECTORY_MAX 160

/* The path of that directory. Not by TMPDIR: all processes of a user must find the same. ENAMETOOLONG. */
int il_directory_path(const char *what, char path[IL_DIRECTORY_MAX]);
/* Makes it, if it is not there, and checks that it is a directory of this user's that others cannot enter. EACCES. */
int il_directory_make(const char *what);

#endif

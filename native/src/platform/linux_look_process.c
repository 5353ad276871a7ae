/*
 * Linux: what /proc tells of a process: which of our files it has open and mapped, and which of its threads sleep on a
 * word of one. The latter is the address that the thread gave to futex(), in /proc/PID/task/TID/syscall; reading that
 * needs the right to trace the process, which Yama may keep to its parents.
 */
#include "interlock.h"
#include "platform/linux_names.h"
#include "platform/platform.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DELETED " (deleted)"
#define LINE 4096 /* bytes of a path in /proc, and what stands before it */

typedef void (*visitor)(const il_sighting *sighting, uint64_t offset, void *context);

struct mapping {
    uint64_t start, end, offset;
    il_sighting sighting;
};

struct process {
    int32_t pid;
    visitor visit;
    void *context;
    struct mapping *mappings;
    size_t count;
};

/* Sets space and name from the path of a file in /dev/shm, whether it still has that name or not. */
static int is_ours(const char *path, il_sighting *sighting) {
    if (strncmp(path, SHM_DIRECTORY "/", sizeof SHM_DIRECTORY) != 0) {
        return 0;
    }
    const char *name = il_space_of(path + sizeof SHM_DIRECTORY, &sighting->space);
    if (name == NULL) {
        return 0;
    }
    size_t length = strlen(name);
    const size_t suffix = sizeof DELETED - 1;
    if (length > suffix && strcmp(name + length - suffix, DELETED) == 0) {
        length -= suffix;
    }
    if (length >= sizeof sighting->name) {
        return 0;
    }
    memset(sighting->name, 0, sizeof sighting->name);
    memcpy(sighting->name, name, length);
    return 1;
}

/* Where semaphores have no prefix, the memory of other programs stands among them: told by its size. path: NULL if facts are known. */
static int is_seen(const il_sighting *sighting, const char *path, struct stat *facts) {
    return IL_SEMAPHORES_HAVE_PREFIX || sighting->space == IL_SPACE_OBJECTS ||
           ((path == NULL || stat(path, facts) == 0) && facts->st_size == (off_t)sizeof(sem_t));
}

static int look_at_descriptors(const struct process *process) {
    char path[64], target[LINE];
    struct stat facts;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process->pid);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        il_sighting sighting = {.descriptor = atoi(entry->d_name), .sleep = IL_SLEEP_NONE};
        ssize_t length = readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (is_ours(target, &sighting) && fstatat(dirfd(directory), entry->d_name, &facts, 0) == 0 &&
            is_seen(&sighting, NULL, &facts)) {
            sighting.device = (uint64_t)facts.st_dev;
            sighting.inode = (uint64_t)facts.st_ino;
            process->visit(&sighting, 0, process->context);
        }
    }
    closedir(directory);
    return 0;
}

static int add_mapping(struct process *process, const struct mapping *mapping) {
    struct mapping *more = realloc(process->mappings, (process->count + 1) * sizeof *more);
    if (more == NULL) {
        return errno;
    }
    process->mappings = more;
    more[process->count++] = *mapping;
    return 0;
}

static int look_at_mapping(struct process *process, char *line) {
    struct mapping mapping = {.sighting = {.descriptor = -1, .sleep = IL_SLEEP_NONE}};
    unsigned long long start, end, offset, inode;
    unsigned major_number, minor_number;
    struct stat facts;
    int path = 0;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%llx-%llx %*s %llx %x:%x %llu %n", &start, &end, &offset, &major_number, &minor_number, &inode,
               &path) != 6 ||
        path == 0 || !is_ours(line + path, &mapping.sighting) || !is_seen(&mapping.sighting, line + path, &facts)) {
        return 0;
    }
    mapping.start = start;
    mapping.end = end;
    mapping.offset = offset;
    mapping.sighting.device = (uint64_t)makedev(major_number, minor_number);
    mapping.sighting.inode = inode;
    process->visit(&mapping.sighting, 0, process->context);
    return add_mapping(process, &mapping);
}

static int look_at_mappings(struct process *process) {
    char path[64], line[LINE];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)process->pid);
    FILE *maps = fopen(path, "re");
    if (maps == NULL) {
        return errno;
    }
    int error = 0;
    while (error == 0 && fgets(line, sizeof line, maps) != NULL) {
        error = look_at_mapping(process, line);
    }
    fclose(maps);
    return error;
}

/* Sets *address if the thread is in futex(). Errors: EACCES, EPERM; a thread that ended is just not asleep. */
static int look_at_call(const struct process *process, int32_t thread, uint64_t *address) {
    char path[96];
    long number;
    unsigned long long argument;
    snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)process->pid, (int)thread);
    FILE *call = fopen(path, "re");
    if (call == NULL) {
        return errno;
    }
    errno = 0;
    const int found = fscanf(call, "%ld %llx", &number, &argument); /* "running": not in a call */
    const int error = found == EOF ? errno : 0; /* rights are looked at by reading, too */
    fclose(call);
    *address = found == 2 && number == SYS_futex ? argument : 0;
    return error;
}

static void look_at_thread(const struct process *process, int32_t thread, int *hidden) {
    uint64_t address = 0;
    const int error = look_at_call(process, thread, &address);
    *hidden |= error == EACCES || error == EPERM;
    for (size_t i = 0; error == 0 && address != 0 && i < process->count; i++) {
        const struct mapping *mapping = &process->mappings[i];
        if (address >= mapping->start && address < mapping->end) {
            il_sighting sighting = mapping->sighting;
            sighting.thread = thread;
            process->visit(&sighting, mapping->offset + (address - mapping->start), process->context);
        }
    }
}

static void look_at_threads(const struct process *process, int *hidden) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)process->pid);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        *hidden = errno != ENOENT;
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        int32_t thread = (int32_t)atoi(entry->d_name);
        if (thread > 0) {
            look_at_thread(process, thread, hidden);
        }
    }
    closedir(directory);
}

int il_platform_look_process(int32_t pid, visitor visit, void *context, int *threads_hidden) {
    struct process process = {.pid = pid, .visit = visit, .context = context};
    *threads_hidden = 0;
    int error = look_at_descriptors(&process);
    if (error == 0) {
        error = look_at_mappings(&process);
    }
    if (error == 0 && process.count > 0) {
        look_at_threads(&process, threads_hidden);
    }
    free(process.mappings);
    return error;
}

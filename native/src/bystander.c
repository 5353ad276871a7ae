/*
 * Looking at objects without taking part. Read, not mapped: a file that shrinks meanwhile would be a SIGBUS; and a page
 * that is not real memory yet would become so by touching it, which reading does not.
 */
#include "bystander.h"

#include "condition.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------ one object */

void il_view_add(il_view *view, const char *name, int64_t value) {
    if (view->detail_count < IL_MAX_DETAILS) {
        il_detail *detail = &view->details[view->detail_count++];
        strncpy(detail->name, name, sizeof detail->name - 1);
        detail->value = value;
    }
}

il_user *il_view_user(il_view *view, uint32_t slot, uint32_t generation) {
    for (uint32_t i = 0; i < view->user_count; i++) {
        if (view->users[i].slot == slot && view->users[i].generation == generation) {
            return &view->users[i];
        }
    }
    return NULL;
}

/* Whoever has a slot. Its word is read after the kernel was asked, so that it is not that of an earlier user. */
static il_status look_at_users(const struct il_look *look, il_view *view) {
    const il_slot_word *copy = (const il_slot_word *)(const void *)((const char *)look->header + IL_SLOTS_OFFSET);
    for (uint32_t slot = 0; slot < IL_MAX_PROCESSES; slot++) {
        int taken = 0;
        uint64_t word = copy[slot];
        if (word == 0) {
            continue; /* nobody ever had it; who takes it now is not there yet */
        }
        int error = il_platform_slot_taken(look->fd, IL_NO_SLOT, slot, 1, &taken);
        if (error != 0) {
            return il_fail(IL_CALL_FCNTL, error);
        }
        ssize_t got = sizeof word;
        if (taken) {
            IL_RETRY(got, pread(look->fd, &word, sizeof word, (off_t)(IL_SLOTS_OFFSET + slot * sizeof word)));
        }
        if (got < 0) {
            return il_fail(IL_CALL_PREAD, errno);
        }
        if (taken && got == (ssize_t)sizeof word) {
            view->users[view->user_count++] =
                (il_user){.pid = (int32_t)(uint32_t)word, .slot = slot, .generation = (uint32_t)(word >> 32)};
        }
    }
    return IL_OK;
}

/* Up to IL_LOOK_BYTES of the file, the rest zero. */
static il_status copy_file(int fd, char *copy) {
    size_t length = 0;
    ssize_t got;
    memset(copy, 0, IL_LOOK_BYTES);
    do {
        IL_RETRY(got, pread(fd, copy + length, IL_LOOK_BYTES - length, (off_t)length));
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0 && length < IL_LOOK_BYTES);
    return got >= 0 ? IL_OK : il_fail(IL_CALL_PREAD, errno);
}

static void set_info(il_view *view, const struct il_header *header) {
    const il_info file = view->info;
    il_info_fill(header, &view->info);
    view->info.device = file.device;
    view->info.inode = file.inode;
    view->info.size = file.size;
    memcpy(view->info.name, file.name, sizeof file.name);
}

static il_status look_at_copy(int fd, const void *copy, const char *name, il_view *view) {
    const struct il_look look = {.header = copy, .fd = fd};
    if (look.header->magic == 0) {
        view->sight = IL_SIGHT_UNREADY;
        return IL_OK;
    }
    il_status status = il_header_judge(look.header, view->info.size, name);
    if (status == IL_CORRUPT) {
        view->sight = IL_SIGHT_DAMAGED;
        return IL_OK;
    }
    if (status != IL_OK && status != IL_INCOMPATIBLE) {
        return status;
    }
    set_info(view, look.header);
    view->sight = status == IL_OK ? IL_SIGHT_WHOLE : IL_SIGHT_STRANGE;
    if (status != IL_OK) {
        return IL_OK;
    }
    status = look_at_users(&look, view);
    const struct il_kind_operations *operations = il_kind_find(look.header->kind);
    if (status == IL_OK && operations->look != NULL) {
        operations->look(&look, view);
    }
    return status;
}

static il_status look_at_object(int fd, const char *name, il_view *view) {
    char *copy = aligned_alloc(IL_PAGE, IL_LOOK_BYTES);
    if (copy == NULL) {
        return il_fail(IL_CALL_MALLOC, errno);
    }
    struct stat facts;
    il_status status = copy_file(fd, copy);
    /* Only now its size: it may be in the making, and is given its size before its magic. */
    if (status == IL_OK && fstat(fd, &facts) != 0) {
        status = il_fail(IL_CALL_FSTAT, errno);
    }
    if (status == IL_OK) {
        view->info.size = (uint64_t)facts.st_size;
        view->linked = facts.st_nlink > 0;
        status = look_at_copy(fd, copy, name, view);
    }
    free(copy);
    return status;
}

/* fd: -1 if it cannot be read, else closed here. */
static il_status look_at_file(uint32_t space, const char *name, int fd, const struct stat *facts, il_view *view) {
    il_status status = IL_OK;
    memset(view, 0, sizeof *view);
    strncpy(view->info.name, name, sizeof view->info.name - 1);
    view->info.device = (uint64_t)facts->st_dev;
    view->info.inode = (uint64_t)facts->st_ino;
    view->info.size = (uint64_t)facts->st_size;
    view->uid = (uint32_t)facts->st_uid;
    view->linked = facts->st_nlink > 0;
    view->memory = (uint64_t)facts->st_blocks * 512;
    if (!S_ISREG(facts->st_mode)) {
        view->sight = IL_SIGHT_DAMAGED;
    } else if (fd < 0) {
        view->sight = IL_SIGHT_CLOSED;
    } else if (space == IL_SPACE_SEMAPHORES) {
        view->info.kind = IL_KIND_SEMAPHORE;
        view->sight = il_look_semaphore(fd, facts, view) ? IL_SIGHT_WHOLE : IL_SIGHT_DAMAGED;
    } else {
        status = look_at_object(fd, name, view);
    }
    if (fd >= 0) {
        close(fd);
    }
    return status;
}

il_status il_look_at(uint32_t space, const char *name, il_view *view) {
    struct stat facts;
    int fd;
    if (space > IL_SPACE_SEMAPHORES || name == NULL || name[0] == '\0' || strchr(name, '/') != NULL) {
        return IL_INVALID;
    }
    int error = il_platform_look_open(space, name, &facts, &fd);
    if (error == ENOENT) {
        return IL_NOT_FOUND;
    }
    return error == 0 ? look_at_file(space, name, fd, &facts, view) : il_fail(IL_CALL_OPEN, error);
}

il_status il_look_at_sighting(int32_t pid, const il_sighting *sighting, il_view *view) {
    struct stat facts;
    int fd;
    if (memchr(sighting->name, 0, sizeof sighting->name) == NULL) {
        return IL_INVALID;
    }
    int error = sighting->descriptor >= 0 ? il_platform_look_open_in(pid, sighting->descriptor, &facts, &fd)
                                          : il_platform_look_open(sighting->space, sighting->name, &facts, &fd);
    if (error != 0) {
        return error == ENOENT ? (il_status)IL_NOT_FOUND : il_fail(IL_CALL_OPEN, error);
    }
    if ((uint64_t)facts.st_dev != sighting->device || (uint64_t)facts.st_ino != sighting->inode) {
        if (fd >= 0) {
            close(fd); /* the descriptor, or the name, means another file by now */
        }
        return IL_NOT_FOUND;
    }
    return look_at_file(sighting->space, sighting->name, fd, &facts, view);
}

/* ------------------------------------------------------------------ many */

struct list {
    il_sighting *sightings;
    uint32_t capacity;
    uint32_t count;
};

static void add_sighting(struct list *list, const il_sighting *sighting) {
    if (list->count < list->capacity) {
        list->sightings[list->count] = *sighting;
    }
    list->count++;
}

static void add_name(uint32_t space, const char *name, void *context) {
    il_sighting sighting = {.space = space, .descriptor = -1, .sleep = IL_SLEEP_NONE};
    /* The semaphore of an anonymous one is seen with its segment. */
    if (space == IL_SPACE_OBJECTS || strncmp(name, "interlock.~", sizeof "interlock.~" - 1) != 0) {
        strncpy(sighting.name, name, sizeof sighting.name - 1);
        add_sighting(context, &sighting);
    }
}

il_status il_look_list(il_sighting *sightings, uint32_t capacity, uint32_t *count) {
    struct list list = {sightings, capacity, 0};
    int error = il_platform_look_list(add_name, &list);
    *count = list.count;
    if (error != 0) {
        return il_fail(IL_CALL_OPENDIR, error);
    }
    return list.count > capacity ? (il_status)IL_TOO_SMALL : IL_OK;
}

/* What somebody waits for who sleeps at that offset of a segment. Fits the table of every kind: segment.h. */
static uint32_t sleep_at(uint64_t offset) {
    if (offset >= IL_CONTROL_OFFSET && offset < IL_CONTROL_OFFSET + sizeof(struct il_control)) {
        return (uint32_t)((offset - IL_CONTROL_OFFSET) / sizeof(struct il_eventcount));
    }
    if (offset >= IL_FIRST_MUTEX_OFFSET && offset < IL_FIRST_MUTEX_OFFSET + sizeof(il_mutex)) {
        return IL_SLEEP_MUTEX;
    }
    if (offset >= IL_SECOND_MUTEX_OFFSET && offset < IL_SECOND_MUTEX_OFFSET + sizeof(il_mutex)) {
        return IL_SLEEP_MUTEX;
    }
    return offset >= IL_CONDITIONS_OFFSET ? IL_SLEEP_CONDITION : IL_SLEEP_ELSEWHERE;
}

static void add_use(const il_sighting *seen, uint64_t offset, void *context) {
    il_sighting sighting = *seen;
    sighting.sleep = seen->thread == 0                      ? (uint32_t)IL_SLEEP_NONE
                     : seen->space == IL_SPACE_SEMAPHORES ? (uint32_t)IL_SLEEP_SEMAPHORE
                                                          : sleep_at(offset);
    add_sighting(context, &sighting);
}

il_status il_look_process(int32_t pid, il_sighting *sightings, uint32_t capacity, uint32_t *count, int *threads_hidden) {
    struct list list = {sightings, capacity, 0};
    *threads_hidden = 0;
    int error = il_platform_look_process(pid, add_use, &list, threads_hidden);
    *count = list.count;
    if (error == ESRCH || error == ENOENT) {
        return IL_NOT_FOUND;
    }
    if (error != 0) {
        return il_fail(error == ENOMEM ? IL_CALL_MALLOC : IL_CALL_OPEN, error);
    }
    return list.count > capacity ? (il_status)IL_TOO_SMALL : IL_OK;
}

void il_system_describe(char *buffer, size_t size) { il_platform_describe(buffer, size); }

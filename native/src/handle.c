/* One process's handle of an object: mapping it, lending it, and giving it back while others may still be looking. */
#include "eventcount.h"
#include "segment.h"
#include "stage.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLOSE_PATIENCE (INT64_C(1) * 1000000000)
#define HOLD_PATIENCE (INT64_C(100) * 1000000)
#define LARGEST_WHOLE_BLANK (UINT64_C(64) << 10)

_Atomic uint32_t il_fork_count;

/* Handles that have a lock_fd. */
static struct {
    pthread_mutex_t mutex;
    il_object *first;
} owners = {PTHREAD_MUTEX_INITIALIZER, NULL};

static void own(il_object *object, int fd) {
    pthread_mutex_lock(&owners.mutex);
    object->lock_fd = fd;
    object->carrier = -1;
    object->next = owners.first;
    object->previous = NULL;
    if (object->next != NULL) {
        object->next->previous = object;
    }
    owners.first = object;
    pthread_mutex_unlock(&owners.mutex);
}

int il_handle_disown(il_object *object) {
    pthread_mutex_lock(&owners.mutex);
    int fd = object->lock_fd;
    if (fd >= 0) {
        if (object->previous != NULL) {
            object->previous->next = object->next;
        } else {
            owners.first = object->next;
        }
        if (object->next != NULL) {
            object->next->previous = object->previous;
        }
        object->lock_fd = -1;
    }
    pthread_mutex_unlock(&owners.mutex);
    return fd;
}

static int is_alive(const void *object, uint32_t owner) { return il_owner_is_alive(object, owner); }

void il_handle_seat(il_object *object, const struct il_seat *seat) {
    pthread_mutex_lock(&owners.mutex); /* a fork closes the carrier */
    object->slot = seat->slot;
    object->generation = seat->generation;
    object->carrier = seat->carrier;
    object->holder = (struct il_holder){il_owner_of(seat->slot, seat->generation), is_alive, object, &object->taken};
    pthread_mutex_unlock(&owners.mutex);
}

void il_handle_let_go(il_object *object) {
    int carrier = object->carrier;
    int fd = il_handle_disown(object);
    if (fd >= 0) {
        object->carrier = -1;
        il_descriptor_close(carrier);
        close(fd);
    }
}

static void before_fork(void) {
    pthread_mutex_lock(&owners.mutex);
    il_platform_mutex_before_fork();
}

static void after_fork_in_parent(void) { pthread_mutex_unlock(&owners.mutex); }

/* A child that kept copies of its parent's slots would pass for the parent after that one's death. */
static void after_fork_in_child(void) {
    il_platform_mutex_in_child();
    atomic_fetch_add(&il_fork_count, 1);
    for (il_object *object = owners.first; object != NULL; object = object->next) {
        il_descriptor_close(object->carrier);
        close(object->lock_fd);
        object->carrier = -1;
        object->lock_fd = -1;
    }
    owners.first = NULL;
    pthread_mutex_unlock(&owners.mutex);
}

static void register_fork_handlers(void) {
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

void il_handle_prepare_fork(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_fork_handlers);
}

il_status il_object_unusable(const il_object *object, uint32_t kind) {
    if (atomic_load(&object->retired)) {
        return IL_CLOSED;
    }
    if (object->fork_count != atomic_load(&il_fork_count)) {
        return IL_FORKED;
    }
    return object->kind != kind ? IL_INVALID : IL_CORRUPT;
}

/* The mapping of the whole object, through a description of its own that is closed at once: a mapping of lock_fd's
 * would keep the slot taken for ever. */
static il_status map_file(int fd, uint64_t size, void **memory) {
    int map_fd;
    int error = il_platform_reopen(fd, &map_fd);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    error = errno;
    close(map_fd);
    return *memory == MAP_FAILED ? il_fail(IL_CALL_MMAP, error) : IL_OK;
}

il_status il_handle_make(int fd, const struct stat *facts, const struct il_header *header,
                         const struct il_kind_operations *operations, il_object **out) {
    void *memory;
    il_status status = map_file(fd, header->size, &memory);
    if (status != IL_OK) {
        return status;
    }
    il_object *object = calloc(1, sizeof *object);
    if (object == NULL) {
        munmap(memory, header->size);
        return il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    object->header = memory;
    object->mapped = header->size;
    object->lock_fd = -1;
    object->fork_count = atomic_load(&il_fork_count);
    object->pid = (int32_t)getpid();
    object->kind = operations->kind;
    object->parameter[0] = header->parameter[0];
    object->parameter[1] = header->parameter[1];
    object->device = (uint64_t)facts->st_dev;
    object->inode = (uint64_t)facts->st_ino;
    memcpy(object->name, header->name, sizeof object->name);
    status = operations->attach != NULL ? operations->attach(object) : IL_OK;
    if (status != IL_OK) {
        il_object_free(object); /* fd stays the caller's */
        return status;
    }
    own(object, fd);
    *out = object;
    return IL_OK;
}

il_status il_object_lend(il_object *object, int *fd, uint32_t *slot, uint32_t *generation) {
    il_status status = il_object_check(object, object->kind);
    if (status != IL_OK) {
        return status;
    }
    int opened;
    struct il_seat seat;
    int error = il_platform_reopen(object->lock_fd, &opened);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    status = il_slot_claim(il_slots_of(object), opened, 0, &seat);
    if (status != IL_OK) {
        close(opened);
        return status;
    }
    error = il_platform_slot_pack(opened, seat.carrier, fd);
    if (error != 0) {
        return il_fail(IL_CALL_SENDMSG, error);
    }
    *slot = seat.slot;
    *generation = seat.generation;
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (operations->lent != NULL) {
        operations->lent(object, *slot, *generation);
    }
    return IL_OK;
}

void il_object_take_back(il_object *object, uint32_t slot, uint32_t generation) {
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (slot < IL_MAX_PROCESSES && il_object_check(object, object->kind) == IL_OK && operations->taken_back != NULL) {
        operations->taken_back(object, slot, generation);
    }
}

void il_info_fill(const struct il_header *header, il_info *info) {
    memset(info, 0, sizeof *info);
    info->kind = header->kind;
    info->layout = header->layout;
    info->parameter[0] = header->parameter[0];
    info->parameter[1] = header->parameter[1];
    info->size = header->size;
    info->mutex_size = header->mutex_size;
    info->creator_pid = header->creator_pid;
    info->created_at = header->created_at;
    info->pid_namespace = header->pid_namespace;
    memcpy(info->platform, header->platform, sizeof info->platform - 1);
    memcpy(info->codec, header->codec, sizeof info->codec - 1);
    memcpy(info->name, header->name, sizeof info->name - 1);
}

void il_info_of_process(il_info *info) {
    memset(info, 0, sizeof *info);
    info->layout = IL_LAYOUT_VERSION;
    info->mutex_size = sizeof(il_mutex);
    (void)il_platform_pid_namespace(&info->pid_namespace); /* 0: unknown */
    strncpy(info->platform, il_platform_name(), sizeof info->platform - 1);
}

void il_object_info(const il_object *object, il_info *info) {
    il_info_fill(object->header, info);
    info->kind = object->kind;
    info->parameter[0] = object->parameter[0];
    info->parameter[1] = object->parameter[1];
    info->device = object->device;
    info->inode = object->inode;
    memcpy(info->name, object->name, sizeof info->name);
}

/*
 * Unlinking and giving back the slot are one step for others, because the creation lock is let go last: of two
 * that close at once, the second finds nobody. Both are let go by hand: closing lock_fd would leave them to copies
 * of it that a child has between fork and exec.
 */
static void leave(il_object *object, int keep_slot) {
    const int fd = object->lock_fd;
    const int locked = object->name[0] == '~' && il_creation_lock(fd, il_deadline_after(CLOSE_PATIENCE)) == IL_OK;
    IL_STAGE("close", 1);
    if (locked) {
        (void)il_unlink_if_unused(object->name, fd, object->slot);
    }
    IL_STAGE("close", 2);
    if (!keep_slot) {
        (void)il_platform_slot_release(fd, object->slot, object->carrier);
    }
    IL_STAGE("close", 3);
    if (locked) {
        il_creation_unlock(fd);
    }
}

il_status il_object_depart(il_object *object, int keep_slot) {
    il_status status = il_object_check(object, object->kind);
    if (status != IL_OK) {
        return status;
    }
    if (!keep_slot) {
        atomic_store(&object->retired, 1);
    }
    leave(object, keep_slot);
    if (!keep_slot) {
        il_handle_let_go(object);
    }
    return IL_OK;
}

/*
 * Where the kernel does not know of mutexes, their owner is as alive as its slot. Inside an operation one is held for the
 * length of a copy: that is worth waiting for, unlike a user's own lock.
 */
static int needs_slot(il_object *object, int keep_mapping) {
    if (!il_platform_owner_needs_slot || !keep_mapping || object->lock_fd < 0) {
        return 0;
    }
    if (keep_mapping == IL_KEEP_USABLE) {
        return 1;
    }
    const int64_t deadline = il_deadline_after(HOLD_PATIENCE);
    while (!il_platform_mutex_renounce(&object->holder)) {
        if (atomic_load(&object->locked_by) != 0 || il_clock_now() >= deadline) {
            return 1;
        }
        (void)sched_yield();
    }
    return 0;
}

/* With keep_mapping a thread of ours may hold a mutex in the memory, and may need the slot, which stays until that goes. */
il_status il_object_retire(il_object *object, int keep_mapping) {
    il_status status = il_object_check(object, object->kind);
    if (status == IL_CLOSED) {
        return status;
    }
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (status == IL_OK && operations->retire != NULL) {
        operations->retire(object);
    }
    const int keep_slot = needs_slot(object, keep_mapping);
    atomic_store(&object->retired, 1);
    if (object->lock_fd >= 0) {
        leave(object, keep_slot);
    }
    if (!keep_slot) {
        il_handle_let_go(object);
    }
    if (keep_mapping) {
        return IL_OK;
    }
    il_platform_mutex_forget(object->header, object->mapped);
    /* What is small becomes one mapping: each costs a system call, and more of the kernel than closing the rest. */
    const uint64_t readable = object->mapped <= LARGEST_WHOLE_BLANK ? object->mapped : IL_SMALL_SIZE;
    if (il_platform_blank(object->header, readable, object->mapped) != 0) {
        object->fork_count--; /* every call looks at this, too, and then at `retired` */
    }
    return IL_OK;
}

void il_object_free(il_object *object) {
    if (atomic_load(&object->retired) && object->lock_fd >= 0) {
        leave(object, 0);
    }
    il_handle_let_go(object);
    il_platform_mutex_forget(object->header, object->mapped);
    munmap(object->header, object->mapped);
    free(object->extension);
    free(object);
}

il_status il_object_close(il_object *object) {
    il_status status = il_object_retire(object, IL_KEEP_MAPPING); /* the mapping goes at once: no need to blank it first */
    il_object_free(object);
    return status == IL_CLOSED ? IL_OK : status;
}

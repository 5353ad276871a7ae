/* One process's handle of an object: mapping it, lending it, and giving it back while others may still be looking. */
#include "eventcount.h"
#include "segment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLOSE_PATIENCE (INT64_C(1) * 1000000000)

_Atomic uint32_t il_fork_count;

static void count_fork(void) { atomic_fetch_add(&il_fork_count, 1); }

static void register_fork_handler(void) { (void)pthread_atfork(NULL, NULL, count_fork); }

void il_handle_prepare_fork(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_fork_handler);
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

il_status il_handle_make(int fd, uint64_t size, const struct il_kind_operations *operations, il_object **out) {
    struct stat facts;
    int map_fd;
    if (fstat(fd, &facts) != 0) {
        return il_fail(IL_CALL_FSTAT, errno);
    }
    /* A description of its own for the mapping, closed at once: the mapping would keep fd's slot taken for ever. */
    int error = il_platform_reopen(fd, &map_fd);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    error = errno;
    close(map_fd);
    if (memory == MAP_FAILED) {
        return il_fail(IL_CALL_MMAP, error);
    }
    il_object *object = calloc(1, sizeof *object);
    if (object == NULL) {
        munmap(memory, size);
        return il_fail(IL_CALL_MALLOC, ENOMEM);
    }
    object->header = memory;
    object->mapped = size;
    object->lock_fd = fd;
    object->fork_count = atomic_load(&il_fork_count);
    object->pid = (int32_t)getpid();
    object->kind = operations->kind;
    object->parameter[0] = object->header->parameter[0];
    object->parameter[1] = object->header->parameter[1];
    object->device = (uint64_t)facts.st_dev;
    object->inode = (uint64_t)facts.st_ino;
    memcpy(object->name, object->header->name, sizeof object->name);
    object->name[sizeof object->name - 1] = '\0';
    il_status status = operations->attach != NULL ? operations->attach(object) : IL_OK;
    if (status != IL_OK) {
        object->lock_fd = -1; /* stays the caller's */
        il_object_free(object);
        return status;
    }
    *out = object;
    return IL_OK;
}

il_status il_object_lend(il_object *object, int *fd, uint32_t *slot, uint32_t *generation) {
    il_status status = il_object_check(object, object->kind);
    if (status != IL_OK) {
        return status;
    }
    int error = il_platform_reopen(object->lock_fd, fd);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    status = il_slot_claim(il_slots_of(object), *fd, 0, slot, generation);
    if (status != IL_OK) {
        close(*fd);
    }
    return status;
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

void il_object_info(const il_object *object, il_info *info) {
    il_info_fill(object->header, info);
    info->kind = object->kind;
    info->parameter[0] = object->parameter[0];
    info->parameter[1] = object->parameter[1];
    info->device = object->device;
    info->inode = object->inode;
    memcpy(info->name, object->name, sizeof info->name);
}

il_status il_object_retire(il_object *object, int keep_mapping) {
    il_status status = il_object_check(object, object->kind);
    if (status == IL_CLOSED) {
        return status;
    }
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (status == IL_OK && operations->retire != NULL) {
        operations->retire(object);
    }
    atomic_store(&object->retired, 1);
    /* Unlinking and giving up the slot are one step for others, because both locks go when lock_fd is closed:
     * of two that close at once, the second finds nobody. */
    if (status != IL_FORKED && object->name[0] == '~' &&
        il_creation_lock(object->lock_fd, il_deadline_after(CLOSE_PATIENCE)) == IL_OK) {
        (void)il_unlink_if_unused(object->name, object->lock_fd);
    }
    close(object->lock_fd);
    object->lock_fd = -1;
    if (!keep_mapping) {
        il_platform_blank(object->header, IL_SMALL_SIZE, object->mapped);
    }
    return IL_OK;
}

void il_object_free(il_object *object) {
    if (object->lock_fd >= 0) {
        close(object->lock_fd);
    }
    munmap(object->header, object->mapped);
    free(object->extension);
    free(object);
}

il_status il_object_close(il_object *object) {
    il_status status = il_object_retire(object, 0);
    il_object_free(object);
    return status == IL_CLOSED ? IL_OK : status;
}

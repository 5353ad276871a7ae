/*
 * Creating and attaching. The file of a name is built by whoever holds its creation lock (flock) and finds it
 * unready; `magic` is the builder's last store, so a builder that dies leaves a free lock and a file that
 * the next one builds anew. Everybody takes a slot under that lock, so that a sweep, which takes it too,
 * never unlinks what is about to be used.
 */
#include "segment.h"
#include "retry.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---------------------------------------------------------------- checking what is there */

static int is_of_this_build(const struct il_header *header) {
    return header->layout == IL_LAYOUT_VERSION && header->mutex_size == sizeof(il_mutex) &&
           strncmp(header->platform, il_platform_name(), sizeof header->platform) == 0;
}

/* That of a process never changes, but a child that it forks may be in another: unshare(2). Asking costs as much as a
 * quarter of opening. */
static il_status own_pid_namespace(uint64_t *id) {
    static _Atomic uint64_t known;
    static _Atomic uint32_t known_after; /* so many forks, + 1; 0: not known */
    const uint32_t after = atomic_load(&il_fork_count) + 1;
    if (atomic_load(&known_after) == after) {
        *id = atomic_load(&known);
        return IL_OK;
    }
    int error = il_platform_pid_namespace(id);
    if (error != 0) {
        return il_fail(IL_CALL_STAT, error);
    }
    atomic_store(&known, *id);
    atomic_store(&known_after, after);
    return IL_OK;
}

/* Facts of this process that an object must share: the robust mutex's layout and its meaning of thread ids. */
static il_status check_platform(const struct il_header *header) {
    uint64_t pid_namespace;
    il_status status = own_pid_namespace(&pid_namespace);
    if (status != IL_OK) {
        return status;
    }
    return is_of_this_build(header) && header->pid_namespace == pid_namespace ? IL_OK : (il_status)IL_INCOMPATIBLE;
}

int il_header_is_strange(int fd) {
    struct il_header header;
    return pread(fd, &header, sizeof header, 0) == (ssize_t)sizeof header && header.magic == IL_MAGIC &&
           (!is_of_this_build(&header) || il_kind_find(header.kind) == NULL);
}

/* The name is what close unlinks, so it must be the one that was opened; NULL: some name. */
static int is_named(const struct il_header *header, const char *name) {
    if (memchr(header->name, 0, sizeof header->name) == NULL) {
        return 0;
    }
    return name != NULL ? strcmp(header->name, name) == 0 : il_name_is_ours(header->name);
}

/* Whether a header read from a file of file_size bytes is whole; kind is the caller's wish or IL_KIND_ANY. */
static il_status check_header(const struct il_header *header, uint64_t file_size, const struct il_spec *spec,
                              const char *name) {
    if (header->magic != IL_MAGIC || file_size < IL_SMALL_SIZE || !is_named(header, name) ||
        memchr(header->codec, 0, sizeof header->codec) == NULL ||
        memchr(header->platform, 0, sizeof header->platform) == NULL) {
        return IL_CORRUPT;
    }
    il_status status = check_platform(header);
    if (status != IL_OK) {
        return status;
    }
    if (spec->kind != IL_KIND_ANY && header->kind != spec->kind) {
        return IL_INCOMPATIBLE;
    }
    const struct il_kind_operations *operations = il_kind_find(header->kind);
    int64_t parameter[2] = {header->parameter[0], header->parameter[1]};
    if (operations == NULL || header->size != file_size || operations->size(parameter) != file_size ||
        parameter[0] != header->parameter[0] || parameter[1] != header->parameter[1]) {
        return IL_CORRUPT;
    }
    /* Who finds takes what is there; who opens says what it would have made. */
    if (spec->mode != IL_FIND && operations->same != NULL && !operations->same(spec->parameter, parameter)) {
        return IL_INCOMPATIBLE;
    }
    if (spec->codec != NULL && spec->codec[0] != '\0' && strcmp(spec->codec, header->codec) != 0) {
        return IL_INCOMPATIBLE;
    }
    return IL_OK;
}

il_status il_header_judge(const struct il_header *header, uint64_t file_size, const char *name) {
    const struct il_spec anything = {.kind = IL_KIND_ANY, .mode = IL_FIND};
    il_status status = check_header(header, file_size, &anything, name);
    return status == IL_CORRUPT && header->magic == IL_MAGIC && is_of_this_build(header) && is_named(header, name) &&
                   il_kind_find(header->kind) == NULL
               ? (il_status)IL_INCOMPATIBLE
               : status;
}

static il_status read_facts(int fd, struct stat *facts) {
    if (fstat(fd, facts) != 0) {
        return il_fail(IL_CALL_FSTAT, errno);
    }
    return S_ISREG(facts->st_mode) ? IL_OK : IL_CORRUPT;
}

static il_status read_header(int fd, struct il_header *header) {
    memset(header, 0, sizeof *header);
    ssize_t result;
    IL_RETRY(result, pread(fd, header, sizeof *header, 0));
    return result >= 0 ? IL_OK : il_fail(IL_CALL_PREAD, errno);
}

/* ---------------------------------------------------------------------- building */

static void copy_text(char *target, size_t size, const char *text) {
    size_t length = strlen(text);
    length = length < size ? length : size - 1;
    memcpy(target, text, length);
    memset(target + length, 0, size - length);
}

static il_status describe(struct il_header *header, const struct il_spec *spec, const char *name, uint64_t size,
                          const int64_t parameter[2]) {
    struct timespec now;
    il_status status = own_pid_namespace(&header->pid_namespace);
    if (status != IL_OK) {
        return status;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    header->layout = IL_LAYOUT_VERSION;
    header->kind = spec->kind;
    header->size = size;
    header->parameter[0] = parameter[0];
    header->parameter[1] = parameter[1];
    header->mutex_size = sizeof(il_mutex);
    header->creator_pid = (int32_t)getpid();
    header->created_at = (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    copy_text(header->platform, sizeof header->platform, il_platform_name());
    copy_text(header->codec, sizeof header->codec, spec->codec != NULL ? spec->codec : "");
    copy_text(header->name, sizeof header->name, name);
    return IL_OK;
}

/* An empty file of that size, for its owner alone; what it held is gone. */
static il_status set_size(int fd, uint64_t size) {
    int result;
    IL_RETRY(result, fchmod(fd, S_IRUSR | S_IWUSR));
    if (result != 0) {
        return il_fail(IL_CALL_FCHMOD, errno);
    }
    IL_RETRY(result, ftruncate(fd, 0));
    if (result == 0) {
        IL_RETRY(result, ftruncate(fd, (off_t)size));
    }
    return result == 0 ? IL_OK : il_fail(IL_CALL_FTRUNCATE, errno);
}

/* Everything but `magic`. Started over from an empty file each time, so that it may die anywhere. */
static il_status build(int fd, const struct il_spec *spec, const char *name, const struct il_kind_operations *operations) {
    int64_t parameter[2] = {spec->parameter[0], spec->parameter[1]};
    uint64_t size = operations->size(parameter);
    IL_STAGE("create", 3);
    il_status status = set_size(fd, size);
    if (status != IL_OK) {
        return status;
    }
    IL_STAGE("create", 4);
    int error = il_platform_reserve(fd, 0, (int64_t)operations->reserve(parameter));
    if (error != 0) {
        return il_fail(IL_CALL_POSIX_FALLOCATE, error);
    }
    IL_STAGE("create", 5);
    int map_fd;
    error = il_platform_reopen(fd, &map_fd);
    if (error != 0) {
        return il_fail(IL_CALL_OPEN, error);
    }
    void *memory = mmap(NULL, IL_SMALL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    error = errno;
    close(map_fd);
    if (memory == MAP_FAILED) {
        return il_fail(IL_CALL_MMAP, error);
    }
    struct il_header *header = memory;
    status = describe(header, spec, name, size, parameter);
    if (status == IL_OK) {
        status = operations->build(header);
    }
    IL_STAGE("create", 6);
    munmap(memory, IL_SMALL_SIZE);
    return status;
}

static il_status mark_ready(int fd) {
    uint64_t magic = IL_MAGIC;
    IL_STAGE("create", 7);
    /* One write of eight aligned bytes; everybody else is kept out by the creation lock anyway. */
    ssize_t result;
    IL_RETRY(result, pwrite(fd, &magic, sizeof magic, offsetof(struct il_header, magic)));
    if (result < 0) {
        return il_fail(IL_CALL_PWRITE, errno);
    }
    return result == (ssize_t)sizeof magic ? IL_OK : il_fail(IL_CALL_PWRITE, EIO);
}

/* ---------------------------------------------------------------------- opening */

/* Under the creation lock. Sets *built if the file had to be made, and renews its facts. */
static il_status make_whole(int fd, const struct il_spec *spec, const char *name, struct stat *facts,
                            struct il_header *header, int *built) {
    int taken = 0;
    il_status status = read_header(fd, header);
    if (status != IL_OK || header->magic != 0) {
        return status;
    }
    if (spec->mode == IL_FIND) {
        return IL_NOT_FOUND; /* its builder died; finding never creates */
    }
    /* A user of an unready file: somebody truncated or overwrote a living object. */
    int error = il_platform_slot_taken(fd, IL_NO_SLOT, 0, IL_MAX_PROCESSES, &taken);
    if (error != 0) {
        return il_fail(IL_CALL_FCNTL, error);
    }
    if (taken) {
        return IL_CORRUPT;
    }
    *built = 1;
    status = build(fd, spec, name, il_kind_find(spec->kind));
    if (status == IL_OK) {
        status = mark_ready(fd);
    }
    if (status == IL_OK) {
        status = read_facts(fd, facts);
    }
    return status == IL_OK ? read_header(fd, header) : status;
}

static il_status attach(int fd, const struct il_spec *spec, const char *name, const struct stat *facts,
                        const struct il_header *header, il_object **out, il_info *info) {
    il_status status = check_header(header, (uint64_t)facts->st_size, spec, name);
    if (info != NULL && (status == IL_OK || status == IL_INCOMPATIBLE)) {
        il_info_fill(header, info);
        info->device = (uint64_t)facts->st_dev;
        info->inode = (uint64_t)facts->st_ino;
    }
    return status == IL_OK ? il_handle_make(fd, facts, header, il_kind_find(header->kind), out) : status;
}

static void claimed(il_object *object, int adopted) {
    const struct il_kind_operations *operations = il_kind_find(object->kind);
    if (operations->claimed != NULL) {
        operations->claimed(object, adopted);
    }
}

/* Under the creation lock: a whole object, a handle of it, and a slot. */
static il_status open_locked(int fd, const struct il_spec *spec, const char *name, struct stat *facts, il_object **out,
                             il_info *info) {
    struct il_header header;
    il_object *object = NULL;
    int built = 0;
    il_status status = make_whole(fd, spec, name, facts, &header, &built);
    if (status == IL_OK) {
        status = attach(fd, spec, name, facts, &header, &object, info);
    }
    struct il_seat seat;
    if (status == IL_OK) {
        status = il_slot_claim(il_slots_of(object), fd, object->pid, &seat);
    }
    if (status == IL_OK) {
        il_handle_seat(object, &seat);
        claimed(object, 0);
        *out = object;
        return IL_OK;
    }
    if (object != NULL) {
        il_handle_disown(object); /* fd stays the caller's */
        il_object_free(object);
    }
    if (built) {
        /* Whoever fails at making an object (a full file system) takes the name back. */
        (void)il_unlink_if_unused(name, fd, IL_NO_SLOT);
    }
    return status;
}

/*
 * Whoever made a name and failed takes it back, unless somebody else has built the object meanwhile. Without the creation
 * lock it stays, as that of a builder that died does.
 */
static void take_back_name(int fd, const char *name) {
    struct il_header header;
    if (il_creation_lock(fd, INT64_MIN) == IL_OK) {
        if (read_header(fd, &header) == IL_OK && header.magic == 0) {
            (void)il_unlink_if_unused(name, fd, IL_NO_SLOT);
        }
        il_creation_unlock(fd);
    }
}

/* fd is closed on failure. IL_WOULD_BLOCK: the name went away under us; look again. */
static il_status open_file(int fd, int is_new, const struct il_spec *spec, const char *name, il_object **out, il_info *info) {
    il_status status = il_creation_lock(fd, spec->deadline);
    if (status == IL_OK) {
        struct stat facts;
        status = read_facts(fd, &facts);
        if (status == IL_OK && facts.st_nlink == 0) {
            status = IL_WOULD_BLOCK; /* the name went away before its creation lock was ours */
        }
        if (status == IL_OK) {
            IL_STAGE("create", 2);
            status = open_locked(fd, spec, name, &facts, out, info);
            IL_STAGE("create", 8);
        }
        il_creation_unlock(fd); /* not left to close: a child about to exec may have a copy of fd */
    }
    if (status != IL_OK) {
        if (is_new) {
            take_back_name(fd, name);
        }
        close(fd);
    }
    return status;
}

/* A file for the name, found or new; IL_WOULD_BLOCK: somebody else made or unlinked it meanwhile. */
static il_status find_or_create(const char *name, uint32_t mode, int *fd, int *is_new) {
    *is_new = 0;
    il_status status = mode == IL_CREATE ? (il_status)IL_NOT_FOUND : il_name_open(name, fd);
    if (status != IL_NOT_FOUND || mode == IL_FIND) {
        return status;
    }
    int error = il_platform_object_open(name, 1, fd);
    if (error != 0) {
        return error == EEXIST ? (il_status)IL_WOULD_BLOCK : il_name_open_failed(name, error);
    }
    *is_new = 1;
    IL_STAGE("create", 1);
    return IL_OK;
}

/* An anonymous object's name is found, when a reference to it is read, but never made or opened by a user. */
static int is_name_for(uint32_t mode, const char *name) {
    return mode == IL_FIND ? il_name_is_ours(name) : il_name_is_valid(name);
}

static il_status check_spec(const il_spec *spec) {
    int64_t parameter[2] = {spec->parameter[0], spec->parameter[1]};
    const struct il_kind_operations *operations = il_kind_find(spec->kind);
    if (operations == NULL || spec->mode > IL_FIND || (operations->anonymous && spec->mode == IL_OPEN) || (spec->mode == IL_CREATE) != (spec->name == NULL) ||
        (spec->name != NULL && !is_name_for(spec->mode, spec->name)) ||
        (spec->codec != NULL && strlen(spec->codec) > IL_CODEC_MAX) ||
        (spec->mode != IL_FIND && operations->size(parameter) == 0)) {
        return IL_INVALID;
    }
    return IL_OK;
}

il_status il_object_open(const il_spec *spec, il_object **out, il_info *info) {
    char name[IL_NAME_MAX + 8];
    il_status status = check_spec(spec);
    if (status != IL_OK) {
        return status;
    }
    il_handle_prepare_fork();
    do {
        int fd, is_new;
        status = IL_OK;
        if (spec->mode == IL_CREATE) {
            status = il_name_random(name);
        } else {
            copy_text(name, sizeof name, spec->name);
        }
        if (status == IL_OK) {
            status = find_or_create(name, spec->mode, &fd, &is_new);
        }
        if (status == IL_OK) {
            status = open_file(fd, is_new, spec, name, out, info);
        }
    } while (status == IL_WOULD_BLOCK && il_clock_now() < spec->deadline);
    return status == IL_WOULD_BLOCK ? IL_TIMED_OUT : status;
}

il_status il_object_adopt(int packed, uint32_t slot, uint32_t generation, uint32_t kind, il_object **out,
                          il_info *info) {
    const il_spec spec = {.kind = kind, .mode = IL_FIND};
    struct il_header header;
    struct stat facts;
    il_object *object = NULL;
    int fd, result;
    struct il_seat seat = {slot, generation, -1};
    il_handle_prepare_fork();
    int error = il_platform_slot_unpack(packed, &fd, &seat.carrier);
    if (error != 0) {
        return error == EINVAL ? (il_status)IL_CORRUPT : il_fail(IL_CALL_RECVMSG, error);
    }
    IL_RETRY(result, fcntl(fd, F_SETFD, FD_CLOEXEC));
    il_status status = result == 0 ? IL_OK : il_fail(IL_CALL_FCNTL, errno);
    if (status == IL_OK) {
        status = read_facts(fd, &facts);
    }
    if (status == IL_OK) {
        status = read_header(fd, &header);
    }
    /* No creation lock: the slot that came with fd keeps the object, and only whole objects are lent. */
    if (status == IL_OK) {
        status = attach(fd, &spec, NULL, &facts, &header, &object, info);
    }
    if (status != IL_OK) {
        il_descriptor_close(seat.carrier);
        il_descriptor_close(fd);
        return status;
    }
    uint64_t found = slot < IL_MAX_PROCESSES ? atomic_load(&il_slots_of(object)[slot]) : 0;
    il_handle_seat(object, &seat);
    if (found >> 32 != generation) {
        il_object_free(object);
        return IL_CORRUPT;
    }
    atomic_store(&il_slots_of(object)[slot], (uint64_t)generation << 32 | (uint32_t)object->pid);
    *out = object;
    claimed(object, 1);
    return IL_OK;
}

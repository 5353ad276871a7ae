/* What a bystander may open where objects, and what stands beside semaphores, are files. */
#include "interlock.h"
#include "platform/places.h"
#include "platform/portable_semaphore.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * No link is followed, and O_NONBLOCK, because a FIFO of that name would wait for a writer. *fd is -1 if we may not; the
 * facts are told even then.
 */
int il_platform_look_open(uint32_t space, const char *name, struct stat *facts, int *fd) {
    char path[IL_PLACE_PATH_MAX];
    int error = space == IL_SPACE_OBJECTS ? il_place_path(name, path) : il_semaphore_path(name, path);
    if (error != 0) {
        return error;
    }
    IL_RETRY(*fd, open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (*fd < 0) {
        return errno == EACCES || errno == ELOOP || errno == ENXIO ? (lstat(path, facts) == 0 ? 0 : errno) : errno;
    }
    if (fstat(*fd, facts) != 0) {
        error = errno;
        close(*fd);
        return error;
    }
    return 0;
}

struct listing {
    void (*visit)(uint32_t space, const char *name, void *context);
    void *context;
};

static void visit_object(const char *name, void *context) {
    const struct listing *listing = context;
    listing->visit(IL_SPACE_OBJECTS, name, listing->context);
}

static void visit_semaphore(const char *name, void *context) {
    const struct listing *listing = context;
    listing->visit(IL_SPACE_SEMAPHORES, name, listing->context);
}

int il_platform_look_list(void (*visit)(uint32_t space, const char *name, void *context), void *context) {
    struct listing listing = {visit, context};
    int error = il_platform_shm_list(visit_object, &listing);
    return error == 0 ? il_semaphore_list(visit_semaphore, &listing) : error;
}

/* To count is to take them all for a moment, and who looks takes no part. */
int il_platform_look_semaphore(int fd, const struct stat *facts, int *value) {
    (void)facts;
    (void)value;
    return il_semaphore_is_named(fd) ? ENOSYS : EINVAL;
}

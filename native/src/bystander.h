/* What a bystander has of an object; bystander.c gets it, details.c reads it, a function per kind. */
#ifndef IL_BYSTANDER_H
#define IL_BYSTANDER_H

#include "segment.h"

/* As far as any kind has words; beyond the end of the file they are zero. */
#define IL_LOOK_BYTES (12 * IL_PAGE)

struct il_look {
    const struct il_header *header; /* of a copy of the first IL_LOOK_BYTES, checked */
    int fd;                         /* open for reading, not mapped */
};

static inline const void *il_look_control(const struct il_look *look) {
    return (const char *)look->header + IL_CONTROL_OFFSET;
}
static inline const void *il_look_behind_slots(const struct il_look *look) {
    return (const char *)look->header + IL_SMALL_SIZE;
}

/* name: at most 23 characters. */
void il_view_add(il_view *view, const char *name, int64_t value);
/* The living process that claimed {slot, generation}; NULL: there is none. */
il_user *il_view_user(il_view *view, uint32_t slot, uint32_t generation);
/* The value of the semaphore in that file; 0: it holds none. */
int il_look_semaphore(int fd, const struct stat *facts, il_view *view);

void il_lock_view(const struct il_look *look, il_view *view);
void il_long_view(const struct il_look *look, il_view *view);
void il_event_view(const struct il_look *look, il_view *view);
void il_permits_view(const struct il_look *look, il_view *view);
void il_barrier_view(const struct il_look *look, il_view *view);
void il_queue_view(const struct il_look *look, il_view *view);
void il_pipe_view(const struct il_look *look, il_view *view);
void il_sidecar_view(const struct il_look *look, il_view *view);

#endif

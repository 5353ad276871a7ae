/*
 * What a bystander is told of each kind. From a copy: nothing here is trusted, and what does not fit together, because
 * it changed while it was read, or is garbage, is told as it is.
 */
#include "barrier.h"
#include "bystander.h"
#include "cells.h"
#include "condition.h"
#include "event.h"
#include "lock.h"
#include "long.h"
#include "permits.h"
#include "pipe.h"
#include "retry.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* For mutexes whose owner is as alive as its slot. */
static int is_alive(const void *context, uint32_t owner) {
    const struct il_look *look = context;
    const uint32_t slot = owner >> 23;
    const il_slot_word *slots = (const il_slot_word *)(const void *)((const char *)look->header + IL_SLOTS_OFFSET);
    int taken = 0;
    return slot < IL_MAX_PROCESSES && il_owner_of(slot, (uint32_t)(slots[slot] >> 32)) == owner &&
           il_platform_slot_taken(look->fd, IL_NO_SLOT, slot, 1, &taken) == 0 && taken;
}

static void hold_by_pid(il_view *view, int32_t pid) {
    for (uint32_t i = 0; i < view->user_count; i++) {
        if (view->users[i].pid == pid) {
            view->users[i].holds = 1;
            return; /* a process that loaded this library twice has two slots */
        }
    }
}

void il_lock_view(const struct il_look *look, il_view *view) {
    const struct il_lock_control *control = il_look_control(look);
    const struct il_conditions *conditions = il_look_behind_slots(look);
    const struct il_holder bystander = {.is_alive = is_alive, .object = look};
    const int held = il_platform_mutex_is_held(&control->mutex, &bystander);
    const int32_t owner = held ? control->owner_pid : 0;
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < IL_MAX_WAITERS; i++) {
        waiting += il_waiter_state_of(conditions->waiters[i].word) == IL_WAITER_WAITING;
    }
    if (owner != 0) {
        hold_by_pid(view, owner);
    }
    il_view_add(view, "held", held);
    il_view_add(view, "owner", owner);
    il_view_add(view, "ownerDied", control->news != IL_NEWS_NONE);
    il_view_add(view, "deadOwner", control->dead_pid);
    il_view_add(view, "inConditions", waiting);
}

void il_long_view(const struct il_look *look, il_view *view) {
    const struct il_long_control *control = il_look_control(look);
    il_view_add(view, "value", control->value);
}

void il_event_view(const struct il_look *look, il_view *view) {
    const struct il_event_control *control = il_look_control(look);
    il_view_add(view, "set", (control->word & IL_EVENT_SET) != 0);
}

void il_permits_view(const struct il_look *look, il_view *view) {
    const il_held_word *held = il_look_behind_slots(look);
    const int64_t permits = look->header->parameter[0];
    int64_t available = permits;
    for (uint32_t i = 0; i < view->user_count; i++) {
        il_user *user = &view->users[i];
        const uint64_t word = held[user->slot];
        if (word >> 32 == user->generation) {
            user->holds = (uint32_t)word;
            available -= user->holds;
        }
    }
    il_view_add(view, "permits", permits);
    il_view_add(view, "available", available > 0 ? available : 0);
}

void il_barrier_view(const struct il_look *look, il_view *view) {
    const struct il_barrier_control *control = il_look_control(look);
    const il_party_word *parties = il_look_behind_slots(look);
    const uint64_t state = control->state;
    int64_t arrived = 0;
    for (uint32_t i = 0; i < view->user_count; i++) {
        il_user *user = &view->users[i];
        const uint64_t party = parties[user->slot];
        if (party >> 32 == user->generation) {
            user->holds = il_party_arrived(party, il_barrier_cycle_of(state));
            arrived += user->holds;
        }
    }
    il_view_add(view, "parties", look->header->parameter[0]);
    il_view_add(view, "arrived", arrived);
    il_view_add(view, "broken", (state & IL_BARRIER_BROKEN) != 0);
}

/* Who holds unfinished items. */
static void look_at_cells(const struct il_look *look, const struct il_queue *queue, il_view *view) {
    struct il_cell cells[IL_PAGE / sizeof(struct il_cell)];
    const uint32_t used = il_cells_used(queue), step = sizeof cells / sizeof cells[0];
    for (uint32_t first = 0; first < used; first += step) {
        ssize_t got;
        memset(cells, 0, sizeof cells);
        IL_RETRY(got, pread(look->fd, cells, sizeof cells, (off_t)(queue->cells_base + first * sizeof cells[0])));
        for (uint32_t i = 0; got > 0 && i < step && first + i < used; i++) {
            const uint64_t word = cells[i].word;
            il_user *user = il_cell_state_of(word) == IL_CELL_HELD
                                ? il_view_user(view, il_cell_slot_of(word), il_cell_generation_of(word))
                                : NULL;
            if (user != NULL) {
                user->holds++;
            }
        }
    }
}

void il_queue_view(const struct il_look *look, il_view *view) {
    struct il_queue queue;
    memset(&queue, 0, sizeof queue);
    il_queue_geometry(look->header->kind, look->header->parameter, &queue);
    queue.control = il_queue_control_of(look->header);
    const uint32_t waiting = il_queue_count_waiting(&queue);
    il_view_add(view, "items", (int64_t)waiting + il_queue_count_back(&queue));
    il_view_add(view, "capacity", queue.capacity);
    il_view_add(view, "maxBytes", (int64_t)queue.max_bytes);
    il_view_add(view, "shutDown", queue.control->shut_down != 0);
    if (queue.joinable) {
        const uint32_t taken = queue.control->cells_taken;
        il_view_add(view, "unfinished", (int64_t)waiting + (taken < IL_MAX_CELLS ? taken : IL_MAX_CELLS));
        look_at_cells(look, &queue, view);
    }
}

/* One end: what it sent and nobody has received, and whose it is; an end in transit is nobody's for a moment. */
static void look_at_end(const struct il_pipe_control *control, int end, const char *const names[3], il_view *view) {
    const struct il_queue_control *sent = &control->sent[end];
    const uint64_t owner = control->ends[end].owner;
    il_user *user = owner != 0 && owner != IL_END_CLOSED
                        ? il_view_user(view, il_end_slot_of(owner), il_end_generation_of(owner))
                        : NULL;
    if (user != NULL) {
        user->holds++;
    }
    il_view_add(view, names[0], user != NULL ? user->pid : 0);
    il_view_add(view, names[1], owner == IL_END_CLOSED);
    il_view_add(view, names[2], (int64_t)(il_cursor_count(sent->tail) - il_cursor_count(sent->head)));
}

void il_pipe_view(const struct il_look *look, il_view *view) {
    static const char *const left[] = {"left", "leftClosed", "sentByLeft"};
    static const char *const right[] = {"right", "rightClosed", "sentByRight"};
    const struct il_pipe_control *control = il_look_control(look);
    look_at_end(control, IL_LEFT, left, view);
    look_at_end(control, IL_RIGHT, right, view);
}

int il_look_semaphore(int fd, const struct stat *facts, il_view *view) {
    int value;
    int error = il_platform_look_semaphore(fd, facts, &value);
    if (error == 0) {
        il_view_add(view, "value", value);
    }
    return error == 0 || error == ENOSYS;
}

void il_sidecar_view(const struct il_look *look, il_view *view) {
    char name[IL_NAME_MAX + 16];
    struct stat facts;
    int fd;
    il_semaphore_name(look->header->name, name, sizeof name);
    if (il_platform_look_open(IL_SPACE_SEMAPHORES, name + 1, &facts, &fd) == 0 && fd >= 0) {
        if (il_look_semaphore(fd, &facts, view)) {
            view->inode_beside = (uint64_t)facts.st_ino;
        }
        close(fd);
    }
}

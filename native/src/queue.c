/* The two mutexes of a queue with their recovery, the end of an item, and the end of a queue. */
#include "queue.h"

#include "eventcount.h"
#include "guard.h"
#include "stage.h"

#include <string.h>

/* ----------------------------------------------------------------------- the two sides */

/* What a death may have left: cursors and cells are whole by construction; everything else is made from them anew. */
il_status il_queue_lock_put(struct il_queue *queue) {
    il_object *object = queue->object;
    struct il_queue_control *control = queue->control;
    int died;
    il_status status = il_guard_lock(object, &control->put_mutex, &died);
    if (status == IL_OK && died) {
        control->known_head = atomic_load(&control->head);
        control->known_done = atomic_load(&control->done_units);
        il_guard_recovered(object, &control->put_mutex);
    }
    return status;
}

il_status il_queue_lock_take(struct il_queue *queue) {
    il_object *object = queue->object;
    struct il_queue_control *control = queue->control;
    int died;
    il_status status = il_guard_lock(object, &control->take_mutex, &died);
    if (status == IL_OK && died) {
        uint32_t unfinished = 0;
        control->known_tail = atomic_load(&control->tail);
        if (queue->joinable) {
            il_cells_rebuild(object, il_cursor_count(atomic_load(&control->head)), &unfinished);
        }
        il_ring_recover_done(queue, unfinished);
        il_guard_recovered(object, &control->take_mutex);
    }
    return status;
}

void il_queue_unlock_put(struct il_queue *queue) { il_guard_unlock(queue->object, &queue->control->put_mutex); }
void il_queue_unlock_take(struct il_queue *queue) { il_guard_unlock(queue->object, &queue->control->take_mutex); }

/* ------------------------------------------------------------------------------- end of an item */

static il_status lock_joinable(il_object *object) {
    il_status status = il_queue_check(object);
    if (status == IL_OK && object->kind != IL_KIND_JOINABLE_QUEUE) {
        status = IL_INVALID;
    }
    return status == IL_OK ? il_queue_lock_take(il_queue_of(object)) : status;
}

/* Under the mutex of takers head and cells stand still: at the look at tail everything that was put was done. */
static int is_all_done(const struct il_queue_control *control) {
    return atomic_load(&control->cells_taken) == 0 &&
           il_cursor_count(atomic_load(&control->head)) == il_cursor_count(atomic_load(&control->tail));
}

/* Most often takers know of more items, which saves the look at tail: a cache line from the other side. */
static int are_more_known(const struct il_queue_control *control) {
    return il_cursor_count(control->known_tail) != il_cursor_count(atomic_load(&control->head));
}

/* Clears it; a look first, because it is seldom set. */
static int were_cells_wanted(struct il_queue_control *control) {
    return atomic_load(&control->cells_wanted) != 0 && atomic_exchange(&control->cells_wanted, 0) != 0;
}

static il_status end_item(il_object *object, uint64_t token, enum il_cell_state state) {
    il_status status = lock_joinable(object);
    if (status != IL_OK) {
        return status;
    }
    struct il_queue_control *control = il_queue_of(object)->control;
    status = il_cell_end(object, token, state);
    IL_STAGE("end", 3);
    int takers_care = state == IL_CELL_BACK || were_cells_wanted(control);
    int all_done = !are_more_known(control) && is_all_done(control);
    il_queue_unlock_take(il_queue_of(object));
    if (status != IL_OK) {
        return status;
    }
    int shut_down = atomic_load(&control->shut_down) != 0;
    if (takers_care || shut_down) {
        il_queue_wake(object, IL_NOT_EMPTY, shut_down); /* after a shutdown, the last one done ends all takers' waiting */
    }
    if (all_done) {
        il_queue_wake(object, IL_ALL_DONE, 1);
    }
    if (state == IL_CELL_FREE && (atomic_load(&il_control_of(object)->events[IL_NOT_FULL].word) & IL_SLEEPERS_FOR_BYTES)) {
        il_queue_wake(object, IL_NOT_FULL, 1);
    }
    return IL_OK;
}

il_status il_queue_done(il_object *object, uint64_t token) { return end_item(object, token, IL_CELL_FREE); }
il_status il_queue_give_back(il_object *object, uint64_t token) { return end_item(object, token, IL_CELL_BACK); }

il_status il_queue_give_back_all(il_object *object) {
    il_status status = lock_joinable(object);
    if (status == IL_OK) {
        il_cells_give_back_all(object);
        il_queue_unlock_take(il_queue_of(object));
        il_queue_wake(object, IL_NOT_EMPTY, 1);
    }
    return status;
}

il_status il_queue_try_join(il_object *object) {
    il_status status = lock_joinable(object);
    if (status != IL_OK) {
        return status;
    }
    struct il_queue_control *control = il_queue_of(object)->control;
    int done = is_all_done(control);
    if (!done && il_cursor_count(atomic_load(&control->head)) == il_cursor_count(atomic_load(&control->tail))) {
        il_cells_recount(object);
        done = is_all_done(control);
    }
    il_queue_unlock_take(il_queue_of(object));
    return done ? IL_OK : IL_WOULD_BLOCK;
}

il_status il_queue_shutdown(il_object *object) {
    il_status status = il_queue_check(object);
    if (status == IL_OK) {
        status = il_queue_lock_put(il_queue_of(object));
    }
    if (status != IL_OK) {
        return status;
    }
    atomic_store(&il_queue_of(object)->control->shut_down, 1);
    IL_STAGE("shutdown", 1);
    il_queue_unlock_put(il_queue_of(object));
    IL_STAGE("shutdown", 2);
    il_events_disturb(object);
    return IL_OK;
}

/*
 * The internal mutex of an object: held for a few stores, never while sleeping. Shared by queues, permits and barriers.
 */
#ifndef IL_GUARD_H
#define IL_GUARD_H

#include "segment.h"

/*
 * IL_OK with *died telling whether the last holder died: then the caller makes its caches anew from the words that are
 * the truth, and calls il_guard_recovered. IL_WOULD_BLOCK: a process that was stopped inside has it. IL_CORRUPT.
 */
il_status il_guard_lock(il_object *object, il_mutex *mutex, int *died);
void il_guard_unlock(const il_object *object, il_mutex *mutex);
/* Wakes everybody (the dead may have published without waking), then makes the mutex usable again. */
void il_guard_recovered(il_object *object, il_mutex *mutex);

#endif

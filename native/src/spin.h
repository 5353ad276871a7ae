/* Waiting for a moment without the kernel. */
#ifndef IL_SPIN_H
#define IL_SPIN_H

#include "segment.h"

/*
 * il_platform_mutex_try; while somebody holds the mutex, again for a moment: as a rule it is held for some 50 ns, and
 * going to sleep takes a hundred times as long. EBUSY: it is still held.
 */
int il_spin_for_mutex(struct il_spin *spin, il_mutex *mutex, const struct il_holder *self);

#endif

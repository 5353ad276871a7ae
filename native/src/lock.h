/* Control words of a ProcessLock. */
#ifndef IL_LOCK_H
#define IL_LOCK_H

#include "segment.h"

struct il_lock_control {
    struct il_control base;
    il_mutex mutex;
    _Atomic int32_t owner_pid;     /* written by the holder only; 0 = unknown */
    _Atomic int32_t dead_pid;      /* whose death the news is about */
    _Atomic uint32_t news;         /* a death nobody repaired yet; under the mutex */
    _Atomic uint64_t owner_thread; /* number of the holder: has a meaning in its process only */
};

il_status il_lock_build(struct il_header *header);

#endif

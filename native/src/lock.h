/* Control words of a ProcessLock. */
#ifndef IL_LOCK_H
#define IL_LOCK_H

#include "segment.h"

enum il_news { IL_NEWS_NONE = 0, IL_NEWS_DIED = 1, IL_NEWS_REPAIRED = 2 };

struct il_lock_control {
    struct il_control base;
    il_mutex mutex;
    _Atomic int32_t owner_pid;     /* written by the holder only; 0 = unknown */
    _Atomic int32_t dead_pid;      /* whose death the news is about */
    _Atomic uint32_t news;         /* enum il_news, of a death nobody repaired yet; under the mutex */
    _Atomic uint32_t conditions_reserved;  /* the table behind the slots is real memory */
    _Atomic uint32_t anonymous_conditions; /* how many were made */
    _Atomic uint32_t next_ticket;          /* of waiters, in the order they came */
};

/* Whether the calling thread holds it, through this handle. */
int il_lock_is_mine(const il_object *lock);
il_status il_lock_build(struct il_header *header);

#endif

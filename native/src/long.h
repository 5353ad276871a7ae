/* Control word of a ProcessLong. */
#ifndef IL_LONG_H
#define IL_LONG_H

#include "segment.h"

struct il_long_control {
    struct il_control base;
    _Alignas(IL_CACHE_LINE) _Atomic int64_t value;
};

il_status il_long_build(struct il_header *header);

#endif

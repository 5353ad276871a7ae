/*
 * Where the regions of a ring are. Each is twice as long as the one before, the last one of max_bytes, so that the
 * region of an offset can be computed: it is asked for several times per item.
 */
#ifndef IL_RING_H
#define IL_RING_H

#include "queue.h"

#define IL_SMALLEST_REGION_BITS 16
#define IL_PREFETCH_AHEAD 256 /* some short records */
#define IL_RESERVE_STEP (UINT64_C(1) << 20)

/* {tag: 24, value: 40}: the length of the data that follows, or the position (in units) to go on at. */
#define IL_TAG_DATA UINT64_C(0xda7a01)
#define IL_TAG_JUMP UINT64_C(0x10a902)
#define IL_TAG_VALUE ((UINT64_C(1) << 40) - 1)

struct il_region {
    uint64_t start;
    uint64_t end;
};

static inline uint64_t il_round_up(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

/* 0 if there is none at offset. */
static inline int il_region_of(const struct il_queue *queue, uint64_t offset, struct il_region *region) {
    if (offset < queue->ring_base || offset >= queue->ring_end) {
        return 0;
    }
    uint64_t smallest = ((offset - queue->ring_base) >> IL_SMALLEST_REGION_BITS) + 1;
    int number = 63 - __builtin_clzll(smallest);
    uint64_t size = queue->first_region << number;
    region->start = queue->ring_base + size - queue->first_region;
    region->end = region->start + (size < queue->max_bytes ? size : queue->max_bytes);
    return 1;
}

#endif

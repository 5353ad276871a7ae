/* What the tests of objects share: specs, objects of each kind, items whose bytes tell what they are. */
#ifndef IL_TEST_OBJECTS_H
#define IL_TEST_OBJECTS_H

#include "harness.h"

#include <stdlib.h>
#include <string.h>

#define SECONDS INT64_C(1000000000)
#define MS INT64_C(1000000)

static inline il_spec spec_of(uint32_t kind, const char *name) {
    const int is_queue = kind == IL_KIND_QUEUE || kind == IL_KIND_JOINABLE_QUEUE;
    const int is_pipe = kind == IL_KIND_PIPE;
    const int is_counted = kind == IL_KIND_PERMITS || kind == IL_KIND_BARRIER; /* permits, parties */
    return (il_spec){.kind = kind,
                     .mode = name == NULL ? IL_CREATE : IL_OPEN,
                     .name = name,
                     .parameter = {is_queue ? 100 : is_pipe ? 1 << 16 : is_counted, is_queue ? 1 << 20 : is_pipe ? 1 << 18 : 0},
                     .codec = is_queue || is_pipe ? "bytes" : NULL,
                     .deadline = il_deadline_after(30 * SECONDS)};
}

static inline il_object *open_object(uint32_t kind, const char *name) {
    il_spec spec = spec_of(kind, name);
    il_object *object = NULL;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    return object;
}

static inline il_object *open_queue(uint32_t kind, const char *name, int64_t capacity, int64_t max_bytes) {
    il_spec spec = spec_of(kind, name);
    il_object *queue = NULL;
    spec.parameter[0] = capacity;
    spec.parameter[1] = max_bytes;
    CHECK_OK(il_object_open(&spec, &queue, NULL));
    return queue;
}

static inline void fill(void *data, uint64_t length, uint32_t seed) {
    for (uint64_t i = 0; i < length; i++) ((char *)data)[i] = (char)(seed * 31 + i * 7);
}

static inline int is_filled(const void *data, uint64_t length, uint32_t seed) {
    for (uint64_t i = 0; i < length; i++) {
        if (((const char *)data)[i] != (char)(seed * 31 + i * 7)) return 0;
    }
    return 1;
}

static inline void put_number(il_object *queue, uint32_t number) {
    CHECK_OK(il_queue_put(queue, &number, sizeof number, IL_FOREVER));
}

static inline uint32_t take_number(il_object *queue, uint64_t *token) {
    uint32_t number;
    il_item item;
    CHECK_OK(il_queue_take(queue, &number, sizeof number, &item, IL_FOREVER));
    CHECK(item.length == sizeof number);
    if (token != NULL) *token = item.token;
    return number;
}

#endif

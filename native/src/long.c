/* ProcessLong: one atomic word. Needs no lock, so no death can leave it half-changed. */
#include "long.h"

static il_status value_of(const il_object *counter, _Atomic int64_t **value) {
    il_status status = il_object_check(counter, IL_KIND_LONG);
    *value = &((struct il_long_control *)il_control_of(counter))->value;
    return status;
}

il_status il_long_get(const il_object *counter, int64_t *value) {
    _Atomic int64_t *word;
    il_status status = value_of(counter, &word);
    if (status == IL_OK) {
        *value = atomic_load(word);
    }
    return status;
}

il_status il_long_set(il_object *counter, int64_t value) {
    _Atomic int64_t *word;
    il_status status = value_of(counter, &word);
    if (status == IL_OK) {
        atomic_store(word, value);
    }
    return status;
}

il_status il_long_add(il_object *counter, int64_t delta, int64_t *result) {
    _Atomic int64_t *word;
    il_status status = value_of(counter, &word);
    if (status == IL_OK) {
        /* Atomic addition wraps silently (C11 7.17.7.5); the sum beside it is made unsigned for the same meaning. */
        *result = (int64_t)((uint64_t)atomic_fetch_add(word, delta) + (uint64_t)delta);
    }
    return status;
}

il_status il_long_compare_and_set(il_object *counter, int64_t *expected, int64_t value) {
    _Atomic int64_t *word;
    il_status status = value_of(counter, &word);
    if (status != IL_OK) {
        return status;
    }
    return atomic_compare_exchange_strong(word, expected, value) ? IL_OK : IL_WOULD_BLOCK;
}

il_status il_long_build(struct il_header *header) {
    struct il_long_control *control = (struct il_long_control *)((char *)header + IL_CONTROL_OFFSET);
    atomic_store(&control->value, header->parameter[0]);
    return IL_OK;
}

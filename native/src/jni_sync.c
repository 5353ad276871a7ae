/* The entry points of HotCalls for conditions, events, permits, barriers and semaphores. */
#include "jni_entry.h"

static il_semaphore *semaphore_at(jlong address) { return pointer(address); }

/* ------------------------------------------------------------------ condition */

HOT(jlong, conditionOpen, JNIEnv *env, jclass class, jlong lock, jlong name) {
    UNUSED;
    uint32_t condition = 0;
    il_status status = il_condition_open(object_at(lock), pointer(name), &condition);
    return value_or_status(status, condition);
}

HOT(jlong, conditionEnlist, JNIEnv *env, jclass class, jlong lock, jint condition) {
    UNUSED;
    uint32_t entry = 0;
    il_status status = il_condition_enlist(object_at(lock), (uint32_t)condition, &entry);
    return value_or_status(status, entry);
}

HOT(jlong, conditionSleep, JNIEnv *env, jclass class, jlong lock, jint entry, jlong nanos) {
    UNUSED;
    uint32_t changed = (uint32_t)entry;
    il_status status = il_condition_sleep(object_at(lock), &changed, il_deadline_after(nanos));
    return count_and_status(changed, status);
}

HOT(jlong, conditionWithdraw, JNIEnv *env, jclass class, jlong lock, jint entry) {
    UNUSED;
    int signalled = 0;
    il_status status = il_condition_withdraw(object_at(lock), (uint32_t)entry, &signalled);
    return value_or_status(status, (uint64_t)signalled);
}

HOT(jlong, conditionLeave, JNIEnv *env, jclass class, jlong lock, jint entry) {
    UNUSED;
    int signalled = 0;
    il_status status = il_condition_leave(object_at(lock), (uint32_t)entry, &signalled);
    return value_or_status(status, (uint64_t)signalled);
}

HOT(jint, conditionSignal, JNIEnv *env, jclass class, jlong lock, jint condition, jboolean everyone) {
    UNUSED;
    return il_condition_signal(object_at(lock), (uint32_t)condition, everyone);
}

/* ------------------------------------------------------------------ event */

HOT(jlong, eventIsSet, JNIEnv *env, jclass class, jlong event) {
    UNUSED;
    int set = 0;
    il_status status = il_event_is_set(object_at(event), &set);
    return value_or_status(status, (uint64_t)set);
}

HOT(jint, eventSet, JNIEnv *env, jclass class, jlong event) {
    UNUSED;
    return il_event_set(object_at(event));
}

HOT(jint, eventClear, JNIEnv *env, jclass class, jlong event) {
    UNUSED;
    return il_event_clear(object_at(event));
}

HOT(jlong, eventStartWaiting, JNIEnv *env, jclass class, jlong event) {
    UNUSED;
    uint32_t start = 0;
    il_status status = il_event_start_waiting(object_at(event), &start);
    return value_or_status(status, start);
}

HOT(jint, eventPassed, JNIEnv *env, jclass class, jlong event, jint start) {
    UNUSED;
    return il_event_passed(object_at(event), (uint32_t)start);
}

/* ------------------------------------------------------------------ permits */

HOT(jint, permitsTry, JNIEnv *env, jclass class, jlong pool, jint permits) {
    UNUSED;
    return il_permits_try(object_at(pool), (uint32_t)permits);
}

HOT(jint, permitsTryNew, JNIEnv *env, jclass class, jlong pool, jint permits) {
    UNUSED;
    return il_permits_try_new(object_at(pool), (uint32_t)permits);
}

HOT(jint, permitsTryWaiting, JNIEnv *env, jclass class, jlong pool, jint permits, jlong since) {
    UNUSED;
    return il_permits_try_waiting(object_at(pool), (uint32_t)permits, since);
}

HOT(void, permitsStopWaiting, JNIEnv *env, jclass class, jlong pool, jlong since) {
    UNUSED;
    il_permits_stop_waiting(object_at(pool), since);
}

HOT(jint, permitsRelease, JNIEnv *env, jclass class, jlong pool, jint permits) {
    UNUSED;
    return il_permits_release(object_at(pool), (uint32_t)permits);
}

HOT(jlong, permitsAvailable, JNIEnv *env, jclass class, jlong pool) {
    UNUSED;
    uint32_t permits = 0;
    il_status status = il_permits_available(object_at(pool), &permits);
    return value_or_status(status, permits);
}

/* ------------------------------------------------------------------ barrier */

HOT(jlong, barrierArrive, JNIEnv *env, jclass class, jlong barrier) {
    UNUSED;
    uint32_t cycle = 0, index = 0;
    il_status status = il_barrier_arrive(object_at(barrier), &cycle, &index);
    return value_or_status(status, (uint64_t)cycle << 16 | index);
}

HOT(jint, barrierPassed, JNIEnv *env, jclass class, jlong barrier, jint cycle) {
    UNUSED;
    return il_barrier_passed(object_at(barrier), (uint32_t)cycle);
}

HOT(jint, barrierGiveUp, JNIEnv *env, jclass class, jlong barrier, jint cycle) {
    UNUSED;
    return il_barrier_give_up(object_at(barrier), (uint32_t)cycle);
}

HOT(jint, barrierAbort, JNIEnv *env, jclass class, jlong barrier) {
    UNUSED;
    return il_barrier_abort(object_at(barrier));
}

HOT(jint, barrierReset, JNIEnv *env, jclass class, jlong barrier) {
    UNUSED;
    return il_barrier_reset(object_at(barrier));
}

HOT(jlong, barrierInspect, JNIEnv *env, jclass class, jlong barrier) {
    UNUSED;
    uint32_t waiting = 0;
    int broken = 0;
    il_status status = il_barrier_inspect(object_at(barrier), &waiting, &broken);
    return value_or_status(status, (uint64_t)waiting << 1 | (broken ? 1u : 0u));
}

/* ------------------------------------------------------------------ semaphore */

HOT(jlong, semaphoreAdopt, JNIEnv *env, jclass class, jlong name, jint descriptor, jint sidecar, jint slot,
                           jint generation, jlong info) {
    UNUSED;
    il_semaphore *semaphore = NULL;
    il_status status = il_semaphore_adopt(pointer(name), descriptor, sidecar, (uint32_t)slot, (uint32_t)generation,
                                          &semaphore, pointer(info));
    return value_or_status(status, (uint64_t)(uintptr_t)semaphore);
}

HOT(jint, semaphoreTry, JNIEnv *env, jclass class, jlong semaphore) {
    UNUSED;
    return il_semaphore_try(semaphore_at(semaphore));
}

HOT(jint, semaphoreAcquire, JNIEnv *env, jclass class, jlong semaphore, jlong nanos) {
    UNUSED;
    return il_semaphore_acquire(semaphore_at(semaphore), il_deadline_after(nanos));
}

HOT(jint, semaphoreRelease, JNIEnv *env, jclass class, jlong semaphore, jint permits) {
    UNUSED;
    return il_semaphore_release(semaphore_at(semaphore), (uint32_t)permits);
}

HOT(jlong, semaphoreValue, JNIEnv *env, jclass class, jlong semaphore) {
    UNUSED;
    int32_t value = 0;
    il_status status = il_semaphore_value(semaphore_at(semaphore), &value);
    return value_or_status(status, (uint64_t)value);
}

HOT(jint, semaphoreRetire, JNIEnv *env, jclass class, jlong semaphore) {
    UNUSED;
    return il_semaphore_retire(semaphore_at(semaphore));
}

HOT(void, semaphoreFree, JNIEnv *env, jclass class, jlong semaphore) {
    UNUSED;
    il_semaphore_free(semaphore_at(semaphore));
}

/* The entry points of org.interlock.internal.HotCalls. A handle or a pointer travels as jlong. */
#include "jni_entry.h"

#include "event.h"

#include <stddef.h>

/* For results that need all 64 bits. Rare, so nothing is cached. */
static void throw_status(JNIEnv *env, il_status status) {
    jclass type = (*env)->FindClass(env, "org/interlock/internal/StatusException");
    jmethodID constructor = type != NULL ? (*env)->GetMethodID(env, type, "<init>", "(I)V") : NULL;
    jobject exception = constructor != NULL ? (*env)->NewObject(env, type, constructor, (jint)status) : NULL;
    if (exception != NULL) {
        (*env)->Throw(env, exception);
    }
}

/* ------------------------------------------------------------------ memory and clock */

HOT(jobject, objectMemory, JNIEnv *env, jclass class, jlong object) {
    (void)class;
    return (*env)->NewDirectByteBuffer(env, object_at(object)->header, IL_SMALL_SIZE);
}

HOT(jlong, addressOf, JNIEnv *env, jclass class, jobject direct) {
    (void)class;
    return (jlong)(uintptr_t)(*env)->GetDirectBufferAddress(env, direct);
}

HOT(jintArray, structLayouts, JNIEnv *env, jclass class) {
#define AT(type, field) (jint) offsetof(type, field)
    const jint numbers[] = {
        (jint)(IL_MAGIC & UINT32_MAX),
        (jint)(IL_MAGIC >> 32),
        AT(struct il_header, magic),
        IL_CONTROL_OFFSET + AT(struct il_event_control, word),
        (jint)sizeof(il_spec),
        AT(il_spec, kind),
        AT(il_spec, mode),
        AT(il_spec, name),
        AT(il_spec, parameter[0]),
        AT(il_spec, parameter[1]),
        AT(il_spec, codec),
        AT(il_spec, deadline),
        (jint)sizeof(il_info),
        AT(il_info, kind),
        AT(il_info, layout),
        AT(il_info, parameter[0]),
        AT(il_info, parameter[1]),
        AT(il_info, mutex_size),
        AT(il_info, creator_pid),
        AT(il_info, created_at),
        AT(il_info, pid_namespace),
        AT(il_info, device),
        AT(il_info, inode),
        AT(il_info, platform),
        AT(il_info, codec),
        AT(il_info, name),
        AT(il_info, size),
        (jint)sizeof(il_sighting),
        AT(il_sighting, space),
        AT(il_sighting, descriptor),
        AT(il_sighting, thread),
        AT(il_sighting, sleep),
        AT(il_sighting, device),
        AT(il_sighting, inode),
        AT(il_sighting, name),
        (jint)sizeof(il_view),
        AT(il_view, sight),
        AT(il_view, uid),
        AT(il_view, linked),
        AT(il_view, detail_count),
        AT(il_view, memory),
        AT(il_view, inode_beside),
        AT(il_view, details),
        AT(il_view, user_count),
        AT(il_view, users),
        (jint)sizeof(il_detail),
        AT(il_detail, name),
        AT(il_detail, value),
        (jint)sizeof(il_user),
        AT(il_user, pid),
        AT(il_user, holds),
        (jint)sizeof(il_item),
        AT(il_item, length),
        AT(il_item, token),
        AT(il_item, deliveries),
        (jint)sizeof(il_cursor),
        (jint)sizeof(il_queue_state),
        AT(il_queue_state, size),
        AT(il_queue_state, capacity),
        AT(il_queue_state, unfinished),
        AT(il_queue_state, shut_down),
        AT(il_queue_state, max_bytes),
        AT(il_queue_state, reserved_bytes),
        AT(il_queue_state, largest_item),
        AT(il_queue_state, next_step),
        AT(il_queue_state, full),
        (jint)sizeof(il_spawn_options),
        AT(il_spawn_options, launcher),
        AT(il_spawn_options, program),
        AT(il_spawn_options, arguments),
        AT(il_spawn_options, environment),
        AT(il_spawn_options, directory),
        AT(il_spawn_options, output_path),
        AT(il_spawn_options, error_path),
        AT(il_spawn_options, daemon),
        AT(il_spawn_options, inherit_input),
        AT(il_spawn_options, channel),
        AT(il_spawn_options, inherit_environment),
        AT(il_spawn_options, spare),
        (jint)sizeof(il_child),
        AT(il_child, pid),
        AT(il_child, direct),
        AT(il_child, handle),
        AT(il_child, lifeline),
        AT(il_child, exit_status),
        (jint)sizeof(il_posix_memory),
        AT(il_posix_memory, address),
        AT(il_posix_memory, size),
        AT(il_posix_memory, device),
        AT(il_posix_memory, inode),
    };
#undef AT
    jsize count = (jsize)(sizeof numbers / sizeof numbers[0]);
    jintArray result = (*env)->NewIntArray(env, count);
    (void)class;
    if (result != NULL) {
        (*env)->SetIntArrayRegion(env, result, 0, count, numbers);
    }
    return result;
}

HOT(jlong, clockNow, JNIEnv *env, jclass class) {
    UNUSED;
    return il_clock_now();
}

HOT(jlong, deadlineAfter, JNIEnv *env, jclass class, jlong nanos) {
    UNUSED;
    return il_deadline_after(nanos);
}

/* ------------------------------------------------------------------ status */

HOT(jstring, statusName, JNIEnv *env, jclass class, jint status) {
    (void)class;
    return (*env)->NewStringUTF(env, il_status_name(status));
}

HOT(jstring, statusText, JNIEnv *env, jclass class, jint status) {
    (void)class;
    return (*env)->NewStringUTF(env, il_status_text(status));
}

HOT(jstring, statusCall, JNIEnv *env, jclass class, jint status) {
    (void)class;
    return (*env)->NewStringUTF(env, il_status_call(status));
}

HOT(jint, statusErrno, JNIEnv *env, jclass class, jint status) {
    UNUSED;
    return il_status_errno(status);
}

HOT(jstring, statusErrnoName, JNIEnv *env, jclass class, jint status) {
    (void)class;
    return (*env)->NewStringUTF(env, il_status_errno_name(status));
}

HOT(jint, statusClass, JNIEnv *env, jclass class, jint status) {
    UNUSED;
    return il_status_class(status);
}

/* ------------------------------------------------------------------ objects */

HOT(jlong, adopt, JNIEnv *env, jclass class, jint descriptor, jint slot, jint generation, jint kind, jlong info) {
    UNUSED;
    il_object *object = NULL;
    il_status status =
        il_object_adopt(descriptor, (uint32_t)slot, (uint32_t)generation, (uint32_t)kind, &object, pointer(info));
    return value_or_status(status, (uint64_t)(uintptr_t)object);
}

HOT(void, wake, JNIEnv *env, jclass class, jlong object) {
    UNUSED;
    il_object_wake(object_at(object));
}

HOT(jint, retire, JNIEnv *env, jclass class, jlong object, jint keep_mapping) {
    UNUSED;
    return il_object_retire(object_at(object), keep_mapping);
}

HOT(jint, depart, JNIEnv *env, jclass class, jlong object, jboolean keep_slot) {
    UNUSED;
    return il_object_depart(object_at(object), keep_slot);
}

HOT(void, free, JNIEnv *env, jclass class, jlong object) {
    UNUSED;
    il_object_free(object_at(object));
}

/* ------------------------------------------------------------------ waiting */

HOT(jboolean, waitSpin, JNIEnv *env, jclass class, jlong object, jint reason) {
    UNUSED;
    return il_wait_spin(object_at(object), reason) != 0;
}

HOT(jlong, waitPrepare, JNIEnv *env, jclass class, jlong object, jint reason, jboolean for_bytes) {
    UNUSED;
    uint32_t ticket = 0;
    il_status status = il_wait_prepare(object_at(object), reason, for_bytes, &ticket);
    return value_or_status(status, ticket);
}

HOT(jint, waitSleep, JNIEnv *env, jclass class, jlong object, jint reason, jboolean for_bytes, jint ticket, jlong nanos) {
    UNUSED;
    return il_wait_sleep(object_at(object), reason, for_bytes, (uint32_t)ticket, il_deadline_after(nanos));
}

HOT(void, waitLeave, JNIEnv *env, jclass class, jlong object, jint reason) {
    UNUSED;
    il_wait_leave(object_at(object), reason);
}

/* ------------------------------------------------------------------ lock */

HOT(jint, lockTry, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_try(object_at(lock));
}

HOT(jint, lockAcquire, JNIEnv *env, jclass class, jlong lock, jlong nanos) {
    UNUSED;
    return il_lock_acquire(object_at(lock), il_deadline_after(nanos));
}

HOT(jint, lockRelease, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_release(object_at(lock));
}

HOT(jint, lockDeadOwner, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_dead_owner(object_at(lock));
}

HOT(jint, lockRepaired, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_repaired(object_at(lock));
}

HOT(jboolean, lockIsHeld, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_is_held(object_at(lock)) ? JNI_TRUE : JNI_FALSE;
}

HOT(jint, lockOwnerPid, JNIEnv *env, jclass class, jlong lock) {
    UNUSED;
    return il_lock_owner_pid(object_at(lock));
}

/* ------------------------------------------------------------------ long */

HOT(jlong, longGet, JNIEnv *env, jclass class, jlong counter) {
    (void)class;
    int64_t value = 0;
    il_status status = il_long_get(object_at(counter), &value);
    if (status != IL_OK) {
        throw_status(env, status);
    }
    return value;
}

HOT(jint, longSet, JNIEnv *env, jclass class, jlong counter, jlong value) {
    UNUSED;
    return il_long_set(object_at(counter), value);
}

HOT(jlong, longAdd, JNIEnv *env, jclass class, jlong counter, jlong delta) {
    (void)class;
    int64_t sum = 0;
    il_status status = il_long_add(object_at(counter), delta, &sum);
    if (status != IL_OK) {
        throw_status(env, status);
    }
    return sum;
}

HOT(jint, longCompareAndSet, JNIEnv *env, jclass class, jlong counter, jlong expected, jlong value) {
    UNUSED;
    int64_t found = expected;
    return il_long_compare_and_set(object_at(counter), &found, value);
}

/* ------------------------------------------------------------------ queue */

HOT(jint, queueTryPut, JNIEnv *env, jclass class, jlong queue, jlong data, jlong length) {
    UNUSED;
    return il_queue_try_put(object_at(queue), pointer(data), (uint64_t)length);
}

HOT(jlong, queueTryPutAll, JNIEnv *env, jclass class, jlong queue, jlong packed, jlong packed_length, jint count) {
    UNUSED;
    uint32_t put = 0;
    il_status status =
        il_queue_try_put_all(object_at(queue), pointer(packed), (uint64_t)packed_length, (uint32_t)count, &put);
    return count_and_status(put, status);
}

HOT(jint, queueTryTake, JNIEnv *env, jclass class, jlong queue, jlong buffer, jlong capacity, jlong item) {
    UNUSED;
    return il_queue_try_take(object_at(queue), pointer(buffer), (uint64_t)capacity, pointer(item));
}

HOT(jlong, queueTryTakeAll, JNIEnv *env, jclass class, jlong queue, jlong buffer, jlong capacity, jint count,
                            jlong needed) {
    UNUSED;
    uint32_t taken = 0;
    il_status status = il_queue_try_take_all(object_at(queue), pointer(buffer), (uint64_t)capacity, (uint32_t)count,
                                             &taken, pointer(needed));
    return count_and_status(taken, status);
}

HOT(jint, queuePut, JNIEnv *env, jclass class, jlong queue, jlong data, jlong length, jlong nanos) {
    UNUSED;
    return il_queue_put(object_at(queue), pointer(data), (uint64_t)length, il_deadline_after(nanos));
}

HOT(jint, queueTake, JNIEnv *env, jclass class, jlong queue, jlong buffer, jlong capacity, jlong item, jlong nanos) {
    UNUSED;
    return il_queue_take(object_at(queue), pointer(buffer), (uint64_t)capacity, pointer(item),
                         il_deadline_after(nanos));
}

HOT(jint, queueLook, JNIEnv *env, jclass class, jlong queue, jlong cursor, jlong buffer, jlong capacity, jlong item) {
    UNUSED;
    return il_queue_look(object_at(queue), pointer(cursor), pointer(buffer), (uint64_t)capacity, pointer(item));
}

HOT(jint, queueInspect, JNIEnv *env, jclass class, jlong queue, jlong state) {
    UNUSED;
    return il_queue_inspect(object_at(queue), pointer(state));
}

HOT(jlong, queueSize, JNIEnv *env, jclass class, jlong queue) {
    UNUSED;
    uint32_t size = 0;
    il_status status = il_queue_size(object_at(queue), &size);
    return value_or_status(status, size);
}

HOT(jint, queueShutdown, JNIEnv *env, jclass class, jlong queue) {
    UNUSED;
    return il_queue_shutdown(object_at(queue));
}

HOT(jint, queueDone, JNIEnv *env, jclass class, jlong queue, jlong token) {
    UNUSED;
    return il_queue_done(object_at(queue), (uint64_t)token);
}

HOT(jint, queueGiveBack, JNIEnv *env, jclass class, jlong queue, jlong token) {
    UNUSED;
    return il_queue_give_back(object_at(queue), (uint64_t)token);
}

HOT(jint, queueGiveBackAll, JNIEnv *env, jclass class, jlong queue) {
    UNUSED;
    return il_queue_give_back_all(object_at(queue));
}

HOT(jint, queueTryJoin, JNIEnv *env, jclass class, jlong queue) {
    UNUSED;
    return il_queue_try_join(object_at(queue));
}

HOT(jint, queueJoin, JNIEnv *env, jclass class, jlong queue, jlong nanos) {
    UNUSED;
    return il_queue_join(object_at(queue), il_deadline_after(nanos));
}

/* ------------------------------------------------------------------ children */

HOT(jint, childWait, JNIEnv *env, jclass class, jlong child, jlong nanos) {
    UNUSED;
    return il_child_wait(pointer(child), il_deadline_after(nanos));
}

HOT(jint, childReap, JNIEnv *env, jclass class, jlong child, jlong nanos) {
    UNUSED;
    return il_child_reap(pointer(child), il_deadline_after(nanos));
}

HOT(jint, lifelineWatch, JNIEnv *env, jclass class) {
    UNUSED;
    return il_lifeline_watch();
}

HOT(jint, channelReceive, JNIEnv *env, jclass class, jint channel, jlong data, jlong length, jlong descriptors,
                          jlong count, jlong nanos) {
    UNUSED;
    return il_channel_receive(channel, pointer(data), (uint64_t)length, pointer(descriptors), pointer(count),
                              il_deadline_after(nanos));
}

HOT(void, descriptorClose, JNIEnv *env, jclass class, jint descriptor) {
    UNUSED;
    il_descriptor_close(descriptor);
}

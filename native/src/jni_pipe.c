/* The entry points of HotCalls for pipes. */
#include "jni_entry.h"

HOT(jint, pipeTrySend, JNIEnv *env, jclass class, jlong pipe, jint end, jlong data, jlong length) {
    UNUSED;
    return il_pipe_try_send(object_at(pipe), end, pointer(data), (uint64_t)length);
}

HOT(jint, pipeTryReceive, JNIEnv *env, jclass class, jlong pipe, jint end, jlong buffer, jlong capacity, jlong item) {
    UNUSED;
    return il_pipe_try_receive(object_at(pipe), end, pointer(buffer), (uint64_t)capacity, pointer(item));
}

HOT(jlong, pipePoll, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    int ready = 0;
    il_status status = il_pipe_poll(object_at(pipe), end, &ready);
    return value_or_status(status, (uint64_t)ready);
}

HOT(jint, pipeReason, JNIEnv *env, jclass class, jint end, jboolean sending) {
    UNUSED;
    return il_pipe_reason(end, sending);
}

HOT(jint, pipeClose, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    return il_pipe_close(object_at(pipe), end);
}

HOT(jint, pipeLend, JNIEnv *env, jclass class, jlong pipe, jint end, jint slot, jint generation) {
    UNUSED;
    return il_pipe_lend(object_at(pipe), end, (uint32_t)slot, (uint32_t)generation);
}

HOT(jint, pipeHandedOver, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    return il_pipe_handed_over(object_at(pipe), end);
}

HOT(jint, pipeTakeBack, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    return il_pipe_take_back(object_at(pipe), end);
}

HOT(jint, pipeClaim, JNIEnv *env, jclass class, jlong pipe, jint end, jint slot, jint generation) {
    UNUSED;
    return il_pipe_claim(object_at(pipe), end, (uint32_t)slot, (uint32_t)generation);
}

HOT(jint, pipeOwner, JNIEnv *env, jclass class, jlong pipe, jint end, jlong owner) {
    UNUSED;
    uint32_t *numbers = pointer(owner);
    return il_pipe_owner(object_at(pipe), end, &numbers[0], &numbers[1]);
}

HOT(jlong, pipeSize, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    uint32_t size = 0;
    il_status status = il_pipe_size(object_at(pipe), end, &size);
    return value_or_status(status, size);
}

HOT(jint, pipeOwnerPid, JNIEnv *env, jclass class, jlong pipe, jint end) {
    UNUSED;
    return il_pipe_owner_pid(object_at(pipe), end);
}

HOT(jlong, pipeLargestItem, JNIEnv *env, jclass class, jlong pipe) {
    UNUSED;
    return (jlong)il_pipe_largest_item(object_at(pipe));
}

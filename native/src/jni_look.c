/* The entry points of HotCalls for looking at objects without taking part. */
#include "jni_entry.h"

HOT(jlong, lookList, JNIEnv *env, jclass class, jlong sightings, jint capacity) {
    UNUSED;
    uint32_t count = 0;
    il_status status = il_look_list(pointer(sightings), (uint32_t)capacity, &count);
    return count_and_status(count, status);
}

HOT(jlong, lookProcess, JNIEnv *env, jclass class, jint pid, jlong sightings, jint capacity, jlong threads_hidden) {
    UNUSED;
    uint32_t count = 0;
    il_status status = il_look_process(pid, pointer(sightings), (uint32_t)capacity, &count, pointer(threads_hidden));
    return count_and_status(count, status);
}

HOT(jint, lookAt, JNIEnv *env, jclass class, jint space, jlong name, jlong view) {
    UNUSED;
    return il_look_at((uint32_t)space, pointer(name), pointer(view));
}

HOT(jint, lookAtSighting, JNIEnv *env, jclass class, jint pid, jlong sighting, jlong view) {
    UNUSED;
    return il_look_at_sighting(pid, pointer(sighting), pointer(view));
}

HOT(jstring, kindName, JNIEnv *env, jclass class, jint kind) {
    (void)class;
    return (*env)->NewStringUTF(env, il_kind_name((uint32_t)kind));
}

HOT(jstring, systemDescription, JNIEnv *env, jclass class) {
    char text[200];
    (void)class;
    il_system_describe(text, sizeof text);
    return (*env)->NewStringUTF(env, text);
}

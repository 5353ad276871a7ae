/* What the entry points of org.interlock.internal.HotCalls have in common. A handle or a pointer travels as jlong. */
#ifndef IL_JNI_ENTRY_H
#define IL_JNI_ENTRY_H

#include "interlock.h"

#include <jni.h>

/* Declared before it is defined: only the JVM knows these names, no header does. */
#define HOT(type, name, ...)                                                                                 \
    JNIEXPORT type JNICALL Java_org_interlock_internal_HotCalls_##name(__VA_ARGS__);                         \
    JNIEXPORT type JNICALL Java_org_interlock_internal_HotCalls_##name(__VA_ARGS__)
#define UNUSED ((void)env, (void)class)

static inline void *pointer(jlong address) { return (void *)(uintptr_t)address; }
static inline il_object *object_at(jlong address) { return pointer(address); }

/* A value from 0 up, or minus the status. */
static inline jlong value_or_status(il_status status, uint64_t value) {
    return status == IL_OK ? (jlong)value : -(jlong)status;
}

static inline jlong count_and_status(uint32_t count, il_status status) {
    return (jlong)((uint64_t)count << 32 | (uint32_t)status);
}

#endif

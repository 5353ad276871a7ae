/*
 * What jni.h leaves to the system, for building for macOS where there is only another system's JDK: jni.h itself is the
 * same everywhere. These are facts of the JNI specification's types on a 64-bit system with the System V convention;
 * on a Mac its own JDK's is taken.
 */
#ifndef IL_JNI_MD_H
#define IL_JNI_MD_H

#define JNIEXPORT __attribute__((visibility("default")))
#define JNIIMPORT __attribute__((visibility("default")))
#define JNICALL

typedef int jint;
typedef long jlong;
typedef signed char jbyte;

#endif

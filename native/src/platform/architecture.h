/* What the processor decides: a part of a platform's name, how to wait for a moment, and what atomic instructions order. */
#ifndef IL_ARCHITECTURE_H
#define IL_ARCHITECTURE_H

#include <stdatomic.h>

/*
 * il_platform_relax: tells the processor that this loop waits for another one.
 * il_platform_prefetch_to_read, ..._to_write: fetches a cache line that will be needed; never fails, whatever stands there.
 * il_platform_fence_after_atomic: a full fence for one who has just changed a word atomically, as unlocking a mutex does. On
 * x86 that instruction is a full fence itself, for plain stores before it too; C11 does not say so much, and arm does not do it.
 */
#if defined(__x86_64__)
#define IL_ARCHITECTURE "x86-64"
static inline void il_platform_relax(void) { __asm__ __volatile__("pause"); }
static inline void il_platform_prefetch_to_write(const void *at) { __asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)at)); }
static inline void il_platform_fence_after_atomic(void) { atomic_signal_fence(memory_order_seq_cst); }
#elif defined(__aarch64__)
#define IL_ARCHITECTURE "aarch64"
static inline void il_platform_relax(void) { __asm__ __volatile__("yield"); }
static inline void il_platform_prefetch_to_write(const void *at) { __builtin_prefetch(at, 1); }
static inline void il_platform_fence_after_atomic(void) { atomic_thread_fence(memory_order_seq_cst); }
#else
#error "an architecture this was never tried on"
#endif

static inline void il_platform_prefetch_to_read(const void *at) { __builtin_prefetch(at, 0); }

#endif

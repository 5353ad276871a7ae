/* What the processor decides: a part of a platform's name, and how to wait for a moment. */
#ifndef IL_ARCHITECTURE_H
#define IL_ARCHITECTURE_H

/* il_platform_relax: tells the processor that this loop waits for another one. */
#if defined(__x86_64__)
#define IL_ARCHITECTURE "x86-64"
static inline void il_platform_relax(void) { __asm__ __volatile__("pause"); }
#elif defined(__aarch64__)
#define IL_ARCHITECTURE "aarch64"
static inline void il_platform_relax(void) { __asm__ __volatile__("yield"); }
#else
#error "an architecture this was never tried on"
#endif

#endif

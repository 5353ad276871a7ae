/* What of a platform's name the processor decides. */
#ifndef IL_ARCHITECTURE_H
#define IL_ARCHITECTURE_H

#if defined(__x86_64__)
#define IL_ARCHITECTURE "x86-64"
#elif defined(__aarch64__)
#define IL_ARCHITECTURE "aarch64"
#else
#error "an architecture this was never tried on"
#endif

#endif

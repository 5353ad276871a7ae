/* Which mutexes each thread holds, so that one that ends can say so; what the kernel's robust list is elsewhere. */
#ifndef IL_PORTABLE_HOLDS_H
#define IL_PORTABLE_HOLDS_H

#include "platform/platform.h"

/* Room for one more hold of the calling thread, and its number: not 0, never used twice by this process. ENOMEM, EAGAIN. */
int il_holds_prepare(uint32_t *thread);
/* The same number; 0: it never held one. */
uint32_t il_holds_thread(void);
/* taken: of the holder as whom it was taken; one less when the thread ends. */
void il_holds_add(il_mutex *mutex, uint64_t word, _Atomic uint32_t *taken);
void il_holds_remove(const il_mutex *mutex, uint64_t word);
/* portable_lock.c: the thread that took it with that word is ending. */
void il_holds_ended(il_mutex *mutex, uint64_t word);

#endif

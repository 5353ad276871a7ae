/* How the C layer makes an il_status; reading one is in interlock.h. */
#ifndef IL_STATUS_H
#define IL_STATUS_H

#include "interlock.h"

/* The calls of the system that an il_status can name. Order is that of the names in status.c. */
enum il_call {
    IL_CALL_NONE = 0,
    IL_CALL_SHM_OPEN,
    IL_CALL_SHM_UNLINK,
    IL_CALL_FLOCK,
    IL_CALL_FSTAT,
    IL_CALL_FTRUNCATE,
    IL_CALL_POSIX_FALLOCATE,
    IL_CALL_MMAP,
    IL_CALL_FCNTL,
    IL_CALL_OPEN,
    IL_CALL_OPENDIR,
    IL_CALL_MALLOC,
    IL_CALL_PTHREAD_MUTEX_INIT,
    IL_CALL_PTHREAD_MUTEX_LOCK,
    IL_CALL_PTHREAD_MUTEX_UNLOCK,
    IL_CALL_GETRANDOM,
    IL_CALL_POSIX_SPAWN,
    IL_CALL_EXECVE,
    IL_CALL_CHDIR,
    IL_CALL_PIPE,
    IL_CALL_SOCKETPAIR,
    IL_CALL_FORK,
    IL_CALL_SENDMSG,
    IL_CALL_RECVMSG,
    IL_CALL_POLL,
    IL_CALL_WAITPID,
    IL_CALL_PIDFD_OPEN,
    IL_CALL_KILL,
    IL_CALL_DUP,
    IL_CALL_PRCTL,
    IL_CALL_SEM_OPEN,
    IL_CALL_SEM_UNLINK,
    IL_CALL_SEM_WAIT,
    IL_CALL_SEM_POST,
    IL_CALL_SEM_TRYWAIT,
    IL_CALL_SEM_GETVALUE,
    IL_CALL_SEM_CLOSE,
    IL_CALL_MUNMAP,
    IL_CALL_PTHREAD_MUTEX_TRYLOCK,
    IL_CALL_PTHREAD_MUTEX_CONSISTENT,
    IL_CALL_PTHREAD_MUTEX_DESTROY,
    IL_CALL_PTHREAD_COND_INIT,
    IL_CALL_PTHREAD_COND_WAIT,
    IL_CALL_PTHREAD_COND_SIGNAL,
    IL_CALL_PTHREAD_COND_BROADCAST,
    IL_CALL_PTHREAD_COND_DESTROY,
    IL_CALL_FCHMOD,
    IL_CALL_PREAD,
    IL_CALL_PWRITE,
    IL_CALL_STAT,
    IL_CALL_LSTAT,
    IL_CALL_WAIT_ON_ADDRESS, /* futex; os_sync_wait_on_address */
    IL_CALL_PTHREAD_CREATE,
    IL_CALLS
};

/* IL_SYSTEM with its cause. */
static inline il_status il_fail(enum il_call call, int errnum) {
    return (il_status)(IL_SYSTEM | (int)call << 8 | errnum << 16);
}


#endif

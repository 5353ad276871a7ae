#include "guard.h"

#include "eventcount.h"
#include "recovery.h"
#include "spin.h"
#include "stage.h"

#include <errno.h>

#define PATIENCE_WITH_A_STOPPED_PROCESS (INT64_C(100) * 1000000)

il_status il_guard_lock(il_object *object, il_mutex *mutex, int *died) {
    int error = il_spin_for_mutex(&object->spin_for_mutex, mutex, &object->holder);
    if (error == EBUSY) {
        /* Held for the length of a copy, unless its holder was stopped just then. */
        error = il_platform_mutex_lock(mutex, &object->holder, il_clock_now() + PATIENCE_WITH_A_STOPPED_PROCESS);
    }
    *died = error == EOWNERDEAD && il_recovers(IL_RECOVER_STATE);
    if (error == EOWNERDEAD && !*died) {
        il_platform_mutex_consistent(mutex);
    }
    switch (error) {
    case 0:
    case EOWNERDEAD:
        return IL_OK;
    case ETIMEDOUT:
        return IL_WOULD_BLOCK;
    case ECANCELED:
        return IL_CLOSED;
    case EINVAL:
    case EDEADLK:
    case ENOTRECOVERABLE:
        return IL_CORRUPT;
    default:
        return il_fail(IL_CALL_PTHREAD_MUTEX_LOCK, error);
    }
}

void il_guard_unlock(const il_object *object, il_mutex *mutex) { (void)il_platform_mutex_unlock(mutex, &object->holder); }

void il_guard_recovered(il_object *object, il_mutex *mutex) {
    il_events_disturb(object);
    IL_STAGE("recover", 1);
    il_platform_mutex_consistent(mutex);
}

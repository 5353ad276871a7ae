/* Calls that a signal may interrupt before they have done anything are made again: no caller asked for the signal. */
#ifndef IL_RETRY_H
#define IL_RETRY_H

#include <errno.h>

#define IL_RETRY(result, call)                                                                               \
    do {                                                                                                     \
        (result) = (call);                                                                                   \
    } while ((result) < 0 && errno == EINTR)

#endif

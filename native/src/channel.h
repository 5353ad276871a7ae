/* What spawn.c and the launcher use of channel.c besides the exported functions. */
#ifndef IL_CHANNEL_H
#define IL_CHANNEL_H

#include <stdint.h>

/*
 * Moves *descriptor to a number of at least lowest (close-on-exec) unless it has one. 0 or an errno value; on
 * failure *descriptor is as it was.
 */
int il_descriptor_lift(int *descriptor, int lowest);

/* Waits for events of poll(). 0: ready, or its other end is gone; ETIMEDOUT; an errno value. */
int il_poll_until(int descriptor, short events, int64_t deadline);

#endif

/* Linux: slots by open file description locks on the object's own file. */
#include "platform/platform.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Far behind any data, so that no lock meets a byte that is in use; locks need no byte there to be. */
#define FIRST_SLOT_BYTE (INT64_C(1) << 40)

static struct flock slot_range(short type, uint32_t first, uint32_t count) {
    struct flock range;
    memset(&range, 0, sizeof range); /* l_pid must be 0 for open file description locks */
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = (off_t)(FIRST_SLOT_BYTE + first);
    range.l_len = (off_t)count;
    return range;
}

int il_platform_slot_take(int fd, uint32_t index, int *carrier) {
    *carrier = -1; /* fd itself */
    struct flock range = slot_range(F_WRLCK, index, 1);
    int result; /* EAGAIN if it is taken: Linux never says EACCES for that, as POSIX would allow */
    IL_RETRY(result, fcntl(fd, F_OFD_SETLK, &range));
    return result == 0 ? 0 : errno;
}

int il_platform_slot_release(int fd, uint32_t index, int carrier) {
    (void)carrier;
    struct flock range = slot_range(F_UNLCK, index, 1);
    int result;
    IL_RETRY(result, fcntl(fd, F_OFD_SETLK, &range));
    return result == 0 ? 0 : errno;
}

int il_platform_slot_taken(int fd, uint32_t own, uint32_t first, uint32_t count, int *taken) {
    (void)own; /* F_OFD_GETLK does not see what its own description holds */
    struct flock range = slot_range(F_WRLCK, first, count);
    int result;
    IL_RETRY(result, fcntl(fd, F_OFD_GETLK, &range));
    if (result != 0) {
        return errno;
    }
    *taken = range.l_type != F_UNLCK;
    return 0;
}

int il_platform_slot_pack(int fd, int carrier, int *packed) {
    (void)carrier;
    *packed = fd;
    return 0;
}

int il_platform_slot_unpack(int packed, int *fd, int *carrier) {
    *fd = packed;
    *carrier = -1;
    return 0;
}

void il_platform_slots_sweep(void) {} /* nothing is left of a lock whose holder died */

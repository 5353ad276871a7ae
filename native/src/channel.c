/* Stream sockets that carry bytes and descriptors to the task of a child. */
#include "channel.h"

#include "platform/platform.h"
#include "retry.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_DESCRIPTORS 64
#define LOWEST_DESCRIPTOR 3
#define MAX_CHUNK (UINT64_C(1) << 30)

/* For one message's descriptors, aligned as the CMSG macros want it. */
union rights {
    struct cmsghdr header;
    unsigned char bytes[CMSG_SPACE(MAX_DESCRIPTORS * sizeof(int))];
};

void il_descriptor_close(int descriptor) {
    if (descriptor >= 0) {
        close(descriptor);
    }
}

int il_descriptor_lift(int *descriptor, int lowest) {
    int lifted = *descriptor;
    if (lifted >= lowest) {
        return 0;
    }
    IL_RETRY(lifted, fcntl(*descriptor, F_DUPFD_CLOEXEC, lowest));
    if (lifted < 0) {
        return errno;
    }
    close(*descriptor);
    *descriptor = lifted;
    return 0;
}

/* For poll(): -1 for ever, 0 when the deadline has passed; rounded up, or the last millisecond would be a
 * busy loop. */
static int milliseconds_until(int64_t deadline) {
    int64_t now, left;
    if (deadline == IL_FOREVER) {
        return -1;
    }
    now = il_clock_now();
    if (deadline <= now) {
        return 0;
    }
    left = (deadline - now - 1) / 1000000 + 1;
    return left > INT_MAX ? INT_MAX : (int)left;
}

int il_poll_until(int descriptor, short events, int64_t deadline) {
    for (;;) {
        struct pollfd waited = {.fd = descriptor, .events = events};
        int timeout = milliseconds_until(deadline);
        int ready = poll(&waited, 1, timeout);
        if (ready > 0) {
            return (waited.revents & POLLNVAL) != 0 ? EBADF : 0;
        }
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
        if (ready == 0 && timeout == 0) {
            return ETIMEDOUT;
        }
    }
}

il_status il_channel_open(int *ours, int *theirs) {
    int pair[2];
    int error = il_platform_socket_pair(pair);
    if (error != 0) {
        return il_fail(IL_CALL_SOCKETPAIR, error);
    }
    /* A program may run with stdout closed; what is then printed must not end up in a channel. */
    error = il_descriptor_lift(&pair[0], LOWEST_DESCRIPTOR);
    if (error == 0) {
        error = il_descriptor_lift(&pair[1], LOWEST_DESCRIPTOR);
    }
    if (error != 0) {
        close(pair[0]);
        close(pair[1]);
        return il_fail(IL_CALL_DUP, error);
    }
    *ours = pair[0];
    *theirs = pair[1];
    return IL_OK;
}

static ssize_t send_some(int channel, const unsigned char *data, uint64_t length, const int *descriptors,
                         uint32_t count) {
    struct iovec part = {.iov_base = (void *)data,
                         .iov_len = (size_t)(length < MAX_CHUNK ? length : MAX_CHUNK)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union rights rights;
    if (count > 0) {
        memset(&rights, 0, sizeof rights);
        message.msg_control = rights.bytes;
        message.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(int)); /* of one or the other type */
        rights.header.cmsg_level = SOL_SOCKET;
        rights.header.cmsg_type = SCM_RIGHTS;
        rights.header.cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&rights.header), descriptors, count * sizeof(int));
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A deadline that came after some bytes went is an error of the call: what is left of the stream has no
 * meaning. */
static il_status out_of_time(enum il_call call, uint64_t done, int error) {
    if (error != ETIMEDOUT) {
        return il_fail(IL_CALL_POLL, error);
    }
    return done == 0 ? (il_status)IL_TIMED_OUT : il_fail(call, error);
}

il_status il_channel_send(int channel, const void *data, uint64_t length, const int *descriptors,
                          uint32_t count, int64_t deadline) {
    uint64_t sent = 0;
    if (count > MAX_DESCRIPTORS || (count > 0 && (length == 0 || descriptors == NULL))) {
        return IL_INVALID;
    }
    while (sent < length) {
        ssize_t some = send_some(channel, (const unsigned char *)data + sent, length - sent, descriptors,
                                 sent == 0 ? count : 0);
        if (some >= 0) {
            sent += (uint64_t)some;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            int error = il_poll_until(channel, POLLOUT, deadline);
            if (error != 0) {
                return out_of_time(IL_CALL_SENDMSG, sent, error);
            }
        } else if (errno != EINTR) {
            /* ECONNRESET: the peer was closed with bytes of ours unread. */
            return il_fail(IL_CALL_SENDMSG, errno == ECONNRESET ? EPIPE : errno);
        }
    }
    return IL_OK;
}

struct arrivals {
    int *descriptors;
    uint32_t capacity;
    uint32_t count;
    int too_many;
};

static void keep_descriptors(struct arrivals *arrivals, const struct cmsghdr *header) {
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
        if (arrivals->count < arrivals->capacity) {
            arrivals->descriptors[arrivals->count++] = descriptor;
        } else {
            arrivals->too_many = 1;
            close(descriptor);
        }
    }
}

static void drop_descriptors(struct arrivals *arrivals) {
    while (arrivals->count > 0) {
        close(arrivals->descriptors[--arrivals->count]);
    }
}

/* 0 and *received (0 at end of file), or an errno value. */
static int receive_some(int channel, unsigned char *data, uint64_t length, struct arrivals *arrivals,
                        size_t *received) {
    struct iovec part = {.iov_base = data, .iov_len = (size_t)(length < MAX_CHUNK ? length : MAX_CHUNK)};
    union rights rights;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = rights.bytes,
                             .msg_controllen = sizeof rights.bytes};
    int error = il_platform_receive(channel, &message, received);
    if (error != 0) {
        return error;
    }
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            keep_descriptors(arrivals, header);
        }
    }
    /* There was room for all that il_channel_send lets through, so the kernel ran out of numbers for them. */
    return (message.msg_flags & MSG_CTRUNC) != 0 ? EMFILE : 0;
}

static il_status receive_all(int channel, unsigned char *data, uint64_t length, struct arrivals *arrivals,
                             int64_t deadline) {
    uint64_t done = 0;
    while (done < length) {
        size_t some = 0;
        int error = receive_some(channel, data + done, length - done, arrivals, &some);
        if (error == EAGAIN || error == EWOULDBLOCK) {
            error = il_poll_until(channel, POLLIN, deadline);
            if (error != 0) {
                return out_of_time(IL_CALL_RECVMSG, done, error);
            }
        } else if (error == ECONNRESET || (error == 0 && some == 0)) {
            return IL_NOT_FOUND;
        } else if (error != 0 && error != EINTR) {
            return il_fail(IL_CALL_RECVMSG, error);
        }
        done += some;
    }
    return arrivals->too_many ? IL_TOO_SMALL : IL_OK;
}

il_status il_channel_receive(int channel, void *data, uint64_t length, int *descriptors, uint32_t *count,
                             int64_t deadline) {
    struct arrivals arrivals = {.descriptors = descriptors, .capacity = count != NULL ? *count : 0};
    il_status status = receive_all(channel, data, length, &arrivals, deadline);
    if (status != IL_OK) {
        drop_descriptors(&arrivals);
    }
    if (count != NULL) {
        *count = arrivals.count;
    }
    return status;
}

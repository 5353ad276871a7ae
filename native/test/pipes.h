/* What the tests of pipes share: making one, handing an end to another process, items that tell what they are. */
#ifndef IL_TEST_PIPES_H
#define IL_TEST_PIPES_H

#include "objects.h"

#include <unistd.h>

enum { PIPE_WINDOW = 1 << 16, PIPE_LARGEST = 1 << 18, PIPE_BUFFER = PIPE_LARGEST };

static inline il_object *open_pipe(void) { return open_object(IL_KIND_PIPE, NULL); }

static inline il_object *find_pipe(const char *name) {
    il_spec spec = {.kind = IL_KIND_PIPE, .mode = IL_FIND, .name = name, .deadline = IL_FOREVER};
    il_object *pipe = NULL;
    CHECK_OK(il_object_open(&spec, &pipe, NULL));
    return pipe;
}

/* An end on its way to another process. */
struct lent {
    int fd, end;
    uint32_t slot, generation;
};

static inline struct lent lend_end(il_object *pipe, int end) {
    struct lent lent = {.end = end};
    CHECK_OK(il_object_lend(pipe, &lent.fd, &lent.slot, &lent.generation));
    CHECK_OK(il_pipe_lend(pipe, end, lent.slot, lent.generation));
    return lent;
}

static inline il_object *adopt_end(const struct lent *lent) {
    il_object *pipe;
    CHECK_OK(il_object_adopt(lent->fd, lent->slot, lent->generation, IL_KIND_PIPE, &pipe, NULL));
    CHECK_OK(il_pipe_claim(pipe, lent->end, lent->slot, lent->generation));
    return pipe;
}

struct party {
    struct lent lent;
    void (*body)(il_object *pipe, int end, void *argument);
    void *argument;
};

static inline void be_party(void *argument) {
    const struct party *party = argument;
    party->body(adopt_end(&party->lent), party->lent.end, party->argument); /* does not close it */
}

/* A process that has the end from now on. */
static inline int hand_to_process(il_object *pipe, int end, void (*body)(il_object *, int, void *), void *argument) {
    struct party party = {lend_end(pipe, end), body, argument};
    int pid = harness_fork(be_party, &party);
    il_descriptor_close(party.lent.fd);
    CHECK_OK(il_pipe_handed_over(pipe, end));
    return pid;
}

/* An item begins with its number; length is at least 4. */
static inline il_status send_item(il_object *pipe, int end, uint32_t number, uint64_t length) {
    static char data[PIPE_BUFFER];
    memcpy(data, &number, sizeof number);
    fill(data + 4, length - 4, number);
    return il_pipe_try_send(pipe, end, data, length);
}

static inline il_status receive_item(il_object *pipe, int end, uint32_t *number, uint64_t *length, int64_t deadline) {
    static char data[PIPE_BUFFER];
    il_item item;
    il_status status = il_pipe_receive(pipe, end, data, sizeof data, &item, deadline);
    if (status == IL_OK) {
        memcpy(number, data, sizeof *number);
        CHECK(item.length >= 4 && is_filled(data + 4, item.length - 4, *number));
        if (length != NULL) *length = item.length;
    }
    return status;
}

static inline uint32_t next_number(il_object *pipe, int end) {
    uint32_t number = 0;
    CHECK_OK(receive_item(pipe, end, &number, NULL, IL_FOREVER));
    return number;
}

static inline void expect_end(il_object *pipe, int end) {
    uint32_t number;
    int ready = 0;
    CHECK_STATUS(IL_ENDED, receive_item(pipe, end, &number, NULL, IL_FOREVER));
    CHECK_OK(il_pipe_poll(pipe, end, &ready));
    CHECK(ready);
    CHECK_STATUS(IL_ENDED, send_item(pipe, end, 0, 4));
}

#endif

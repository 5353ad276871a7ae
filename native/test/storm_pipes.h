/*
 * Pipes in the storm: pairs of workers, of which one makes a pipe and the other claims an end of it by what stands in the
 * ledger. Whoever finds that the other is gone has received all that was ever sent; then a new pipe is made.
 */
#ifndef IL_TEST_STORM_PIPES_H
#define IL_TEST_STORM_PIPES_H

#include "storm.h"

#include "pipes.h"

enum { PAIRS = 3, PIPE_WORKERS = 2 * PAIRS };

/* Of the newest pipe of a pair; written by its maker, that of the counts by the sender at each end. */
struct pair {
    _Atomic uint32_t epoch; /* odd: being written */
    char name[IL_NAME_MAX + 8];
    uint32_t slot, generation;
    _Atomic uint64_t sent[2]; /* {epoch: 32, items whose send returned: 32} */
};

static struct pair *pairs;

static void prepare_pipes(unsigned round) {
    (void)round;
    pairs = harness_shared(PAIRS * sizeof *pairs);
}

struct talk {
    struct worker *me;
    struct pair *pair;
    il_object *pipe;
    int end;
    uint32_t epoch, sent, received;
    uint32_t number; /* of the item under way */
    uint64_t length;
};

static void note_sent(const struct talk *talk) {
    atomic_store(&talk->pair->sent[talk->end], (uint64_t)talk->epoch << 32 | talk->sent);
}

/* A maker that died left the epoch odd, or even. */
static void make_pipe(struct talk *talk) {
    il_info info;
    struct pair *pair = talk->pair;
    talk->pipe = open_pipe();
    talk->end = IL_LEFT;
    il_object_info(talk->pipe, &info);
    talk->epoch = (atomic_load(&pair->epoch) | 1) + 1;
    atomic_store(&pair->epoch, talk->epoch - 1);
    strcpy(pair->name, info.name);
    EXPECT(il_pipe_owner(talk->pipe, IL_RIGHT, &pair->slot, &pair->generation) == IL_OK);
    atomic_store(&pair->sent[IL_LEFT], (uint64_t)talk->epoch << 32);
    atomic_store(&pair->sent[IL_RIGHT], (uint64_t)talk->epoch << 32);
    atomic_store(&pair->epoch, talk->epoch);
}

/* 0: there is none, or its end went to one who is dead by now. */
static int claim_pipe(struct talk *talk, uint32_t after) {
    const struct pair *pair = talk->pair;
    char name[sizeof pair->name];
    talk->epoch = atomic_load(&pair->epoch);
    if (talk->epoch == after || talk->epoch % 2 != 0) return 0;
    memcpy(name, pair->name, sizeof name);
    const uint32_t slot = pair->slot, generation = pair->generation;
    if (atomic_load(&pair->epoch) != talk->epoch) return 0;
    il_spec spec = {.kind = IL_KIND_PIPE, .mode = IL_FIND, .name = name, .deadline = il_deadline_after(10 * SECONDS)};
    il_status status = il_object_open(&spec, &talk->pipe, NULL);
    if (status == IL_NOT_FOUND) return 0;
    EXPECT(status == IL_OK);
    talk->end = IL_RIGHT;
    do {
        status = il_pipe_claim(talk->pipe, IL_RIGHT, slot, generation);
    } while (status == IL_WOULD_BLOCK);
    if (status == IL_OK) return 1;
    EXPECT(status == IL_HANDED_ON || status == IL_CLOSED);
    CHECK_OK(il_object_close(talk->pipe));
    return 0;
}

static il_status try_sending(void *argument) {
    const struct talk *talk = argument;
    return send_item(talk->pipe, talk->end, talk->sent, talk->length);
}

static il_status try_receiving(void *argument) {
    struct talk *talk = argument;
    return receive_item(talk->pipe, talk->end, &talk->number, NULL, 0);
}

static il_status attempt_receiving(void *argument) {
    il_status status = try_receiving(argument);
    return status == IL_TIMED_OUT ? (il_status)IL_WOULD_BLOCK : status;
}

/* All that the other has sent was received: its count stands still, for it is dead or has closed its end. */
static void check_the_end(const struct talk *talk) {
    const uint64_t noted = atomic_load(&talk->pair->sent[!talk->end]);
    if ((uint32_t)(noted >> 32) == talk->epoch && talk->received < (uint32_t)noted) tallies[PIPE].lost++;
    tallies[PIPE].remarks++;
}

static void talk_to_the_end(struct talk *talk) {
    talk->sent = talk->received = 0;
    while (!is_over()) {
        il_status status;
        if (choose(2)) {
            talk->length = choose(50) == 0 ? (uint64_t)choose(60000) + 4 : (uint64_t)choose(400) + 4;
            status = wait_asleep(talk->me, talk->pipe, il_pipe_reason(talk->end, 1), try_sending, talk, il_deadline_after(5 * MS));
            if (status == IL_OK) {
                talk->sent++;
                note_sent(talk);
                did(talk->me);
            }
        } else {
            const int64_t nanos = choose(4) ? 0 : 20 * MS;
            status = wait_asleep(talk->me, talk->pipe, il_pipe_reason(talk->end, 0), attempt_receiving, talk, il_deadline_after(nanos));
            if (status == IL_OK) {
                if (talk->number != talk->received) tallies[PIPE].duplicated++;
                talk->received++;
                did(talk->me);
            }
        }
        if (status == IL_ENDED) {
            while ((status = try_receiving(talk)) == IL_OK) { /* a send may have met it */
                if (talk->number != talk->received++) tallies[PIPE].duplicated++;
            }
            EXPECT(status == IL_ENDED);
            check_the_end(talk);
            return;
        }
        EXPECT(status == IL_OK || status == IL_TIMED_OUT);
    }
}

static void work_on_pipe(struct worker *me) {
    struct talk talk = {.me = me, .pair = &pairs[me->index / 2]};
    uint32_t after = 0;
    while (!is_over()) {
        if (me->index % 2 == 0) {
            make_pipe(&talk);
        } else if (!claim_pipe(&talk, after)) {
            usleep(200);
            continue;
        }
        after = talk.epoch;
        talk_to_the_end(&talk);
        CHECK_OK(il_object_close(talk.pipe));
    }
}

/* What those who were killed left is nobody's. */
static void finish_pipes(void) {
    CHECK_OK(il_sweep(NULL));
    munmap(pairs, PAIRS * sizeof *pairs);
}

#endif

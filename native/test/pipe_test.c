/* Pipes: two directions, two ends, each of one process at a time; what an end is told when the other is gone. */
#include "pipes.h"

#include "private_shm.h"

#include <signal.h>
#include <stdatomic.h>

static void expect_wait(il_status status) { CHECK(status == IL_WOULD_BLOCK || status == IL_NO_BYTES); }

/* ------------------------------------------------------------------ sending and receiving */

TEST(what_one_end_sends_the_other_receives_in_order) {
    il_object *pipe = open_pipe();
    uint32_t sent[2] = {0}, received[2] = {0}, number = 0;
    srand(1);
    for (int i = 0; i < 20000; i++) {
        int end = rand() % 2;
        if (rand() % 2) {
            uint64_t length = 4 + (uint64_t)rand() % (rand() % 50 == 0 ? 100000 : 300);
            il_status status = send_item(pipe, end, sent[end], length);
            if (status == IL_OK) sent[end]++;
            else expect_wait(status);
        } else if (received[end] < sent[!end]) {
            CHECK_OK(receive_item(pipe, end, &number, NULL, IL_FOREVER));
            CHECK(number == received[end]++);
        } else {
            CHECK_STATUS(IL_TIMED_OUT, receive_item(pipe, end, &number, NULL, 0));
        }
        uint32_t size;
        CHECK_OK(il_pipe_size(pipe, end, &size));
        CHECK(size == sent[!end] - received[end]);
    }
    CHECK(sent[0] > 100 && sent[1] > 100);
    CHECK_OK(il_object_close(pipe));
}

TEST(a_full_direction_makes_senders_wait_and_not_the_other) {
    il_object *pipe = open_pipe();
    uint32_t number, sent = 0;
    il_status status;
    while ((status = send_item(pipe, IL_LEFT, sent, 1000)) == IL_OK) sent++;
    CHECK(status == IL_NO_BYTES);
    CHECK(sent == PIPE_WINDOW / 1008);
    CHECK_STATUS(IL_TIMED_OUT, il_pipe_send(pipe, IL_LEFT, "x", 1000, il_deadline_after(20 * MS)));
    CHECK_OK(send_item(pipe, IL_RIGHT, 7, 1000));
    CHECK(next_number(pipe, IL_LEFT) == 7);
    CHECK(next_number(pipe, IL_RIGHT) == 0);
    CHECK_OK(send_item(pipe, IL_LEFT, sent, 1000));
    for (uint32_t i = 1; i <= sent; i++) CHECK(next_number(pipe, IL_RIGHT) == i);
    CHECK_STATUS(IL_TIMED_OUT, receive_item(pipe, IL_RIGHT, &number, NULL, 0));
    CHECK_OK(il_object_close(pipe));
}

TEST(an_item_larger_than_what_may_wait_goes_alone) {
    il_object *pipe = open_pipe();
    const uint64_t largest = il_pipe_largest_item(pipe);
    uint64_t length = 0;
    uint32_t number = 0;
    CHECK(largest > 3 * PIPE_WINDOW && largest < PIPE_LARGEST);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_OK(send_item(pipe, IL_LEFT, i, i % 2 ? largest : 20));
        CHECK_STATUS(IL_NO_BYTES, send_item(pipe, IL_LEFT, 9, i % 2 ? 4 : PIPE_WINDOW));
        CHECK_OK(receive_item(pipe, IL_RIGHT, &number, &length, IL_FOREVER));
        CHECK(number == i && length == (i % 2 ? largest : 20));
    }
    CHECK_STATUS(IL_TOO_LARGE, il_pipe_try_send(pipe, IL_LEFT, "", largest + 1));
    CHECK_OK(send_item(pipe, IL_LEFT, 1, 4));
    CHECK(next_number(pipe, IL_RIGHT) == 1);
    CHECK_OK(il_object_close(pipe));
}

TEST(a_small_buffer_is_told_how_much_is_needed) {
    il_object *pipe = open_pipe();
    char small[10], whole[100];
    il_item item;
    CHECK_OK(send_item(pipe, IL_RIGHT, 3, 100));
    CHECK_STATUS(IL_TOO_SMALL, il_pipe_try_receive(pipe, IL_LEFT, small, sizeof small, &item));
    CHECK(item.length == 100);
    CHECK_OK(il_pipe_try_receive(pipe, IL_LEFT, whole, sizeof whole, &item));
    CHECK(item.length == 100);
    CHECK_OK(il_object_close(pipe));
}

static void send_back(il_object *pipe, int end, void *argument) {
    uint32_t number;
    (void)argument;
    while (receive_item(pipe, end, &number, NULL, IL_FOREVER) == IL_OK) {
        CHECK_OK(il_pipe_send(pipe, end, &number, sizeof number, IL_FOREVER));
    }
    CHECK_OK(il_object_close(pipe));
}

TEST(two_processes_answer_each_other) {
    il_object *pipe = open_pipe();
    int pid = hand_to_process(pipe, IL_RIGHT, send_back, NULL);
    uint32_t answered = 0, asked = 0, number;
    while (answered < 20000) {
        while (asked < 20000 && asked - answered < 1 + asked % 700) {
            CHECK_OK(il_pipe_send(pipe, IL_LEFT, &asked, sizeof asked, IL_FOREVER));
            asked++;
        }
        il_item item;
        CHECK_OK(il_pipe_receive(pipe, IL_LEFT, &number, sizeof number, &item, IL_FOREVER));
        CHECK(number == answered++);
    }
    CHECK_OK(il_pipe_close(pipe, IL_LEFT));
    harness_expect_exit(pid);
    CHECK_OK(il_object_close(pipe));
}

static void receive_slowly(il_object *pipe, int end, void *argument) {
    uint32_t number = 0, expected = 0;
    while (receive_item(pipe, end, &number, NULL, IL_FOREVER) == IL_OK) {
        CHECK(number == expected++);
        if (expected % 100 == 0) harness_sleep_ms(1);
    }
    atomic_store((_Atomic uint32_t *)argument, expected);
}

TEST(one_who_waits_for_room_is_woken_for_it) {
    il_object *pipe = open_pipe();
    _Atomic uint32_t *received = harness_shared(sizeof *received);
    static char data[5000];
    int pid = hand_to_process(pipe, IL_LEFT, receive_slowly, (void *)received);
    for (uint32_t i = 0; i < 3000; i++) {
        memcpy(data, &i, sizeof i);
        fill(data + 4, sizeof data - 4, i);
        CHECK_OK(il_pipe_send(pipe, IL_RIGHT, data, sizeof data, IL_FOREVER));
    }
    CHECK_OK(il_pipe_close(pipe, IL_RIGHT));
    harness_expect_exit(pid);
    CHECK(atomic_load(received) == 3000);
    CHECK_OK(il_object_close(pipe));
}

/* ------------------------------------------------------------------ whose an end is */

static void expect_handed_on(il_object *pipe, int end) {
    il_item item;
    uint32_t slot, generation;
    int ready;
    CHECK_STATUS(IL_HANDED_ON, send_item(pipe, end, 0, 4));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_try_receive(pipe, end, &ready, 4, &item));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_poll(pipe, end, &ready));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_close(pipe, end));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_owner(pipe, end, &slot, &generation));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_lend(pipe, end, 3, 1));
}

TEST(an_end_is_of_the_process_that_it_was_handed_to) {
    il_object *pipe = open_pipe();
    CHECK(il_pipe_owner_pid(pipe, IL_LEFT) == getpid() && il_pipe_owner_pid(pipe, IL_RIGHT) == getpid());
    int pid = hand_to_process(pipe, IL_RIGHT, send_back, NULL);
    expect_handed_on(pipe, IL_RIGHT);
    CHECK_OK(send_item(pipe, IL_LEFT, 5, 4));
    CHECK(next_number(pipe, IL_LEFT) == 5);
    CHECK(il_pipe_owner_pid(pipe, IL_RIGHT) == pid);
    harness_kill(pid);
    expect_end(pipe, IL_LEFT);
    CHECK_STATUS(IL_CLOSED, send_item(pipe, IL_RIGHT, 0, 4)); /* and stays so */
    CHECK(il_pipe_owner_pid(pipe, IL_RIGHT) == 0);
    CHECK_OK(il_object_close(pipe));
}

TEST(while_it_is_on_its_way_its_lender_waits) {
    il_object *pipe = open_pipe();
    il_item item;
    char byte;
    int ready = 1;
    struct lent lent = lend_end(pipe, IL_LEFT);
    CHECK_STATUS(IL_WOULD_BLOCK, send_item(pipe, IL_LEFT, 0, 4));
    CHECK_STATUS(IL_WOULD_BLOCK, il_pipe_try_receive(pipe, IL_LEFT, &byte, 1, &item));
    CHECK_OK(il_pipe_poll(pipe, IL_LEFT, &ready));
    CHECK(!ready);
    CHECK_STATUS(IL_HANDED_ON, il_pipe_close(pipe, IL_LEFT));
    CHECK_OK(il_pipe_lend(pipe, IL_LEFT, lent.slot, lent.generation)); /* captured twice */
    CHECK_OK(send_item(pipe, IL_RIGHT, 1, 4)); /* the other end does not notice */
    CHECK_OK(il_pipe_take_back(pipe, IL_LEFT));
    il_object_take_back(pipe, lent.slot, lent.generation);
    il_descriptor_close(lent.fd);
    CHECK(next_number(pipe, IL_LEFT) == 1);
    CHECK_OK(send_item(pipe, IL_LEFT, 2, 4));
    CHECK(next_number(pipe, IL_RIGHT) == 2);
    CHECK_OK(il_object_close(pipe));
}

TEST(both_ends_can_go_to_one_process) {
    il_object *pipe = open_pipe();
    struct lent lent = lend_end(pipe, IL_LEFT);
    CHECK_OK(il_pipe_lend(pipe, IL_RIGHT, lent.slot, lent.generation));
    il_object *other = adopt_end(&lent);
    CHECK_OK(il_pipe_handed_over(pipe, IL_LEFT)); /* before the other end is claimed, or after */
    CHECK_OK(il_pipe_claim(other, IL_RIGHT, lent.slot, lent.generation));
    CHECK_OK(il_pipe_claim(other, IL_RIGHT, lent.slot, lent.generation));
    CHECK_OK(il_pipe_handed_over(pipe, IL_RIGHT));
    expect_handed_on(pipe, IL_LEFT);
    expect_handed_on(pipe, IL_RIGHT);
    CHECK_OK(il_object_close(pipe)); /* takes nothing from the other */
    CHECK_OK(send_item(other, IL_LEFT, 1, 4));
    CHECK(next_number(other, IL_RIGHT) == 1);
    CHECK_OK(il_object_close(other));
}

TEST(what_is_lent_and_reaches_nobody_is_closed) {
    il_object *pipe = open_pipe();
    uint32_t number;
    CHECK_OK(send_item(pipe, IL_RIGHT, 8, 4));
    struct lent lent = lend_end(pipe, IL_RIGHT);
    CHECK_OK(il_pipe_handed_over(pipe, IL_RIGHT));
    CHECK(next_number(pipe, IL_LEFT) == 8);
    CHECK_STATUS(IL_TIMED_OUT, receive_item(pipe, IL_LEFT, &number, NULL, il_deadline_after(MS)));
    il_descriptor_close(lent.fd);
    expect_end(pipe, IL_LEFT);
    CHECK_OK(il_object_close(pipe));
}

static void hand_on(il_object *pipe, int end, void *argument) {
    int pid = hand_to_process(pipe, end, send_back, argument);
    expect_handed_on(pipe, end);
    harness_expect_exit(pid);
}

TEST(it_can_be_handed_on_and_on) {
    il_object *pipe = open_pipe();
    int pid = hand_to_process(pipe, IL_RIGHT, hand_on, NULL);
    for (uint32_t i = 0; i < 100; i++) {
        CHECK_OK(send_item(pipe, IL_LEFT, i, 4));
        CHECK(next_number(pipe, IL_LEFT) == i);
    }
    CHECK_OK(il_pipe_close(pipe, IL_LEFT));
    harness_expect_exit(pid);
    CHECK_OK(il_object_close(pipe));
}

TEST(a_reference_hands_it_over_once) {
    il_object *pipe = open_pipe();
    il_info info;
    uint32_t slot, generation;
    il_object_info(pipe, &info);
    CHECK_OK(il_pipe_owner(pipe, IL_RIGHT, &slot, &generation));
    il_object *other = find_pipe(info.name), *third = find_pipe(info.name);
    expect_handed_on(other, IL_RIGHT);
    CHECK_OK(il_pipe_claim(other, IL_RIGHT, slot, generation));
    CHECK_STATUS(IL_HANDED_ON, il_pipe_claim(third, IL_RIGHT, slot, generation));
    expect_handed_on(pipe, IL_RIGHT);
    CHECK_OK(send_item(other, IL_RIGHT, 4, 4));
    CHECK(next_number(pipe, IL_LEFT) == 4);
    CHECK_OK(il_object_close(other));
    CHECK_STATUS(IL_CLOSED, il_pipe_claim(third, IL_RIGHT, slot, generation));
    expect_end(pipe, IL_LEFT);
    CHECK_OK(il_object_close(third));
    CHECK_OK(il_object_close(pipe));
}

/* ------------------------------------------------------------------ the end of it */

TEST(after_the_end_was_closed_the_rest_is_received) {
    for (int by_handle = 0; by_handle < 2; by_handle++) {
        il_object *pipe = open_pipe();
        struct lent lent = lend_end(pipe, IL_RIGHT);
        il_object *other = adopt_end(&lent);
        int ready = 0;
        for (uint32_t i = 0; i < 3; i++) CHECK_OK(send_item(other, IL_RIGHT, i, 4));
        if (by_handle) {
            CHECK_OK(il_object_close(other));
        } else {
            CHECK_OK(il_pipe_close(other, IL_RIGHT));
            CHECK_STATUS(IL_CLOSED, il_pipe_close(other, IL_RIGHT));
            CHECK_STATUS(IL_CLOSED, send_item(other, IL_RIGHT, 0, 4));
            CHECK_STATUS(IL_CLOSED, il_pipe_poll(other, IL_RIGHT, &ready));
        }
        CHECK_STATUS(IL_ENDED, send_item(pipe, IL_LEFT, 0, 4));
        for (uint32_t i = 0; i < 3; i++) {
            CHECK_OK(il_pipe_poll(pipe, IL_LEFT, &ready));
            CHECK(ready && next_number(pipe, IL_LEFT) == i);
        }
        expect_end(pipe, IL_LEFT);
        if (!by_handle) CHECK_OK(il_object_close(other));
        CHECK_OK(il_object_close(pipe));
    }
}

static void send_and_wait(il_object *pipe, int end, void *argument) {
    for (uint32_t i = 0; i < 3; i++) CHECK_OK(send_item(pipe, end, i, 4));
    atomic_store((_Atomic int *)argument, 1);
    pause();
}

static int is_true(void *flag) { return atomic_load((_Atomic int *)flag); }

TEST(so_it_is_when_its_process_is_killed_and_not_when_it_is_stopped) {
    il_object *pipe = open_pipe();
    _Atomic int *sent = harness_shared(sizeof *sent);
    uint32_t number;
    int ready = 1, pid = hand_to_process(pipe, IL_RIGHT, send_and_wait, (void *)sent);
    harness_until(is_true, (void *)sent);
    harness_stop(pid);
    for (uint32_t i = 0; i < 3; i++) CHECK(next_number(pipe, IL_LEFT) == i);
    CHECK_STATUS(IL_TIMED_OUT, receive_item(pipe, IL_LEFT, &number, NULL, il_deadline_after(250 * MS)));
    CHECK_OK(il_pipe_poll(pipe, IL_LEFT, &ready));
    CHECK(!ready);
    CHECK_OK(send_item(pipe, IL_LEFT, 0, 4));
    harness_kill(pid);
    CHECK_STATUS(IL_ENDED, send_item(pipe, IL_LEFT, 0, 4));
    expect_end(pipe, IL_LEFT);
    CHECK_OK(il_object_close(pipe));
}

struct waiting {
    _Atomic int pid;
    int sends;
    _Atomic int told;
};

static void wait_for_the_end(il_object *pipe, int end, void *argument) {
    struct waiting *waiting = argument;
    static char data[3000];
    uint32_t number;
    il_status status = IL_OK;
    atomic_store(&waiting->pid, getpid());
    while (status == IL_OK) {
        status = waiting->sends ? il_pipe_send(pipe, end, data, sizeof data, IL_FOREVER)
                                : receive_item(pipe, end, &number, NULL, IL_FOREVER);
    }
    CHECK_STATUS(IL_ENDED, status);
    atomic_store(&waiting->told, 1);
    CHECK_OK(il_object_close(pipe));
}

static void pause_with_it(il_object *pipe, int end, void *argument) {
    (void)pipe, (void)end, (void)argument;
    for (;;) pause();
}

TEST(one_who_waits_is_told_whether_it_is_closed_or_its_process_killed) {
    for (int i = 0; i < 4; i++) {
        const int killed = i & 1;
        struct waiting *waiting = harness_shared(sizeof *waiting);
        il_object *pipe = open_pipe();
        waiting->sends = i >> 1;
        int pid = hand_to_process(pipe, IL_LEFT, wait_for_the_end, waiting);
        int other = killed ? hand_to_process(pipe, IL_RIGHT, pause_with_it, NULL) : 0;
        harness_until(harness_is_asleep, &pid);
        CHECK(!atomic_load(&waiting->told));
        if (killed) harness_kill(other);
        else CHECK_OK(il_pipe_close(pipe, IL_RIGHT));
        harness_expect_exit(pid);
        CHECK(atomic_load(&waiting->told));
        CHECK_OK(il_object_close(pipe));
    }
}

/* ------------------------------------------------------------------ as an object */

static void use_inherited(void *argument) {
    il_object *pipe = argument;
    int ready;
    char bytes[8] = {0};
    uint32_t number, other_number;
    il_item item;
    CHECK_STATUS(IL_FORKED, send_item(pipe, IL_LEFT, 0, 4));
    CHECK_STATUS(IL_FORKED, il_pipe_send(pipe, IL_LEFT, bytes, sizeof bytes, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_pipe_try_receive(pipe, IL_LEFT, bytes, sizeof bytes, &item));
    CHECK_STATUS(IL_FORKED, il_pipe_receive(pipe, IL_LEFT, bytes, sizeof bytes, &item, IL_FOREVER));
    CHECK_STATUS(IL_FORKED, il_pipe_size(pipe, IL_LEFT, &number));
    CHECK_STATUS(IL_FORKED, il_pipe_owner(pipe, IL_LEFT, &number, &other_number));
    CHECK_STATUS(IL_FORKED, il_pipe_lend(pipe, IL_LEFT, 1, 1));
    CHECK_STATUS(IL_FORKED, il_pipe_handed_over(pipe, IL_LEFT));
    CHECK_STATUS(IL_FORKED, il_pipe_take_back(pipe, IL_LEFT));
    CHECK_STATUS(IL_FORKED, il_pipe_claim(pipe, IL_LEFT, 1, 1));
    CHECK_STATUS(IL_FORKED, il_pipe_poll(pipe, IL_LEFT, &ready));
    CHECK_STATUS(IL_FORKED, il_pipe_close(pipe, IL_LEFT));
    il_object_free(pipe);
}

TEST(a_fork_has_no_end) {
    il_object *pipe = open_pipe();
    harness_expect_exit(harness_fork(use_inherited, pipe));
    CHECK_OK(send_item(pipe, IL_LEFT, 6, 4));
    CHECK(next_number(pipe, IL_RIGHT) == 6);
    CHECK_OK(il_object_close(pipe));
}

TEST(it_never_has_a_name_of_the_users_and_leaves_none) {
    if (!private_shm("")) return;
    il_spec named = spec_of(IL_KIND_PIPE, "a-name");
    il_object *pipe = NULL, *pipes[20];
    CHECK_STATUS(IL_INVALID, il_object_open(&named, &pipe, NULL));
    il_spec sized = spec_of(IL_KIND_PIPE, NULL);
    sized.parameter[0] = 0;
    CHECK_STATUS(IL_INVALID, il_object_open(&sized, &pipe, NULL));
    sized.parameter[0] = 1;
    sized.parameter[1] = (INT64_C(8) << 30) + 1;
    CHECK_STATUS(IL_INVALID, il_object_open(&sized, &pipe, NULL));
    sized.parameter[1]--;
    for (int i = 0; i < 20; i++) { /* each a great range of addresses, and next to no memory */
        CHECK_OK(il_object_open(&sized, &pipes[i], NULL));
        CHECK_OK(send_item(pipes[i], IL_RIGHT, 1, 4));
        CHECK(next_number(pipes[i], IL_LEFT) == 1);
    }
    CHECK(names_in_shm() == 20);
    for (int i = 0; i < 20; i++) CHECK_OK(il_object_close(pipes[i]));
    CHECK(names_in_shm() == 0);
}

TEST(a_wrong_end_is_an_argument_that_breaks_the_contract) {
    il_object *pipe = open_pipe(), *lock = open_object(IL_KIND_LOCK, NULL);
    CHECK_STATUS(IL_INVALID, send_item(pipe, 2, 0, 4));
    CHECK_STATUS(IL_INVALID, il_pipe_close(pipe, -1));
    CHECK_STATUS(IL_INVALID, il_pipe_send(pipe, 7, "", 0, IL_FOREVER));
    CHECK_STATUS(IL_INVALID, send_item(lock, IL_LEFT, 0, 4));
    CHECK_STATUS(IL_INVALID, il_pipe_lend(pipe, IL_LEFT, IL_MAX_PROCESSES, 1));
    CHECK(il_pipe_owner_pid(lock, IL_LEFT) == 0 && il_pipe_largest_item(lock) == 0);
    CHECK_OK(il_object_close(pipe));
    CHECK_OK(il_object_close(lock));
}

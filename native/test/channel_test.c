#include "children.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

static int64_t soon(void) {
    return il_deadline_after(INT64_C(20000000));
}

static il_status receive_byte(int channel, int64_t deadline) {
    char byte;
    return il_channel_receive(channel, &byte, 1, NULL, NULL, deadline);
}

TEST(bytes_arrive_in_order) {
    int ours, theirs;
    char received[12] = "";
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "one", 3, NULL, 0, IL_FOREVER));
    CHECK_OK(il_channel_send(ours, "two three", 9, NULL, 0, IL_FOREVER));
    CHECK_OK(il_channel_receive(theirs, received, 5, NULL, NULL, IL_FOREVER));
    CHECK(memcmp(received, "onetw", 5) == 0);
    CHECK_OK(il_channel_receive(theirs, received, 7, NULL, NULL, IL_FOREVER));
    CHECK(memcmp(received, "o three", 7) == 0);
    CHECK_OK(il_channel_send(theirs, "back", 4, NULL, 0, IL_FOREVER));
    CHECK_OK(il_channel_receive(ours, received, 4, NULL, NULL, IL_FOREVER));
    CHECK(memcmp(received, "back", 4) == 0);
}

TEST(nothing_is_sent_and_received_at_once) {
    int ours, theirs;
    uint32_t count = 3;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, NULL, 0, NULL, 0, IL_FOREVER));
    CHECK_OK(il_channel_receive(theirs, NULL, 0, NULL, &count, 0));
    CHECK(count == 0);
}

TEST(both_ends_are_close_on_exec_and_no_standard_descriptor) {
    int ours, theirs;
    close(0);
    close(1);
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK(ours > 2 && theirs > 2);
    CHECK(fcntl(ours, F_GETFD) == FD_CLOEXEC && fcntl(theirs, F_GETFD) == FD_CLOEXEC);
    CHECK(fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0);
}

TEST(descriptors_travel_close_on_exec) {
    int ours, theirs, ends[2], received[4];
    uint32_t count = 4;
    char text[6] = "";
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK(pipe(ends) == 0);
    CHECK_OK(il_channel_send(ours, "two ends", 8, ends, 2, IL_FOREVER));
    close(ends[0]);
    close(ends[1]);
    CHECK_OK(il_channel_receive(theirs, text, 3, received, &count, IL_FOREVER));
    CHECK(count == 2);
    CHECK(fcntl(received[0], F_GETFD) == FD_CLOEXEC && fcntl(received[1], F_GETFD) == FD_CLOEXEC);
    CHECK(write(received[1], "hello", 5) == 5);
    CHECK(read(received[0], text, 5) == 5 && memcmp(text, "hello", 5) == 0);
    count = 4;
    CHECK_OK(il_channel_receive(theirs, text, 5, received, &count, IL_FOREVER));
    CHECK(count == 0 && memcmp(text, " ends", 5) == 0);
}

TEST(descriptors_of_several_messages_are_gathered) {
    int ours, theirs, received[4];
    uint32_t count = 4;
    int null = open("/dev/null", O_RDONLY);
    char text[4];
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "ab", 2, &null, 1, IL_FOREVER));
    CHECK_OK(il_channel_send(ours, "cd", 2, (int[]){null, null}, 2, IL_FOREVER));
    CHECK_OK(il_channel_receive(theirs, text, 4, received, &count, IL_FOREVER));
    CHECK(count == 3 && memcmp(text, "abcd", 4) == 0);
}

TEST(sixty_four_descriptors_and_no_more) {
    int ours, theirs, sent[65], received[64];
    uint32_t count = 64;
    int before;
    char byte;
    CHECK_OK(il_channel_open(&ours, &theirs));
    for (int i = 0; i < 65; i++)
        sent[i] = ours;
    CHECK_STATUS(IL_INVALID, il_channel_send(ours, "x", 1, sent, 65, IL_FOREVER));
    CHECK_STATUS(IL_INVALID, il_channel_send(ours, "", 0, sent, 1, IL_FOREVER));
    before = count_descriptors();
    CHECK_OK(il_channel_send(ours, "x", 1, sent, 64, IL_FOREVER));
    CHECK_OK(il_channel_receive(theirs, &byte, 1, received, &count, IL_FOREVER));
    CHECK(count == 64 && count_descriptors() == before + 64);
}

TEST(unexpected_descriptors_are_closed) {
    int ours, theirs, received[1];
    uint32_t count = 1;
    int before;
    char text[4];
    CHECK_OK(il_channel_open(&ours, &theirs));
    before = count_descriptors();
    CHECK_OK(il_channel_send(ours, "abcd", 4, (int[]){ours, theirs}, 2, IL_FOREVER));
    CHECK_STATUS(IL_TOO_SMALL, il_channel_receive(theirs, text, 4, received, &count, IL_FOREVER));
    CHECK(count == 0 && memcmp(text, "abcd", 4) == 0);
    CHECK_OK(il_channel_send(ours, "abcd", 4, &ours, 1, IL_FOREVER));
    CHECK_STATUS(IL_TOO_SMALL, il_channel_receive(theirs, text, 4, NULL, NULL, IL_FOREVER));
    CHECK(count_descriptors() == before);
}

TEST(no_number_left_for_a_descriptor) {
    int ours, theirs, received[4];
    uint32_t count = 4;
    int before;
    char text[4];
    il_status status;
    struct rlimit limit;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "ab", 2, (int[]){ours, theirs, ours}, 3, IL_FOREVER));
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    before = count_descriptors();
    limit.rlim_cur = (rlim_t)(theirs > ours ? theirs : ours) + 2; /* room for one */
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    status = il_channel_receive(theirs, text, 2, received, &count, IL_FOREVER);
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(il_status_errno(status) == EMFILE && strcmp(il_status_call(status), "recvmsg") == 0);
    CHECK(count == 0 && count_descriptors() == before);
}

TEST(end_of_file_before_all_came) {
    int ours, theirs, null = open("/dev/null", O_RDONLY);
    char text[8];
    int received[1];
    uint32_t count = 1;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "half", 4, &null, 1, IL_FOREVER));
    il_descriptor_close(ours);
    CHECK_STATUS(IL_NOT_FOUND, il_channel_receive(theirs, text, 8, received, &count, IL_FOREVER));
    CHECK(count == 0);
    CHECK_STATUS(IL_NOT_FOUND, il_channel_receive(theirs, text, 8, NULL, NULL, IL_FOREVER));
}

TEST(a_peer_that_left_something_unread_is_at_its_end_too) {
    int ours, theirs;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(theirs, "last words", 10, NULL, 0, IL_FOREVER));
    CHECK_OK(il_channel_send(ours, "unread", 6, NULL, 0, IL_FOREVER));
    il_descriptor_close(theirs);
    for (int i = 0; i < 10; i++)
        CHECK_OK(receive_byte(ours, IL_FOREVER));
    CHECK_STATUS(IL_NOT_FOUND, receive_byte(ours, IL_FOREVER));
}

TEST(sending_to_nobody_is_an_error_and_no_signal) {
    int ours, theirs;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "unread", 6, NULL, 0, IL_FOREVER));
    il_descriptor_close(theirs);
    for (int i = 0; i < 3; i++) {
        il_status status = il_channel_send(ours, "x", 1, NULL, 0, IL_FOREVER);
        CHECK_STATUS(IL_SYSTEM, status);
        CHECK(il_status_errno(status) == EPIPE && strcmp(il_status_call(status), "sendmsg") == 0);
    }
}

TEST(a_closed_descriptor_is_an_error) {
    char byte = 0;
    CHECK(il_status_errno(il_channel_send(900, &byte, 1, NULL, 0, IL_FOREVER)) == EBADF);
    CHECK(il_status_errno(il_channel_receive(900, &byte, 1, NULL, NULL, IL_FOREVER)) == EBADF);
    CHECK(il_status_errno(il_channel_receive(-1, &byte, 1, NULL, NULL, IL_FOREVER)) == EBADF);
    il_descriptor_close(-1);
}

TEST(a_deadline_without_a_byte_changes_nothing) {
    int ours, theirs;
    int64_t deadline = soon();
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_STATUS(IL_TIMED_OUT, receive_byte(theirs, deadline));
    CHECK(il_clock_now() >= deadline);
    CHECK_STATUS(IL_TIMED_OUT, receive_byte(theirs, 0));
    CHECK_OK(il_channel_send(ours, "x", 1, NULL, 0, 0));
    CHECK_OK(receive_byte(theirs, 0));
}

TEST(a_deadline_in_the_middle_is_an_error) {
    int ours, theirs;
    char text[8];
    il_status status;
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK_OK(il_channel_send(ours, "half", 4, NULL, 0, IL_FOREVER));
    status = il_channel_receive(theirs, text, 8, NULL, NULL, soon());
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(il_status_errno(status) == ETIMEDOUT && il_status_class(status) == IL_ERROR_TIMED_OUT);
}

TEST(sending_has_a_deadline) {
    static char large[4 << 20];
    int ours, theirs;
    il_status status;
    CHECK_OK(il_channel_open(&ours, &theirs));
    status = il_channel_send(ours, large, sizeof large, NULL, 0, soon());
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(il_status_errno(status) == ETIMEDOUT);
    CHECK_STATUS(IL_TIMED_OUT, il_channel_send(ours, large, 100, NULL, 0, soon()));
}

static void nothing(int number) {
    (void)number;
}

TEST(signals_do_not_end_a_wait) {
    int ours, theirs;
    struct itimerval often = {{0, 1000}, {0, 1000}};
    struct sigaction action = {.sa_handler = nothing}; /* no SA_RESTART */
    int64_t deadline = il_deadline_after(INT64_C(100000000));
    CHECK_OK(il_channel_open(&ours, &theirs));
    CHECK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
    CHECK_STATUS(IL_TIMED_OUT, receive_byte(theirs, deadline));
    CHECK(il_clock_now() >= deadline);
}

#define LARGE (10 << 20)

static unsigned char pattern(size_t i) {
    return (unsigned char)(i * 2654435761u >> 13);
}

struct pair {
    int ours;
    int theirs;
};

static void read_slowly(void *argument) {
    static unsigned char part[77777];
    const struct pair *pair = argument;
    int channel = pair->theirs;
    int received[2];
    uint32_t count = 2, all = 0;
    il_descriptor_close(pair->ours);
    for (size_t done = 0; done < LARGE;) {
        size_t length = LARGE - done < sizeof part ? LARGE - done : sizeof part;
        CHECK_OK(il_channel_receive(channel, part, length, received, &count, IL_FOREVER));
        for (size_t i = 0; i < length; i++)
            CHECK(part[i] == pattern(done + i));
        CHECK(count == (done == 0 ? 1 : 0));
        all += count;
        count = 2;
        done += length;
        if (done % 5 == 0)
            harness_sleep_ms(1);
    }
    CHECK(all == 1);
    CHECK_STATUS(IL_NOT_FOUND, receive_byte(channel, IL_FOREVER));
}

TEST(ten_megabytes_to_a_slow_reader) {
    static unsigned char large[LARGE];
    struct pair pair;
    int reader, null = open("/dev/null", O_RDONLY);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = pattern(i);
    CHECK_OK(il_channel_open(&pair.ours, &pair.theirs));
    reader = harness_fork(read_slowly, &pair);
    il_descriptor_close(pair.theirs);
    CHECK_OK(il_channel_send(pair.ours, large, LARGE, &null, 1, IL_FOREVER));
    il_descriptor_close(pair.ours);
    harness_expect_exit(reader);
}

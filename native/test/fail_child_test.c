/* Calls of the system that fail while children are started, awaited and ended, here and in the launcher. */
#include "failing.h"

#include "children.h"

#include <string.h>

#ifdef IL_CRASH_STAGES

#define DAEMON 1u

static il_spawn_options options_of(const struct world *world, const char *const *arguments) {
    il_spawn_options options = spawn_options(arguments);
    options.daemon = (world->kind & DAEMON) != 0;
    return options;
}

static il_status spawn(struct world *world) {
    il_spawn_options options = options_of(world, ARGUMENTS("exit", "7"));
    options.channel = world->pair[1];
    options.inherit_environment = 1;
    options.environment = (const char *const[]){"CHANGED=1", NULL};
    options.output_path = "/dev/null";
    options.error_path = "/dev/null";
    return il_child_spawn(&options, &world->child);
}

static void expect_seven(struct world *world) {
    CHECK_OK(il_child_wait(&world->child, IL_FOREVER));
    CHECK(world->child.exit_status == 7);
    CHECK_OK(il_child_reap(&world->child, IL_FOREVER));
    il_child_release(&world->child);
    il_descriptor_close(world->pair[0]);
    il_descriptor_close(world->pair[1]);
}

static void open_channel(struct world *world) { CHECK_OK(il_channel_open(&world->pair[0], &world->pair[1])); }

static void start_short(struct world *world) {
    il_spawn_options options = options_of(world, ARGUMENTS("exit", "7"));
    CHECK_OK(il_child_spawn(&options, &world->child));
}

static void start_waiting(struct world *world) {
    open_channel(world);
    il_spawn_options options = options_of(world, ARGUMENTS("wait"));
    options.channel = world->pair[1];
    CHECK_OK(il_child_spawn(&options, &world->child));
    il_descriptor_close(world->pair[1]);
    world->pair[1] = -1;
    CHECK(next_pid(world->pair[0]) == world->child.pid);
}

static il_status await_end(struct world *world) { return il_child_wait(&world->child, IL_FOREVER); }

static il_status reap_it(struct world *world) { return il_child_reap(&world->child, IL_FOREVER); }

static il_status kill_it(struct world *world) { return il_child_signal(&world->child, IL_SIGNAL_KILL); }

static il_status abandon_it(struct world *world) { return il_child_abandon(&world->child); }

static void expect_ended(struct world *world) {
    CHECK_OK(il_child_wait(&world->child, IL_FOREVER));
    CHECK(world->child.exit_status < 0);
    CHECK_OK(il_child_reap(&world->child, IL_FOREVER));
    il_child_release(&world->child);
    expect_silence(world->pair[0]);
    il_descriptor_close(world->pair[0]);
}

#define DIRECT_AND_GUARDED(test_name, ...)                                                                   \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        if (!private_shm("")) return;                                                                        \
        adopt_orphans();                                                                                     \
        CHECK(fail_all(&scenario, 0, NULL) > 0 && fail_all(&scenario, DAEMON, NULL) > 0);                    \
    }

DIRECT_AND_GUARDED(starting_a_child, .before = open_channel, .act = spawn, .after = expect_seven)
DIRECT_AND_GUARDED(waiting_for_a_child, .before = start_short, .act = await_end, .after = expect_seven)
DIRECT_AND_GUARDED(reaping_a_child, .before = start_short, .act = reap_it, .after = expect_seven)

TEST(killing_a_child) {
    const struct scenario scenario = {"killing_a_child", .before = start_waiting, .act = kill_it, .after = expect_ended};
    if (!private_shm("")) return;
    adopt_orphans();
    /* Without a handle a direct child is killed by a call that cannot fail. */
    CHECK(fail_all(&scenario, 0, NULL) > 0 || il_platform_needs_lifeline);
    CHECK(fail_all(&scenario, DAEMON, NULL) > 0);
}

TEST(abandoning_a_child) {
    const struct scenario scenario = {"abandoning_a_child", .before = start_waiting, .act = abandon_it,
                                      .after = expect_ended};
    if (!private_shm("")) return;
    CHECK(fail_all(&scenario, DAEMON, NULL) > 0);
}

static void start_spare(struct world *world) {
    open_channel(world);
    il_spawn_options options = options_of(world, ARGUMENTS("wait"));
    options.channel = world->pair[1];
    options.spare = 1;
    CHECK_OK(il_child_spawn(&options, &world->child));
    il_descriptor_close(world->pair[1]);
    world->pair[1] = -1;
    CHECK(next_pid(world->pair[0]) == world->child.pid);
}

static il_status employ_it(struct world *world) { return il_child_employ(&world->child, 1); }

static void expect_working(struct world *world) {
    CHECK_OK(il_child_signal(&world->child, IL_SIGNAL_KILL));
    expect_ended(world);
}

TEST(employing_a_spare) {
    const struct scenario scenario = {"employing_a_spare", .before = start_spare, .act = employ_it,
                                      .after = expect_working};
    if (!private_shm("")) return;
    CHECK(fail_all(&scenario, DAEMON, NULL) > 0);
}

/* ------------------------------------------------------------------ channels */

static il_status open_it(struct world *world) { return il_channel_open(&world->pair[0], &world->pair[1]); }

static il_status send(struct world *world) {
    return il_channel_send(world->pair[0], "sent", 4, (const int[]){world->pair[0], world->pair[1]}, 2, IL_FOREVER);
}

static il_status receive(struct world *world) {
    int received[2] = {-1, -1};
    uint32_t count = 2;
    il_status status = il_channel_receive(world->pair[1], world->bytes, 4, received, &count, IL_FOREVER);
    if (status == IL_OK) {
        CHECK(count == 2 && memcmp(world->bytes, "sent", 4) == 0);
        il_descriptor_close(received[0]);
        il_descriptor_close(received[1]);
    } else {
        CHECK(count == 0);
    }
    return status;
}

static void open_and_send(struct world *world) {
    open_channel(world);
    CHECK_OK(send(world));
}

static void close_channel(struct world *world) {
    il_descriptor_close(world->pair[0]);
    il_descriptor_close(world->pair[1]);
}

static void receive_and_close(struct world *world) {
    CHECK_OK(receive(world));
    close_channel(world);
}

static void send_receive_and_close(struct world *world) {
    CHECK_OK(send(world));
    receive_and_close(world);
}

/* A channel that has nothing yet. */
static il_status receive_nothing(struct world *world) {
    il_status status = il_channel_receive(world->pair[1], world->bytes, 4, NULL, NULL, il_deadline_after(MS));
    return status == IL_TIMED_OUT ? IL_OK : status;
}

#define CHANNELS(test_name, ...)                                                                             \
    TEST(test_name) {                                                                                        \
        const struct scenario scenario = {#test_name, __VA_ARGS__};                                          \
        if (private_shm("")) CHECK(fail_all(&scenario, 0, NULL) > 0);                                        \
    }

CHANNELS(opening_a_channel, .act = open_it, .after = send_receive_and_close)
CHANNELS(sending, .before = open_channel, .act = send, .after = receive_and_close)
CHANNELS(receiving, .before = open_and_send, .act = receive, .after = close_channel)
CHANNELS(receiving_nothing, .before = open_channel, .act = receive_nothing, .after = send_receive_and_close)

/* ------------------------------------------------------------------ in the launcher and the guardian */

/*
 * The same in the other process, by IL_FAIL. What counts there: the caller hears of a start that failed, or the program
 * runs to its end; and nobody is left, whichever call it was.
 */
static int fails_in_launcher(const char *call, unsigned nth, int error, int daemon) {
    char wish[64];
    il_child child;
    snprintf(wish, sizeof wish, "IL_FAIL=%s:%u:%d", call, nth, error);
    il_spawn_options options = spawn_options((const char *const[]){"sh", "-c", "exit 7", NULL});
    options.program = "/bin/sh";
    options.daemon = daemon;
    options.inherit_environment = 1;
    options.environment = (const char *const[]){wish, NULL};
    il_status status = il_child_spawn(&options, &child);
    if (status == IL_OK) {
        CHECK_OK(il_child_wait(&child, IL_FOREVER));
        int end = child.exit_status;
        /* A guardian that fails is one that died: the program ends with it. */
        if (end != 7 && !(daemon && end == -9))
            harness_fail(__FILE__, __LINE__, "%s, daemon %d: ended with %d", wish, daemon, end);
        CHECK_OK(il_child_reap(&child, IL_FOREVER));
        il_child_release(&child);
    } else if (il_status_code(status) != IL_SYSTEM ||
               (il_status_errno(status) != error && il_status_errno(status) != ECHILD)) {
        harness_fail(__FILE__, __LINE__, "%s, daemon %d: %s %s %s", wish, daemon, il_status_name(status),
                     il_status_call(status), il_status_errno_name(status));
    }
    expect_empty_nest();
    return status != IL_OK;
}

static void fail_launcher(int daemon) {
    static const char *const calls[] = {"open", "fcntl", "sendmsg", "pipe",    "fork",       "prctl",
                                        "dup2", "chdir", "execve",  "waitpid", "pidfd_open"};
    const int some[] = {EMFILE, EINTR}; /* each is a process or two; the launcher does not tell them apart */
    int failed = 0;
    adopt_orphans();
    int fds = count_descriptors();
    for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++) {
        for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
            for (unsigned nth = 1; nth <= 3; nth++) failed += fails_in_launcher(calls[c], nth, some[i], daemon);
        }
    }
    CHECK(failed > 0);
    CHECK(count_descriptors() == fds);
}

TEST(calls_that_fail_in_the_launcher) { fail_launcher(0); }
TEST(calls_that_fail_in_the_guardian) { fail_launcher(1); }

#else

TEST(this_build_lets_no_call_fail) {}

#endif

/*
 * The tests of deaths notice: with one kind of recovery taken away by IL_NO_RECOVERY the storm and every_instruction fail,
 * for that reason. That they succeed with it is what those tests themselves show.
 */
#include "objects.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifdef IL_CRASH_STAGES

/* Half a minute may pass before a busy machine shows a hang (hang_limit in storm.h). */
#define STORM_WATCHDOG "70"
/* Of who is stepped through: a step takes milliseconds. As long as steps are taken, it may take what it takes. */
#define STALL "8"
#define STEPS_WATCHDOG "300"

struct run {
    const char *without; /* IL_NO_RECOVERY */
    const char *program;
    const char *what; /* of the storm, the object; else the test */
    const char *expected; /* in its output; "": it succeeds */
    int pid;
    char output[64];
};

static void become(void *argument) {
    const struct run *run = argument;
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
    CHECK(length > 0);
    path[length] = '\0';
    strcpy(strrchr(path, '/') + 1, run->program);
    unsetenv("IL_STORM_ONLY");
    unsetenv("IL_EVERY");
    const int is_storm = strcmp(run->program, "storm_test") == 0;
    setenv("IL_WATCHDOG_SECONDS", is_storm ? STORM_WATCHDOG : STEPS_WATCHDOG, 1);
    if (!is_storm) setenv("IL_STALL_SECONDS", STALL, 1);
    /* It takes a kill at the right moment: what is to fail has more of them, and mostly fails much sooner. */
    setenv("IL_STORM_SECONDS", run->expected[0] != '\0' ? "30" : "12", 1);
    setenv("IL_NO_RECOVERY", run->without, 1);
    if (is_storm) setenv("IL_STORM_ONLY", run->what, 1);
    int output = open(run->output, O_RDWR);
    CHECK(output >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0);
    execl(path, path, is_storm ? NULL : run->what, (char *)NULL);
    _exit(77);
}

static void begin(struct run *run) {
    strcpy(run->output, "/tmp/interlock-net-XXXXXX");
    int output = mkstemp(run->output);
    CHECK(output >= 0 && close(output) == 0);
    run->pid = harness_fork(become, run);
}

/* A run that failed had no time to. */
static void remove_names(int pid) {
    char command[160];
    snprintf(command, sizeof command, "rm -f /dev/shm/interlock.ctest-%d-* /dev/shm/sem.ctest-%d-*", pid, pid);
    CHECK(system(command) == 0);
}

static void end(const struct run *run) {
    char text[1 << 16];
    int status = harness_wait(run->pid);
    FILE *file = fopen(run->output, "r");
    CHECK(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    unlink(run->output);
    remove_names(run->pid);
    if (run->expected[0] == '\0') {
        if (status != 0)
            harness_fail(__FILE__, __LINE__, "%s %s fails without %s: %s", run->program, run->what, run->without, text);
    } else if (status != 1 || strstr(text, run->expected) == NULL) {
        harness_fail(__FILE__, __LINE__, "%s %s without %s: %d, and not \"%s\" but %s", run->program, run->what, run->without,
                     status, run->expected, text);
    }
}

/* All at once: mostly they wait for a hang to be one. */
static void run_all(struct run *runs, int count) {
    for (int i = 0; i < count; i++) begin(&runs[i]);
    for (int i = 0; i < count; i++) end(&runs[i]);
}

#define RUN_ALL(runs) run_all(runs, sizeof(runs) / sizeof(runs)[0])

TEST(without_recovery_the_storm_fails) {
    struct run runs[] = {
        {"mutex", "storm_test", "lock", "lock: hangs", 0, ""},
        {"mutex", "storm_test", "queue", "queue: hangs", 0, ""},
        {"mutex", "storm_test", "joinable queue", "joinable queue: hangs", 0, ""},
        {"mutex", "storm_test", "condition", "condition: hangs", 0, ""},
        {"mutex", "storm_test", "barrier", "barrier: hangs", 0, ""},
        {"state", "storm_test", "lock", "] lock: ", 0, ""}, /* lost, or while the dead one is a zombie, twice */
        {"state", "storm_test", "joinable queue", "FAIL killing_anyone", 0, ""}, /* in one of many ways */
        {"state", "storm_test", "condition", "FAIL killing_anyone", 0, ""},      /* its lock's news */
        {"slots", "storm_test", "joinable queue", "FAIL killing_anyone", 0, ""},
        {"slots", "storm_test", "condition", "condition: hangs", 0, ""},
        {"slots", "storm_test", "permits", "permits: hangs", 0, ""},
        /* Nobody tells of the death; or the next user of the slot waits for somebody to, and all for its opening. */
        {"slots", "storm_test", "barrier", "] barrier: ", 0, ""},
        {"slots", "storm_test", "pipe", "pipe: hangs", 0, ""},
    };
    RUN_ALL(runs);
}

/* Their state is whole whenever a process dies: that is why there is no run without "state" above that they would fail. */
TEST(what_has_nothing_to_put_right_does_without) {
    struct run runs[] = {
        {"state", "storm_test", "queue", "", 0, ""},
        {"state", "storm_test", "pipe", "", 0, ""},
        {"state", "storm_test", "permits", "", 0, ""},
        {"state", "storm_test", "barrier", "", 0, ""},
    };
    RUN_ALL(runs);
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)

TEST(without_recovery_every_instruction_fails) {
    static const char put[] = "at_any_instruction_of_a_put", lock[] = "at_any_instruction_of_locking",
                      clean[] = "at_any_instruction_of_cleaning_up_after_a_death",
                      arrive[] = "at_any_instruction_of_arriving_at_a_barrier",
                      permits[] = "at_any_instruction_of_taking_and_giving_back_permits",
                      wait[] = "one_who_waits_is_killed_at_any_instruction";
    struct run runs[] = {
        {"mutex", "every_instruction_test", put, put, 0, ""},
        {"mutex", "every_instruction_lock_test", lock, lock, 0, ""},
        {"mutex", "every_instruction_wait_test", wait, wait, 0, ""},
        {"state", "every_instruction_test", clean, clean, 0, ""},
        {"state", "every_instruction_lock_test", lock, lock, 0, ""},
        {"slots", "every_instruction_sync_test", permits, permits, 0, ""},
        {"slots", "every_instruction_sync_test", arrive, arrive, 0, ""},
    };
    RUN_ALL(runs);
}

#endif

#else

TEST(this_build_recovers_always) { CHECK(open_queue != NULL); }

#endif

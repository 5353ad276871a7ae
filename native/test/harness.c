#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
/* A worker must not outlive its test, whatever happens to the test. */
static void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
#else
static void end_with_parent(void) {} /* it goes with the test's process group */
#endif

#define MAX_TESTS 256
#define MAX_CHILDREN 32

int harness_watchdog_seconds(void) {
    const char *seconds = getenv("IL_WATCHDOG_SECONDS");
    return seconds != NULL ? atoi(seconds) : 100;
}

/* For those who expect a hang and need not wait for the watchdog, too. 0: there is no such limit. */
static int stall_seconds(void) {
    const char *seconds = getenv("IL_STALL_SECONDS");
    return seconds != NULL ? atoi(seconds) : 0;
}

static atomic_int *progress; /* of the running test */

void harness_gets_on(void) { atomic_fetch_add(progress, 1); }

struct test {
    const char *name;
    harness_body body;
};

static struct test tests[MAX_TESTS];
static size_t test_count;
static char name_prefix[64];

void harness_register(const char *name, harness_body body) {
    if (test_count == MAX_TESTS) abort();
    tests[test_count++] = (struct test){name, body};
}

static struct {
    const char *name;
    harness_child_body body;
} children[MAX_CHILDREN];
static size_t child_count;

void harness_register_child(const char *name, harness_child_body body) {
    if (child_count == MAX_CHILDREN) abort();
    children[child_count].name = name;
    children[child_count++].body = body;
}

static void be_child(int argc, char **argv) {
    for (size_t i = 0; i < child_count; i++) {
        if (strcmp(argv[1], children[i].name) == 0) {
            CHECK_OK(il_lifeline_watch());
            children[i].body(argc, argv);
            fflush(NULL);
            _exit(0);
        }
    }
}

void harness_fail(const char *file, int line, const char *format, ...) {
    va_list arguments;
    fprintf(stderr, "%s:%d: [%d] ", file, line, (int)getpid());
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(NULL);
    _exit(1);
}

const char *harness_name(void) {
    static char names[128][80];
    static unsigned next;
    char *name = names[next % 128];
    snprintf(name, sizeof names[0], "%s-%d-%u", name_prefix, (int)getpid(), next);
    next++;
    return name;
}

int harness_fork(void (*body)(void *), void *argument) {
    int pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        end_with_parent();
        body(argument);
        fflush(NULL);
        _exit(0);
    }
    return pid;
}

int harness_wait(int pid) {
    int status;
    pid_t reaped;
    do {
        reaped = waitpid(pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    CHECK(reaped == pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void harness_expect_exit(int pid) {
    int status = harness_wait(pid);
    if (status != 0) harness_fail(__FILE__, __LINE__, "process %d ended with %d", pid, status);
}

void harness_kill(int pid) {
    kill(pid, SIGKILL);
    harness_wait(pid);
}

void harness_await_stop(int pid) {
    int status;
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
}

void harness_stop(int pid) {
    CHECK(kill(pid, SIGSTOP) == 0);
    harness_await_stop(pid);
}

void harness_sleep_ms(int ms) {
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000L};
    while (nanosleep(&pause, &pause) < 0 && errno == EINTR) {
    }
}

void harness_until(int (*condition)(void *), void *argument) {
    while (!condition(argument)) harness_sleep_ms(1);
}

int harness_is_asleep(void *argument) {
    char path[64], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", *(int *)argument);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) == 1);
    fclose(file);
    return state == 'S';
}

void *harness_shared(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

/* With its age: pids come round within minutes here, and a name that is older than this test is another's. */
static void show_left(const char *name) {
    char path[300];
    struct stat facts = {0};
    snprintf(path, sizeof path, "/dev/shm/%s", name);
    (void)stat(path, &facts);
    fprintf(stderr, "left behind: %s, %ld bytes, %ld s old\n", path, (long)facts.st_size, (long)(time(NULL) - facts.st_mtime));
}

static int names_left(const char *part) {
    DIR *directory = opendir("/dev/shm");
    int left = 0;
    if (directory == NULL) return 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strstr(entry->d_name, part) != NULL) {
            show_left(entry->d_name);
            left++;
        }
    }
    closedir(directory);
    return left;
}

void harness_show_stacks(int pid) {
    char command[160];
    if (getenv("IL_NO_RECOVERY") != NULL) return; /* it was to hang */
    snprintf(command, sizeof command,
             "gdb -q -batch -p %d -ex 'thread apply all bt 12' 2>/dev/null | grep -E '^(#|Thread)' >&2", pid);
    fprintf(stderr, "-- %d\n", pid);
    if (system(command) != 0) fprintf(stderr, "no stacks\n");
}

/* A hang is worth more than its name: the stacks of everything below this test, if gdb is there. */
static void dump_stacks(pid_t pid) {
    char command[256];
    if (getenv("IL_NO_RECOVERY") != NULL) return;
    snprintf(command, sizeof command,
             "for p in %d $(pgrep -g %d | head -n 12); do echo \"-- $p\"; gdb -q -batch -p $p -ex 'thread apply all bt 12' 2>/dev/null "
             "| grep -E '^(#|Thread)'; done >&2",
             (int)pid, (int)pid);
    if (system(command) != 0) fprintf(stderr, "no stacks\n");
}

static void on_end_of_child(int signal) { (void)signal; }

/* SIGCHLD comes only while await_end waits for it. */
static void hold_back_ends(sigset_t *before) {
    struct sigaction action = {.sa_handler = on_end_of_child};
    sigset_t end_of_child;
    sigemptyset(&end_of_child);
    sigaddset(&end_of_child, SIGCHLD);
    CHECK(sigprocmask(SIG_BLOCK, &end_of_child, before) == 0 && sigaction(SIGCHLD, &action, NULL) == 0);
}

static void let_ends_come(const sigset_t *before) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    CHECK(sigaction(SIGCHLD, &action, NULL) == 0 && sigprocmask(SIG_SETMASK, before, NULL) == 0);
}

/* Whether it ended before it was taken for hanging. */
static int await_end(pid_t pid, const sigset_t *before, int *status) {
    const int64_t second = INT64_C(1000000000), start = il_clock_now();
    int64_t got_on = start;
    for (int seen = 0;;) {
        const struct timespec moment = {0, 100000000};
        if (waitpid(pid, status, WNOHANG) == pid) return 1;
        const int64_t now = il_clock_now();
        if (atomic_load(progress) != seen) {
            seen = atomic_load(progress);
            got_on = now;
        }
        if (now - start > harness_watchdog_seconds() * second) return 0;
        if (stall_seconds() > 0 && now - got_on > stall_seconds() * second) return 0;
        pselect(0, NULL, NULL, NULL, &moment, before);
    }
}

static int run(const struct test *test) {
    int status = 0;
    sigset_t before;
    hold_back_ends(&before);
    pid_t pid = fork();
    if (pid == 0) {
        let_ends_come(&before);
        setpgid(0, 0);
        test->body();
        fflush(NULL);
        exit(0);
    }
    setpgid(pid, pid);
    const int ended = await_end(pid, &before, &status);
    let_ends_come(&before);
    if (!ended) {
        fprintf(stderr, "%s: hangs\n", test->name);
        dump_stacks(pid);
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        return 1;
    }
    kill(-pid, SIGKILL);
    if (WIFSIGNALED(status)) fprintf(stderr, "%s: ended by signal %d\n", test->name, WTERMSIG(status));
    return status != 0 ? 1 : 0;
}

/* IL_SKIP: patterns of test names, with commas between them, that what this runs on does not bear (./scripts/cross-test). */
static int is_skipped(const char *name) {
    char patterns[1024], *rest = NULL;
    const char *list = getenv("IL_SKIP");
    if (list == NULL) return 0;
    CHECK(strlen(list) < sizeof patterns);
    strcpy(patterns, list);
    for (char *one = strtok_r(patterns, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest)) {
        if (fnmatch(one, name, 0) == 0) return 1;
    }
    return 0;
}

/* Looking for leaks takes 40 ms; that is for the tests, not for each of the thousands of launchers and children they start. */
static void let_children_end_at_once(void) {
    const char *options = getenv("ASAN_OPTIONS");
    char all[1024];
    snprintf(all, sizeof all, "%s:detect_leaks=0", options != NULL ? options : "");
    CHECK(setenv("ASAN_OPTIONS", all, 1) == 0);
}

int main(int argc, char **argv) {
    int failed = 0, ran = 0;
    if (argc >= 2 && strcmp(argv[0], "il-child") == 0) be_child(argc, argv);
    let_children_end_at_once();
    snprintf(name_prefix, sizeof name_prefix, "ctest-%d", (int)getpid());
    progress = harness_shared(sizeof *progress);
    for (size_t i = 0; i < test_count; i++) {
        int wanted = argc < 2;
        for (int k = 1; k < argc; k++) wanted |= strcmp(argv[k], tests[i].name) == 0;
        if (!wanted) continue;
        if (is_skipped(tests[i].name)) {
            printf("skip %s\n", tests[i].name);
            fflush(stdout); /* not once more by each child */
            continue;
        }
        int result = run(&tests[i]);
        printf("%s %s\n", result == 0 ? "ok  " : "FAIL", tests[i].name);
        fflush(stdout);
        failed += result;
        ran++;
    }
    /* With the dash: process 1974 must not be blamed for what 19746 is just using. */
    strncat(name_prefix, "-", sizeof name_prefix - strlen(name_prefix) - 1);
    failed += names_left(name_prefix);
    printf("%d run, %d failed\n", ran, failed);
    return failed == 0 && ran > 0 ? 0 : 1;
}

/* Names: which are allowed, whose they are, and when they go. */
#include "objects.h"

#include "segment.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *path_of(const char *name) {
    static char path[300];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return path;
}

static int exists(const char *name) { return access(path_of(name), F_OK) == 0; }

static il_status try_open(const char *name) {
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *object;
    il_status status = il_object_open(&spec, &object, NULL);
    if (status == IL_OK) CHECK_OK(il_object_close(object));
    return status;
}

TEST(names_are_1_to_200_of_the_allowed_characters) {
    char name[IL_NAME_MAX + 2];
    for (int c = 1; c < 256; c++) {
        const char text[] = {'n', (char)c, '\0'};
        const int allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                            c == '_' || c == '-';
        CHECK(il_name_is_valid(text) == allowed);
    }
    CHECK_STATUS(IL_INVALID, try_open(""));
    CHECK_STATUS(IL_INVALID, try_open("a/b"));
    CHECK_STATUS(IL_INVALID, try_open("../x"));
    CHECK_STATUS(IL_INVALID, try_open("~x"));
    CHECK_STATUS(IL_INVALID, try_open("gr\xc3\xbc\xc3\x9f"));
    memset(name, 'n', sizeof name);
    name[IL_NAME_MAX + 1] = '\0';
    CHECK_STATUS(IL_INVALID, try_open(name));
    CHECK_STATUS(IL_INVALID, il_name_unlink(name));
    name[IL_NAME_MAX] = '\0';
    memcpy(name, harness_name(), strlen(harness_name()) - 2);
    CHECK_OK(try_open(name));
    CHECK_OK(il_name_unlink(name));
    CHECK_STATUS(IL_INVALID, il_name_unlink(NULL));
    CHECK_STATUS(IL_INVALID, il_name_unlink(""));
    CHECK_STATUS(IL_INVALID, il_name_unlink("~"));
    CHECK_STATUS(IL_INVALID, il_name_unlink("~a/b"));
}

TEST(dots_are_ordinary_characters) {
    char name[100];
    snprintf(name, sizeof name, "..%s..", harness_name());
    CHECK_OK(try_open(name));
    CHECK_OK(il_name_unlink(name));
}

TEST(unlink_takes_the_name_only_if_it_still_means_this_object) {
    const char *name = harness_name();
    il_object *old = open_object(IL_KIND_LONG, name);
    CHECK_OK(il_object_unlink(old));
    CHECK_STATUS(IL_NOT_FOUND, il_object_unlink(old));
    il_object *new = open_object(IL_KIND_LONG, name);
    CHECK_STATUS(IL_NOT_FOUND, il_object_unlink(old));
    CHECK(exists(name));
    CHECK_OK(il_long_set(old, 1));
    int64_t value;
    CHECK_OK(il_long_get(new, &value));
    CHECK(value == 0);
    CHECK_OK(il_object_close(old));
    CHECK(exists(name));
    CHECK_OK(il_object_unlink(new));
    CHECK_OK(il_object_close(new));
}

TEST(a_name_in_use_is_spared_if_that_is_asked_for) {
    const char *name = harness_name();
    il_object *object = open_object(IL_KIND_LOCK, name), *adopted;
    uint32_t slot, generation;
    int fd;
    CHECK_STATUS(IL_WOULD_BLOCK, il_name_unlink_unused(name));
    CHECK_OK(il_object_lend(object, &fd, &slot, &generation));
    CHECK_OK(il_object_close(object));
    CHECK_STATUS(IL_WOULD_BLOCK, il_name_unlink_unused(name)); /* on its way to somebody */
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_LOCK, &adopted, NULL));
    CHECK_OK(il_object_close(adopted));
    CHECK(exists(name));
    CHECK_OK(il_name_unlink_unused(name));
    CHECK_STATUS(IL_NOT_FOUND, il_name_unlink_unused(name));
    CHECK_STATUS(IL_INVALID, il_name_unlink_unused("a/b"));
}

TEST(an_anonymous_name_is_gone_after_the_last_close) {
    il_object *first = open_object(IL_KIND_QUEUE, NULL), *second;
    il_info info;
    uint32_t slot, generation;
    int fd;
    il_object_info(first, &info);
    CHECK_OK(il_object_lend(first, &fd, &slot, &generation));
    CHECK_OK(il_object_close(first));
    CHECK(exists(info.name)); /* lent: in use */
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_QUEUE, &second, NULL));
    CHECK(exists(info.name));
    CHECK_OK(il_object_close(second));
    CHECK(!exists(info.name));
}

struct lent {
    int fd;
    uint32_t slot, generation;
    int *gate; /* pipe */
};

static void adopt_and_close(void *argument) {
    const struct lent *lent = argument;
    il_object *object;
    char byte;
    CHECK_OK(il_object_adopt(lent->fd, lent->slot, lent->generation, IL_KIND_ANY, &object, NULL));
    close(lent->gate[1]);
    CHECK(read(lent->gate[0], &byte, 1) == 0); /* the parent closes its end: all go at once */
    CHECK_OK(il_object_close(object));
}

TEST(an_anonymous_name_is_gone_when_many_close_at_once) {
    enum { PROCESSES = 12, ROUNDS = 20 };
    for (int round = 0; round < ROUNDS; round++) {
        il_object *object = open_object(IL_KIND_LOCK, NULL);
        int pids[PROCESSES], gate[2];
        il_info info;
        il_object_info(object, &info);
        CHECK(pipe(gate) == 0);
        for (int i = 0; i < PROCESSES; i++) {
            struct lent lent = {.gate = gate};
            CHECK_OK(il_object_lend(object, &lent.fd, &lent.slot, &lent.generation));
            pids[i] = harness_fork(adopt_and_close, &lent);
            close(lent.fd);
        }
        close(gate[0]);
        close(gate[1]);
        CHECK_OK(il_object_close(object));
        for (int i = 0; i < PROCESSES; i++) harness_expect_exit(pids[i]);
        CHECK(!exists(info.name));
    }
}

static pid_t clone_of_this_process(void) {
    /* As posix_spawn and vfork do: copies of all descriptors, and no fork handler runs. */
    pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        for (;;) pause();
    }
    return pid;
}

/* Between fork and exec a child has copies of all descriptors; what the parent closes meanwhile must be closed. */
TEST(a_child_about_to_exec_keeps_no_slot_and_no_name) {
    il_object *first = open_object(IL_KIND_LOCK, NULL), *second;
    il_info info;
    uint32_t slot, generation;
    int fd;
    il_object_info(first, &info);
    pid_t child = clone_of_this_process();
    CHECK_OK(il_object_lend(first, &fd, &slot, &generation));
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_LOCK, &second, NULL));
    CHECK_OK(il_object_close(first));
    CHECK_OK(il_object_close(second));
    CHECK(!exists(info.name));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static int count_of_anonymous(void) {
    DIR *directory = opendir("/dev/shm");
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        count += strncmp(entry->d_name, "interlock.~", 11) == 0;
    }
    closedir(directory);
    return count;
}

static void open_anonymous_and_stop(void *name) {
    il_info info;
    il_object_info(open_object(IL_KIND_QUEUE, NULL), &info);
    strcpy(name, info.name);
    raise(SIGSTOP);
}

/* Killed only after a look: once it is dead, any sweeper on the machine may take what it left. */
static int stopped_owner(char *name) {
    int owner = harness_fork(open_anonymous_and_stop, name);
    harness_await_stop(owner);
    CHECK(exists(name));
    return owner;
}

TEST(a_sweep_takes_what_the_dead_left_and_nothing_that_is_used) {
    char *dead = harness_shared(300), never[] = "~ctest2never2used2file";
    il_object *used = open_object(IL_KIND_LOCK, NULL), *lender = open_object(IL_KIND_LOCK, NULL), *named, *adopted;
    il_info of_used, of_lent;
    const char *name = harness_name();
    uint32_t slot, generation;
    int fd;
    named = open_object(IL_KIND_LOCK, name);
    CHECK_OK(il_object_close(named)); /* nobody uses it, but names stay */
    harness_kill(stopped_owner(dead));
    CHECK(close(open(path_of(never), O_CREAT | O_RDWR, 0600)) == 0);
    il_object_info(used, &of_used);
    il_object_info(lender, &of_lent);
    CHECK_OK(il_object_lend(lender, &fd, &slot, &generation));
    CHECK_OK(il_object_close(lender));
    /* Another sweeper on the machine may be at it, so that ours passes it over. */
    while (exists(dead) || exists(never)) CHECK_OK(il_sweep(NULL));
    CHECK(exists(name) && exists(of_used.name) && exists(of_lent.name));
    CHECK_OK(il_sweep(NULL));
    CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_LOCK, &adopted, NULL));
    CHECK_OK(il_object_close(adopted));
    CHECK_OK(il_object_close(used));
    CHECK_OK(il_name_unlink(name));
}

TEST(a_sweep_leaves_what_another_build_made) {
    char *dead = harness_shared(300);
    uint32_t strange = 900;
    const int owner = stopped_owner(dead);
    int file = open(path_of(dead), O_RDWR);
    CHECK(pwrite(file, &strange, sizeof strange, offsetof(struct il_header, kind)) == sizeof strange);
    harness_kill(owner);
    CHECK_OK(il_sweep(NULL));
    CHECK(exists(dead));
    strange = IL_KIND_QUEUE;
    CHECK(pwrite(file, "linux-pdp11", 12, offsetof(struct il_header, platform)) == 12);
    CHECK(pwrite(file, &strange, sizeof strange, offsetof(struct il_header, kind)) == sizeof strange);
    CHECK_OK(il_sweep(NULL));
    CHECK(exists(dead));
    CHECK(close(file) == 0 && unlink(path_of(dead)) == 0);
}

static void sweep_for_ever(void *unused) {
    (void)unused;
    for (;;) CHECK_OK(il_sweep(NULL));
}

TEST(sweeping_never_hurts_objects_that_are_being_made) {
    int sweepers[2];
    for (int i = 0; i < 2; i++) sweepers[i] = harness_fork(sweep_for_ever, NULL);
    for (int round = 0; round < 300; round++) {
        il_object *lender = open_object(IL_KIND_QUEUE, NULL), *adopted;
        uint32_t slot, generation;
        il_info info;
        int fd;
        il_object_info(lender, &info);
        CHECK(exists(info.name));
        CHECK_OK(il_object_lend(lender, &fd, &slot, &generation));
        CHECK_OK(il_object_close(lender));
        CHECK(exists(info.name));
        CHECK_OK(il_object_adopt(fd, slot, generation, IL_KIND_QUEUE, &adopted, NULL));
        put_number(adopted, 5);
        CHECK(take_number(adopted, NULL) == 5);
        CHECK_OK(il_object_close(adopted));
        CHECK(!exists(info.name));
    }
    for (int i = 0; i < 2; i++) harness_kill(sweepers[i]);
    CHECK(count_of_anonymous() < 1000000);
}

static void be_somebody_else(void *argument) {
    const char *name = argument;
    CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    CHECK_STATUS(IL_FOREIGN, try_open(name));
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *object;
    spec.mode = IL_FIND;
    CHECK_STATUS(IL_FOREIGN, il_object_open(&spec, &object, NULL));
    CHECK_STATUS(IL_FOREIGN, il_name_unlink(name));
    CHECK_OK(il_sweep(NULL));
}

static void make_as_somebody_else(void *argument) {
    CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    CHECK_OK(il_object_close(open_object(IL_KIND_LOCK, argument)));
}

TEST(another_users_object_is_foreign) {
    if (geteuid() != 0) return; /* nobody else to be */
    const char *name = harness_name(), *theirs = harness_name();
    il_object *mine = open_object(IL_KIND_LOCK, name);
    il_info anonymous;
    il_object *unnamed = open_object(IL_KIND_LOCK, NULL);
    il_object_info(unnamed, &anonymous);
    harness_expect_exit(harness_fork(be_somebody_else, (void *)(uintptr_t)name));
    CHECK(exists(name) && exists(anonymous.name));
    harness_expect_exit(harness_fork(make_as_somebody_else, (void *)(uintptr_t)theirs));
    CHECK_STATUS(IL_FOREIGN, try_open(theirs));
    CHECK_STATUS(IL_FOREIGN, il_name_unlink(theirs));
    CHECK(unlink(path_of(theirs)) == 0);
    CHECK_OK(il_object_unlink(mine));
    CHECK_OK(il_object_close(mine));
    CHECK_OK(il_object_close(unnamed));
}

TEST(a_name_whose_creation_lock_is_held_times_out) {
    const char *name = harness_name();
    il_object *object = open_object(IL_KIND_LOCK, name);
    int fd = open(path_of(name), O_RDWR);
    CHECK(flock(fd, LOCK_EX) == 0);
    il_spec spec = spec_of(IL_KIND_LOCK, name);
    il_object *other;
    spec.deadline = il_deadline_after(30 * MS);
    CHECK_STATUS(IL_TIMED_OUT, il_object_open(&spec, &other, NULL));
    CHECK(il_clock_now() >= spec.deadline);
    CHECK(flock(fd, LOCK_UN) == 0);
    CHECK_OK(try_open(name));
    close(fd);
    CHECK_OK(il_object_unlink(object));
    CHECK_OK(il_object_close(object));
}

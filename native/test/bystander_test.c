/* Looking at objects without taking part: what is seen, that nobody notices, and that nothing seen can harm. */
#include "objects.h"

#include "private_shm.h"
#include "segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static il_view view;

static char *path_of(const char *name) {
    static char path[400];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return path;
}

static const il_view *look(const char *name) {
    CHECK_OK(il_look_at(IL_SPACE_OBJECTS, name, &view));
    return &view;
}

static int64_t detail(const char *name) {
    for (uint32_t i = 0; i < view.detail_count; i++) {
        if (strcmp(view.details[i].name, name) == 0) return view.details[i].value;
    }
    harness_fail(__FILE__, __LINE__, "no detail %s", name);
}

static uint32_t held_by(int pid) {
    for (uint32_t i = 0; i < view.user_count; i++) {
        if (view.users[i].pid == pid) return view.users[i].holds;
    }
    harness_fail(__FILE__, __LINE__, "pid %d does not have it open", pid);
}

static const char *name_of(const il_object *object) {
    static il_info info;
    il_object_info(object, &info);
    return info.name;
}

/* ------------------------------------------------------------------ what is seen */

TEST(a_lock_tells_its_owner_and_the_death_of_one) {
    il_object *lock = open_object(IL_KIND_LOCK, NULL);
    CHECK(look(name_of(lock))->sight == IL_SIGHT_WHOLE && view.info.kind == IL_KIND_LOCK && view.linked);
    CHECK(view.uid == geteuid() && view.user_count == 1 && view.users[0].pid == getpid() && view.users[0].holds == 0);
    CHECK(view.memory >= IL_SMALL_SIZE && view.info.creator_pid == getpid() && view.info.created_at > 0);
    CHECK(!detail("held") && !detail("ownerDied"));
    CHECK_OK(il_lock_try(lock));
    look(name_of(lock));
    CHECK(detail("held") && detail("owner") == getpid() && held_by(getpid()) == 1);
    CHECK_OK(il_lock_release(lock));
    look(name_of(lock));
    CHECK(!detail("held") && detail("owner") == 0 && held_by(getpid()) == 0);
    CHECK_OK(il_object_close(lock));
}

static void die_with_it(void *name) {
    CHECK_OK(il_lock_try(open_object(IL_KIND_LOCK, name)));
    _exit(0);
}

TEST(a_dead_owner_holds_nothing_and_its_death_is_shown_once_it_is_known) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    int pid = harness_fork(die_with_it, (void *)(uintptr_t)name);
    harness_expect_exit(pid);
    look(name);
    CHECK(!detail("held") && view.user_count == 1);
    CHECK_STATUS(IL_OWNER_DIED, il_lock_try(lock));
    look(name);
    CHECK(detail("held") && detail("ownerDied") && detail("deadOwner") == pid);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

TEST(each_kind_tells_its_state) {
    il_object *object = open_object(IL_KIND_EVENT, NULL);
    look(name_of(object));
    CHECK(!detail("set"));
    CHECK_OK(il_event_set(object));
    look(name_of(object));
    CHECK(detail("set"));
    CHECK_OK(il_object_close(object));

    object = open_object(IL_KIND_LONG, NULL);
    CHECK_OK(il_long_set(object, INT64_MIN));
    look(name_of(object));
    CHECK(detail("value") == INT64_MIN);
    CHECK_OK(il_object_close(object));

    il_spec spec = spec_of(IL_KIND_PERMITS, NULL);
    spec.parameter[0] = 5;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    CHECK_OK(il_permits_try(object, 2));
    look(name_of(object));
    CHECK(detail("permits") == 5 && detail("available") == 3 && held_by(getpid()) == 2);
    CHECK_OK(il_object_close(object));

    spec = spec_of(IL_KIND_BARRIER, NULL);
    spec.parameter[0] = 3;
    CHECK_OK(il_object_open(&spec, &object, NULL));
    uint32_t cycle, index;
    CHECK_OK(il_barrier_arrive(object, &cycle, &index));
    look(name_of(object));
    CHECK(detail("parties") == 3 && detail("arrived") == 1 && !detail("broken") && held_by(getpid()) == 1);
    CHECK_OK(il_barrier_abort(object));
    look(name_of(object));
    CHECK(detail("broken"));
    CHECK_OK(il_object_close(object));
}

TEST(a_queue_tells_its_items_and_who_has_not_finished) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        il_object *queue = open_queue(kind, NULL, 1000, 1 << 20);
        for (uint32_t i = 0; i < 200; i++) put_number(queue, i);
        uint64_t token = 0;
        for (uint32_t i = 0; i < 90; i++) take_number(queue, &token); /* more cells than a page has */
        look(name_of(queue));
        CHECK(detail("items") == 110 && detail("capacity") == 1000 && !detail("shutDown"));
        if (kind == IL_KIND_JOINABLE_QUEUE) {
            CHECK(detail("unfinished") == 200 && held_by(getpid()) == 90);
            CHECK_OK_AT_LAST(il_queue_give_back(queue, token));
            look(name_of(queue));
            CHECK(detail("items") == 111 && held_by(getpid()) == 89);
        }
        CHECK_OK(il_queue_shutdown(queue));
        look(name_of(queue));
        CHECK(detail("shutDown"));
        CHECK_OK(il_object_close(queue));
    }
}

static il_semaphore *open_semaphore(const char *name, int64_t permits) {
    il_spec spec = spec_of(IL_KIND_SEMAPHORE, name);
    il_semaphore *semaphore;
    spec.parameter[0] = permits;
    CHECK_OK(il_semaphore_open(&spec, &semaphore, NULL));
    return semaphore;
}

/* Where a semaphore does not tell its value, nor who sleeps at it: portable_semaphore.c. */
static int semaphores_tell(void) { return !il_platform_needs_lifeline; }
static int has_value(int64_t value) { return semaphores_tell() ? detail("value") == value : view.detail_count == 0; }

TEST(a_semaphore_tells_its_value_with_and_without_a_name) {
    const char *name = harness_name();
    il_semaphore *named = open_semaphore(name, 7), *unnamed = open_semaphore(NULL, 3);
    CHECK_OK(il_look_at(IL_SPACE_SEMAPHORES, name, &view));
    CHECK(view.sight == IL_SIGHT_WHOLE && view.info.kind == IL_KIND_SEMAPHORE && has_value(7) && view.user_count == 0);
    CHECK_STATUS(IL_NOT_FOUND, il_look_at(IL_SPACE_OBJECTS, name, &view));
    il_sighting seen[16];
    uint32_t count;
    int hidden, found = 0;
    CHECK_OK(il_look_process(getpid(), seen, 16, &count, &hidden));
    for (uint32_t i = 0; i < count; i++) {
        if (seen[i].space == IL_SPACE_OBJECTS && seen[i].descriptor >= 0) {
            found++;
            CHECK_OK(il_look_at_sighting(getpid(), &seen[i], &view));
            CHECK(view.info.kind == IL_KIND_SEMAPHORE && has_value(3) && view.inode_beside != 0);
            CHECK(held_by(getpid()) == 0);
        }
    }
    CHECK(found == 1);
    CHECK_OK(il_semaphore_unlink(named));
    CHECK_OK(il_semaphore_retire(named));
    CHECK_OK(il_semaphore_retire(unnamed));
    il_semaphore_free(named);
    il_semaphore_free(unnamed);
}

TEST(the_names_of_both_spaces_are_listed_once) {
    if (!private_shm("") || !semaphores_tell()) return; /* those that do not tell stand where others see them */
    il_object *lock = open_object(IL_KIND_LOCK, "x"), *unnamed = open_object(IL_KIND_QUEUE, NULL);
    il_semaphore *named = open_semaphore("x", 1), *anonymous = open_semaphore(NULL, 1);
    il_sighting seen[8];
    uint32_t count, spaces = 0;
    CHECK(close(open("/dev/shm/other", O_CREAT | O_RDWR, 0600)) == 0);
    CHECK_STATUS(IL_TOO_SMALL, il_look_list(seen, 3, &count));
    CHECK(count == 4);
    CHECK_OK(il_look_list(seen, 8, &count));
    CHECK(count == 4);
    for (uint32_t i = 0; i < count; i++) {
        CHECK_OK(il_look_at(seen[i].space, seen[i].name, &view));
        CHECK(view.sight == IL_SIGHT_WHOLE);
        spaces += seen[i].space;
    }
    CHECK(spaces == 1);
    CHECK_OK(il_object_close(lock));
    CHECK_OK(il_object_close(unnamed));
    il_semaphore_free(named);
    il_semaphore_free(anonymous);
}

/* ------------------------------------------------------------------ who waits */

struct scene {
    const char *name;
    void (*wait)(const struct scene *scene);
    uint32_t space, sleep;
    int pid;
};

static void wait_for_lock(const struct scene *scene) {
    (void)il_lock_acquire(open_object(IL_KIND_LOCK, scene->name), IL_FOREVER);
}

static void wait_for_condition(const struct scene *scene) {
    il_object *lock = open_object(IL_KIND_LOCK, scene->name);
    uint32_t condition, entry;
    CHECK_OK(il_condition_open(lock, "c", &condition));
    CHECK_OK(il_lock_acquire(lock, IL_FOREVER));
    CHECK_OK(il_condition_enlist(lock, condition, &entry));
    CHECK_OK(il_lock_release(lock));
    (void)il_condition_sleep(lock, &entry, IL_FOREVER);
}

static void wait_for_item(const struct scene *scene) {
    il_item item;
    char byte;
    (void)il_queue_take(open_object(IL_KIND_QUEUE, scene->name), &byte, 1, &item, IL_FOREVER);
}

static void wait_for_event(const struct scene *scene) {
    (void)il_event_await(open_object(IL_KIND_EVENT, scene->name), IL_FOREVER);
}

static void wait_for_semaphore(const struct scene *scene) {
    (void)il_semaphore_acquire(open_semaphore(scene->name, 0), IL_FOREVER);
}

static void wait_in(void *scene) { ((const struct scene *)scene)->wait(scene); }

/* Where it waits; 0 while it does not. */
static int sleeps(void *argument) {
    const struct scene *scene = argument;
    il_sighting seen[64];
    uint32_t count;
    int hidden, found = 0;
    CHECK_OK(il_look_process(scene->pid, seen, 64, &count, &hidden));
    CHECK(!hidden);
    for (uint32_t i = 0; i < count; i++) {
        if (seen[i].thread != 0) {
            CHECK(seen[i].thread == scene->pid);
            /* Names are read before sleepers: glibc makes a semaphore under another name, and then renames it. */
            found |= seen[i].space == scene->space && strcmp(seen[i].name, scene->name) == 0 && seen[i].sleep == scene->sleep;
        } else {
            CHECK(seen[i].sleep == IL_SLEEP_NONE);
        }
    }
    return found;
}

TEST(whoever_waits_is_seen_with_what_it_waits_for) {
    struct scene scenes[] = {
        {.wait = wait_for_lock, .sleep = IL_SLEEP_MUTEX},
        {.wait = wait_for_condition, .sleep = IL_SLEEP_CONDITION},
        {.wait = wait_for_item, .sleep = IL_NOT_EMPTY},
        {.wait = wait_for_event, .sleep = IL_CHANGED},
        {.wait = wait_for_semaphore, .space = IL_SPACE_SEMAPHORES, .sleep = IL_SLEEP_SEMAPHORE},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        struct scene *scene = &scenes[i];
        if (scene->space == IL_SPACE_SEMAPHORES && !semaphores_tell()) continue;
        scene->name = harness_name();
        il_object *held = scene->wait == wait_for_lock ? open_object(IL_KIND_LOCK, scene->name) : NULL;
        if (held != NULL) CHECK_OK(il_lock_try(held));
        scene->pid = harness_fork(wait_in, scene);
        harness_until(sleeps, scene);
        if (scene->sleep == IL_SLEEP_CONDITION) {
            look(scene->name);
            CHECK(detail("inConditions") == 1 && !detail("held"));
        }
        harness_kill(scene->pid);
        if (held != NULL) {
            CHECK_OK(il_lock_release(held));
            CHECK_OK(il_object_close(held));
        }
        CHECK_OK(scene->space == IL_SPACE_SEMAPHORES ? il_semaphore_name_unlink(scene->name) : il_name_unlink(scene->name));
    }
}

TEST(what_a_process_has_open_is_seen_after_its_name_is_gone) {
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name), *other;
    CHECK_OK(il_lock_try(lock));
    CHECK_OK(il_object_unlink(lock));
    other = open_object(IL_KIND_LOCK, name); /* the name means another one now */
    il_sighting seen[16];
    uint32_t count, deleted = 0;
    int hidden;
    CHECK_STATUS(IL_TOO_SMALL, il_look_process(getpid(), seen, 1, &count, &hidden));
    CHECK(count == 4);
    CHECK_OK(il_look_process(getpid(), seen, 16, &count, &hidden));
    CHECK(count == 4); /* two descriptors, two mappings */
    for (uint32_t i = 0; i < count; i++) {
        CHECK(strcmp(seen[i].name, name) == 0);
        if (il_look_at_sighting(getpid(), &seen[i], &view) != IL_OK) {
            CHECK(seen[i].descriptor < 0); /* only mapped, and the name means another */
        } else if (!view.linked) {
            deleted++;
            CHECK(view.sight == IL_SIGHT_WHOLE && detail("held") && held_by(getpid()) == 1);
        }
    }
    CHECK(deleted == 1);
    CHECK_OK(il_lock_release(lock));
    CHECK_OK(il_object_close(lock));
    CHECK_OK(il_object_unlink(other));
    CHECK_OK(il_object_close(other));
    CHECK_STATUS(IL_NOT_FOUND, il_look_process(INT32_MAX, seen, 16, &count, &hidden));
    CHECK(count == 0);
}

/* ------------------------------------------------------------------ nobody notices */

static uint64_t blocks_of(const char *name) {
    struct stat facts;
    CHECK(stat(path_of(name), &facts) == 0);
    return (uint64_t)facts.st_blocks;
}

static int open_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    CHECK(directory != NULL);
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

TEST(looking_leaves_no_trace) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_BARRIER; kind++) {
        il_object *object = open_object(kind, NULL);
        static char before[12 * IL_PAGE], after[sizeof before];
        const char *name = name_of(object);
        const uint64_t blocks = blocks_of(name);
        const int descriptors = open_descriptors();
        int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);
        ssize_t length = pread(fd, before, sizeof before, 0);
        for (int i = 0; i < 20; i++) look(name);
        CHECK(view.sight == IL_SIGHT_WHOLE && view.user_count == 1);
        CHECK(pread(fd, after, sizeof after, 0) == length && memcmp(before, after, sizeof before) == 0);
        CHECK(close(fd) == 0 && blocks_of(name) == blocks && open_descriptors() == descriptors);
        CHECK_OK(il_object_close(object));
        CHECK_STATUS(IL_NOT_FOUND, il_look_at(IL_SPACE_OBJECTS, name, &view)); /* nobody else had it open */
    }
}

static void make_and_unmake(void *argument) {
    const char *name = argument;
    for (uint32_t kind = IL_KIND_LOCK;; kind = kind % IL_KIND_BARRIER + 1) {
        il_object *object = open_object(kind, name), *unnamed = open_object(kind, NULL);
        CHECK_OK(il_object_unlink(object));
        CHECK_OK(il_object_close(object));
        CHECK_OK(il_object_close(unnamed));
    }
}

TEST(objects_that_come_and_go_are_whole_unready_or_not_there) {
    const char *name = harness_name();
    int pid = harness_fork(make_and_unmake, (void *)(uintptr_t)name);
    uint32_t seen[IL_SIGHT_DAMAGED + 1] = {0}, gone = 0;
    while (seen[IL_SIGHT_WHOLE] < 1000 || gone < 10) {
        il_status status = il_look_at(IL_SPACE_OBJECTS, name, &view);
        if (status == IL_OK) {
            seen[view.sight]++;
        } else {
            CHECK_STATUS(IL_NOT_FOUND, status);
            gone++;
        }
    }
    CHECK(seen[IL_SIGHT_STRANGE] == 0 && seen[IL_SIGHT_CLOSED] == 0 && seen[IL_SIGHT_DAMAGED] == 0);
    harness_kill(pid);
    il_status status = il_name_unlink(name); /* it may have been killed in between */
    CHECK(status == IL_OK || status == IL_NOT_FOUND);
    CHECK_OK(il_sweep(NULL));
}

/* ------------------------------------------------------------------ what is no object */

static void overwrite(const char *name, size_t offset, const void *bytes, size_t length) {
    int fd = open(path_of(name), O_RDWR);
    CHECK(fd >= 0 && pwrite(fd, bytes, length, (off_t)offset) == (ssize_t)length && close(fd) == 0);
}

TEST(what_is_no_object_is_said_to_be_none) {
    const char *name = harness_name();
    CHECK_STATUS(IL_NOT_FOUND, il_look_at(IL_SPACE_OBJECTS, name, &view));
    CHECK_STATUS(IL_NOT_FOUND, il_look_at(IL_SPACE_SEMAPHORES, name, &view));
    CHECK_STATUS(IL_INVALID, il_look_at(IL_SPACE_OBJECTS, "../x", &view));
    CHECK_STATUS(IL_INVALID, il_look_at(IL_SPACE_OBJECTS, "", &view));
    CHECK_STATUS(IL_INVALID, il_look_at(2, name, &view));
    CHECK(close(open(path_of(name), O_CREAT | O_RDWR, 0600)) == 0);
    CHECK(look(name)->sight == IL_SIGHT_UNREADY);
    CHECK(unlink(path_of(name)) == 0);
    CHECK(mkdir(path_of(name), 0700) == 0);
    CHECK(look(name)->sight == IL_SIGHT_DAMAGED);
    CHECK(rmdir(path_of(name)) == 0);
    CHECK(mkfifo(path_of(name), 0600) == 0); /* to open it would wait for a writer */
    CHECK(look(name)->sight == IL_SIGHT_DAMAGED);
    CHECK(unlink(path_of(name)) == 0);
    CHECK(symlink("/etc/passwd", path_of(name)) == 0);
    CHECK(look(name)->sight == IL_SIGHT_DAMAGED);
    CHECK(unlink(path_of(name)) == 0);
    char path[300];
    if (!semaphores_tell()) return; /* and whatever has a name is one */
    snprintf(path, sizeof path, strstr(il_platform_name(), "musl") != NULL ? "/dev/shm/%s" : "/dev/shm/sem.%s", name);
    CHECK(close(open(path, O_CREAT | O_RDWR, 0600)) == 0);
    CHECK_OK(il_look_at(IL_SPACE_SEMAPHORES, name, &view));
    CHECK(view.sight == IL_SIGHT_DAMAGED);
    CHECK(unlink(path) == 0);
}

TEST(an_object_of_another_build_is_strange_and_says_which) {
    const char *name = harness_name();
    const uint32_t kind = 900;
    const uint64_t elsewhere = 1;
    il_object *lock = open_object(IL_KIND_LOCK, name);
    overwrite(name, offsetof(struct il_header, kind), &kind, sizeof kind);
    CHECK(look(name)->sight == IL_SIGHT_STRANGE && view.info.kind == 900 && view.detail_count == 0);
    CHECK(il_kind_name(900)[0] == '\0');
    overwrite(name, offsetof(struct il_header, kind), &(uint32_t){IL_KIND_LOCK}, sizeof kind);
    CHECK(look(name)->sight == IL_SIGHT_WHOLE);
    overwrite(name, offsetof(struct il_header, pid_namespace), &elsewhere, sizeof elsewhere);
    CHECK(look(name)->sight == IL_SIGHT_STRANGE && view.info.pid_namespace == 1);
    overwrite(name, offsetof(struct il_header, platform), "darwin-pdp11", 13);
    CHECK(look(name)->sight == IL_SIGHT_STRANGE && strcmp(view.info.platform, "darwin-pdp11") == 0);
    overwrite(name, offsetof(struct il_header, name), "x", 2);
    CHECK(look(name)->sight == IL_SIGHT_DAMAGED && strcmp(view.info.name, name) == 0);
    CHECK_OK(il_object_close(lock));
    CHECK_OK(il_name_unlink(name));
}

TEST(truncated_objects_are_damaged) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_BARRIER; kind++) {
        const char *name = harness_name();
        CHECK_OK(il_object_close(open_object(kind, name)));
        static const off_t lengths[] = {16384, 8192, 8191, 4096, 1024, 500, 17, 8, 7, 1};
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            if ((uint64_t)lengths[i] >= look(name)->info.size) continue;
            CHECK(truncate(path_of(name), lengths[i]) == 0);
            CHECK(look(name)->sight == IL_SIGHT_DAMAGED);
        }
        CHECK(truncate(path_of(name), 0) == 0);
        CHECK(look(name)->sight == IL_SIGHT_UNREADY);
        CHECK_OK(il_name_unlink(name));
    }
}

TEST(garbage_behind_a_right_header_is_told_as_it_is) {
    unsigned seed = 4711;
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_BARRIER; kind++) {
        il_object *object = open_object(kind, NULL);
        for (int round = 0; round < 300; round++) {
            static uint8_t garbage[12 * IL_PAGE - IL_CONTROL_OFFSET];
            struct stat facts;
            const char *name = name_of(object);
            CHECK(stat(path_of(name), &facts) == 0);
            for (size_t i = 0; i < sizeof garbage; i++) garbage[i] = (uint8_t)(rand_r(&seed) >> (round % 9));
            size_t room = (size_t)facts.st_size - IL_CONTROL_OFFSET;
            overwrite(name, IL_CONTROL_OFFSET, garbage, room < sizeof garbage ? room : sizeof garbage);
            CHECK(look(name)->sight == IL_SIGHT_WHOLE && view.detail_count <= IL_MAX_DETAILS);
            CHECK(view.user_count == 1 || view.users[0].slot == 0);
        }
        CHECK_OK(il_object_unlink(object)); /* what its slots say is garbage, too */
        il_object_free(object);
    }
}

static void look_as_somebody_else(void *argument) {
    il_sighting seen[4];
    uint32_t count;
    int hidden;
    CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    CHECK(look(argument)->sight == IL_SIGHT_CLOSED && view.uid == 0 && view.memory > 0 && view.user_count == 0);
    CHECK_STATUS(IL_SYSTEM, il_look_process(getppid(), seen, 4, &count, &hidden));
    CHECK(il_status_class(il_look_process(getppid(), seen, 4, &count, &hidden)) == IL_ERROR_NO_PERMISSION);
}

TEST(another_users_object_is_closed_to_us) {
    if (geteuid() != 0) return; /* nobody else to be */
    const char *name = harness_name();
    il_object *lock = open_object(IL_KIND_LOCK, name);
    harness_expect_exit(harness_fork(look_as_somebody_else, (void *)(uintptr_t)name));
    CHECK_OK(il_object_unlink(lock));
    CHECK_OK(il_object_close(lock));
}

TEST(the_system_is_described) {
    char text[200], small[4];
    il_system_describe(text, sizeof text);
    CHECK(strchr(text, ',') != NULL && strlen(text) > 8);
    il_system_describe(small, sizeof small);
    CHECK(small[3] == '\0');
}

/* A full, small or missing /dev/shm: clear errors, nothing half-made, nothing lost, and on it goes with space again. */
#include "objects.h"

#include "private_shm.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static uint64_t free_bytes(void) {
    struct statvfs facts;
    CHECK(statvfs("/dev/shm", &facts) == 0);
    return (uint64_t)facts.f_bavail * facts.f_frsize;
}

/* Takes all memory of the file system but `left` bytes. */
static void fill_up(uint64_t left) {
    int fd = open("/dev/shm/filler", O_RDWR | O_CREAT, 0600);
    struct stat facts;
    CHECK(fd >= 0 && fstat(fd, &facts) == 0);
    uint64_t more = free_bytes() - left;
    if (free_bytes() > left) CHECK(posix_fallocate(fd, facts.st_size, (off_t)more) == 0);
    close(fd);
}

static void make_space(void) { CHECK(unlink("/dev/shm/filler") == 0); }

static void check_no_space(il_status status) {
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(il_status_class(status) == IL_ERROR_NO_SPACE && il_status_errno(status) == ENOSPC);
    CHECK(strcmp(il_status_call(status), "posix_fallocate") == 0);
}

TEST(an_open_that_finds_no_space_leaves_no_name) {
    if (!private_shm("size=200k")) return;
    for (uint64_t left = 0; left <= 200 * 1024; left += 4096) {
        fill_up(left);
        for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
            const char *names[] = {"named", NULL};
            for (int i = 0; i < 2; i++) {
                il_spec spec = spec_of(kind, names[i]);
                il_object *object;
                il_status status = il_object_open(&spec, &object, NULL);
                if (status == IL_OK) {
                    if (names[i] != NULL) CHECK_OK(il_object_unlink(object));
                    CHECK_OK(il_object_close(object));
                } else {
                    check_no_space(status);
                }
                CHECK(status == IL_OK || left < 120 * 1024);
                CHECK(names_in_shm() == 1); /* the filler */
            }
        }
        make_space();
    }
}

static char data[4 << 20], buffer[4 << 20];

/* Puts items of one size until the file system is full, reads them all, and goes on when there is space. */
static void fill_drain_refill(uint32_t kind, uint64_t length, uint64_t left) {
    il_object *queue = open_queue(kind, NULL, 1000000, 64 << 20);
    for (int round = 0; round < 2; round++) {
        uint32_t put = 0, taken = 0;
        il_status status;
        fill_up(left);
        for (;; put++) {
            fill(data, length, put);
            status = il_queue_try_put(queue, data, length);
            if (status != IL_OK) break;
        }
        check_no_space(status);
        check_no_space(il_queue_put(queue, data, length, IL_FOREVER));
        il_queue_state state;
        CHECK_OK_AT_LAST(il_queue_inspect(queue, &state));
        CHECK(state.size == put && state.next_step > 0);
        while (taken < put) {
            il_item item;
            CHECK_OK(il_queue_take(queue, buffer, sizeof buffer, &item, il_deadline_after(10 * SECONDS)));
            CHECK(item.length == length && is_filled(buffer, length, taken));
            if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
            taken++;
        }
        make_space();
        for (uint32_t i = 0; i < 20; i++) {
            il_item item;
            fill(data, length, i);
            CHECK_OK(il_queue_try_put(queue, data, length));
            CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
            CHECK(item.length == length && is_filled(buffer, length, i));
            if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, item.token));
        }
    }
    CHECK_OK(il_object_close(queue));
    CHECK(names_in_shm() == 0);
}

static const uint64_t lengths[] = {0, 1, 100, 4000, 5000, 60000, 70000, 500000, 3000000};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

TEST(a_full_file_system_is_an_error_of_put_and_what_was_put_stays) {
    if (!private_shm("size=24m")) return;
    for (uint64_t left = 0; left <= 8 << 20; left = left == 0 ? 4096 : left * 8) {
        for (size_t i = 0; i < LENGTHS; i++) {
            if (left > 1 << 20 && lengths[i] < 4000) continue; /* the same at more length */
            fill_drain_refill(IL_KIND_QUEUE, lengths[i], left);
        }
    }
}

/* Taking needs memory, too: a cell for what is taken and not done. put has seen to it. */
TEST(a_joinable_queue_gives_out_what_it_holds_though_the_file_system_is_full) {
    if (!private_shm("size=24m")) return;
    for (uint64_t left = 0; left <= 8 << 20; left = left == 0 ? 4096 : left * 8) {
        for (size_t i = 0; i < LENGTHS; i++) {
            if (left > 1 << 20 && lengths[i] < 4000) continue;
            fill_drain_refill(IL_KIND_JOINABLE_QUEUE, lengths[i], left);
        }
    }
}

/* Several held at once: beyond the memory that is there a take waits for a done, as for any other limit. */
TEST(takers_of_a_joinable_queue_wait_for_each_other_when_the_file_system_is_full) {
    enum { ITEMS = 40, LENGTH = 100000 };
    if (!private_shm("size=24m")) return;
    il_object *queue = open_queue(IL_KIND_JOINABLE_QUEUE, NULL, 1000, 64 << 20);
    uint64_t tokens[ITEMS];
    uint32_t held = 0, taken = 0;
    for (uint32_t i = 0; i < ITEMS; i++) {
        fill(data, LENGTH, i);
        CHECK_OK(il_queue_try_put(queue, data, LENGTH));
    }
    fill_up(0);
    while (taken < ITEMS) {
        il_item item;
        il_status status = il_queue_try_take(queue, buffer, sizeof buffer, &item);
        if (status == IL_WOULD_BLOCK) {
            CHECK(held > 0);
            held--;
            CHECK_OK_AT_LAST(il_queue_done(queue, tokens[held]));
            continue;
        }
        CHECK_OK(status);
        CHECK(item.length == LENGTH && is_filled(buffer, LENGTH, taken));
        tokens[held++] = item.token;
        taken++;
    }
    while (held > 0) CHECK_OK_AT_LAST(il_queue_done(queue, tokens[--held]));
    CHECK_OK(il_queue_try_join(queue));
    CHECK_OK(il_object_close(queue));
}

/* Growth leads over a jump record in a region of which nothing was reserved yet. */
TEST(the_first_item_of_a_joinable_queue_may_be_a_large_one_on_a_full_file_system) {
    if (!private_shm("size=3m")) return;
    for (uint64_t left = 0; left <= 3 << 20; left += 4096) {
        if (left > free_bytes()) break;
        fill_up(left);
        il_spec spec = spec_of(IL_KIND_JOINABLE_QUEUE, NULL);
        il_object *queue;
        if (il_object_open(&spec, &queue, NULL) == IL_OK) {
            il_item item;
            fill(data, 100000, 9);
            il_status status = il_queue_try_put(queue, data, 100000);
            if (status == IL_OK) {
                CHECK_OK(il_queue_try_take(queue, buffer, sizeof buffer, &item));
                CHECK(item.length == 100000 && is_filled(buffer, 100000, 9));
            } else {
                check_no_space(status);
            }
            CHECK_OK(il_object_close(queue));
        }
        make_space();
    }
}

static void write_bytes(void *unused) {
    (void)unused;
    memset(data, 1, sizeof data);
}

TEST(a_missing_directory_is_an_error_with_its_cause) {
    il_spec spec = spec_of(IL_KIND_LOCK, "x");
    il_object *object;
    write_bytes(NULL);
    if (!private_shm("size=1m,ro")) return;
    il_status status = il_object_open(&spec, &object, NULL);
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(strcmp(il_status_call(status), "shm_open") == 0 && il_status_errno(status) == EROFS);
    CHECK(il_status_class(status) == IL_ERROR_NO_PERMISSION);
    CHECK(umount("/dev/shm") == 0);
    if (mount("tmpfs", "/dev", "tmpfs", 0, "") != 0) return; /* no /dev/shm in it */
    status = il_object_open(&spec, &object, NULL);
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(strcmp(il_status_call(status), "shm_open") == 0 && il_status_errno(status) == ENOENT);
    spec.mode = IL_FIND;
    CHECK_STATUS(IL_NOT_FOUND, il_object_open(&spec, &object, NULL));
    status = il_sweep(NULL);
    CHECK_STATUS(IL_SYSTEM, status);
    CHECK(strcmp(il_status_call(status), "opendir") == 0 && il_status_errno(status) == ENOENT);
}

TEST(the_default_bytes_are_a_quarter_of_a_small_file_system) {
    if (!private_shm("size=40m")) return;
    CHECK(il_queue_default_bytes() <= 10 << 20 && il_queue_default_bytes() > 9 << 20);
}

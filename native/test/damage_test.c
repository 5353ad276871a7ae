/* Files that are not, or not any more, what their name says: an error each, never a crash. */
#include "objects.h"

#include "queue.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char *path_of(const char *name) {
    static char path[300];
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    return path;
}

static void make_unused(uint32_t kind, const char *name) { CHECK_OK(il_object_close(open_object(kind, name))); }

static il_status try_open(uint32_t kind, const char *name) {
    il_spec spec = spec_of(kind, name);
    il_object *object;
    il_status status = il_object_open(&spec, &object, NULL);
    if (status == IL_OK) CHECK_OK(il_object_close(object));
    return status;
}

static void overwrite(const char *name, size_t offset, const void *bytes, size_t length) {
    int fd = open(path_of(name), O_RDWR);
    CHECK(fd >= 0);
    CHECK(pwrite(fd, bytes, length, (off_t)offset) == (ssize_t)length);
    close(fd);
}

static int64_t size_of_file(const char *name) {
    struct stat facts;
    CHECK(stat(path_of(name), &facts) == 0);
    return facts.st_size;
}

TEST(a_truncated_object_is_corrupt) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        const char *name = harness_name();
        make_unused(kind, name);
        int64_t size = size_of_file(name);
        const int64_t lengths[] = {size - 1, size / 2, 8192, 8191, 4096, 2000, 1024, 500, 100, 17, 12, 8, 7, 1};
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            if (lengths[i] >= size) continue;
            CHECK(truncate(path_of(name), lengths[i]) == 0);
            CHECK_STATUS(IL_CORRUPT, try_open(kind, name));
        }
        CHECK(truncate(path_of(name), 0) == 0); /* as a creator that died left it */
        CHECK_OK(try_open(kind, name));
        CHECK_OK(il_name_unlink(name));
    }
}

TEST(a_lengthened_object_is_corrupt) {
    const char *name = harness_name();
    make_unused(IL_KIND_QUEUE, name);
    int64_t size = size_of_file(name);
    CHECK(truncate(path_of(name), size + 1) == 0);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_QUEUE, name));
    CHECK(truncate(path_of(name), size * 2) == 0);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_QUEUE, name));
    CHECK_OK(il_name_unlink(name));
}

static void hold_open(void *argument) {
    open_object(IL_KIND_QUEUE, argument);
    for (;;) pause();
}

static int is_in_use(void *argument) {
    il_spec spec = spec_of(IL_KIND_QUEUE, argument);
    il_object *object;
    uint32_t slot, generation;
    int fd, used;
    spec.mode = IL_FIND;
    if (il_object_open(&spec, &object, NULL) != IL_OK) return 0;
    CHECK_OK(il_object_lend(object, &fd, &slot, &generation));
    used = slot == 2; /* the holder, this handle, the lent one */
    close(fd);
    CHECK_OK(il_object_close(object));
    return used;
}

TEST(an_object_truncated_while_in_use_is_corrupt_and_not_built_anew) {
    char *name = strdup(harness_name());
    int pid = harness_fork(hold_open, name);
    harness_until(is_in_use, name);
    CHECK(truncate(path_of(name), 0) == 0);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_QUEUE, name));
    CHECK(truncate(path_of(name), 5000) == 0);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_QUEUE, name));
    harness_kill(pid);
    CHECK_OK(il_name_unlink(name));
}

TEST(things_that_are_no_objects_are_refused) {
    const char *name = harness_name();
    char junk[20000];
    CHECK(mkfifo(path_of(name), 0600) == 0);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_LOCK, name));
    CHECK(unlink(path_of(name)) == 0);
    CHECK(mkdir(path_of(name), 0700) == 0);
    CHECK_STATUS(IL_SYSTEM, try_open(IL_KIND_LOCK, name));
    CHECK(rmdir(path_of(name)) == 0);
    CHECK(symlink("/etc/passwd", path_of(name)) == 0);
    CHECK_STATUS(IL_SYSTEM, try_open(IL_KIND_LOCK, name));
    CHECK(unlink(path_of(name)) == 0);
    memset(junk, 'x', sizeof junk);
    int fd = open(path_of(name), O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, junk, sizeof junk) == (ssize_t)sizeof junk);
    close(fd);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_LOCK, name));
    CHECK_OK(il_name_unlink(name));
}

#define FIELD(field)                                                                                         \
    { #field, offsetof(struct il_header, field), sizeof((struct il_header *)0)->field }
static const struct field {
    const char *name;
    size_t offset, size;
} fields[] = {FIELD(magic),         FIELD(layout),      FIELD(kind),       FIELD(size),     FIELD(parameter),
              FIELD(mutex_size),    FIELD(creator_pid), FIELD(created_at), FIELD(platform), FIELD(pid_namespace),
              FIELD(codec),         FIELD(name)};

static il_status open_with_field(uint32_t kind, const char *name, const struct field *field, const void *bytes) {
    make_unused(kind, name);
    overwrite(name, field->offset, bytes, field->size);
    il_status status = try_open(kind, name);
    CHECK_OK(il_name_unlink(name));
    return status;
}

TEST(every_field_of_the_header_is_checked) {
    static const unsigned char patterns[] = {0xff, 0x80, 0x01, 0x7f, 0x00, 0x41};
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            for (size_t p = 0; p < sizeof patterns; p++) {
                unsigned char bytes[256];
                memset(bytes, patterns[p], sizeof bytes);
                int code = il_status_code(open_with_field(kind, harness_name(), &fields[i], bytes));
                /* Facts about the past may be anything; a zero magic is a creator that died. */
                const int no_queue = kind <= IL_KIND_LONG;
                const int free = strncmp(fields[i].name, "creat", 5) == 0 || (i == 0 && patterns[p] == 0) ||
                                 (strcmp(fields[i].name, "parameter") == 0 && no_queue) ||
                                 (strcmp(fields[i].name, "codec") == 0 && patterns[p] == 0 && no_queue);
                if (free ? code != IL_OK : code != IL_CORRUPT && code != IL_INCOMPATIBLE)
                    harness_fail(__FILE__, __LINE__, "kind %u, field %s = %#x: %s", kind, fields[i].name,
                                 patterns[p], il_status_name(code));
            }
        }
    }
}

TEST(huge_sizes_and_parameters_in_a_header_are_refused) {
    static const int64_t values[] = {INT64_MAX, INT64_MIN, -1, 0, INT64_C(1) << 40, IL_MAX_QUEUE_BYTES + 1, 4096};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const int64_t both[2] = {values[i], values[i]}, bytes[2] = {100, values[i]};
        il_status status = open_with_field(IL_KIND_QUEUE, harness_name(), &fields[3], &values[i]);
        CHECK_STATUS(IL_CORRUPT, status);
        CHECK_STATUS(IL_CORRUPT, open_with_field(IL_KIND_QUEUE, harness_name(), &fields[4], both));
        CHECK_STATUS(IL_CORRUPT, open_with_field(IL_KIND_JOINABLE_QUEUE, harness_name(), &fields[4], bytes));
    }
}

/* The info of an incompatible object must be texts that end, whatever is there. */
TEST(random_headers_never_crash) {
    srand(11);
    for (int round = 0; round < 3000; round++) {
        uint32_t kind = 1 + (uint32_t)rand() % 4;
        const char *name = harness_name();
        make_unused(kind, name);
        int changes = 1 + rand() % 8;
        for (int i = 0; i < changes; i++) {
            unsigned char byte = (unsigned char)rand();
            /* Not magic: random bytes there are seldom right, and then nothing else is looked at. */
            overwrite(name, 8 + (size_t)rand() % (sizeof(struct il_header) - 8), &byte, 1);
        }
        il_spec spec = spec_of(kind, name);
        il_object *object;
        il_info info;
        il_status status = il_object_open(&spec, &object, &info);
        CHECK(status == IL_OK || status == IL_CORRUPT || status == IL_INCOMPATIBLE);
        if (status != IL_CORRUPT) {
            CHECK(strlen(info.name) < sizeof info.name && strlen(info.codec) < sizeof info.codec);
            CHECK(strlen(info.platform) < sizeof info.platform);
        }
        if (status == IL_OK) CHECK_OK(il_object_close(object));
        CHECK(unlink(path_of(name)) == 0);
    }
}

/* A name in the header is what close unlinks: it must not lead to another object's. */
TEST(a_garbled_name_unlinks_nobody_elses_object) {
    const char *name = strdup(harness_name());
    il_object *victim = open_object(IL_KIND_LONG, NULL);
    il_info info;
    il_object_info(victim, &info);
    make_unused(IL_KIND_LONG, name);
    overwrite(name, offsetof(struct il_header, name), info.name, strlen(info.name) + 1);
    CHECK_STATUS(IL_CORRUPT, try_open(IL_KIND_LONG, name));
    CHECK(access(path_of(info.name), F_OK) == 0);
    il_object *holder = open_object(IL_KIND_LONG, NULL), *adopted;
    il_info of_holder;
    uint32_t slot, generation;
    int fd;
    il_object_info(holder, &of_holder);
    CHECK_OK(il_object_lend(holder, &fd, &slot, &generation));
    overwrite(of_holder.name, offsetof(struct il_header, name), info.name, strlen(info.name) + 1);
    il_status status = il_object_adopt(fd, slot, generation, IL_KIND_LONG, &adopted, NULL);
    CHECK(status == IL_OK || status == IL_CORRUPT);
    if (status == IL_OK) CHECK_OK(il_object_close(adopted));
    CHECK(access(path_of(info.name), F_OK) == 0);
    CHECK_OK(il_object_close(holder));
    CHECK(unlink(path_of(name)) == 0);
    CHECK_OK(il_object_close(victim));
}

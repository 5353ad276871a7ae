/* Creating, attaching and finding objects, and what is refused. */
#include "objects.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_queue(uint32_t kind) { return kind == IL_KIND_QUEUE || kind == IL_KIND_JOINABLE_QUEUE; }

static il_status try_open(const il_spec *spec, il_info *info) {
    il_object *object = NULL;
    il_status status = il_object_open(spec, &object, info);
    if (status == IL_OK) {
        CHECK(object != NULL);
        CHECK_OK(il_object_close(object));
    } else {
        CHECK(object == NULL);
    }
    return status;
}

static int mode_of(const char *name) {
    char path[300];
    struct stat facts;
    snprintf(path, sizeof path, "/dev/shm/interlock.%s", name);
    CHECK(stat(path, &facts) == 0);
    return (int)(facts.st_mode & 07777);
}

TEST(every_kind_is_created_found_and_unlinked) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        const char *name = harness_name();
        il_spec spec = spec_of(kind, name);
        spec.mode = IL_FIND;
        CHECK_STATUS(IL_NOT_FOUND, try_open(&spec, NULL));
        il_object *object = open_object(kind, name);
        CHECK_OK(try_open(&spec, NULL));
        CHECK_OK(il_object_close(object));
        CHECK_OK(try_open(&spec, NULL));
        CHECK_OK(il_name_unlink(name));
        CHECK_STATUS(IL_NOT_FOUND, try_open(&spec, NULL));
        CHECK_STATUS(IL_NOT_FOUND, il_name_unlink(name));
    }
}

TEST(what_was_asked_for_stands_in_the_info) {
    const char *name = harness_name();
    il_spec spec = spec_of(IL_KIND_QUEUE, name);
    il_object *object;
    il_info made, found;
    spec.parameter[0] = 7;
    spec.parameter[1] = 100000;
    CHECK_OK(il_object_open(&spec, &object, &made));
    CHECK(made.kind == IL_KIND_QUEUE && made.parameter[0] == 7);
    CHECK(made.parameter[1] == 102400); /* whole pages */
    CHECK(strcmp(made.name, name) == 0 && strcmp(made.codec, "bytes") == 0);
    CHECK(made.creator_pid == getpid() && made.inode != 0 && made.pid_namespace != 0);
    CHECK(strncmp(made.platform, "linux-", 6) == 0 && made.size > 100000 && made.mutex_size > 0);
    il_object_info(object, &found);
    CHECK(memcmp(&made, &found, sizeof made) == 0);
    CHECK_OK(try_open(&spec, &found));
    CHECK(memcmp(&made, &found, sizeof made) == 0);
    CHECK_OK(il_object_unlink(object));
    CHECK_OK(il_object_close(object));
}

TEST(anonymous_objects_have_random_names) {
    il_object *a = open_object(IL_KIND_LONG, NULL), *b = open_object(IL_KIND_LONG, NULL);
    il_info of_a, of_b;
    il_object_info(a, &of_a);
    il_object_info(b, &of_b);
    CHECK(of_a.name[0] == '~' && of_b.name[0] == '~' && strcmp(of_a.name, of_b.name) != 0);
    CHECK(mode_of(of_a.name) == 0600);
    CHECK_OK(il_object_close(a));
    CHECK_OK(il_object_close(b));
}

TEST(parameters_out_of_range_are_invalid) {
    const int64_t wrong[][2] = {{0, 4096},      {-1, 4096},     {1, 0},
                                {1, -5},        {INT64_MAX, 1}, {(int64_t)INT32_MAX + 1, 4096},
                                {1, INT64_MAX}, {INT64_MIN, 1}, {1, IL_MAX_QUEUE_BYTES + 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
            il_spec spec = spec_of(kind, NULL);
            spec.parameter[0] = wrong[i][0];
            spec.parameter[1] = wrong[i][1];
            CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
        }
    }
}

TEST(the_smallest_and_the_largest_queues_work) {
    const int64_t right[][2] = {{1, 1}, {INT32_MAX, IL_MAX_QUEUE_BYTES}, {INT32_MAX, 1}, {1, IL_MAX_QUEUE_BYTES}};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
            il_object *queue = open_queue(kind, NULL, right[i][0], right[i][1]);
            uint64_t token;
            for (uint32_t n = 0; n < 1000; n++) {
                put_number(queue, n);
                CHECK(take_number(queue, &token) == n);
                if (kind == IL_KIND_JOINABLE_QUEUE) CHECK_OK_AT_LAST(il_queue_done(queue, token));
            }
            CHECK_OK(il_object_close(queue));
        }
    }
}

TEST(specs_that_break_the_contract_are_invalid) {
    char codec[IL_CODEC_MAX + 2];
    il_spec spec = spec_of(IL_KIND_LOCK, harness_name());
    spec.kind = IL_KIND_BARRIER + 1;
    CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
    spec.kind = IL_KIND_LOCK;
    spec.mode = IL_CREATE; /* with a name */
    CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
    spec.mode = IL_FIND + 1;
    CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
    spec.mode = IL_OPEN;
    spec.name = NULL;
    CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
    spec = spec_of(IL_KIND_QUEUE, NULL);
    memset(codec, 'c', sizeof codec - 1);
    codec[sizeof codec - 1] = '\0';
    spec.codec = codec;
    CHECK_STATUS(IL_INVALID, try_open(&spec, NULL));
    codec[sizeof codec - 2] = '\0'; /* the longest */
    CHECK_OK(try_open(&spec, NULL));
}

TEST(a_name_of_another_kind_is_incompatible_and_the_info_says_what_it_is) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        const char *name = harness_name();
        il_object *object = open_object(kind, name);
        for (uint32_t asked = IL_KIND_LOCK; asked <= IL_KIND_JOINABLE_QUEUE; asked++) {
            il_spec spec = spec_of(asked, name);
            il_info info;
            memset(&info, 0xee, sizeof info);
            CHECK_STATUS(asked == kind ? IL_OK : IL_INCOMPATIBLE, try_open(&spec, &info));
            CHECK(info.kind == kind && strcmp(info.name, name) == 0);
            spec.mode = IL_FIND;
            CHECK_STATUS(asked == kind ? IL_OK : IL_INCOMPATIBLE, try_open(&spec, NULL));
        }
        CHECK_OK(il_object_unlink(object));
        CHECK_OK(il_object_close(object));
    }
}

TEST(another_capacity_or_codec_is_incompatible) {
    for (uint32_t kind = IL_KIND_QUEUE; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        const char *name = harness_name();
        il_object *queue = open_queue(kind, name, 5, 1 << 20);
        il_spec spec = spec_of(kind, name);
        il_info info;
        CHECK_STATUS(IL_INCOMPATIBLE, try_open(&spec, &info)); /* 100 */
        CHECK(info.parameter[0] == 5 && info.parameter[1] == 1 << 20);
        spec.parameter[0] = 5;
        spec.parameter[1] = 1 << 16; /* max bytes are the creator's */
        CHECK_OK(try_open(&spec, &info));
        CHECK(info.parameter[1] == 1 << 20);
        spec.codec = "utf8";
        CHECK_STATUS(IL_INCOMPATIBLE, try_open(&spec, &info));
        CHECK(strcmp(info.codec, "bytes") == 0);
        spec.mode = IL_FIND;
        CHECK_STATUS(IL_INCOMPATIBLE, try_open(&spec, &info));
        CHECK_OK(il_object_unlink(queue));
        CHECK_OK(il_object_close(queue));
    }
}

TEST(finding_asks_for_no_parameters) {
    for (uint32_t kind = IL_KIND_LOCK; kind <= IL_KIND_JOINABLE_QUEUE; kind++) {
        const char *name = harness_name();
        il_object *object = open_object(kind, name);
        il_spec spec = {.kind = kind, .mode = IL_FIND, .name = name, .deadline = il_deadline_after(SECONDS)};
        il_info info;
        CHECK_OK(try_open(&spec, &info));
        CHECK(info.parameter[0] == (is_queue(kind) ? 100 : 0));
        CHECK_OK(il_object_unlink(object));
        CHECK_OK(il_object_close(object));
    }
}

TEST(a_long_starts_with_its_creators_value) {
    const char *name = harness_name();
    il_spec spec = spec_of(IL_KIND_LONG, name);
    il_object *a, *b;
    int64_t value;
    spec.parameter[0] = -42;
    CHECK_OK(il_object_open(&spec, &a, NULL));
    spec.parameter[0] = 7;
    CHECK_OK(il_object_open(&spec, &b, NULL));
    CHECK_OK(il_long_get(b, &value));
    CHECK(value == -42);
    CHECK_OK(il_object_unlink(a));
    CHECK_OK(il_object_close(a));
    CHECK_OK(il_object_close(b));
}

TEST(an_object_is_readable_for_its_user_only_whatever_the_umask) {
    const mode_t masks[] = {0, 022, 077, 0177};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        const char *name = harness_name();
        umask(masks[i]);
        il_object *lock = open_object(IL_KIND_LOCK, name);
        CHECK(mode_of(name) == 0600);
        CHECK_OK(il_object_unlink(lock));
        CHECK_OK(il_object_close(lock));
    }
}

/* The deadline is for others; nobody else means no waiting. */
TEST(a_deadline_that_has_passed_does_not_hinder_an_undisturbed_open) {
    il_spec spec = spec_of(IL_KIND_LOCK, NULL);
    spec.deadline = 0;
    CHECK_OK(try_open(&spec, NULL));
    spec = spec_of(IL_KIND_LOCK, harness_name());
    spec.deadline = 0;
    CHECK_OK(try_open(&spec, NULL));
    CHECK_OK(try_open(&spec, NULL));
    CHECK_OK(il_name_unlink(spec.name));
}

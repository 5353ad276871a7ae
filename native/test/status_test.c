/* The tables behind il_status: every code, call and errno has its words, and packing loses nothing. */
#include "objects.h"

#include "status.h"

#include <errno.h>

static int is_upper_word(const char *word) { return word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0'; }

TEST(every_code_has_a_name_and_a_text_of_its_own) {
    for (int code = 0; code <= IL_SYSTEM; code++) {
        CHECK(strncmp(il_status_name(code), "IL_", 3) == 0 && is_upper_word(il_status_name(code)));
        size_t length = strlen(il_status_text(code));
        CHECK(length > 3 && il_status_text(code)[length - 1] != '.');
        for (int other = 0; other < code; other++) {
            CHECK(strcmp(il_status_name(code), il_status_name(other)) != 0);
            CHECK(strcmp(il_status_text(code), il_status_text(other)) != 0);
        }
    }
    CHECK(strcmp(il_status_name(IL_OK), "IL_OK") == 0);
    CHECK(strcmp(il_status_name(IL_SHUT_DOWN), "IL_SHUT_DOWN") == 0);
    CHECK(strcmp(il_status_name(IL_LIMIT_PROCESSES), "IL_LIMIT_PROCESSES") == 0);
    CHECK(strcmp(il_status_name(IL_SYSTEM), "IL_SYSTEM") == 0);
}

TEST(what_is_no_code_has_words_too) {
    for (int value = IL_SYSTEM + 1; value < 256; value++) {
        CHECK(strcmp(il_status_name(value), "IL_?") == 0);
        CHECK(strcmp(il_status_text(value), "unknown status") == 0);
    }
    CHECK(strcmp(il_status_call(IL_SYSTEM | 255 << 8), "") == 0);
    CHECK(strcmp(il_status_errno_name(il_fail(IL_CALL_OPEN, 32000)), "E?") == 0);
    CHECK(il_status_name(-1) != NULL && il_status_text(INT32_MIN) != NULL && il_status_call(-1) != NULL);
}

TEST(every_call_has_a_name_of_its_own) {
    CHECK(strcmp(il_status_call(IL_TIMED_OUT), "") == 0);
    for (int call = 1; call < IL_CALLS; call++) {
        const char *name = il_status_call(il_fail((enum il_call)call, EIO));
        CHECK(name[0] != '\0');
        for (int other = 1; other < call; other++) {
            CHECK(strcmp(name, il_status_call(il_fail((enum il_call)other, EIO))) != 0);
        }
    }
    CHECK(strcmp(il_status_call(il_fail(IL_CALL_SHM_OPEN, EIO)), "shm_open") == 0);
    CHECK(strcmp(il_status_call(il_fail(IL_CALL_POSIX_FALLOCATE, EIO)), "posix_fallocate") == 0);
    CHECK(strcmp(il_status_call(il_fail(IL_CALL_PTHREAD_MUTEX_LOCK, EIO)), "pthread_mutex_lock") == 0);
    CHECK(strcmp(il_status_call(il_fail(IL_CALL_PRCTL, EIO)), "prctl") == 0);
}

TEST(code_call_and_errno_come_out_of_a_status_as_they_went_in) {
    for (int call = 0; call < IL_CALLS; call++) {
        for (int number = 0; number < 32768; number += 7) {
            il_status status = il_fail((enum il_call)call, number);
            CHECK(status > 0);
            CHECK(il_status_code(status) == IL_SYSTEM);
            CHECK(il_status_errno(status) == number);
        }
    }
}

TEST(errno_values_have_names_and_classes) {
    const struct {
        int number;
        const char *name;
        int class;
    } expected[] = {
        {0, "", IL_ERROR_OTHER},
        {ENOSPC, "ENOSPC", IL_ERROR_NO_SPACE},
        {EDQUOT, "EDQUOT", IL_ERROR_NO_SPACE},
        {EFBIG, "EFBIG", IL_ERROR_NO_SPACE},
        {EMFILE, "EMFILE", IL_ERROR_NO_DESCRIPTORS},
        {ENFILE, "ENFILE", IL_ERROR_NO_DESCRIPTORS},
        {EACCES, "EACCES", IL_ERROR_NO_PERMISSION},
        {EPERM, "EPERM", IL_ERROR_NO_PERMISSION},
        {EROFS, "EROFS", IL_ERROR_NO_PERMISSION},
        {ENOENT, "ENOENT", IL_ERROR_NOT_FOUND},
        {ENOTDIR, "ENOTDIR", IL_ERROR_NOT_FOUND},
        {ENOMEM, "ENOMEM", IL_ERROR_NO_MEMORY},
        {EAGAIN, "EAGAIN", IL_ERROR_NO_MEMORY},
        {ETIMEDOUT, "ETIMEDOUT", IL_ERROR_TIMED_OUT},
        {EINVAL, "EINVAL", IL_ERROR_OTHER},
        {EPIPE, "EPIPE", IL_ERROR_OTHER},
        {12345, "E?", IL_ERROR_OTHER},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        il_status status = il_fail(IL_CALL_OPEN, expected[i].number);
        CHECK(strcmp(il_status_errno_name(status), expected[i].name) == 0);
        CHECK(il_status_class(status) == expected[i].class);
    }
}

TEST(deadlines_saturate_and_lie_ahead) {
    int64_t now = il_clock_now();
    CHECK(il_deadline_after(IL_FOREVER) == IL_FOREVER);
    CHECK(il_deadline_after(IL_FOREVER - 1) == IL_FOREVER);
    CHECK(il_deadline_after(SECONDS) >= now + SECONDS);
    CHECK(il_deadline_after(0) >= now && il_deadline_after(0) <= il_clock_now());
    CHECK(il_deadline_after(INT64_MIN) <= il_clock_now());
}

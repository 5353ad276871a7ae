/* The names that macOS is given: pure functions, so they are tried on any system. */
#include "harness.h"

#include "platform/portable_names.h"

#include <errno.h>
#include <string.h>

static void goes_both_ways(const char *name, const char *file) {
    char there[64], back[64];
    CHECK(il_file_name_of(name, there, sizeof there) == 0 && strcmp(there, file) == 0);
    CHECK(il_name_of_file(there, back, sizeof back) == 0 && strcmp(back, name) == 0);
}

TEST(names_that_differ_in_case_alone_have_files_that_differ) {
    goes_both_ways("orders", "orders");
    goes_both_ways("Orders", "+orders");
    goes_both_ways("oRDERS.v-1_a", "o+r+d+e+r+s.v-1_a");
    goes_both_ways("~abc234", "~abc234");
}

TEST(a_file_that_no_name_leads_to_is_none) {
    char name[64];
    CHECK(il_name_of_file("Orders", name, sizeof name) == EINVAL);
    CHECK(il_name_of_file("a+", name, sizeof name) == EINVAL);
    CHECK(il_name_of_file("a+1", name, sizeof name) == EINVAL);
    CHECK(il_name_of_file("abcdef", name, 6) == EINVAL);
}

TEST(a_file_name_ends_within_its_room) {
    char file[8];
    CHECK(il_file_name_of("abcdefg", file, sizeof file) == 0 && strcmp(file, "abcdefg") == 0);
    CHECK(il_file_name_of("abcdefgh", file, sizeof file) == ENAMETOOLONG);
    CHECK(il_file_name_of("abcdefG", file, sizeof file) == ENAMETOOLONG);
}

TEST(a_semaphore_keeps_a_name_that_fits_and_else_gets_a_hash) {
    char name[IL_SHORT_NAME_MAX + 1], other[IL_SHORT_NAME_MAX + 1];
    il_short_name_of("/a23456789b123456789c123456789", name);
    CHECK(strcmp(name, "/a23456789b123456789c123456789") == 0 && strlen(name) == IL_SHORT_NAME_MAX);
    il_short_name_of("/a23456789b123456789c123456789d", name);
    il_short_name_of("/a23456789b123456789c123456789e", other);
    CHECK(strncmp(name, "/il.", 4) == 0 && strlen(name) == 20 && strcmp(name, other) != 0);
    il_short_name_of("/a23456789b123456789c123456789d", other);
    CHECK(strcmp(name, other) == 0);
}

#include "platform/portable_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* By hand: isupper() asks the locale. */
static int is_capital(char c) { return c >= 'A' && c <= 'Z'; }

int il_file_name_of(const char *name, char *buffer, size_t size) {
    size_t length = 0;
    for (; *name != '\0'; name++) {
        size_t more = is_capital(*name) ? 2 : 1;
        if (length + more >= size) {
            return ENAMETOOLONG;
        }
        if (more == 2) {
            buffer[length] = '+';
        }
        buffer[length + more - 1] = (char)(more == 2 ? *name - 'A' + 'a' : *name);
        length += more;
    }
    buffer[length] = '\0';
    return 0;
}

int il_name_of_file(const char *file, char *buffer, size_t size) {
    size_t length = 0;
    for (; *file != '\0'; file++) {
        char c = *file;
        if (c == '+') {
            file++;
            if (*file < 'a' || *file > 'z') {
                return EINVAL;
            }
            c = (char)(*file - 'a' + 'A');
        } else if (is_capital(c)) {
            return EINVAL;
        }
        if (length + 1 >= size) {
            return EINVAL;
        }
        buffer[length++] = c;
    }
    buffer[length] = '\0';
    return 0;
}

/* FNV-1a: not against somebody who wants two names to meet; they would be his own. */
static uint64_t hash_of(const char *text) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

void il_short_name_of(const char *name, char *buffer) {
    if (strlen(name) <= IL_SHORT_NAME_MAX) {
        strcpy(buffer, name);
    } else {
        snprintf(buffer, IL_SHORT_NAME_MAX + 1, "/il.%016" PRIx64, hash_of(name));
    }
}

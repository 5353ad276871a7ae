/*
 * What others can ever learn of a process that is stepped through, if it is killed now: the memory it shares with them,
 * the head of its robust list, which the kernel reads when it dies, and what its system calls have done. Registers and
 * private memory die with it. So two steps between which nothing visible changed are one place to die at.
 */
#ifndef IL_TEST_VISIBLE_H
#define IL_TEST_VISIBLE_H

#include "harness.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_SHARED = 256, PAGE = 4096, SYSTEM_CALL = 0x050f };

struct visible {
    int pid;
    int pagemap;
    int count;
    struct shared_memory {
        uintptr_t start;
        size_t pages;
        char *seen;         /* what was in them; of those that it has never touched, nothing */
        uint64_t *entries;  /* of the page map */
    } memory[MOST_SHARED];
    struct robust_list_head *robust_list; /* its address there */
    struct robust_list_head head;
};

static inline size_t read_there(int pid, uintptr_t from, void *to, size_t size) {
    const struct iovec here = {to, size}, there = {(void *)from, size};
    const ssize_t length = process_vm_readv(pid, &here, 1, &there, 1, 0);
    return length > 0 ? (size_t)length : 0;
}

/* A page that it has not touched is not looked at: to read it would fill a hole of the file. */
static inline int has_changed(const struct visible *visible, struct shared_memory *memory) {
    char now[PAGE];
    const size_t size = memory->pages * sizeof *memory->entries;
    int changed = 0;
    CHECK(pread(visible->pagemap, memory->entries, size, (off_t)(memory->start / PAGE * sizeof *memory->entries)) == (ssize_t)size);
    for (size_t i = 0; i < memory->pages; i++) {
        char *seen = memory->seen + i * PAGE;
        if (memory->entries[i] >> 63 == 0 || read_there(visible->pid, memory->start + i * PAGE, now, PAGE) != PAGE) continue;
        if (memcmp(seen, now, PAGE) == 0) continue;
        memcpy(seen, now, PAGE);
        changed = 1;
    }
    return changed;
}

static inline void forget(struct visible *visible) {
    for (int i = 0; i < visible->count; i++) {
        free(visible->memory[i].seen);
        free(visible->memory[i].entries);
    }
    visible->count = 0;
}

static inline struct robust_list_head robust_list_of(const struct visible *visible) {
    struct robust_list_head head;
    memset(&head, 0, sizeof head);
    read_there(visible->pid, (uintptr_t)visible->robust_list, &head, sizeof head);
    return head;
}

/* Mappings and the place of the robust list change by system calls only. */
static inline void look_at_all(struct visible *visible) {
    char path[64], line[512];
    size_t length;
    forget(visible);
    snprintf(path, sizeof path, "/proc/%d/maps", visible->pid);
    FILE *maps = fopen(path, "r");
    CHECK(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char rights[8];
        CHECK(sscanf(line, "%lx-%lx %7s", &start, &end, rights) == 3);
        if (rights[1] != 'w' || rights[3] != 's' || strstr(line, "/dev/shm/") == NULL) continue;
        CHECK(visible->count < MOST_SHARED);
        struct shared_memory *memory = &visible->memory[visible->count++];
        memory->start = start;
        memory->pages = (end - start) / PAGE;
        memory->seen = calloc(memory->pages, PAGE);
        memory->entries = calloc(memory->pages, sizeof *memory->entries);
        CHECK(memory->seen != NULL && memory->entries != NULL);
        has_changed(visible, memory);
    }
    fclose(maps);
    CHECK(syscall(SYS_get_robust_list, visible->pid, &visible->robust_list, &length) == 0);
    visible->head = robust_list_of(visible);
}

static inline void start_looking(struct visible *visible, int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
    *visible = (struct visible){.pid = pid, .pagemap = open(path, O_RDONLY | O_CLOEXEC)};
    CHECK(visible->pagemap >= 0);
    look_at_all(visible);
}

static inline void end_looking(struct visible *visible) {
    forget(visible);
    CHECK(close(visible->pagemap) == 0);
}

static inline int is_system_call(int pid, uint64_t place) {
    return (ptrace(PTRACE_PEEKTEXT, pid, (void *)place, NULL) & 0xffff) == SYSTEM_CALL;
}

/* Whether its last step, which was a system call or not, changed anything. */
static inline int has_visibly_changed(struct visible *visible, int was_system_call) {
    if (was_system_call) {
        look_at_all(visible);
        return 1;
    }
    int changed = 0;
    for (int i = 0; i < visible->count; i++) changed |= has_changed(visible, &visible->memory[i]);
    const struct robust_list_head head = robust_list_of(visible);
    if (memcmp(&head, &visible->head, sizeof head) == 0) return changed;
    visible->head = head;
    return 1;
}

#endif

/*
 * A shop of several processes, in C. Shop.java and shop.py are the same program; any mixture of the three works.
 *
 *     cc -o shop shop.c $(pkg-config --cflags --libs interlock)
 *     ./shop kitchen demo &  ./shop open demo;  ./shop customer demo 3;  ./shop close demo;  ./shop tidy demo
 *
 * An event is the door, a queue takes orders to the kitchen and another one bills back, and a lock guards the till, whose
 * counter is read and written in two steps. Kill any of them (kill -9) at any time: the others go on, and whoever
 * takes the lock after a dead owner is told.
 */
#include <interlock.h>

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 1000 /* bytes of an order or a bill */

static const char *shop; /* the names of all its objects begin so */

/* ------------------------------------------------------------------ a few words of our own */

static void check(il_status status, const char *what) {
    if (il_status_code(status) != IL_OK) {
        fprintf(stderr, "%s: %s (%s %s %s)\n", what, il_status_text(status), il_status_name(status),
                il_status_call(status), il_status_errno_name(status));
        exit(1);
    }
}

static const char *name_of(const char *part) {
    static char name[IL_NAME_MAX + 1];
    snprintf(name, sizeof name, "%s-%s", shop, part);
    return name;
}

static il_object *open_object(uint32_t kind, const char *part) {
    const int is_queue = kind == IL_KIND_QUEUE;
    il_spec spec = {.kind = kind,
                    .mode = IL_OPEN,
                    .name = name_of(part),
                    /* A queue: capacity and most bytes, as ProcessQueue.open(name, Codec.strings(), 100) says them. */
                    .parameter = {is_queue ? 100 : 0, is_queue ? il_queue_default_bytes() : 0},
                    .codec = is_queue ? "utf8" : NULL,
                    .deadline = il_deadline_after(INT64_C(10000000000))};
    il_object *object;
    check(il_object_open(&spec, &object, NULL), spec.name);
    return object;
}

/* Text in a queue is UTF-8 without an end mark. */
static void put_text(il_object *queue, const char *text) {
    check(il_queue_put(queue, text, strlen(text), IL_FOREVER), "put");
}

/* 0: the queue was shut down, and nothing is left in it. */
static int take_text(il_object *queue, char text[LONGEST + 1]) {
    il_item item;
    il_status status = il_queue_take(queue, text, LONGEST, &item, IL_FOREVER);
    if (il_status_code(status) == IL_SHUT_DOWN) {
        return 0;
    }
    check(status, "take");
    text[item.length] = '\0';
    return 1;
}

/* Ours, whoever had it last and however that one ended. */
static void take_till(il_object *till) {
    il_status status = il_lock_acquire(till, IL_FOREVER);
    if (il_status_code(status) == IL_OWNER_DIED) {
        printf("whoever had the till died\n"); /* here a real shop would count the money */
        status = il_lock_repaired(till);
    }
    check(status, "lock");
}

/* ------------------------------------------------------------------ who works in the shop */

static void open_door(int count) {
    (void)count;
    check(il_event_set(open_object(IL_KIND_EVENT, "door")), "set");
    printf("the shop is open\n");
}

static void be_customer(int count) {
    il_object *door = open_object(IL_KIND_EVENT, "door");
    il_object *till = open_object(IL_KIND_LOCK, "till"), *number = open_object(IL_KIND_LONG, "number");
    il_object *orders = open_object(IL_KIND_QUEUE, "orders"), *bills = open_object(IL_KIND_QUEUE, "bills");
    char text[LONGEST + 1];
    printf("a customer waits\n");
    check(il_event_await(door, IL_FOREVER), "await");
    for (int i = 0; i < count; i++) {
        int64_t last;
        take_till(till);
        check(il_long_get(number, &last), "get");
        check(il_long_set(number, last + 1), "set");
        check(il_lock_release(till), "unlock");
        snprintf(text, sizeof text, "order %" PRId64, last + 1);
        put_text(orders, text);
        if (take_text(bills, text)) {
            printf("paid the %s\n", text);
        }
    }
}

static void be_kitchen(int count) {
    il_object *orders = open_object(IL_KIND_QUEUE, "orders"), *bills = open_object(IL_KIND_QUEUE, "bills");
    char order[LONGEST + 1], bill[LONGEST + 20];
    (void)count;
    printf("the kitchen waits\n");
    while (take_text(orders, order)) {
        printf("cooked %s\n", order);
        snprintf(bill, sizeof bill, "bill of %s", order);
        put_text(bills, bill);
    }
    printf("the kitchen is closed\n");
}

/* Until it is killed: to see what the next one is told. */
static void hold_till(int count) {
    (void)count;
    take_till(open_object(IL_KIND_LOCK, "till"));
    printf("has the till\n");
    for (;;) {
        pause();
    }
}

static void close_kitchen(int count) {
    (void)count;
    check(il_queue_shutdown(open_object(IL_KIND_QUEUE, "orders")), "shutdown");
    printf("no more orders\n");
}

static void tidy(int count) {
    static const char *const parts[] = {"door", "till", "number", "orders", "bills"};
    int tidied = 0;
    (void)count;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        tidied += il_status_code(il_name_unlink(name_of(parts[i]))) == IL_OK;
    }
    printf("tidied %d away\n", tidied);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*play)(int count);
    } roles[] = {{"open", open_door},      {"customer", be_customer}, {"kitchen", be_kitchen},
                 {"hold", hold_till},      {"close", close_kitchen},  {"tidy", tidy}};
    setvbuf(stdout, NULL, _IOLBF, 0);
    long count = 1;
    char *end = "";
    if (argc > 3) {
        count = strtol(argv[3], &end, 10);
    }
    const int understood = argc >= 3 && *end == '\0' && count >= 0 && count <= INT_MAX;
    for (size_t i = 0; understood && i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(argv[1], roles[i].name) == 0) {
            shop = argv[2];
            roles[i].play((int)count);
            return 0; /* the system closes what is open, as it would after a kill */
        }
    }
    fprintf(stderr, "usage: shop open|customer|kitchen|hold|close|tidy NAME [COUNT]\n");
    return 2;
}

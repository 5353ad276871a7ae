/* The contract of platform.h itself, of mutexes and slots, whichever implementation is built. */
#include "objects.h"

#include "segment.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static il_mutex *mutex_in(il_object *object) {
    /* Behind the words of a long, whose control has room to spare. */
    il_mutex *mutex = (il_mutex *)(void *)((char *)object->header + IL_SLOTS_OFFSET - sizeof(il_mutex));
    CHECK(il_platform_mutex_init(mutex) == 0);
    return mutex;
}

struct use {
    il_mutex *mutex;
    const struct il_holder *self;
};

static void *take(void *argument) {
    const struct use *use = argument;
    CHECK(il_platform_mutex_try(use->mutex, use->self) == 0);
    return NULL;
}

static void *meet_taken(void *argument) {
    const struct use *use = argument;
    CHECK(il_platform_mutex_try(use->mutex, use->self) == EBUSY);
    CHECK(il_platform_mutex_lock(use->mutex, use->self, il_deadline_after(20 * MS)) == ETIMEDOUT);
    CHECK(il_platform_mutex_unlock(use->mutex, use->self) == EPERM);
    CHECK(il_platform_mutex_is_held(use->mutex, use->self));
    return NULL;
}

static void in_thread(void *(*body)(void *), struct use *use) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, use) == 0 && pthread_join(thread, NULL) == 0);
}

TEST(a_mutex_knows_its_owner) {
    il_object *object = open_object(IL_KIND_LONG, NULL);
    struct use use = {mutex_in(object), &object->holder};
    CHECK(il_platform_mutex_unlock(use.mutex, use.self) == EPERM);
    CHECK(!il_platform_mutex_is_held(use.mutex, use.self));
    CHECK(il_platform_mutex_lock(use.mutex, use.self, IL_FOREVER) == 0);
    int again = il_platform_mutex_try(use.mutex, use.self);
    CHECK(again == EDEADLK || again == EBUSY);
    CHECK(il_platform_mutex_lock(use.mutex, use.self, IL_FOREVER) == EDEADLK);
    in_thread(meet_taken, &use);
    CHECK(il_platform_mutex_unlock(use.mutex, use.self) == 0);
    CHECK(il_platform_mutex_unlock(use.mutex, use.self) == EPERM);
    CHECK_OK(il_object_close(object));
}

TEST(a_thread_that_ended_is_a_dead_owner_and_the_news_lasts_until_consistent) {
    il_object *object = open_object(IL_KIND_LONG, NULL);
    struct use use = {mutex_in(object), &object->holder};
    in_thread(take, &use);
    CHECK(!il_platform_mutex_is_held(use.mutex, use.self));
    CHECK(il_platform_mutex_lock(use.mutex, use.self, IL_FOREVER) == EOWNERDEAD);
    CHECK(il_platform_mutex_consistent(use.mutex) == 0);
    CHECK(il_platform_mutex_unlock(use.mutex, use.self) == 0);
    in_thread(take, &use);
    CHECK(il_platform_mutex_try(use.mutex, use.self) == EOWNERDEAD);
    CHECK(il_platform_mutex_unlock(use.mutex, use.self) == 0); /* not made consistent */
    CHECK(il_platform_mutex_try(use.mutex, use.self) == ENOTRECOVERABLE);
    /* glibc 2.36: a trylock that says so keeps the lock word. To callers both mean that the object is corrupt. */
    int after = il_platform_mutex_lock(use.mutex, use.self, IL_FOREVER);
    CHECK(after == ENOTRECOVERABLE || after == EDEADLK);
    CHECK_OK(il_object_close(object));
}

static void take_by_name_and_die(void *argument) {
    il_object *object = open_object(IL_KIND_LONG, argument);
    il_mutex *mutex = (il_mutex *)(void *)((char *)object->header + IL_SLOTS_OFFSET - sizeof(il_mutex));
    int error = il_platform_mutex_lock(mutex, &object->holder, IL_FOREVER);
    CHECK(error == 0 || error == EOWNERDEAD);
    raise(SIGKILL); /* without consistent: told again */
}

TEST(a_killed_owner_is_found_by_who_tries_and_by_who_waits) {
    char name[80];
    strcpy(name, harness_name());
    il_object *object = open_object(IL_KIND_LONG, name);
    il_mutex *mutex = mutex_in(object);
    for (int i = 0; i < 10; i++) {
        CHECK(harness_wait(harness_fork(take_by_name_and_die, name)) == -SIGKILL);
        CHECK(harness_wait(harness_fork(take_by_name_and_die, name)) == -SIGKILL);
        CHECK((i % 2 == 0 ? il_platform_mutex_try(mutex, &object->holder)
                          : il_platform_mutex_lock(mutex, &object->holder, IL_FOREVER)) == EOWNERDEAD);
        CHECK(il_platform_mutex_consistent(mutex) == 0 && il_platform_mutex_unlock(mutex, &object->holder) == 0);
    }
    CHECK_OK(il_object_unlink(object));
    CHECK_OK(il_object_close(object));
}

static int has_slot(const il_object *object, const il_object *seen_by) {
    int taken;
    CHECK(il_platform_slot_taken(seen_by->lock_fd, IL_NO_SLOT, object->slot, 1, &taken) == 0);
    return taken;
}

TEST(a_handle_that_was_closed_keeps_its_slot_only_for_what_it_holds) {
    const char *name = harness_name();
    il_object *other = open_object(IL_KIND_LONG, name);
    for (int holds = 0; holds <= 1; holds++) {
        il_object *closed = open_object(IL_KIND_LONG, name);
        il_mutex *mutex = mutex_in(closed), *same = (il_mutex *)(void *)((char *)other->header + IL_SLOTS_OFFSET - sizeof *same);
        CHECK(!holds || il_platform_mutex_try(mutex, &closed->holder) == 0);
        CHECK_OK(il_object_retire(closed, IL_KEEP_MAPPING));
        CHECK(has_slot(closed, other) == (holds && il_platform_owner_needs_slot));
        if (holds) {
            CHECK(il_platform_mutex_is_held(same, &other->holder));
            CHECK(il_platform_mutex_unlock(mutex, &closed->holder) == 0);
        }
        CHECK(il_platform_mutex_renounce(&closed->holder));
        CHECK(!il_platform_owner_needs_slot || il_platform_mutex_try(mutex, &closed->holder) == ECANCELED);
        CHECK(il_platform_mutex_try(same, &other->holder) == 0 && il_platform_mutex_unlock(same, &other->holder) == 0);
        il_object_free(closed);
    }
    CHECK_OK(il_name_unlink(name));
    CHECK_OK(il_object_close(other));
}

/* Memory that went with a mutex that was held is not touched when its holder ends. */
static void *take_in_memory_that_goes(void *unused) {
    il_object *object = open_object(IL_KIND_LONG, NULL);
    (void)unused;
    CHECK(il_platform_mutex_try(mutex_in(object), &object->holder) == 0);
    CHECK_OK(il_object_close(object));
    return NULL;
}

TEST(a_held_mutex_whose_memory_goes_harms_nobody) {
    if (strstr(il_platform_name(), "portable") == NULL) {
        fprintf(stderr, "skipped: a robust pthread mutex must not go while it is held\n");
        return;
    }
    in_thread(take_in_memory_that_goes, NULL);
}

TEST(a_slot_is_taken_until_it_is_given_back_by_hand_or_by_closing) {
    il_object *object = open_object(IL_KIND_LONG, NULL); /* has slot 0 */
    int first, second, first_carrier, second_carrier, packed, taken;
    CHECK(il_platform_reopen(object->lock_fd, &first) == 0 && il_platform_reopen(object->lock_fd, &second) == 0);
    CHECK(il_platform_slot_take(first, 0, &first_carrier) == EAGAIN);
    CHECK(il_platform_slot_take(first, 7, &first_carrier) == 0);
    CHECK(il_platform_slot_take(second, 7, &second_carrier) == EAGAIN);
    CHECK(il_platform_slot_taken(second, IL_NO_SLOT, 7, 1, &taken) == 0 && taken);
    CHECK(il_platform_slot_taken(second, IL_NO_SLOT, 1, 6, &taken) == 0 && !taken);
    CHECK(il_platform_slot_taken(first, 7, 1, 500, &taken) == 0 && !taken); /* but its own */
    CHECK(il_platform_slot_release(first, 7, first_carrier) == 0);
    CHECK(il_platform_slot_taken(second, IL_NO_SLOT, 7, 1, &taken) == 0 && !taken);
    CHECK(il_platform_slot_take(second, 7, &second_carrier) == 0);
    CHECK(il_platform_slot_pack(second, second_carrier, &packed) == 0);
    CHECK(il_platform_slot_taken(first, IL_NO_SLOT, 7, 1, &taken) == 0 && taken); /* on its way */
    CHECK(il_platform_slot_unpack(packed, &second, &second_carrier) == 0);
    CHECK(il_platform_slot_taken(first, IL_NO_SLOT, 7, 1, &taken) == 0 && taken);
    CHECK(il_platform_slot_pack(second, second_carrier, &packed) == 0);
    close(packed);
    CHECK(il_platform_slot_taken(first, IL_NO_SLOT, 7, 1, &taken) == 0 && !taken);
    il_platform_slots_sweep();
    CHECK(il_platform_slot_taken(first, IL_NO_SLOT, 0, 1, &taken) == 0 && taken); /* what is taken is not swept */
    il_descriptor_close(first_carrier);
    close(first);
    CHECK_OK(il_object_close(object));
}

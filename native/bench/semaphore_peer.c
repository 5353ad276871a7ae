#include "orders.h"
#include "peers.h"

#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void semaphore_pair(void) {
    sem_t *semaphore = shared_memory(sizeof *semaphore);
    must(sem_init(semaphore, 1, 1) == 0, "sem_init");
    for (;;) {
        struct order order = next_order();
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            outcome.checksum += sem_wait(semaphore) == 0;
            sem_post(semaphore);
        }
        outcome.end = now();
        int value = 0;
        must(sem_getvalue(semaphore, &value) == 0 && value == 1, "sem_getvalue");
        answer(&outcome, NULL, 0);
    }
}

void semaphore_open_close(void) {
    char name[64];
    snprintf(name, sizeof name, "/interlock-bench-%ld", (long)getpid());
    sem_t *made = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
    must(made != SEM_FAILED, "sem_open");
    sem_close(made); /* held open, every further open would only count it up in glibc */
    for (struct order order; take_order(&order);) {
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            sem_t *semaphore = sem_open(name, 0);
            outcome.checksum += semaphore != SEM_FAILED && sem_close(semaphore) == 0;
        }
        outcome.end = now();
        answer(&outcome, NULL, 0);
    }
    sem_unlink(name);
}

struct semaphores {
    sem_t there, back;
};

static int64_t make_by_semaphores(void *context, int64_t i) {
    struct semaphores *both = context;
    must(sem_post(&both->there) == 0 && sem_wait(&both->back) == 0, "sem_wait");
    return i;
}

void semaphore_round_trip(int pause) {
    struct semaphores *both = shared_memory(sizeof *both);
    must(sem_init(&both->there, 1, 0) == 0 && sem_init(&both->back, 1, 0) == 0, "sem_init");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        while (sem_wait(&both->there) == 0 && sem_post(&both->back) == 0) {
        }
        _exit(EXIT_FAILURE);
    }
    answer_round_trips(pause, make_by_semaphores, both);
    kill(child, SIGKILL); /* no end of input tells it */
    waitpid(child, NULL, 0);
}

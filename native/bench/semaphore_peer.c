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
    for (;;) {
        int64_t amount, start;
        if (scanf("%ld %ld", &amount, &start) != 2) {
            break;
        }
        wait_until(start);
        struct outcome outcome = {.start = now(), .operations = amount};
        for (int64_t i = 0; i < amount; i++) {
            sem_t *semaphore = sem_open(name, 0);
            outcome.checksum += semaphore != SEM_FAILED && sem_close(semaphore) == 0;
        }
        outcome.end = now();
        answer(&outcome, NULL, 0);
    }
    sem_unlink(name);
}

void semaphore_round_trip(int pause) {
    enum { MOST = 200000 };
    sem_t *there = shared_memory(2 * sizeof *there), *back = there + 1;
    must(sem_init(there, 1, 0) == 0 && sem_init(back, 1, 0) == 0, "sem_init");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        while (sem_wait(there) == 0 && sem_post(back) == 0) {
        }
        _exit(1);
    }
    int64_t *latencies = malloc(MOST * sizeof *latencies);
    must(latencies != NULL, "malloc");
    int64_t amount, start;
    while (scanf("%ld %ld", &amount, &start) == 2) {
        amount = amount < MOST ? amount : MOST;
        wait_until(start);
        struct outcome outcome = {.start = now(), .operations = amount};
        for (int64_t i = 0; i < amount; i++) {
            if (pause > 0) {
                wait_until(now() + (int64_t)pause * 1000);
            }
            int64_t sent = now();
            must(sem_post(there) == 0 && sem_wait(back) == 0, "sem_wait");
            latencies[i] = now() - sent;
            outcome.checksum += i;
        }
        outcome.end = now();
        answer(&outcome, latencies, (size_t)amount);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

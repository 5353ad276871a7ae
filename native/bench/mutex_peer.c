#include "orders.h"
#include "peers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void robust_mutex(pthread_mutex_t *mutex) {
    pthread_mutexattr_t attributes;
    must(pthread_mutexattr_init(&attributes) == 0, "pthread_mutexattr_init");
    int shared = PTHREAD_PROCESS_SHARED;
    must(pthread_mutexattr_setpshared(&attributes, shared) == 0, "pthread_mutexattr_setpshared");
    must(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0, "pthread_mutexattr_setrobust");
    must(pthread_mutex_init(mutex, &attributes) == 0, "pthread_mutex_init");
}

void mutex_pair(void) {
    struct {
        pthread_mutex_t mutex;
        volatile int64_t count;
    } *shared = shared_memory(sizeof *shared);
    robust_mutex(&shared->mutex);
    for (;;) {
        struct order order = next_order();
        shared->count = 0;
        wait_until(order.start);
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            pthread_mutex_lock(&shared->mutex);
            shared->count = shared->count + 1;
            pthread_mutex_unlock(&shared->mutex);
        }
        outcome.end = now();
        outcome.checksum = shared->count;
        answer(&outcome, NULL, 0);
    }
}

enum { MOST_PROCESSES = 64 };

struct contention {
    pthread_mutex_t mutex;
    volatile int64_t count;
    int64_t done[MOST_PROCESSES];
};

static void contend(struct contention *shared, int self, int64_t start, int64_t end) {
    int64_t done = 0;
    wait_until(start);
    do { /* the clock is read once in a while: it costs as much as a lock */
        for (int i = 0; i < 64; i++) {
            pthread_mutex_lock(&shared->mutex);
            shared->count = shared->count + 1;
            pthread_mutex_unlock(&shared->mutex);
        }
        done += 64;
    } while (now() < end);
    shared->done[self] = done;
}

void mutex_contend(int processes) {
    must(processes > 0 && processes <= MOST_PROCESSES, "a number of processes");
    struct contention *shared = shared_memory(sizeof *shared);
    robust_mutex(&shared->mutex);
    for (;;) {
        struct order order = next_order();
        for (int i = 0; i < processes; i++) {
            pid_t child = fork();
            must(child >= 0, "fork");
            if (child == 0) {
                contend(shared, i, order.start, order.start + order.amount);
                _exit(0);
            }
        }
        for (int i = 0; i < processes; i++) {
            int status = 0;
            must(wait(&status) > 0 && status == 0, "wait");
        }
        struct outcome outcome = {
            .start = order.start, .end = order.start + order.amount, .checksum = shared->count};
        for (int i = 0; i < processes; i++) {
            outcome.operations += shared->done[i];
        }
        answer(&outcome, shared->done, (size_t)processes);
    }
}

void mutex_owner_killed(void) {
    enum { MOST = 10000 };
    struct {
        pthread_mutex_t mutex;
        _Atomic int held;
        _Atomic int64_t killed;
    } *shared = shared_memory(sizeof *shared);
    robust_mutex(&shared->mutex);
    int64_t *latencies = malloc(MOST * sizeof *latencies);
    must(latencies != NULL, "malloc");
    for (;;) {
        struct order order = next_order();
        must(order.amount <= MOST, "a number of deaths");
        struct outcome outcome = {.start = now(), .operations = order.amount};
        for (int64_t i = 0; i < order.amount; i++) {
            atomic_store(&shared->held, 0);
            pid_t owner = fork();
            must(owner >= 0, "fork");
            if (owner == 0) {
                pthread_mutex_lock(&shared->mutex);
                atomic_store(&shared->held, 1);
                for (;;) {
                    pause();
                }
            }
            while (atomic_load(&shared->held) == 0) {
                usleep(100);
            }
            pid_t killer = fork(); /* while this process waits for the lock */
            must(killer >= 0, "fork");
            if (killer == 0) {
                usleep(5000);
                atomic_store(&shared->killed, now());
                kill(owner, SIGKILL);
                _exit(0);
            }
            int result = pthread_mutex_lock(&shared->mutex);
            latencies[i] = now() - atomic_load(&shared->killed);
            must(result == EOWNERDEAD, "pthread_mutex_lock after a death");
            pthread_mutex_consistent(&shared->mutex);
            pthread_mutex_unlock(&shared->mutex);
            must(wait(NULL) > 0 && wait(NULL) > 0, "wait");
            outcome.checksum++;
        }
        outcome.end = now();
        answer(&outcome, latencies, (size_t)order.amount);
    }
}

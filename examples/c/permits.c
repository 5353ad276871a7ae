/*
 * Permits that C, Python and Java share, in plain POSIX: a ProcessSemaphore "NAME" is the semaphore that sem_open("/NAME")
 * gives to any program. Nothing of Interlock is needed here. permits.py is the same program.
 *
 *     cc -o permits permits.c -pthread
 *     ./permits take NAME        takes a permit, and keeps it until a line comes on standard input
 *     ./permits give NAME        gives one back
 *
 * Nobody owns a permit: whoever is killed while it waits harms nobody, but what a killed holder had is lost until
 * somebody gives it in its place. (A PermitPool's comes back by itself.)
 */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(int succeeded, const char *what) {
    if (!succeeded) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv) {
    char name[256];
    if (argc != 3 || (strcmp(argv[1], "take") != 0 && strcmp(argv[1], "give") != 0)) {
        fprintf(stderr, "usage: permits take|give NAME\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(name, sizeof name, "/%s", argv[2]);
    sem_t *semaphore = sem_open(name, O_CREAT, 0600, 1U);
    check(semaphore != SEM_FAILED, name);
    if (strcmp(argv[1], "take") == 0) {
        printf("waits\n");
        check(sem_wait(semaphore) == 0, "sem_wait");
        printf("took\n");
        (void)getchar();
    }
    check(sem_post(semaphore) == 0, "sem_post");
    printf("gave\n");
    return 0;
}

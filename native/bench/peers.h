/* What bench-peer can be asked to do, one file per family. */
#pragma once

void mutex_pair(void);             /* lock + unlock of a robust process-shared mutex */
void mutex_contend(int processes); /* by several processes, for a time; extras: the operations of each */
void mutex_owner_killed(void);     /* SIGKILL of the owner to EOWNERDEAD in the next; extras: latencies */
void semaphore_pair(void);         /* sem_wait + sem_post */
void semaphore_open_close(void);   /* sem_open + sem_close of a name that exists */
/* sem_post and sem_wait of two semaphores, there and back: what sleeping in a futex costs. Extras: latencies */
void semaphore_round_trip(int pause);
void volatile_read(void);
void memcpy_twice(int size);       /* into a ring of 16 items and out again */
void pipe_transfer(int size);      /* one write and one read for each item, between two processes */
void pipe_round_trip(int pause);   /* there and back, so many µs of pause before each; extras: latencies */

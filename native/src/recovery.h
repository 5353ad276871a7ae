/*
 * What survives a death does so by these; in builds with IL_CRASH_STAGES a process whose environment holds
 * IL_NO_RECOVERY does without one of them, so that a test can show that the tests of deaths notice.
 */
#ifndef IL_RECOVERY_H
#define IL_RECOVERY_H

enum il_recovery {
    IL_RECOVER_MUTEX, /* "mutex": who waits for a mutex learns that its owner died */
    IL_RECOVER_STATE, /* "state": who is given the mutex of a dead owner puts right, or reports, what that one left */
    IL_RECOVER_SLOTS  /* "slots": a dead process is told from a living one */
};

#ifdef IL_CRASH_STAGES
int il_recovers(enum il_recovery what);
#else
#define il_recovers(what) 1
#endif

#endif

/*
 * Failing calls of the system, in builds with IL_CRASH_STAGES: IL_FAIL=call:n:errno in the environment (or arming by a
 * test) lets the n-th call of that name fail without being made, and the later ones succeed. The calls are caught by the
 * linker (--wrap; CMakeLists.txt lists them), so that the code that makes them shows nothing of it.
 */
#ifndef IL_FAIL_H
#define IL_FAIL_H

/* From now on; counting starts over. call NULL: none fails. */
void il_fail_arm(const char *call, unsigned nth, int error);
/* Whether the call that was to fail was made. */
int il_fail_happened(void);
/* Names of the calls that can fail: 0, 1 ... until NULL. */
const char *il_fail_name(unsigned index);

#endif

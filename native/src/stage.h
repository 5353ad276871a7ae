/*
 * Crash stages: IL_STAGE(unit, n) stands between any two steps whose effects others can see. In builds with
 * IL_CRASH_STAGES a process whose environment holds IL_STAGE=unit:n kills itself there, so that a test can
 * let it die at stage 1, 2, 3 ... until it survives. In release builds it is nothing.
 */
#ifndef IL_STAGE_H
#define IL_STAGE_H

#ifdef IL_CRASH_STAGES
void il_stage(const char *unit, int stage);
#define IL_STAGE(unit, stage) il_stage((unit), (stage))
#else
#define IL_STAGE(unit, stage) ((void)0)
#endif

#endif

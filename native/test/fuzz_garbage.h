/* The fuzz target, for whoever runs it: libFuzzer, or garbage_test.c. */
#ifndef IL_TEST_FUZZ_GARBAGE_H
#define IL_TEST_FUZZ_GARBAGE_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

# IL_RESOURCE_PREFIX: the directory of the jar in which Java looks for this platform's native files
# (NativePlatform.java): JNA's name of the system, and -musl after it where that is the C library.

include(CheckCSourceCompiles)

string(TOLOWER "${CMAKE_SYSTEM_NAME}" system)
string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
if(processor MATCHES "^(x86_64|amd64)$")
  set(processor "x86-64")
elseif(processor MATCHES "^(arm64|aarch64)$")
  set(processor "aarch64")
endif()
set(IL_RESOURCE_PREFIX "${system}-${processor}")
if(system STREQUAL "linux")
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a look at a macro needs no linker
  check_c_source_compiles("#include <features.h>\n#ifndef __GLIBC__\n#error another one\n#endif\n" IL_GLIBC)
  unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
  if(NOT IL_GLIBC)
    string(APPEND IL_RESOURCE_PREFIX "-musl") # the other one that Linux has
  endif()
endif()

# Toolchain: zig cc as a cross compiler, which carries headers and stubs of each system with it.
# ./scripts/natives and ./scripts/cross-test give IL_ZIG, its program, and IL_TARGET, one of those below.
#
# glibc 2.28 is that of Debian 10 and RHEL 8: what is newer is looked up at run time. Of macOS zig 0.11 knows 13;
# that what is used of 14.4 is there, is looked up, too (native/src/platform/darwin_wait.c).

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES IL_ZIG IL_TARGET)

set(il_triple_linux-x86-64 x86_64-linux-gnu.2.28)
set(il_triple_linux-aarch64 aarch64-linux-gnu.2.28)
set(il_triple_linux-x86-64-musl x86_64-linux-musl)
set(il_triple_linux-aarch64-musl aarch64-linux-musl)
set(il_triple_darwin-x86-64 x86_64-macos.13.3)
set(il_triple_darwin-aarch64 aarch64-macos.13.3)
if(NOT DEFINED il_triple_${IL_TARGET})
  message(FATAL_ERROR "zig is not told how to build for ${IL_TARGET}")
endif()

# On the host's own architecture, too: CMake must neither run what it built nor look for the host's libraries.
set(CMAKE_CROSSCOMPILING TRUE)
if(IL_TARGET MATCHES "^darwin")
  set(CMAKE_SYSTEM_NAME Darwin)
  set(CMAKE_OSX_SYSROOT "" CACHE STRING "") # zig's own
  set(CMAKE_OSX_DEPLOYMENT_TARGET "" CACHE STRING "")
else()
  set(CMAKE_SYSTEM_NAME Linux)
endif()
if(IL_TARGET MATCHES "x86-64")
  set(CMAKE_SYSTEM_PROCESSOR x86_64)
else()
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
endif()

set(CMAKE_C_COMPILER "${IL_ZIG}" cc -target ${il_triple_${IL_TARGET}})
# The host's ar knows the host's object files.
set(CMAKE_C_ARCHIVE_CREATE "\"${IL_ZIG}\" ar qc <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_C_ARCHIVE_APPEND "\"${IL_ZIG}\" ar q <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_C_ARCHIVE_FINISH "\"${IL_ZIG}\" ranlib <TARGET>")
# Debug information would make each file four times as large.
set(CMAKE_EXE_LINKER_FLAGS_RELEASE_INIT "-s")
set(CMAKE_SHARED_LINKER_FLAGS_RELEASE_INIT "-s")
# zig traps where behaviour is undefined unless it is told not to: that is for tests, and needs no runtime there.
set(CMAKE_C_FLAGS_RELEASE_INIT "-fno-sanitize=undefined")
if(NOT IL_TARGET MATCHES "^darwin") # zig's linker for Mach-O cannot
  string(APPEND CMAKE_C_FLAGS_RELEASE_INIT " -flto")
endif()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_INSTALL_LIBDIR lib CACHE PATH "") # else GNUInstallDirs guesses from a processor that CMake could not try

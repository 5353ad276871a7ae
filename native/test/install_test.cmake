# What `cmake --install` gives is enough for a program in C: header, library by its soname, pkg-config file, launcher;
# and nothing that is the jar's. The program is built and run as a user would, from another directory than the build's.
#
#   cmake -D BUILD=… -D SOURCE=… -D CC=… -D SONAME=… -D VERSION=… -P install_test.cmake

find_program(PKG_CONFIG pkg-config)
find_program(READELF readelf)
if(NOT PKG_CONFIG OR NOT READELF)
  message(STATUS "skipped: there is no pkg-config or no readelf")
  return()
endif()

function(run out)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}\n${error}")
  endif()
  set(${out} "${output}" PARENT_SCOPE)
endfunction()


# Moved after it was installed: nothing in it may know where it was.
set(built_for "${BUILD}/install_test/first" )
set(prefix "${BUILD}/install_test/moved")
file(REMOVE_RECURSE "${BUILD}/install_test")
run(ignored "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${built_for}")
file(RENAME "${built_for}" "${prefix}")

file(GLOB_RECURSE installed RELATIVE "${prefix}" "${prefix}/*")
list(SORT installed)
list(TRANSFORM installed REPLACE "^lib/[^/]*-linux-[^/]*/" "lib/")
set(expected include/interlock.h lib/libinterlock.so "lib/${SONAME}" "lib/libinterlock.so.${VERSION}"
  lib/pkgconfig/interlock.pc libexec/interlock/interlock-launcher)
list(SORT expected)
if(NOT installed STREQUAL expected)
  message(FATAL_ERROR "installed: ${installed}\nexpected:  ${expected}")
endif()

file(GLOB_RECURSE description "${prefix}/interlock.pc")
cmake_path(GET description PARENT_PATH directory)
set(ENV{PKG_CONFIG_PATH} "${directory}")
cmake_path(GET directory PARENT_PATH libraries)
run(version "${PKG_CONFIG}" --modversion interlock)
run(launcher "${PKG_CONFIG}" --variable=launcher interlock)
run(flags "${PKG_CONFIG}" --cflags --libs interlock)
if(NOT version STREQUAL VERSION OR NOT EXISTS "${launcher}")
  message(FATAL_ERROR "version ${version}, launcher ${launcher}")
endif()

set(program "${BUILD}/install_test/shop")
separate_arguments(flags UNIX_COMMAND "${flags}")
run(ignored "${CC}" -std=c11 -o "${program}" "${SOURCE}/examples/c/shop.c" ${flags})
run(dynamic "${READELF}" -d "${program}")
if(NOT dynamic MATCHES "NEEDED[^\n]*\\[${SONAME}\\]")
  message(FATAL_ERROR "the program does not ask for ${SONAME}:\n${dynamic}")
endif()

set(ENV{LD_LIBRARY_PATH} "${libraries}")
string(RANDOM LENGTH 12 name)
run(said "${program}" tidy "install-${name}")
run(said "${program}" open "install-${name}")
run(tidied "${program}" tidy "install-${name}")
if(NOT said STREQUAL "the shop is open" OR NOT tidied STREQUAL "tidied 1 away")
  message(FATAL_ERROR "open: ${said}; tidy: ${tidied}")
endif()

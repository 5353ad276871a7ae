# What ./scripts/natives has built gets into the jar, all of it, and none of it once a source has changed.
#
#   cmake -D BUILD=… -D SOURCE=… -P natives_test.cmake

set(work "${BUILD}/natives_test")
set(platforms darwin-aarch64 darwin-x86-64 linux-aarch64 linux-aarch64-musl linux-x86-64 linux-x86-64-musl)
file(REMOVE_RECURSE "${work}")
foreach(platform ${platforms})
  file(WRITE "${work}/natives/${platform}/interlock-launcher" "${platform}")
endforeach()

function(package result)
  file(REMOVE_RECURSE "${work}/classes")
  file(WRITE "${work}/classes/linux-x86-64/interlock-launcher" "as Maven made it")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${SOURCE}" "-DNATIVES=${work}/natives" "-DTARGET=${work}/classes"
    -P "${SOURCE}/cmake/NativesStamp.cmake" RESULT_VARIABLE failed ERROR_VARIABLE said)
  file(GLOB packaged RELATIVE "${work}/classes" "${work}/classes/*")
  list(SORT packaged)
  file(READ "${work}/classes/linux-x86-64/interlock-launcher" own)
  set(${result} "${failed};${own};${packaged}" PARENT_SCOPE)
  set(said "${said}" PARENT_SCOPE)
endfunction()

function(expect what found expected)
  if(NOT found STREQUAL expected)
    message(FATAL_ERROR "${what}: ${found}\nexpected: ${expected}")
  endif()
endfunction()

package(found)
expect("none were built" "${found}" "0;as Maven made it;linux-x86-64")

execute_process(COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${SOURCE}" "-DSTAMP=${work}/natives/sources"
  -P "${SOURCE}/cmake/NativesStamp.cmake" COMMAND_ERROR_IS_FATAL ANY)
package(found)
expect("all were built" "${found}" "0;linux-x86-64;${platforms}")

file(WRITE "${work}/natives/sources" "others")
package(found)
expect("a source has changed" "${found}" "0;as Maven made it;linux-x86-64")
if(NOT said MATCHES "scripts/natives")
  message(FATAL_ERROR "nobody is told to build them again: ${said}")
endif()

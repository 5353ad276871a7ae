# What ./scripts/natives has built, and whether it is of these sources: a jar must not mix two versions.
#
#   cmake -DSOURCE=DIR -DSTAMP=FILE -P NativesStamp.cmake                  writes down what the sources are
#   cmake -DSOURCE=DIR -DNATIVES=DIR -DTARGET=DIR -P NativesStamp.cmake    copies, if they are still the same

file(GLOB_RECURSE files LIST_DIRECTORIES FALSE "${SOURCE}/native/include/*" "${SOURCE}/native/src/*"
  "${SOURCE}/native/launcher/*" "${SOURCE}/cmake/*" "${SOURCE}/CMakeLists.txt")
list(SORT files)
set(sums "")
foreach(file ${files})
  file(SHA256 "${file}" sum)
  string(APPEND sums "${sum}\n")
endforeach()
string(SHA256 sources "${sums}")

if(STAMP)
  file(WRITE "${STAMP}" "${sources}")
  return()
endif()
if(NOT EXISTS "${NATIVES}/sources")
  return() # none were built: the jar holds what Maven made for this system
endif()
file(READ "${NATIVES}/sources" built)
if(NOT built STREQUAL sources)
  message(WARNING "left out of the jar, because C sources have changed since: ${NATIVES}; run ./scripts/natives again")
  return()
endif()
file(GLOB platforms LIST_DIRECTORIES TRUE "${NATIVES}/*-*")
foreach(platform ${platforms})
  get_filename_component(name "${platform}" NAME)
  file(REMOVE_RECURSE "${TARGET}/${name}") # what is hardly a second older would be left as it is
  file(COPY "${platform}" DESTINATION "${TARGET}")
endforeach()

# IL_JNI_INCLUDE_DIRS: where jni.h and jni_md.h are, or empty. Only these two are needed, and
# FindJNI wants AWT as well. Looked for in -DJAVA_HOME, then $JAVA_HOME, then the java on the PATH.

function(il_find_jni_headers out)
  set(homes "${JAVA_HOME}" "$ENV{JAVA_HOME}")
  find_program(IL_JAVA java)
  mark_as_advanced(IL_JAVA)
  if(NOT JAVA_HOME AND NOT DEFINED ENV{JAVA_HOME} AND IL_JAVA)
    execute_process(COMMAND "${IL_JAVA}" -XshowSettings:properties -version
      OUTPUT_QUIET ERROR_VARIABLE settings)
    if(settings MATCHES "java\\.home = ([^\n]+)")
      list(APPEND homes "${CMAKE_MATCH_1}")
    endif()
  endif()
  string(TOLOWER "${CMAKE_SYSTEM_NAME}" system)
  foreach(home ${homes})
    set(include "${home}/include")
    if(EXISTS "${include}/jni.h" AND EXISTS "${include}/${system}/jni_md.h")
      set(${out} "${include}" "${include}/${system}" PARENT_SCOPE)
      return()
    endif()
    # Built elsewhere for macOS: any JDK has jni.h, and what it leaves to the system stands with us.
    if(CMAKE_CROSSCOMPILING AND system STREQUAL "darwin" AND EXISTS "${include}/jni.h")
      set(${out} "${include}" "${PROJECT_SOURCE_DIR}/native/jni-darwin" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${out} "" PARENT_SCOPE)
endfunction()

il_find_jni_headers(IL_JNI_INCLUDE_DIRS)

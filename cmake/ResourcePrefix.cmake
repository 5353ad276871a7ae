# IL_RESOURCE_PREFIX: the directory of the jar that JNA looks in for this platform's native files.

string(TOLOWER "${CMAKE_SYSTEM_NAME}" system)
string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
if(processor MATCHES "^(x86_64|amd64)$")
  set(processor "x86-64")
elseif(processor MATCHES "^(arm64|aarch64)$")
  set(processor "aarch64")
endif()
set(IL_RESOURCE_PREFIX "${system}-${processor}")

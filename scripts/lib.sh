# What the scripts share: the repository's root, checks for the tools, and building on demand.
# Sourced, not run.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# usage: prints the header comment of the calling script.
usage() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
}

# need TOOL WHAT: ends with one line that says what to install when TOOL is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || die "$1 is missing: install $2"
}

# at_least WANTED HAVE: true when version HAVE is WANTED or newer.
at_least() {
  [[ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" == "$1" ]]
}

# java_tool NAME: the JDK's program: of JAVA_HOME when it is set, as Maven takes it, else of the PATH.
java_tool() {
  if [[ -n "${JAVA_HOME:-}" ]]; then echo "$JAVA_HOME/bin/$1"; else echo "$1"; fi
}

# newest_jdk FEATURE: the home of a JDK of that release or newer beside the one in use; empty if there is none.
newest_jdk() {
  local home version best="" best_version="$1"
  for home in "$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v "$(java_tool javac)")")")")")"/*; do
    [[ -x "$home/bin/java" && -f "$home/release" ]] || continue
    version="$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$home/release")"
    if at_least "$best_version" "$version"; then
      best="$home"
      best_version="$version"
    fi
  done
  echo "$best"
}

need_tools() {
  local javac version
  javac="$(java_tool javac)"
  need "$javac" "a JDK, 17 or newer (Debian: openjdk-17-jdk-headless), and let JAVA_HOME, if set, name it"
  version="$("$javac" -version 2>&1 | sed -n 's/^javac //p')"
  at_least 17 "$version" || die "javac is version $version: install a JDK, 17 or newer, or set JAVA_HOME to one"
  need mvn "Maven, 3.8 or newer (Debian: maven)"
  need cc "a C compiler (Debian: gcc libc6-dev)"
  need cmake "CMake, 3.21 or newer (Debian: cmake)"
  version="$(cmake --version | sed -n '1s/.* //p')"
  at_least 3.21 "$version" || die "cmake is version $version: install CMake, 3.21 or newer"
  if command -v ninja >/dev/null 2>&1; then
    export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"
  else
    need make "make or ninja (Debian: make)"
  fi
}

# build_test_programs PRESET: builds the C library and its tests.
build_test_programs() {
  cmake --preset "$1" --log-level=WARNING >/dev/null
  cmake --build --preset "$1" --parallel 2
}

# ensure_built MODULE: makes the jars that java/MODULE needs, and its own, unless they are newer than every source.
ensure_built() {
  local stamp="$root/java/$1/target/built" log="$root/build/package-$1.log"
  if [[ -f "$stamp" && -z "$(cd "$root" && find pom.xml CMakeLists.txt .mvn cmake native \
    java/*/pom.xml java/*/src -newer "$stamp" -print -quit)" ]]; then
    return
  fi
  need_tools
  echo "building Interlock (the first time takes a minute or two) ..." >&2
  mkdir -p "$root/build"
  touch "$root/build/package-$1.start"
  (cd "$root" && mvn -B -pl "java/$1" -am -Dmaven.test.skip=true package) >"$log" 2>&1 </dev/null ||
    { cat "$log" >&2; die "the build failed"; }
  mv "$root/build/package-$1.start" "$stamp"
}

# java_command MODULE: sets the array of that name to the JVM with java/MODULE on its class path.
java_command() {
  local java options target="$root/java/$1/target"
  java="$(java_tool java)"
  need "$java" "a JDK, 17 or newer (Debian: openjdk-17-jdk-headless), and let JAVA_HOME, if set, name it"
  # Both names: JDK 17 and 18 read the first for the console, later ones the second.
  options=(-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8)
  # From JDK 24 on the JVM warns about native access that was not allowed by name.
  case "$("$java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')" in
    1? | 20 | 21) ;;
    *) options+=(--enable-native-access=ALL-UNNAMED) ;;
  esac
  # shellcheck disable=SC2034 # the calling script uses it
  java_command=("$java" "${options[@]}" -cp "$target/classes:$(<"$target/class-path")")
}

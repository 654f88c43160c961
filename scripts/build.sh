#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Brings the build of one preset up to date: packages, configure, build. Silent and quick (one ninja
# check) when nothing is to do. Says everything on stderr, prints nothing on stdout.
#
#   scripts/build.sh [--preset NAME] [TARGET...]
#
#   --preset NAME    a preset of CMakePresets.json; default release, built in build/release
#   TARGET...        what to build; default everything, tests included
#
# AGON_JOBS=N overrides the number of compile jobs (default: cores, less when memory is short).
# Exit code 69: packages are missing; 70: configure or build failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

preset=release
targets=()
while (($#)); do
  case $1 in
    -h | --help)
      usage_of "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --preset)
      (($# >= 2)) || die 2 "--preset needs a name" "fix: scripts/build.sh --preset release"
      preset=$2
      shift
      ;;
    -*) die 2 "unknown option '$1'" "fix: scripts/build.sh --help" ;;
    *) targets+=("$1") ;;
  esac
  shift
done
build=$root/build/$preset

# Does the build folder belong to this very tree? A copied or moved tree carries absolute paths of
# its old place and would build, or call up to date, the other one.
is_ours() { grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt" 2>/dev/null; }

# A dry run that has nothing to say is the whole work of a call on a built tree. It also notices a
# changed CMakeLists.txt and a header of a package that has gone.
up_to_date() {
  [[ -e $build/build.ninja ]] && is_ours && command -v ninja >/dev/null || return 1
  local said
  said=$(ninja -C "$build" -n "${targets[@]}" 2>/dev/null) || return 1
  [[ $said == *"ninja: no work to do."* ]]
}

up_to_date && exit 0

# Two calls at once must not build in one folder; the second waits and then finds nothing to do.
mkdir -p "$root/build" || die "$EXIT_BUILD" "$root/build: cannot be created" \
  "fix: make the repository's folder writable for $(id -un)"
exec 9>"$root/build/.lock"
if ! flock -n 9; then
  say "waiting for another build of this tree"
  flock 9
fi
up_to_date && exit 0

"$here/packages.sh"

if [[ -e $build && ! -e $build/build.ninja ]] || { [[ -e $build/CMakeCache.txt ]] && ! is_ours; }; then
  # A configure that was cut short, or the cache of another place: start from nothing.
  rm -rf "$build"
fi
if [[ ! -e $build/build.ninja ]]; then
  say "configuring preset $preset"
  (cd "$root" && cmake --preset "$preset") >&2 || die "$EXIT_BUILD" "configure failed, see CMake's message above" \
    "fix: install what it misses (scripts/packages.sh --check lists packages), or remove $build and try again"
fi

jobs=${AGON_JOBS:-$(build_jobs)}
say "building preset $preset with $jobs jobs"
ninja -C "$build" -j "$jobs" "${targets[@]}" >&2 || die "$EXIT_BUILD" "the build failed, see the first error above" \
  "fix: if the compiler was killed, memory is short: set AGON_JOBS=1 and try again"

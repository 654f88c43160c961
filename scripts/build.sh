#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Brings the build of one preset up to date: packages, configure, build. Silent and quick (one ninja
# call) when nothing is to do. Says everything on stderr, prints nothing on stdout.
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

build_failed() {
  die "$EXIT_BUILD" "the build failed, see the first error above" \
    "fix: if the compiler was killed, memory is short: set AGON_JOBS=1 and try again"
}

# Does the build folder belong to this very tree? A copied or moved tree carries absolute paths of
# its old place and would build the other one.
is_configured() {
  [[ -e $build/build.ninja ]] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt" 2>/dev/null &&
    command -v ninja >/dev/null && command -v cmake >/dev/null
}

# ninja's lines, held back until one tells of real work: every build checks globs and the git commit
# anew, and a call on a built tree must be silent. On a terminal, progress stays on one line.
show_work() {
  local line width=0 working=0
  local -a held=()
  [[ -t 2 ]] && width=$(tput cols 2>/dev/null || echo 80)
  while IFS= read -r line || [[ -n $line ]]; do
    if ((!working)); then
      held+=("$line")
      case $line in
        *"] Building"* | *"] Linking"* | *"Re-running CMake"* | *error* | *FAILED*)
          working=1
          say "building preset $preset with $jobs jobs" && printf '%s\n' "${held[@]}" >&2
          ;;
      esac
    elif ((width)) && [[ $line =~ ^\[[0-9]+/[0-9]+\]\  ]]; then
      printf '\r%s\033[K' "${line:0:width-1}" >&2
    else
      ((width)) && printf '\r\033[K' >&2
      printf '%s\n' "$line" >&2
    fi
  done
  if ((working && width)); then printf '\n' >&2; fi
}

compile() { ninja -C "$build" -j "$jobs" "${targets[@]}" 2>&1 | show_work; }

# A tree that somebody else built and that is not ours to write is run as it is.
if [[ -e $build/build.ninja && ! -w $build ]]; then exit 0; fi

# Two calls at once must not build in one folder; the second waits and then finds nothing to do.
mkdir -p "$root/build" || die "$EXIT_BUILD" "$root/build: cannot be created" \
  "fix: make the repository's folder writable for $(id -un)"
exec 9>"$root/build/.lock"
if ! flock -n 9; then
  say "waiting for another build of this tree"
  flock 9
fi

jobs=${AGON_JOBS:-$(build_jobs)}

# The usual case first: what is built stays built, and packages that were there are looked for again
# only when the build fails (they may have been removed since).
if is_configured; then
  if compile; then exit 0; fi
  if "$here/packages.sh" --check >/dev/null; then build_failed; fi
fi

"$here/packages.sh"

if [[ -e $build ]] && ! is_configured; then
  # A configure that was cut short, or the cache of another place: start from nothing.
  rm -rf "$build"
fi
if [[ ! -e $build/build.ninja ]]; then
  say "configuring preset $preset"
  (cd "$root" && cmake --preset "$preset") >&2 || die "$EXIT_BUILD" \
    "configure failed, see CMake's message above" \
    "fix: install what it misses (scripts/packages.sh --check lists packages)," \
    "     or remove $build and try again"
fi
compile || build_failed

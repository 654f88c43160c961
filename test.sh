#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds Agon with its tests and runs them.
#
#   ./test.sh                all tests but those labelled slow
#   ./test.sh --all          all tests
#   ./test.sh ARGS...        further arguments go to ctest, for example: ./test.sh -R core -V
#
# The last line is ctest's verdict: "100% tests passed, 0 tests failed out of N"; the one before says which
# tests were skipped and why. The exit code is ctest's; 69: packages are missing and could not be installed; 70: configure or build failed.
# AGON_NO_INSTALL=1 installs no packages; AGON_JOBS=N sets the number of compile jobs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

selection=(-LE '^slow$')
args=()
for arg in "$@"; do
  case $arg in
    -h | --help)
      usage_of "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --all) selection=() ;;
    *) args+=("$arg") ;;
  esac
done

"$root/scripts/build.sh"

# Tests on real data take it from AGON_DATA_DIR, or from the folder shared/data beside the repository; they look
# at its bytes first and say when they are skipped.
beside=$(dirname "$root")/shared/data
if [[ -z ${AGON_DATA_DIR:-} && -d $beside ]]; then export AGON_DATA_DIR=$beside; fi

# --timeout: a test that hangs must not take the whole budget with it. An empty selection is an
# error, or a typo in -R would pass.
cd "$root"
log=build/release/Testing/Temporary/LastTest.log

# Why a test was skipped: what its output says behind "skipped: ".
reason_of() {
  awk -v name="$1" '
    / Test: / { inside = substr($0, index($0, " Test: ") + 7) == name; next }
    inside && sub(/^.*skipped: /, "") { print; exit }' "$log" 2>/dev/null
}

# summary TEST...: the skipped ones in one line, by reason.
summary() {
  local test reason
  local -a reasons=()
  local -A tests=()
  for test in "$@"; do
    reason=$(reason_of "$test")
    reason=${reason:-it does not say why}
    [[ -n ${tests[$reason]:-} ]] || reasons+=("$reason")
    tests[$reason]+=" $test"
  done
  printf '%d tests skipped' $#
  for reason in "${reasons[@]}"; do printf ';%s: %s' "${tests[$reason]}" "$reason"; done
  printf '\n'
}

ctest --preset release --parallel "$(nproc)" --timeout 300 --no-tests=error --no-label-summary \
  "${selection[@]}" "${args[@]}" </dev/null |
  {
    # ctest prints its verdict before the lists of skipped and failed tests; people and machines
    # look at the end.
    verdict=
    skipped=()
    while IFS= read -r line || [[ -n $line ]]; do
      if [[ $line =~ ^[0-9]+%\ tests\ passed ]]; then
        verdict=$line
        continue
      fi
      printf '%s\n' "$line"
      if [[ $line =~ ^[[:space:]]*[0-9]+\ -\ (.+)\ \(Skipped\) ]]; then skipped+=("${BASH_REMATCH[1]}"); fi
    done
    if [[ -n $verdict ]]; then
      summary "${skipped[@]}"
      printf '%s\n' "$verdict"
    fi
  }

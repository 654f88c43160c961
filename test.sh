#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds Agon with its tests and runs them.
#
#   ./test.sh                all tests but those labelled slow
#   ./test.sh --all          all tests
#   ./test.sh ARGS...        further arguments go to ctest, for example: ./test.sh -R core -V
#
# The last line is ctest's verdict: "100% tests passed, 0 tests failed out of N". The exit code is
# ctest's; 69: packages are missing and could not be installed; 70: configure or build failed.
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

# Tests on real data run where AGON_DATA_DIR names a folder of it, or where one (it holds mnist) lies in a
# folder beside the repository; elsewhere they say that they were skipped.
if [[ -z ${AGON_DATA_DIR:-} ]]; then
  for found in "$(dirname "$root")"/*/data/mnist; do
    if [[ -d $found ]]; then export AGON_DATA_DIR=${found%/mnist}; fi
  done
fi

# --timeout: a test that hangs must not take the whole budget with it. An empty selection is an
# error, or a typo in -R would pass.
cd "$root"
ctest --preset release --parallel "$(nproc)" --timeout 300 --no-tests=error --no-label-summary \
  "${selection[@]}" "${args[@]}" </dev/null |
  {
    # ctest prints its verdict before the lists of skipped and failed tests; people and machines
    # look at the end.
    verdict=
    while IFS= read -r line || [[ -n $line ]]; do
      if [[ $line =~ ^[0-9]+%\ tests\ passed ]]; then verdict=$line; else printf '%s\n' "$line"; fi
    done
    if [[ -n $verdict ]]; then printf '%s\n' "$verdict"; fi
  }

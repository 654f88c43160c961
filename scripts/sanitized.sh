#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the tree with sanitizers and runs its tests: any finding is a failed test.
#
#   scripts/sanitized.sh asan|tsan [ARGS...]     ARGS go to ctest
#
#   asan   addresses, leaks and undefined behaviour: all ordinary tests, with the rules, but those of the browser
#   tsan   threads: the tests that start some, on the std back end of parallel_for
#
# The build stands in build/asan or build/tsan. The exit code is ctest's; 2 the command line; 70 the build failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

targets=()
case ${1:-} in
  asan) ;;
  tsan) targets=(threaded_tests) ;;
  -h | --help)
    usage_of "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *) die 2 "'${1:-}' is no sanitizer's preset" "fix: scripts/sanitized.sh asan" ;;
esac
preset=$1
shift
"$here/build.sh" --preset "$preset" "${targets[@]}"
cd "$(dirname "$here")"
exec ctest --preset "$preset" --parallel "$(build_jobs)" --no-tests=error --no-label-summary "$@" </dev/null

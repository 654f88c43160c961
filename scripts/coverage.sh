#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Which lines of harness, datasets and reports the ordinary tests run, and a floor for each of these folders.
#
#   scripts/coverage.sh [-f PERCENT]
#
#   -f PERCENT   the floor, of the lines of each folder (90)
#
# Builds the preset coverage in build/coverage and runs its tests: all but those that are slow, build something
# themselves or need a browser. build/coverage/coverage.txt has the lines of every file that no test runs.
# Exit code: 0; 1 a folder is below the floor or a test failed; 77 there is no gcovr; 2 the command line;
# 70 the build or gcovr failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

floor=90
while getopts f:h option; do
  case $option in
    f) floor=$OPTARG ;;
    h)
      usage_of "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) exit 2 ;;
  esac
done

if ! command -v gcovr >/dev/null; then
  echo "skipped: there is no gcovr (apt-get install gcovr)"
  exit 77
fi
cd "$root"
build=$root/build/coverage
"$here/build.sh" --preset coverage

# Counts of before would be added to.
find "$build" -name '*.gcda' -delete
failed=0
ctest --preset coverage --parallel "$(build_jobs)" --no-label-summary </dev/null >"$build/tests.log" 2>&1 || failed=1
grep -E '^[0-9]+% tests passed|\*\*\*(Failed|Timeout|Not Run|Exception)' "$build/tests.log" || true

gcovr --root "$root" --filter "$root/(harness|datasets|reports)/" -j "$(build_jobs)" \
  --txt "$build/coverage.txt" --csv "$build/coverage.csv" "$build" >"$build/gcovr.log" 2>&1 ||
  die "$EXIT_BUILD" "gcovr failed" "$(tail -n 20 "$build/gcovr.log")"
# filename,line_total,line_covered,...
awk -F, -v floor="$floor" '
  NR > 1 { split($1, path, "/"); total[path[1]] += $2; covered[path[1]] += $3 }
  END {
    for (folder in total) {
      percent = 100 * covered[folder] / total[folder]
      low = percent < floor
      below += low
      printf "%-10s %6d of %6d lines %6.1f %%%s\n", folder, covered[folder], total[folder], percent, low ? "  below the floor of " floor " %" : ""
    }
    exit below > 0 || NR < 2
  }' "$build/coverage.csv" || failed=1
exit $failed

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Counts the instructions of each kernel and of one step of each rule under callgrind and holds them against
# a recorded table: a count that no neighbour and no clock moves.
#
#   instructions.sh STEPS PLUGINS TABLE            fails where a count is more than 2 % above the table's
#   instructions.sh STEPS PLUGINS TABLE --record   writes the table anew
#
# STEPS is the program agon_steps, PLUGINS the folder of the rules. valgrind knows no AVX-512, so it is the kernels for AVX2 that are counted.
# Exit code 77: skipped, because valgrind, AVX2 or the compiler that the table was recorded with is not here.
set -euo pipefail

steps=$1
plugins=$2
table=$3
most=2 # per cent

skip() {
  printf 'skipped: %s\n' "$1"
  exit 77
}
command -v valgrind >/dev/null || skip "valgrind is not installed"
grep -qw avx2 /proc/cpuinfo || skip "this processor has no AVX2"
compiler=$(strings -a "$steps" | grep -m 1 '^GCC: (' | sed 's/.*) //' || true)
compiler="g++ ${compiler%.*}"
if [[ ${4:-} != --record ]]; then
  recorded=$(sed -n 's/^# compiler: //p' "$table")
  [[ $compiler == "$recorded" ]] || skip "the table is of $recorded, this is $compiler"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$folder/counts" --collect-atstart=no \
  --toggle-collect=agon_counted --dump-after=agon_counted "$steps" "$plugins" >"$folder/names" 2>"$folder/log" || {
  cat "$folder/log"
  exit 1
}

# One file a call, numbered from 1, with the line "totals: N".
number=0
while IFS= read -r name; do
  number=$((number + 1))
  printf '%s\t%s\n' "$(sed -n 's/^\(totals\|summary\): *//p' "$folder/counts.$number" | head -1)" "$name"
done <"$folder/names" >"$folder/now"

if [[ ${4:-} == --record ]]; then
  {
    printf '# Instructions of one call or step, AVX2; recorded by tests/bench/instructions.sh --record.\n'
    printf '# compiler: %s\n' "$compiler"
    cat "$folder/now"
  } >"$table"
  exit 0
fi

# name -> count of the table; a line for each that differs.
awk -F '\t' -v most="$most" '
  FNR == NR { if ($0 !~ /^#/) recorded[$2] = $1; next }
  !($2 in recorded) { printf "new:    %s, %d instructions; record the table anew\n", $2, $1; bad = 1; next }
  { was = recorded[$2]; change = 100 * ($1 - was) / was
    delete recorded[$2]
    if (change > most) { printf "more:   %s, %d instructions for %d: %+.1f %%\n", $2, $1, was, change; bad = 1 }
    else if (change < -most) printf "fewer:  %s, %d instructions for %d: %+.1f %%; record the table anew\n", $2, $1, was, change
  }
  END { for (name in recorded) { printf "absent: %s; record the table anew\n", name; bad = 1 }; exit bad }
' "$table" "$folder/now"

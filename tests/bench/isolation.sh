#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What it costs that cells run in processes of their own: CPU seconds of `agon run -j 1` and all its processes,
# less those of the same command again (planning and report), against the same cells one after another in one
# process (in_process.cc). In turn, ROUNDS times, the medians of both: of trivial cells, and of quick.
#
#   isolation.sh AGON IN_PROCESS PLUGINS [ROUNDS]
set -euo pipefail

agon=$1
alone=$2
plugins=$3
rounds=${4:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >trivial.toml <<'END'
schema = 1
name = "trivial"
[[study]]
name = "accuracy"
seeds = 1000
[[study.grid]]
tasks = ["xor"]
rules = ["linear[epochs=1]", "bp[epochs=1,width=4]"]
END

# cpu COMMAND...: CPU seconds of it and of all that it started.
TIMEFORMAT='%U %S'
cpu() { { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# compare NAME SUITE STUDY...
compare() {
  local name=$1 suite=$2 round whole again line count
  shift 2
  local -a run=("$agon" run "$suite" -j 1)
  local study
  for study in "$@"; do run+=(--study "$study"); done
  : >"$name.isolated"
  : >"$name.alone"
  for ((round = 0; round < rounds; ++round)); do
    whole=$(cpu "${run[@]}" -o "$name$round")
    again=$(cpu "${run[@]}" -o "$name$round")
    echo "$whole $again" | awk '{ print $1 - $2 }' >>"$name.isolated"
    line=$("$alone" "$plugins" "$suite" "$@")
    count=${line%% *}
    awk '{ print $2 }' <<<"$line" >>"$name.alone"
  done
  echo "$name $count $(median <"$name.isolated") $(median <"$name.alone")" |
    awk '{ printf "%-8s %5d cells: isolated %.3f CPU s, in one process %.3f: %.3f ms a cell, %+.1f %%\n", $1, $2, $3, $4,
      1000 * ($3 - $4) / $2, 100 * ($3 / $4 - 1) }'
}
compare trivial trivial.toml
compare quick quick accuracy learning-rate depth

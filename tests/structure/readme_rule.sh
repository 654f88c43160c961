#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The rule that README.md shows: its C++ block is compiled with the README's own g++ line and must learn.
#
#   readme_rule.sh ROOT AGON
set -euo pipefail

root=$1 agon=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk '/^```cpp$/ { on = 1; next } /^```$/ { if (on) exit } on' "$root/README.md" >"$scratch/delta.cc"
compile=$(grep -m1 '^g++ .*delta\.cc' "$root/README.md")
cd "$scratch"
ln -s "$root/plugins" plugins # the line names the headers as seen from the repository
bash -c "$compile"
"$agon" run quick --plugin delta.agon.so -r delta -r bp -t digits --study accuracy -s 1 -o run
awk -F, '
  NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
  $column["rule"] == "delta" { score = $column["score_mean"] }
  END { printf "delta: %s\n", score; exit !(score > 0.85 && score <= 1) }' run/summary.csv

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A speed study with and without two programs beside it that take every cycle they get: ratios of rules stay
# within 10 % of the quiet ones, the interval of the baseline against itself has 1 in it, and no verdict
# changes. Ratios only: absolute times of a shared machine say nothing.
#
#   busy.sh AGON [FOLDER]    FOLDER keeps the two runs
set -euo pipefail

agon=$1
folder=${2:-$(mktemp -d)}
[[ -n ${2:-} ]] || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"
cd "$folder"
cat >study.toml <<'END'
schema = 1
name = "busy"
[defaults]
seeds = 6
[[study]]
name = "speed"
[[study.grid]]
tasks = ["digits"]
rules = ["bp[epochs=10]", "ed[width=16,init=units,epochs=5]", "pc[steps=8,gamma=0.03,epochs=5]", "linear[epochs=20]"]
END

"$agon" run study.toml -o quiet >/dev/null
hogs=()
stop() { kill "${hogs[@]}" 2>/dev/null || true; }
trap 'stop; [[ -n ${2:-} ]] || rm -rf "$folder"' EXIT
for _ in 1 2; do
  while :; do :; done &
  hogs+=($!)
done
"$agon" run study.toml -o busy >/dev/null
stop

# rule, what, ratio, low, high, word of the baseline and each rule.
table() {
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
    { for (part = 0; part < 2; ++part) {
        name = part ? "predict" : "train"
        word = $at["speed_" name "_word"]
        gsub(" ", "-", word)
        print $at["rule"], name, $at["speed_" name "_ratio_to_bp"], $at["speed_" name "_ratio_low"],
          $at["speed_" name "_ratio_high"], word == "" ? "-" : word } }' "$1/summary.csv"
}
table quiet >quiet.txt
table busy >busy.txt
paste -d ' ' quiet.txt busy.txt | awk '
  { shift = $9 / $3
    fault = ""
    if ($1 == "bp") { if ($10 > 1 || $11 < 1) fault = "the interval against itself leaves out 1" }
    else if (shift > 1.1 || shift < 1 / 1.1) fault = "the ratio moved by more than 10 %"
    else if ($6 != $12) fault = "the verdict changed"
    printf "%-8s %-8s quiet %.3f [%.3f, %.3f] %s, busy %.3f [%.3f, %.3f] %s%s\n", $1, $2, $3, $4, $5, $6,
      $9, $10, $11, $12, fault == "" ? "" : ": " fault
    if (fault != "") bad = 1 }
  END { exit bad }'

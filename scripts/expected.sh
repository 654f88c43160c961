#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the rules of a run scored, as the expected.toml that lies beside a plugin (harness/run/expected.h):
#
#   scripts/expected.sh out/standard/summary.csv standard-1 > plugins/expected.toml
#
# Of the study accuracy, runs that ended ok alone; four digits, which is more than seeds can tell apart.
set -euo pipefail

if (($# != 2)); then
  echo "usage: scripts/expected.sh SUMMARY.csv SUITE" >&2
  exit 2
fi
awk -v suite="$2" -v quote='"' '
  function cells(line,   n, i, c, inside) {
    n = 1; cell[1] = ""; inside = 0
    for (i = 1; i <= length(line); ++i) {
      c = substr(line, i, 1)
      if (c == quote) inside = !inside
      else if (c == "," && !inside) cell[++n] = ""
      else cell[n] = cell[n] c
    }
    return n
  }
  function number(text, form) { return text == "" ? "nan" : sprintf(form, text) }
  NR == 1 {
    n = cells($0)
    for (i = 1; i <= n; ++i) at[cell[i]] = i
    print "# What the rules of this folder scored: written by scripts/expected.sh, read by the cards."
    printf "suite = \"%s\"\nscores = [\n", suite
    print "  # rule, task, ruleset, metric, seeds, mean, low, high, multiply-accumulates per sample[, settings]"
    next
  }
  {
    cells($0)
    if (cell[at["study"]] != "accuracy" || cell[at["mode"]] != "train" || cell[at["score_mean"]] == "") next
    settings = cell[at["variant"]]
    gsub(/ruleset=[a-z]+ ?|[\\"]/, "", settings)
    printf "  [\"%s\", \"%s\", \"%s\", \"%s\", %d, %s, %s, %s, %s%s],\n", cell[at["rule"]], cell[at["task"]],
      cell[at["ruleset"]], cell[at["metric"]], cell[at["n"]], number(cell[at["score_mean"]], "%.4g"),
      number(cell[at["score_low"]], "%.4g"), number(cell[at["score_high"]], "%.4g"),
      number(cell[at["macs_per_sample"]], "%.4g"), settings == "" ? "" : ", \"" settings "\""
  }
  END { print "]" }
' "$1"

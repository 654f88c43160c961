#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The rule that plugins/sdk/README.md shows, run the way that page says: as an outside plugin that
# learns digits.
#
#   sdk_example_test.sh AGON PLUGIN.agon.so
set -euo pipefail

agon=$1 plugin=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$agon" run quick --plugin "$plugin" -r delta -t digits --study accuracy -s 1 -o "$scratch/run"
awk -F, '
  NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
  { ++rows; score = $column["score_mean"]; rule = $column["rule"] }
  END {
    printf "%s: score %s in %d rows\n", rule, score, rows
    # One softmax layer on digits: 0.94 to 0.95, as the control linear.
    exit !(rows == 1 && rule == "delta" && score > 0.92 && score <= 1)
  }' "$scratch/run/summary.csv"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# render_quick.sh KIND FILE: the report of a real run of quick (one seed, $AGON) as FILE, for check_page.sh.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$AGON" run quick -s 1 -t xor -t digits -o "$scratch/run" >&2
bytes=$(stat -c %s "$scratch/run/report.html")
echo "report.html: $bytes bytes"
((bytes < 6000000))
cp "$scratch/run/report.html" "$2"

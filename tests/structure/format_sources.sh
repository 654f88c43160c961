#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Says which sources clang-format would change; exit code 77 (skipped) where there is no clang-format
# 14, for another version lays out some lines otherwise. The remedy it prints does it.
#
#   format_sources.sh ROOT
set -euo pipefail
tool=$(command -v clang-format-14 || command -v clang-format || true)
[[ -n $tool && $("$tool" --version) == *"version 14."* ]] ||
  { echo "skipped: clang-format 14 is not installed"; exit 77; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cd "$1"
sources() {
  find core plugins datasets reports harness tests -type f \
    \( -name '*.cc' -o -name '*.h' -o -name '*.c' \) -print0 | sort -z
}
n=$(sources | tr -cd '\0' | wc -c)
if ! sources | xargs -0 -n 40 "$tool" --dry-run -Werror 2>"$log"; then
  grep -o '^[^:]*:[0-9]*' "$log" | sort -u | head -40
  echo "fix: clang-format -i FILE"
  exit 1
fi
printf '%d sources are formatted\n' "$n"

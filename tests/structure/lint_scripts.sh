#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs shellcheck over every shell script of the repository; exit code 77 (skipped) where it is not
# installed.
#
#   lint_scripts.sh ROOT
set -euo pipefail
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 77; }
cd "$1"
scripts=(run.sh test.sh .ci/run)
while IFS= read -r -d '' file; do scripts+=("${file#./}"); done < <(
  find . \( -name build -o -name 'build-*' -o -name .git -o -name node_modules -o -name runs \) \
    -prune \
    -o -name '*.sh' -type f ! -path ./run.sh ! -path ./test.sh -print0 | sort -z
)
shellcheck -x "${scripts[@]}"
printf '%d scripts are clean\n' "${#scripts[@]}"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the commands a Markdown file shows, so that what people copy from it works.
#
#   readme_commands.sh FILE.md ROOT AGON
#
# A fenced block is run when the line before its fence is <!-- test -->. Each block is one bash -eu
# script with the repository ROOT as working folder, no stdin, AGON in the environment and its folder
# first on PATH, so that a block may say "agon list rules". Exit code 1: a block failed; its line,
# text and output are printed. Lines of a block starting with "$ " are not understood: write commands.
set -euo pipefail

(($# == 3)) || { sed -n '/^#   /s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
file=$1 root=$2 AGON=$3
export AGON PATH="${AGON%/*}:$PATH"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# block-LINE files; a marker without a fence or a fence without an end is a mistake of the author.
awk -v dir="$scratch" '
  inside && /^```[ \t]*$/        { close(out); inside = 0; next }
  inside                        { print > out; next }
  marked && /^```/              { inside = 1; marked = 0; out = sprintf("%s/block-%06d", dir, NR)
                                  printf "" > out; next }
  marked && NF                  { print FILENAME ":" NR ": no fence after <!-- test -->"
                                  bad = 1; marked = 0 }
  /^<!-- test -->[ \t]*$/        { marked = 1 }
  END { if (inside || marked)   { print FILENAME ": the last marked block does not end"; bad = 1 }
        exit bad }
' "$file"

failed=0 ran=0
for block in "$scratch"/block-*; do
  [[ -e $block ]] || continue
  line=$((10#${block##*-}))
  ran=$((ran + 1))
  if ! (cd "$root" && bash -euo pipefail "$block") </dev/null >"$scratch/output" 2>&1; then
    failed=$((failed + 1))
    printf '%s:%s: this block fails:\n' "$file" "$line"
    sed 's/^/    /' "$block"
    printf '  its output (last 30 lines):\n'
    tail -n 30 "$scratch/output" | sed 's/^/    /'
  fi
done
printf '%s: %d blocks run, %d failed\n' "$file" "$ran" "$failed"
((failed == 0))

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# readme_commands.sh on Markdown made for it: it must run what is marked, nothing else, and fail when
# a block fails.
#
#   readme_commands_test.sh FOLDER_OF_READMES_COMMANDS
set -euo pipefail

tool=$1/readme_commands.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '#!/bin/sh\necho "agon says $*"\n' >"$scratch/agon"
chmod +x "$scratch/agon"

fail() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}
run() { bash "$tool" "$scratch/doc.md" "$scratch" "$scratch/agon" >"$scratch/said" 2>&1; }

cat >"$scratch/doc.md" <<'END'
```sh
touch unmarked
```
<!-- test -->
```sh
agon hello > by_path
"$AGON" hello > by_variable
```

<!-- test -->

```
touch second
```
END
run || fail "good blocks must pass: $(cat "$scratch/said")"
[[ -e $scratch/second ]] || fail "the second marked block did not run"
[[ ! -e $scratch/unmarked ]] || fail "an unmarked block ran"
[[ $(cat "$scratch/by_path" "$scratch/by_variable" | sort -u) == "agon says hello" ]] ||
  fail "AGON is not reached"

# doc LINE...: a Markdown file of one marked block with these lines.
doc() {
  { echo '<!-- test -->' && echo '```sh' && printf '%s\n' "$@" && echo '```'; } >"$scratch/doc.md"
}

doc false true
! run || fail "a block whose first command fails must fail"
grep -q 'doc.md:2: this block fails' "$scratch/said" || fail "the failing block is not named"

doc 'false | true'
! run || fail "a failing pipe must fail"

printf '<!-- test -->\ntext\n' >"$scratch/doc.md"
! run || fail "a marker without a block must fail"

doc true
sed -i '$d' "$scratch/doc.md"
! run || fail "a block without an end must fail"

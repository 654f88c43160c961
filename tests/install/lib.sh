# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the tests of an installation share.

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# quietly COMMAND...: shows what a command said only when it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || fail "$*" "$said"
}

# outside_project FOLDER ROOT: the rule and the CMakeLists.txt that the SDK's README shows.
outside_project() {
  local page=$2/plugins/sdk/README.md
  mkdir -p "$1"
  awk '/^```cpp$/ { on = 1; next } /^```$/ { if (on) exit } on' "$page" >"$1/delta.cc"
  awk '/^```cmake$/ { on = 1; next } /^```$/ { if (on) exit } on' "$page" >"$1/CMakeLists.txt"
  grep -q AGON_PLUGIN "$1/delta.cc" || fail "$page shows no rule"
  grep -q agon_add_plugin "$1/CMakeLists.txt" || fail "$page shows no CMakeLists.txt"
}

# learns AGON FOLDER: AGON runs the outside rule of FOLDER beside one of its own.
learns() {
  quietly "$1" run quick --study accuracy -t xor -s 1 --plugin "$2/delta.agon.so" -r delta -r bp -o "$2/run"
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
    { score[$column["rule"]] = $column["score_mean"] }
    END { exit !(score["delta"] > 0 && score["bp"] > 0) }' "$2/run/summary.csv" ||
    fail "not both rules have a score:" "$(cat "$2/run/summary.csv")"
}

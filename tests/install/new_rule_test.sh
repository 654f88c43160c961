#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What `agon new` writes, as a stranger uses it: an installed agon makes a rule of every kind in every language it has, builds
# it against itself, and the rule learns before a line is changed; a suite runs.
#
#   new_rule_test.sh ROOT BUILD SCRATCH PYTHON(0|1) CMAKE_ARGS...
set -euo pipefail

build=$2 scratch=$3 python=$4
# shellcheck source=tests/install/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset AGON_PLUGIN_PATH

rm -rf "$scratch"
quietly cmake --install "$build" --prefix "$scratch/prefix"
agon=$scratch/prefix/bin/agon
mkdir "$scratch/stranger"
cd "$scratch/stranger"

languages=(c++)
if ((python)); then languages+=(python); fi
for language in "${languages[@]}"; do
  for kind in classify regress dynamics; do
    name=my-$kind-${language/++/pp}
    said=$("$agon" new rule "$name" --task $kind --language "$language")
    source=$(find "$name" -mindepth 1 -name 'my[-_]*')
    [[ $said == "$source: "* ]] || fail "agon new rule does not name $source:" "$said"
    lines=$(wc -l <"$source")
    if [[ $language == c++ ]]; then
      ((lines <= 50)) || fail "$source has $lines lines"
      (($(wc -l <"$name/CMakeLists.txt") <= 5)) || fail "CMakeLists.txt has more than 5 lines"
    else
      ((lines <= 30)) || fail "$source has $lines lines"
    fi
    grep -rn '@[a-z_]*@' "$name" && fail "a word of the template was not replaced"
    shellcheck "$name/test.sh" 2>/dev/null || ! command -v shellcheck >/dev/null || fail "$name/test.sh"
    said=$(AGON=$agon "$name/test.sh" 2>&1) || fail "$name/test.sh" "$said"
    [[ $said == *"$name: level 4" ]] || fail "agon check of $name:" "$said"
  done
done

# By hand, with CMake alone.
quietly cmake -S my-classify-cpp -B by-hand "-DCMAKE_PREFIX_PATH=$scratch/prefix"
quietly cmake --build by-hand
[[ -e by-hand/my-classify-cpp.agon.so ]] || fail "CMake makes no plugin"

# What is built is built once; the rule joins the suite without -r; another line makes it stale.
said=$("$agon" run quick --plugin my-classify-cpp --study accuracy -t xor -s 1 -o joined 2>&1)
[[ $said != *"built in"* ]] || fail "it was built again:" "$said"
grep -q ',my-classify-cpp,' joined/cells.csv || fail "the rule did not join the suite"
echo '// changed' >>my-classify-cpp/my-classify-cpp.cc
said=$("$agon" list rules --plugin my-classify-cpp 2>&1)
[[ $said == *"my-classify-cpp: built in "*" s"* ]] || fail "it was not built again:" "$said"

# The first error, with its line.
sed -i 's/return loss;/return los;/' my-classify-cpp/my-classify-cpp.cc
line=$(grep -n 'return los;' my-classify-cpp/my-classify-cpp.cc | cut -d: -f1)
code=0
said=$("$agon" run quick --plugin my-classify-cpp 2>&1) || code=$?
[[ $code == 4 && $said == *"my-classify-cpp.cc:$line"*"los"*"agon-build.log"* && $(wc -l <<<"$said") -le 3 ]] ||
  fail "exit $code instead of 4, or not the first error:" "$said"

# One clear error each.
refused() {
  local want=$1 code=0 said
  shift
  said=$("$agon" new "$@" 2>&1) || code=$?
  [[ $code == 2 && $said == *"$want"* ]] || fail "agon new $*: exit $code, expected 2 and '$want':" "$said"
}
refused "is there already" rule my-classify-cpp
refused "a rule has this name" rule bp
refused "a built-in task has this name" rule digits
refused "use a-z" rule My_Rule
refused "start with a letter" rule 3d
refused "use classify, regress, dynamics" rule other --task sort
refused "use c++, python" rule other --language rust
refused "nothing that can be made" ruler other
refused "a built-in suite has this name" suite quick
[[ ! -e other ]] || fail "a refused rule left a folder"

quietly "$agon" new suite mine
quietly "$agon" run mine.toml --study accuracy -t digits -r linear -s 1 -o mine
refused "is there already" suite mine
echo "made, built, learnt"

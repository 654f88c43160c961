#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the tree, moves the installation, and from there builds the rule of the SDK's README by
# find_package() and runs it with the installed program.
#
#   installed_test.sh ROOT BUILD SCRATCH CMAKE_ARGS...
set -euo pipefail

root=$1 build=$2 scratch=$3
shift 3
# shellcheck source=tests/install/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset AGON_PLUGIN_PATH

rm -rf "$scratch"
quietly cmake --install "$build" --prefix "$scratch/first"
mv "$scratch/first" "$scratch/prefix" # nothing may remember where it was
prefix=$scratch/prefix
agon=$prefix/bin/agon

[[ $("$agon" --version) == "agon "* ]] || fail "the installed program does not start"
rules=$("$agon" list rules)
for plugin in "$build"/plugins/*.agon.so; do
  rule=$(basename "$plugin" .agon.so)
  grep -qw "$rule" <<<"$rules" || fail "the installed program does not find $rule:" "$rules"
  installed=$(find "$prefix" -name "$rule.agon.so")
  # A rule's build id, and so the keys of its cells, are those of its file.
  cmp "$plugin" "$installed" || fail "installing changed $rule.agon.so"
done
diff -r "$root/plugins/sdk/agon" "$prefix/include/agon" || fail "a header of the SDK is not installed"

outside_project "$scratch/outside" "$root"
quietly cmake -S "$scratch/outside" -B "$scratch/outside/build" "-DCMAKE_PREFIX_PATH=$prefix" "$@"
quietly cmake --build "$scratch/outside/build"
learns "$agon" "$scratch/outside/build"

# A version of which nothing is known is refused in CMake's own words.
sed -i 's/find_package(agon/& 99.0/' "$scratch/outside/CMakeLists.txt"
if said=$(cmake -S "$scratch/outside" -B "$scratch/newer" "-DCMAKE_PREFIX_PATH=$prefix" "$@" 2>&1); then
  fail "find_package(agon 99.0) found this version"
fi
grep -q '99.0' <<<"$said" || fail "the refusal does not name the version:" "$said"
echo "installed, found, built and run"

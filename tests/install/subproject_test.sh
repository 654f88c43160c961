#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Takes the tree in by add_subdirectory() and builds the rule of the SDK's README, and nothing else.
#
#   subproject_test.sh ROOT BUILD SCRATCH CMAKE_ARGS...
set -euo pipefail

root=$1 build=$2 scratch=$3
shift 3
# shellcheck source=tests/install/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rm -rf "$scratch"
outside_project "$scratch/outside" "$root"
sed -i "s|^find_package(agon.*|add_subdirectory($root agon EXCLUDE_FROM_ALL)|" "$scratch/outside/CMakeLists.txt"
grep -q add_subdirectory "$scratch/outside/CMakeLists.txt" || fail "the README's find_package() line is not found"
quietly cmake -S "$scratch/outside" -B "$scratch/build" -DAGON_PLOTLY=OFF "$@"
quietly cmake --build "$scratch/build"
[[ -z $(find "$scratch/build/agon" -name '*.o') ]] || fail "more than the outside rule was built"

# The tests of the tree are not those of the project around it, and its files stay in its own folder.
[[ $(cd "$scratch/build" && ctest -N) == *"Total Tests: 0"* ]] || fail "the outside project got Agon's tests"
[[ ! -e $scratch/build/plugins ]] || fail "Agon made a folder beside the outside rule"

learns "$build/harness/agon" "$scratch/build"
echo "taken in, built and run"

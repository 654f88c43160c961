#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds agon in other ways (clang, -O1, other back ends of its threads) and tests that all of them give the
# same bits as the release build.
#
#   scripts/determinism.sh              all ways
#   scripts/determinism.sh WAY...       these: clang, gcc-O1, clang-O1, std, serial
#
# A way whose compiler is missing is left out and said so. The builds stand in build/determinism-WAY. Exit code: the
# test's; 2: the command line; 69: packages are missing; 70: configure or build failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

all=(clang gcc-O1 clang-O1 std serial)
ways=()
for way in "$@"; do
  case $way in
    -h | --help)
      usage_of "${BASH_SOURCE[0]}"
      exit 0
      ;;
  esac
  [[ " ${all[*]} " == *" $way "* ]] || die 2 "'$way' is no way to build" "fix: one of ${all[*]}"
  ways+=("$way")
done
((${#ways[@]})) || ways=("${all[@]}")

# options_of WAY: those of cmake, one a line.
options_of() {
  if [[ $1 == clang* ]]; then printf '%s\n' -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang; fi
  case $1 in
    clang-O1) printf '%s\n' '-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG' ;;
    # g++ 12 has an internal error (pass esra) in core/gemm.cc at -O1
    gcc-O1) printf '%s\n' '-DCMAKE_CXX_FLAGS_RELEASE=-O1 -fno-tree-sra -DNDEBUG' ;;
  esac
  # Otherwise as the release build, so that ccache has all but one object.
  if [[ $1 == std || $1 == serial ]]; then printf '%s\n' "-DAGON_PARALLEL=$1" -DAGON_WERROR=ON; fi
}

"$here/build.sh"
programs=
for way in "${ways[@]}"; do
  if [[ $way == clang* ]] && ! command -v clang++ >/dev/null; then
    say "$way: left out, clang++ is not there"
    continue
  fi
  build=$root/build/determinism-$way  # as deep as build/release: ccache knows its objects
  mapfile -t options < <(options_of "$way")
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DAGON_TESTS=OFF -DAGON_INSTALL=OFF \
    -DAGON_PLOTLY=OFF -DAGON_TORCH=OFF "${options[@]}" >&2 || die "$EXIT_BUILD" "$way: configure failed"
  cmake --build "$build" -j "$(build_jobs)" --target harness/agon plugins/all >&2 ||
    die "$EXIT_BUILD" "$way: build failed"
  programs+=${programs:+:}$build/harness/agon
done
[[ -n $programs ]] || exit 0
# Not through ctest, which may be what runs this: two of them would share their log.
AGON=$root/build/release/harness/agon AGON_OTHER_BUILDS=$programs \
  "$root/build/release/tests/faults/test_determinism" --run_test='other_builds_give_the_same_bits' --log_level=test_suite

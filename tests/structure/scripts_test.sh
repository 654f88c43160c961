#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh, test.sh and the set-up scripts as their users meet them, in a copy of the tree, with apt,
# dpkg, cmake, ninja and ctest replaced by recorders: nothing is installed or built here.
#
#   scripts_test.sh ROOT
set -euo pipefail

root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
tools=$scratch/tools
export LOG=$scratch/log TREE=$tree
mkdir -p "$tree/.ci" "$tools"
cp -r "$root/run.sh" "$root/test.sh" "$root/scripts" "$tree/"
cp "$root/.ci/run" "$tree/.ci/"
: >"$LOG"

fail() {
  printf 'FAILED: %s\n' "$*"
  if [[ -s $scratch/err ]]; then sed 's/^/  stderr: /' "$scratch/err"; fi
  exit 1
}

# tool NAME: stdin becomes an executable that comes first on PATH. $LOG collects what is called.
tool() {
  { printf '#!/usr/bin/env bash\n' && cat; } >"$tools/$1"
  chmod +x "$tools/$1"
}

# call COMMAND...: stdout in $out, stderr in $scratch/err, exit code in $code.
call() {
  code=0
  out=$("$@" 2>"$scratch/err" </dev/null) || code=$?
}
logged() { grep -q -- "$1" "$LOG"; }

# Every package is there.
tool dpkg-query <<'END'
for a in "$@"; do [[ $a == -* || $a == *' '* ]] || echo "$a installed"; done
END
tool cmake <<'END'
echo "cmake $*" >>"$LOG"
echo "cmake noise"
mkdir -p "build/$2" && touch "build/$2/build.ninja"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$TREE" >"build/$2/CMakeCache.txt"
END
# ninja has work until its program is there; the commit is looked up in every build.
tool ninja <<'END'
agon=$TREE/build/release/harness/agon
echo "ninja $*" >>"$LOG"
echo "ninja: Entering directory"
echo "[0/2] Re-checking globbed directories..."
echo "[1/2] Looking up the commit"
[[ -e $agon ]] && exit
echo "[2/2] Building agon"
mkdir -p "${agon%/*}"
printf '#!/bin/sh\necho "agon: $*"\nexit 5\n' >"$agon"
chmod +x "$agon"
END
tool apt-get <<'END'
echo "apt-get $*" >>"$LOG"
echo "apt noise"
exit "${APT_EXIT:-0}"
END
tool sudo <<'END'
while [[ $1 == -* ]]; do shift; done
exec "$@"
END
# The verdict stands in the middle and lists follow it, as with skipped tests.
tool ctest <<'END'
echo "ctest $* with data in ${AGON_DATA_DIR:-nowhere}" >>"$LOG"
printf '1/4 Test #1: a ... Passed\n\n100%% tests passed, 0 tests failed out of 1\n\nThe following tests did not run:\n'
printf '\t  2 - page.b (Skipped)\n\t  3 - page.c (Skipped)\n\t  4 - data (Skipped)\n'
mkdir -p build/release/Testing/Temporary
{
  printf '2/4 Testing: page.b\n2/4 Test: page.b\nOutput:\nskipped: no browser\n<end of output>\n'
  printf '3/4 Testing: page.c\n3/4 Test: page.c\nOutput:\nskipped: no browser\nmore words\n'
  printf '4/4 Testing: data\n4/4 Test: data\nOutput:\nRunning 4 cases\nskipped: f is not ours\n'
} >build/release/Testing/Temporary/LastTest.log
exit "${CTEST_EXIT:-0}"
END
export PATH="$tools:$PATH"
unset AGON_NO_INSTALL AGON_JOBS AGON_BROWSER AGON_DATA_DIR CI

for script in run.sh test.sh scripts/packages.sh scripts/build.sh scripts/browser.sh; do
  call "$tree/$script" --help
  [[ $code == 0 && $out == *"$script"* ]] || fail "$script --help must show how it is called"
done
[[ ! -s $LOG ]] || fail "--help must do nothing: $(cat "$LOG")"

cd "$scratch" # the scripts work from any folder
call "$tree/run.sh" list rules --json
[[ $out == "agon: list rules --json" ]] || fail "set-up must not speak on stdout: $out"
[[ $code == 5 ]] || fail "the exit code must be agon's, is $code"
logged '^cmake --preset release' || fail "it did not configure"
logged '^ninja .*harness/all plugins/all' || fail "it did not build the program and the rules"
grep -q 'Building agon' "$scratch/err" || fail "it did not show that it builds"

: >"$LOG"
call "$tree/run.sh"
[[ $out == "agon: run quick" ]] || fail "the default must be agon run quick: $out"
[[ ! -s $scratch/err ]] || fail "a built tree must be silent"
[[ $(wc -l <"$LOG") == 1 ]] || fail "a built tree costs one ninja, not: $(cat "$LOG")"
call "$tree/run.sh" -- --help
[[ $out == "agon: --help" ]] || fail "-- must hand --help to agon: $out"
call "$tree/run.sh" info 'a  b' ''
[[ $out == "agon: info a  b " ]] || fail "arguments must arrive as they are: '$out'"

call "$tree/test.sh" -R core
[[ $code == 0 && ${out##*$'\n'} == "100% tests passed, 0 tests failed out of 1" ]] ||
  fail "the verdict must be the last line: $out"
logged '^ctest .*-LE .slow.* -R core' || fail "slow tests must be excluded: $(cat "$LOG")"
before=${out%$'\n'*}
[[ ${before##*$'\n'} == "3 tests skipped; page.b page.c: no browser; data: f is not ours" ]] ||
  fail "the line before the verdict must say what was skipped and why: $out"

# Data comes from AGON_DATA_DIR or the one folder beside the repository, never from any that looks like it.
mkdir -p "$scratch/other/data/mnist"
: >"$LOG"
call "$tree/test.sh"
logged 'with data in nowhere$' || fail "data of another folder was taken: $(cat "$LOG")"
mkdir -p "$scratch/shared/data"
call "$tree/test.sh"
logged "with data in $scratch/shared/data\$" || fail "the data beside the repository was not taken: $(cat "$LOG")"
AGON_DATA_DIR=/mine call "$tree/test.sh"
logged 'with data in /mine$' || fail "AGON_DATA_DIR must win: $(cat "$LOG")"

# A browser is looked for at each call; --install gets one where root lacks it, and its failure ends nothing.
mkdir "$scratch/bare"
for name in bash env dirname cat; do ln -s "$(command -v "$name")" "$scratch/bare/$name"; done
: >"$LOG"
PATH=$tools:$scratch/bare call "$tree/scripts/browser.sh"
[[ $code == 1 && -z $out ]] || fail "there is no browser here: '$out'"
APT_EXIT=100 PATH=$tools:$scratch/bare call "$tree/scripts/browser.sh" --install
[[ $code == 0 && -z $out ]] || fail "a browser that cannot be had must end nothing, is $code: '$out'"
grep -q 'the tests of the page are skipped' "$scratch/err" || fail "it must say that the page is not tested"
if ((EUID == 0)); then
  logged 'apt-get .*install -y --no-install-recommends chromium$' || fail "root must install it: $(cat "$LOG")"
fi
tool chromium </dev/null
PATH=$tools:$scratch/bare call "$tree/scripts/browser.sh" --install
[[ $code == 0 && $out == "$tools/chromium" ]] || fail "a browser that was installed since must be found: '$out'"
rm "$tools/chromium"
: >"$LOG"
call "$tree/.ci/run" --all
logged '^ctest' || fail ".ci/run must run the tests: $(cat "$LOG")"
if logged ' -LE '; then fail "--all must exclude nothing: $(cat "$LOG")"; fi
CTEST_EXIT=8 call "$tree/test.sh"
[[ $code == 8 ]] || fail "the exit code must be ctest's, is $code"

# Sanitizers: the preset's build, and ctest's verdict.
for preset in asan tsan; do
  : >"$LOG"
  call "$tree/scripts/sanitized.sh" "$preset" -R worker
  [[ $code == 0 ]] || fail "sanitized.sh $preset ended with $code"
  logged "^ninja -C $tree/build/$preset " || fail "it did not build $preset: $(cat "$LOG")"
  logged "^ctest --preset $preset .*-R worker" || fail "it did not run $preset: $(cat "$LOG")"
done
logged '^ninja .* threaded_tests$' || fail "tsan needs the tests with threads only: $(cat "$LOG")"
CTEST_EXIT=8 call "$tree/scripts/sanitized.sh" asan
[[ $code == 8 ]] || fail "the exit code must be ctest's, is $code"
call "$tree/scripts/sanitized.sh" valgrind
[[ $code == 2 && $(<"$scratch/err") == *"'valgrind'"* ]] || fail "an unknown preset must be named, is $code"

# Coverage: a folder below the floor, or a failed test, is a failure; without gcovr nothing is built.
: >"$LOG"
PATH=$tools:$scratch/bare call "$tree/scripts/coverage.sh"
[[ $code == 77 && $out == "skipped: there is no gcovr"* && ! -s $LOG ]] || fail "without gcovr, is $code: $out"
tool gcovr <<'END'
while [[ $1 != --csv ]]; do shift; done
printf 'filename,line_total,line_covered\nharness/a.cc,100,95\nharness/b.cc,100,91\nreports/c.cc,100,80\n' >"$2"
END
call "$tree/scripts/coverage.sh" -f 80
[[ $code == 0 && $out == *"harness       186 of    200 lines   93.0 %"* ]] || fail "93 and 80 %, is $code: $out"
CTEST_EXIT=8 call "$tree/scripts/coverage.sh" -f 80
[[ $code == 1 ]] || fail "a failed test must fail it, is $code"
call "$tree/scripts/coverage.sh"
[[ $code == 1 && $out == *"reports "*"80.0 %  below the floor of 90 %"* && $out != *"93.0 %  below"* ]] ||
  fail "a folder below the floor must fail it, is $code: $out"

# A tree that was copied elsewhere is not taken for built.
: >"$LOG"
sed -i 's/^CMAKE_HOME.*/CMAKE_HOME_DIRECTORY:INTERNAL=elsewhere/' "$tree/build/release/CMakeCache.txt"
call "$tree/run.sh" doctor
logged '^cmake' || fail "a copied tree must be configured again"

# A missing package is installed by one call, silent on stdout.
tool dpkg-query <<'END'
for a in "$@"; do [[ $a == -* || $a == *' '* || $a == zlib1g-dev ]] || echo "$a installed"; done
exit 1
END
rm -rf "$tree/build"
: >"$LOG"
call "$tree/run.sh" doctor
[[ $out == "agon: doctor" ]] || fail "apt must not speak on stdout: $out"
logged 'apt-get .*install -y --no-install-recommends zlib1g-dev$' || fail "$(cat "$LOG")"
call "$tree/scripts/packages.sh" --check
[[ $code == 1 && $out == zlib1g-dev ]] || fail "--check must name what is missing: $out"

# When it cannot be installed, the message names the package and the fix; nothing is built.
rm -rf "$tree/build"
: >"$LOG"
APT_EXIT=100 call "$tree/run.sh" doctor
[[ $code == 69 && -z $out ]] || fail "a failing apt must end it with 69, is $code"
grep -q 'could not install: zlib1g-dev' "$scratch/err" || fail "the message must name the package"
grep -q 'fix: apt-get update' "$scratch/err" || fail "the message must name the fix"
if logged '^ninja'; then fail "a failing apt must stop the build"; fi

: >"$LOG"
AGON_NO_INSTALL=1 call "$tree/run.sh" doctor
[[ $out == "agon: doctor" ]] || fail "AGON_NO_INSTALL must go on: $out"
if logged apt-get; then fail "AGON_NO_INSTALL must not install"; fi

# A failing build ends it with 70 and does not run the program of before.
tool ninja <<'END'
echo "ninja $*" >>"$LOG"
echo "[1/2] Building x"
echo "x.cc:1: error: no"
exit 1
END
: >"$LOG"
call "$tree/run.sh" doctor
[[ $code == 70 && -z $out ]] || fail "a failing build must end it with 70, is $code: $out"
grep -q 'x.cc:1: error: no' "$scratch/err" || fail "the compiler's message must be seen"

echo "the scripts hold"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Searches with every fuzz target for a time, one after the other, and prints what each did.
#
#   tests/fuzz/run.sh [-s SECONDS] [-o FOLDER] [TARGET...]
#
#   -s SECONDS   for each target (60)
#   -o FOLDER    where new inputs (FOLDER/TARGET) and findings (FOLDER/found/TARGET-*) go (build/fuzz/inputs)
#
# The targets are built by the preset fuzz, in build/fuzz. Exit code: 0 no target found anything; 1 some did, and
# their inputs are named; 77 there is no clang with libFuzzer; 2 the command line; 70 the build failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build/fuzz
seconds=60
out=$build/inputs
while getopts s:o:h option; do
  case $option in
    s) seconds=$OPTARG ;;
    o) out=$OPTARG ;;
    h)
      sed -n '4,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))

# A clang may be there without its runtime, or without a C++ library that it finds.
if ! clang++ -x c++ -std=c++20 -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null <<'END'
#include <string>
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  return std::string(reinterpret_cast<const char*>(data), size) == "none" ? 1 : 0;
}
END
then
  echo "skipped: there is no clang++ with libFuzzer (apt-get install clang)"
  exit 77
fi
cd "$root"
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
  for folder in tests/fuzz/corpus/*/; do targets+=("$(basename "$folder")"); done
fi
scripts/build.sh --preset fuzz "${targets[@]/#/fuzz_}"

mkdir -p "$out/found"
failed=0
total=0
printf '%-14s %12s %10s %8s  %s\n' target executions 'per second' inputs verdict
for target in "${targets[@]}"; do
  mkdir -p "$out/$target"
  log=$out/$target.log
  verdict=ok
  # An input may be as large as a file of the corpus, take 25 s or 2 GiB, before it is a finding.
  "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$out/found/$target-" \
    "$out/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || verdict=FOUND
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log" | tail -n 1)
  # An input that ends the process: how far it came stands in the last line of progress.
  runs=${runs:-$(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#' || true)}
  total=$((total + ${runs:-0}))
  inputs=$(find "$out/$target" -type f | wc -l)
  printf '%-14s %12s %10s %8s  %s\n' "$target" "${runs:-?}" "${rate:-?}" "$inputs" "$verdict"
  if [[ $verdict != ok ]]; then
    failed=1
    grep -E 'ERROR: |SUMMARY: |Test unit written to' "$log" | sed 's/^/    /' || true
  fi
done
printf '%-14s %12s\n' total "$total"
exit $failed

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A run of many trivial cells: the memory of the parent stays where it was when the first twentieth of them had
# run (5 % more at the most; the report, which reads all of them, is not looked at), and the same command again
# runs nothing. What they cost is printed, in CPU seconds of all processes: a shared machine's wall says nothing.
#
#   many_cells.sh AGON [CELLS [FOLDER]]    20000 cells; FOLDER keeps the run
set -euo pipefail

agon=$1
cells=${2:-20000}
folder=${3:-$(mktemp -d)}
[[ -n ${3:-} ]] || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"
cd "$folder"
cat >suite.toml <<END
schema = 1
name = "many"
[[study]]
name = "accuracy"
seeds = $((cells / 20))
[[study.grid]]
tasks = ["xor"]
rules = ["linear[epochs=1]", "bp[epochs=1,width=4]"]
factors = "lr=log(1e-3,1,10)"
END

# rss PID: KiB; nothing when it is gone or has no worker.
rss() {
  local children
  children=$(cat "/proc/$1/task/$1/children" 2>/dev/null) || return 0
  (($(wc -w <<<"$children") > 1)) || return 0 # one is the watcher
  awk '/^VmRSS:/ { print $2 }' "/proc/$1/status" 2>/dev/null || true
}

# CPU seconds of the command and all it started, in the file NAME.cpu.
TIMEFORMAT='%U %S %R'
measure() {
  local name=$1
  shift
  { time "$@" >"$name.out" 2>"$name.err"; } 2>"$name.cpu"
}

measure run bash -c 'echo $$ >pid; exec "$@"' - "$agon" run suite.toml -j 2 -o out &
timer=$!
: >rss.txt
while kill -0 "$timer" 2>/dev/null; do
  [[ ! -s pid ]] || rss "$(<pid)" >>rss.txt
  sleep 0.02
done
wait "$timer"
measure again "$agon" run suite.toml -j 2 -o out

awk -v cells="$cells" '
  FILENAME == "rss.txt" { r[++n] = $1; next }
  FILENAME == "run.cpu" { cpu = $1 + $2; wall = $3; next }
  { resumed = $1 + $2 }
  END {
    if (n < 20) { print "the run was over before its memory was seen"; exit 1 }
    first = r[int(n / 20) + 1]
    growth = (r[n] / first - 1) * 100
    printf "%d cells: %.1f CPU s (%.2f ms a cell; wall %.1f s), again %.2f CPU s\n", cells, cpu,
      1000 * cpu / cells, wall, resumed
    printf "parent: %.1f MiB after a twentieth, %.1f MiB at the end of the cells: %+.1f %%\n", first / 1024,
      r[n] / 1024, growth
    exit growth > 5
  }' rss.txt run.cpu again.cpu
grep -q '(0 ran now' again.out

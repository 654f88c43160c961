#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# slurm_wall.sh AGON [ARGS...]: how much longer a suite takes as 8 elements on two virtual Slurm nodes of one CPU each than
# as one local run with two jobs, on an idle machine of two cores. Not a test: it prints seconds and their ratio. Needs
# Debian's slurm-wlm and munge; see tests/harness/slurm_cluster.sh. ARGS: of `agon run`, default the suite standard's
# accuracy study on three tasks.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
agon=$(realpath "$1")
shift
if (($# > 0)); then
  suite=("$@")
else
  suite=(standard --study accuracy -t digits -t two-spirals -t parity-5 -r bp -r ed -r pc -r linear -r elm -s 5)
fi
work=$(mktemp -d)
chmod 755 "$work"
cluster=("bash" "$here/../harness/slurm_cluster.sh")
trap '"${cluster[@]}" down "$work/cluster" >/dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"

seconds() {  # seconds COMMAND...: of the wall clock
  local start end
  start=$(date +%s.%N)
  "$@" >>log 2>&1 || [[ $? -eq 1 ]]
  end=$(date +%s.%N)
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.1f", b - a }'
}

local_s=$(seconds "$agon" run "${suite[@]}" -j 2 -o local)
cells=$(sqlite3 local/results.sqlite "SELECT count(DISTINCT cell_key) FROM cells WHERE status != 'skipped'")
"${cluster[@]}" up "$work/cluster"
export SLURM_CONF=$work/cluster/slurm.conf
printf '[slurm]\ncells_per_task = %d\npoll_s = 0.5\n' $(((cells + 7) / 8)) >cluster.toml
slurm_s=$(seconds "$agon" run "${suite[@]}" --executor slurm --slurm cluster.toml -o slurm)
awk -v l="$local_s" -v s="$slurm_s" -v n="$cells" \
  'BEGIN { printf "%d cells: one local run %s s, 8 elements on 2 nodes %s s, ratio %.2f\n", n, l, s, s / l }'

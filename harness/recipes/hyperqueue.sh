#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# hyperqueue.sh N FOLDER ARGS...: `agon run ARGS` as N tasks of a HyperQueue array, merged into FOLDER/all. Needs a server
# and workers that see this folder. The same command goes on where it was stopped.
#   AGON   the program, default agon
#   CPUS   of a task, default 2: as many cells run side by side in it
set -euo pipefail
if (($# < 3)); then
  echo "usage: hyperqueue.sh N FOLDER ARGS..." >&2
  exit 2
fi
n=$1 folder=$2
shift 2
agon=${AGON:-agon} cpus=${CPUS:-2}
mkdir -p "$folder"
command=$(printf '%q ' "$agon" run "$@" -j "$cpus")
# A complete shard with failed cells (1) is no failed task.
# shellcheck disable=SC2016  # the task's own variable
task="$command"'--shard "$HQ_TASK_ID"/'"$n"' -o '"$(printf %q "$folder")"'/s"$HQ_TASK_ID" || [ $? -eq 1 ]'
hq submit --wait --name agon --array "1-$n" --cpus "$cpus" -- bash -c "$task" || true
shards=()
for ((i = 1; i <= n; ++i)); do shards+=("$folder/s$i"); done
"$agon" merge "${shards[@]}" -o "$folder/all"

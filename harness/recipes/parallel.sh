#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# parallel.sh N FOLDER ARGS...: `agon run ARGS` as N shards under GNU parallel, merged into FOLDER/all. The same command
# goes on where it was stopped.
#   AGON   the program, default agon
#   JOBS   shards at a time on a machine, default 1: a shard uses all cores unless ARGS has -j
#   SSH    a file of machines (parallel --sshloginfile) that see this folder and have AGON
set -euo pipefail
if (($# < 3)); then
  echo "usage: parallel.sh N FOLDER ARGS..." >&2
  exit 2
fi
n=$1 folder=$2
shift 2
agon=${AGON:-agon}
mkdir -p "$folder"
options=(--jobs "${JOBS:-1}" --line-buffer --tag --quote)
if [[ -n ${SSH:-} ]]; then options+=(--sshloginfile "$SSH" --workdir "$PWD"); fi
# Its exit code counts shards with failed cells as well: what is complete is merge's to say.
seq "$n" | parallel "${options[@]}" "$agon" run "$@" --shard "{}/$n" -o "$folder/s{}" || true
shards=()
for ((i = 1; i <= n; ++i)); do shards+=("$folder/s$i"); done
"$agon" merge "${shards[@]}" -o "$folder/all"

# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What run.sh, test.sh and the set-up scripts share. Everything said here goes to stderr: stdout
# belongs to agon, so that `./run.sh list rules --json | jq` works on the very first call.

# Exit codes of the set-up, outside the range agon uses for itself (0 to 6 and 130).
export EXIT_PACKAGES=69 # EX_UNAVAILABLE: a package is missing and could not be installed
export EXIT_BUILD=70    # EX_SOFTWARE: configure or build failed

say() { printf 'agon: %s\n' "$*" >&2; }

# die CODE LINE...
die() {
  local code=$1
  shift
  printf 'agon: %s\n' "$1" >&2
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  exit "$code"
}

# Prints the comment block under the SPDX line of a script: its --help.
usage_of() { sed -n '/^#!/d; /^# SPDX/{n;d}; /^#/!q; s/^# \{0,1\}//p' "$1"; }

# Memory this process may still use, in MiB: the machine's, or less inside a container with a limit.
memory_mib() {
  local kib limit
  kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  local mib=$((${kib:-2097152} / 1024))
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < mib)); then mib=$((limit / 1048576)); fi
  echo "$mib"
}

# Compile jobs: one per core, but no more than memory carries. A heavy file of this tree (CLI11,
# toml++, Highway with all its targets) takes up to 1.5 GiB in g++.
build_jobs() {
  local cores by_memory
  cores=$(nproc)
  by_memory=$(($(memory_mib) / 1536))
  ((by_memory < 1)) && by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

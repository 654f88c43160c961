#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the Debian packages that Agon needs (scripts/packages.list) and that this machine lacks.
#
#   scripts/packages.sh           install what is missing; silent when nothing is
#   scripts/packages.sh --list    print the package names and stop
#   scripts/packages.sh --check   print what is missing, install nothing; exit 1 when something is
#
# Uses apt-get, through sudo when not root. AGON_NO_INSTALL=1 never installs: what is missing is
# named and the build is tried anyway. So it is on a distribution without apt.
# Exit code 69: a package is missing and could not be installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

mode=install
case ${1:-} in
  "") ;;
  --list | --check) mode=${1#--} ;;
  -h | --help)
    usage_of "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *) die 2 "unknown option '$1'" "fix: scripts/packages.sh --help" ;;
esac

names=()
probes=()
while read -r name probe _; do
  [[ -z $name || $name == \#* ]] && continue
  names+=("$name")
  probes+=("$probe")
done <"$here/packages.list"

if [[ $mode == list ]]; then
  printf '%s\n' "${names[@]}"
  exit 0
fi

# One dpkg-query for all: it costs 20 ms, a query per package would cost half a second.
declare -A installed=()
if command -v dpkg-query >/dev/null; then
  # It exits 1 when it does not know one of the names, which is an answer here and no failure.
  while read -r name status; do
    if [[ $status == installed ]]; then installed[$name]=1; fi
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${names[@]}" 2>/dev/null || true)
fi

missing=()
for i in "${!names[@]}"; do
  [[ -n ${installed[${names[i]}]:-} ]] && continue
  # A cmake or ninja from elsewhere serves as well; it must not be covered by an older packaged one.
  [[ ${probes[i]} != - ]] && command -v "${probes[i]}" >/dev/null && continue
  missing+=("${names[i]}")
done

((${#missing[@]} == 0)) && exit 0

if [[ $mode == check ]]; then
  printf '%s\n' "${missing[@]}"
  exit 1
fi

if ! command -v apt-get >/dev/null; then
  say "this system has no apt-get; Agon needs what Debian calls: ${missing[*]}"
  say "going on: CMake will say if one of them is not there"
  exit 0
fi
if [[ ${AGON_NO_INSTALL:-0} != 0 ]]; then
  say "AGON_NO_INSTALL is set; not installing: ${missing[*]}"
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || die "$EXIT_PACKAGES" "packages are missing: ${missing[*]}" \
    "reason: installing them needs root and there is no sudo" \
    "fix: as root, apt-get install --no-install-recommends ${missing[*]}"
  # Without a terminal nobody can type a password: fail instead of waiting for one.
  as_root=(sudo)
  [[ -t 0 && -z ${CI:-} ]] || as_root+=(-n)
fi

# env, because sudo drops variables of the caller; the lock timeout waits for unattended upgrades.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -q "$@" </dev/null >&2
}

say "installing ${#missing[@]} packages: ${missing[*]}"
# A stale or unreachable third-party source must not end it: install decides.
apt update || say "apt-get update failed; trying to install with the lists there are"
if ! apt install -y --no-install-recommends "${missing[@]}"; then
  die "$EXIT_PACKAGES" "apt-get could not install: ${missing[*]}" \
    "reason: see apt's own message above (no network, no rights, or a name this release lacks)" \
    "fix: apt-get update && apt-get install --no-install-recommends ${missing[*]}" \
    "     (Ubuntu: with the universe component), or AGON_NO_INSTALL=1 to build without apt"
fi

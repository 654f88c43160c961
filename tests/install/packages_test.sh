#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Makes the Debian packages, looks into them, and installs both on a bare Debian of this machine's release, where the
# program runs and a rule of one's own is built with agon-dev alone. Where no bare Debian can be made (not root, no
# debootstrap, no mirror) the packages are unpacked instead, which is said.
#
#   packages_test.sh ROOT BUILD SCRATCH
set -euo pipefail

build=$2 scratch=$3
# shellcheck source=tests/install/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null || exit 77
unset AGON_PLUGIN_PATH

rm -rf --one-file-system "$scratch"
mkdir -p "$scratch/packages"
quietly cpack --config "$build/CPackConfig.cmake" -B "$scratch/packages"
program=$(find "$scratch/packages" -maxdepth 1 -name 'agon_*.deb')
development=$(find "$scratch/packages" -maxdepth 1 -name 'agon-dev_*.deb')
[[ -n $program && -n $development ]] || fail "not two packages:" "$(ls "$scratch/packages")"

holds() {
  local package=$1 listed
  shift
  listed=$(dpkg-deb -c "$package" | awk '{ print $6 }')
  for file in "$@"; do
    grep -q "$file\$" <<<"$listed" || fail "$package lacks $file:" "$listed"
  done
}
holds "$program" ./usr/bin/agon agon/plugins/bp.agon.so agon/plugins/expected.toml man1/agon.1 \
  bash-completion/completions/agon zsh/vendor-completions/_agon fish/vendor_completions.d/agon.fish doc/agon/LICENSE
holds "$development" include/agon/rule.h include/agon/card.h cmake/agon/agonConfig.cmake cmake/agon/AgonPlugin.cmake
dpkg-deb -c "$program" | grep -q 'include/agon' && fail "$program holds headers"
[[ $(dpkg-deb -f "$program" Depends) == *libc6* ]] || fail "$program depends on nothing"
[[ $(dpkg-deb -f "$development" Depends) == *"agon (= "* ]] || fail "$development does not depend on agon"

learns_there() {
  # shellcheck disable=SC2016 # the words are the root's
  "$@" bash -euc '
    cd /tmp && rm -rf mine out
    agon --version && agon list rules
    agon new rule mine >/dev/null
    AGON=agon mine/test.sh' >"$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
  grep -q 'mine: level 4' "$scratch/said" || fail "the rule does not reach level 4:" "$(cat "$scratch/said")"
}

# The system's own release from its own mirror.
. /etc/os-release
mirror=$(sed -n 's/^ *\(deb\|URIs:\) *\(\[[^]]*\] *\)*\(http[^ ]*\).*/\3/p' /etc/apt/sources.list \
  /etc/apt/sources.list.d/* 2>/dev/null | head -1 || true)
if ((EUID == 0)) && command -v debootstrap >/dev/null && command -v unshare >/dev/null && [[ -n $mirror ]]; then
  root=$scratch/root
  if debootstrap --variant=minbase --include=ca-certificates "$VERSION_CODENAME" "$root" "$mirror" >"$scratch/bootstrap" 2>&1; then
    cp "$program" "$development" "$root/tmp"
    cp /etc/resolv.conf "$root/etc"
    cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d"
    # A mount namespace of its own: what is mounted goes with it.
    cat >"$scratch/inside" <<EOF
mount -t proc proc "$root/proc"
export DEBIAN_FRONTEND=noninteractive
chroot "$root" apt-get -q update
chroot "$root" apt-get -q install -y --no-install-recommends /tmp/$(basename "$program") /tmp/$(basename "$development")
EOF
    quietly unshare -m --propagation private bash -eu "$scratch/inside"
    # shellcheck disable=SC2016 # the words are the inner shell's
    learns_there unshare -m --propagation private bash -euc \
      'mount -t proc proc "$0/proc"; root=$0; exec chroot "$root" "$@"' "$root"
    rm -rf --one-file-system "$root"
    echo "installed on a bare $VERSION_CODENAME, built and learnt there"
    exit 0
  fi
fi
dpkg-deb -x "$program" "$scratch/unpacked"
dpkg-deb -x "$development" "$scratch/unpacked"
agon=$scratch/unpacked/usr/bin/agon
quietly "$agon" list rules
(cd "$scratch" && quietly "$agon" new rule mine && AGON=$agon quietly mine/test.sh)
echo "no bare Debian could be made here: unpacked, built and learnt"

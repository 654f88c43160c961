#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Prints the path of the browser that the tests of the page use.
#
#   scripts/browser.sh              AGON_BROWSER, or Chromium or Chrome from PATH; exit 1 without one
#   scripts/browser.sh --install    installs Chromium first where there is none, as root with apt-get; says on
#                                   stderr when it cannot, and exits 0: the tests of the page are skipped then
#
# AGON_NO_INSTALL=1 installs nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

find_browser() {
  local name
  if [[ -n ${AGON_BROWSER:-} ]]; then
    [[ -x $AGON_BROWSER ]] && printf '%s\n' "$AGON_BROWSER"
    return
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then return; fi
  done
  return 1
}

case ${1:-} in
  "") find_browser ;;
  --install)
    if find_browser; then exit 0; fi
    if ((EUID != 0)) || [[ ${AGON_NO_INSTALL:-0} != 0 ]] || ! command -v apt-get >/dev/null; then
      say "no Chromium, and it is not mine to install: the tests of the page are skipped"
      exit 0
    fi
    say "installing Chromium for the tests of the page"
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
      -o Dpkg::Use-Pty=0 -q)
    "${install[@]}" update </dev/null >&2 || true
    "${install[@]}" install -y --no-install-recommends chromium </dev/null >&2 ||
      say "apt-get could not install Chromium: the tests of the page are skipped"
    find_browser || true
    ;;
  -h | --help) usage_of "${BASH_SOURCE[0]}" ;;
  *) die 2 "unknown option '$1'" "fix: scripts/browser.sh --help" ;;
esac

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds Agon and runs it.
#
#   ./run.sh                 run the suite quick on embedded data and say where its report is
#   ./run.sh ARGS...         run: agon ARGS...   for example: ./run.sh list rules --json
#   ./run.sh -- --help       the help of agon itself
#
# Set-up and build speak on stderr only and are silent when nothing is to do, so stdout is agon's.
# Paths are relative to the folder you call from. The exit code is agon's (README.md lists them);
# 69: packages are missing and could not be installed; 70: configure or build failed.
# AGON_NO_INSTALL=1 installs no packages; AGON_JOBS=N sets the number of compile jobs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

case ${1:-} in
  -h | --help)
    usage_of "${BASH_SOURCE[0]}"
    exit 0
    ;;
  --) shift ;;
  "") (($#)) || set -- run quick ;;
esac

# The program and the rules; the tests are for test.sh, and half of the build.
"$root/scripts/build.sh" harness/all plugins/all

exec "$root/build/release/harness/agon" "$@"

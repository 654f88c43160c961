#!/bin/bash
# SPDX-License-Identifier: MIT
#
# check_page.sh RENDERER KIND: renders a made-up report, opens it headless without a network and
# fails on a console message, a network request, or a chart that is missing from the page. KIND detector
# opens a page that does these things and fails when they go unnoticed.
# Exit 77 = skipped: this machine has no browser, or one that cannot start here.
set -euo pipefail

renderer=$1 kind=$2
# Looked for now, not when the tree was configured: it may have been installed since.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! browser=$("$here/../../scripts/browser.sh"); then
  echo "skipped: no Chromium or Chrome is installed"
  exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
if [[ $kind == detector ]]; then
  echo '<img src="http://example.invalid/x.png"><script>console.error("seen")</script>' >"$dir/report.html"
else
  "$renderer" "$kind" "$dir/report.html"
fi

open_page() {  # URL, then further flags; the page's DOM goes to stdout, the browser's log to $dir/log
  local url=$1
  shift
  # HOME in the temporary folder: nothing of the user's browser is read or written.
  HOME=$dir timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-default-apps \
    --disable-dev-shm-usage --host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$dir/profile" \
    --enable-logging=stderr --v=0 --virtual-time-budget=4000 --window-size=1400,6000 "$@" --dump-dom "$url" 2>"$dir/log"
}

# A browser that cannot show an empty page says nothing about ours.
if ! open_page about:blank >/dev/null; then
  echo "skipped: the browser does not start here"
  tail -3 "$dir/log"
  exit 77
fi

open_page "file://$dir/report.html" --log-net-log="$dir/net.json" >"$dir/dom.html"

console=$(grep -E ':CONSOLE[(:]' "$dir/log" || true)
# Requests that belong to the page carry its origin; the browser's own, for updates and the time, do not.
requests=$(grep -F 'isolation_key":"file://' "$dir/net.json" | grep -oE '"url":"(https?|wss?|ftp)://[^"]*"' | sort -u || true)
if [[ $kind == detector ]]; then
  echo "$console"
  echo "$requests"
  [[ -n $console && -n $requests ]]
  exit
fi

fail=0
if [[ -n $console ]]; then
  echo "FAILED: the page writes to the console"
  echo "$console"
  fail=1
fi
if [[ -n $requests ]]; then
  echo "FAILED: the page asks the network"
  echo "$requests"
  fail=1
fi
if ! grep -q '<h2 id="downloads-title">' "$dir/dom.html"; then
  echo "FAILED: the page is not complete"
  fail=1
fi
if grep -q 'agon-injected' "$dir/dom.html"; then
  echo "FAILED: a hostile text ran as script"
  fail=1
fi
if [[ $kind == full ]]; then
  figures=$(grep -o '<figure ' "$dir/dom.html" | wc -l)
  drawings=$(grep -o '<svg class="chart"' "$dir/dom.html" | wc -l)
  buttons=$(grep -o 'Save as SVG</button>' "$dir/dom.html" | wc -l)
  echo "$figures figures, $drawings drawings, $buttons buttons"
  if ((figures < 18 || drawings != figures || buttons != figures)); then
    echo "FAILED: charts are missing, or the page's script did not run"
    fail=1
  fi
  # Plotly was there at build time: line charts in view are interactive.
  if grep -q 'plotly.js' "$dir/report.html" && ! grep -q 'class="plot upgraded"' "$dir/dom.html"; then
    echo "FAILED: Plotly did not draw"
    fail=1
  fi
fi
exit $fail

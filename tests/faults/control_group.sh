#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs test_control_group in a virtual machine whose only control groups are of version 2, as root: many machines
# keep memory in groups of version 1, or let nobody make any.
#
#   tests/faults/control_group.sh BUILD     BUILD: a folder with the test, agon and its plugins
#
# AGON_TEST_KERNEL names a Linux kernel, default the newest of /boot. Exit code: the test's; 77 where qemu-system-x86_64,
# busybox, cpio or a kernel is missing.
set -euo pipefail

build=$(cd "$1" && pwd)
kernel=${AGON_TEST_KERNEL:-$(find /boot -name 'vmlinuz-*' -readable 2>/dev/null | sort -V | tail -n 1)}
for tool in qemu-system-x86_64 busybox cpio ldd; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not there"; exit 77; }
done
[[ -r $kernel ]] || { echo "skipped: no kernel in /boot, and AGON_TEST_KERNEL names none"; exit 77; }

root=$(mktemp -d)
trap 'rm -rf "$root" "$root.image" "$root.log"' EXIT
mkdir -p "$root"/{bin,proc,sys,dev,tmp,agon}
cp "$(command -v busybox)" "$root/bin/busybox"
for name in sh mount cat ls seq sleep setsid env poweroff kill; do ln -s busybox "$root/bin/$name"; done
cp "$(command -v bash)" "$root/bin/"
cp "$build"/harness/agon "$build"/plugins/linear.agon.so "$build"/tests/faults/confined/confined.agon.so \
  "$build"/tests/faults/test_control_group "$root/agon/"
# "name => /path (address)" and "/path (address)"; a static busybox has none.
{ ldd "$root"/agon/* "$root"/bin/bash "$root/bin/busybox" 2>/dev/null || true; } |
  sed -n 's/^\t\(.* => \)\?\(\/[^ ]*\) (.*/\2/p' | sort -u |
  while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin AGON=/agon/agon AGON_TEST_CONFINED=/agon AGON_TEST_PLUGINS=/agon
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t cgroup2 groups /sys/fs/cgroup
/agon/test_control_group --log_level=message --color_output=no </dev/null 2>&1
echo "exit code $?"
poweroff -f
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) >"$root.image"
timeout 600 qemu-system-x86_64 -cpu max -m 3000 -smp 2 -nographic -no-reboot -kernel "$kernel" \
  -initrd "$root.image" -append "console=ttyS0 quiet panic=-1" </dev/null >"$root.log" 2>&1 || true
sed -i -n 's/\r//g; /Running [0-9]* test/,$p' "$root.log"
cat "$root.log"
grep -q '^exit code 0' "$root.log" && ! grep -q 'skipped: ' "$root.log"

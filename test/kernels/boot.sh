#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot.sh ARCH KERNEL INITRD SECONDS [APPEND]: runs a guest under software emulation, prints what its /run.sh printed, and ends as that did; with 99 when the
# guest died or took longer: its console is then on stderr. One thread of the host for both processors of the guest (thread=single): with two, qemu 7.2 loses a kernel that changes its own text.
set -euo pipefail
arch=$1 kernel=$2 initrd=$3 seconds=$4 append=${5:-}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
results=$folder/results console=$folder/console
touch "$results" "$console"
# The results have a port of their own.
case $arch in
  amd64)
    machine=(qemu-system-x86_64 -cpu max -serial "file:$console" -serial "file:$results")
    # A timer that is late on a busy machine is no defect of the guest's, nor of its clock, which programs then could not read without a system call.
    append="console=ttyS0 results=ttyS1 no_timer_check tsc=reliable $append"
    ;;
  arm64)
    # Its second port is a device of its own, and authenticated pointers of the architecture's own kind are very slow to emulate.
    machine=(qemu-system-aarch64 -machine virt -cpu max,pauth-impdef=on -serial "file:$console"
      -chardev "file,id=results,path=$results" -device pci-serial,chardev=results)
    append="console=ttyAMA0 results=ttyS0 $append"
    ;;
  *)
    echo "no guests of $arch" >&2
    exit 64
    ;;
esac

status=0
timeout --foreground -k 5 "$seconds" "${machine[@]}" -accel "${ACCEL:-tcg,thread=single}" -smp 2 -m "${MEMORY:-1G}" -nodefaults -no-user-config -display none -no-reboot \
  -kernel "$kernel" -initrd "$initrd" \
  -append "quiet panic=-1 oops=panic softlockup_panic=1 $append" </dev/null || status=$?
sed '/^guest-exit /d; s/\r$//' "$results"
guest=$(tr -d '\r' <"$results" | sed -n 's/^guest-exit //p' | tail -1)
[ -z "$guest" ] || exit "$guest"
echo "the guest died or took longer than $seconds s (qemu ended with $status); its console:" >&2
cat "$console" >&2
exit 99

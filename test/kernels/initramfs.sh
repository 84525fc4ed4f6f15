#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# initramfs.sh ARCH OUT RUN WHAT...: packs a guest's root file system, uncompressed (packing costs more than it saves), which needs no module and no disk of its kernel.
# RUN becomes /run.sh, which `init` runs. Each WHAT is a file or folder, at the same place in the guest, or SOURCE=TARGET; of this machine's own
# architecture, programs and addons bring the libraries that they are linked with. BUSYBOX: a static one, of ARCH, which is every tool that is not packed.
set -euo pipefail
arch=$1 out=$2 run=$3
shift 3
here=$(dirname -- "$(realpath "$0")")
busybox=${BUSYBOX:-$(command -v busybox)}
native=$([ "$arch" = "$(dpkg --print-architecture)" ] && echo yes || true)

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root" # the guest's / takes this mode
mkdir -p "$root"/{dev,etc/default,mnt,proc,run,sys,tmp,usr/{bin,sbin,lib,lib64}}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done

add() {
  local from=$1 to=$root$2
  [ -e "$to" ] && return
  mkdir -p "$(dirname "$to")"
  cp -aL "$from" "$to"
}

add_libraries() {
  local library
  { ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | while read -r library; do add "$library" "$library"; done
}

cp "$busybox" "$root/bin/busybox"
for what; do
  source=${what%%=*} target=${what#*=}
  add "$source" "$target"
  [ -z "$native" ] || find -L "$source" -type f \( -name '*.node' -o -name '*.so' -o -perm -u+x \) -size +8k | while read -r file; do add_libraries "$file"; done
done
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
echo guest >"$root/etc/hostname"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
: >"$root/etc/resolv.conf"
: >"$root/etc/default/locale"
cp "$here/init" "$root/init"
cp "$run" "$root/run.sh"
chmod 755 "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$out"

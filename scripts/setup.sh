#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that a fresh clone needs, in one go; quick when all is up to date. `npm test` and `npm run demo` begin with it.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

# package | how to see that it is there | why
#   cmd:X a command that runs · static:X a static library · m32, zstd, busybox: see have() · N: the major version of gcc
packages='
clang           | cmd:clang              | compiles the eBPF programs
bpftool         | cmd:bpftool            | links the eBPF objects into one
g++             | cmd:g++                | compiles the helper and the addon
libclang-rt-dev | fuzzer                 | fuzzes what reads the ring buffer
make            | cmd:make               | runs the native build, and is what the demo traces
libbpf-dev      | static:bpf             | loads eBPF programs; linked into the helper
libelf-dev      | static:elf             | libbpf reads object files with it
zlib1g-dev      | static:z               | libelf needs it
libzstd-dev     | zstd                   | this libelf needs it
binutils-aarch64-linux-gnu | cmd:aarch64-linux-gnu-ld | links the helper and the addon for arm64; cross compilers of gcc cannot be together with gcc-multilib
linux-libc-dev-arm64-cross | file:/usr/aarch64-linux-gnu/include/asm/unistd.h | numbers of the system calls of arm64 are made from it
linux-libc-dev-armhf-cross | file:/usr/arm-linux-gnueabihf/include/asm/unistd.h | the same of its 32-bit programs
clang-format    | cmd:clang-format       | `npm run lint` checks C and C++ with it
strace          | cmd:strace             | tests compare every trace with what strace saw
gcc-N-multilib  | m32                    | tests run 32-bit programs
iproute2        | cmd:ip                 | tests give an interface an address
git             | cmd:git                | tests trace it, and check generated files with it
curl            | cmd:curl               | tests and the demo trace it
python3         | cmd:python3            | tests trace it
dpkg-dev        | cmd:dpkg-source        | unpacks the source package of Lua, which tests build; tests trace it
cmake           | cmd:cmake              | tests and a bench trace it
ninja-build     | cmd:ninja              | tests and a bench trace it
sqlite3         | cmd:sqlite3            | tests trace it
nginx-light     | file:/usr/sbin/nginx   | tests trace it
rustc           | cmd:rustc              | builds a static program that tests trace
xz-utils        | cmd:xz                 | dpkg-source and tests unpack with it
qemu-system-x86 | cmd:qemu-system-x86_64 | runs other kernels than this one, with tests in them
qemu-system-arm | cmd:qemu-system-aarch64 | runs those of arm64
busybox-static  | busybox                | is the system of such a guest
cpio            | cmd:cpio               | packs it
lz4             | cmd:lz4                | unpacks a kernel
libcap2-bin     | cmd:setcap             | grants the helper its two capabilities, so that tests need no root
sudo            | cmd:sudo               | tests set up with it as a user does
'

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$@" >&2; exit 1; }

have() {
  case $1 in
    # bpftool: Ubuntu has a wrapper of that name, which fails when the tools of the running kernel are missing
    cmd:bpftool) bpftool version >/dev/null 2>&1 ;;
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    file:*) [ -e "${1#file:}" ] ;;
    static:*) library "${1#static:}" >/dev/null ;;
    busybox) [ -x "$(command -v busybox)" ] && ! ldd "$(command -v busybox)" >/dev/null 2>&1 ;;
    m32) [ "$(uname -m)" != x86_64 ] || ! command -v gcc >/dev/null || [ -e "$(gcc -m32 -print-file-name=crt1.o 2>/dev/null)" ] ;;
    fuzzer) [ -n "$(find "$(clang -print-resource-dir 2>/dev/null || echo /nonexistent)" -name 'libclang_rt.fuzzer-*' -print -quit 2>/dev/null)" ] ;;
    zstd) ! { library elf >/dev/null && nm "$(library elf)" 2>/dev/null | grep -q 'U ZSTD_'; } || library zstd >/dev/null ;;
  esac
}

library() {
  local place
  for place in /usr/lib/"$(uname -m)"-linux-gnu /usr/lib64 /usr/lib /usr/local/lib; do
    if [ -e "$place/lib$1.a" ]; then echo "$place/lib$1.a"; return; fi
  done
  return 1
}

# Sets missing=(packages…) and reasons=(why…).
look() {
  missing=() reasons=()
  local package check why
  while IFS='|' read -r package check why; do
    package=${package// /} check=${check// /} why=${why# }
    if [ -n "$package" ] && ! have "$check"; then
      missing+=("${package/-N-/-$(gcc -dumpversion 2>/dev/null)-}") reasons+=("$why")
    fi
  done <<<"$packages"
}

check_system() {
  [ "$(uname -s)" = Linux ] || die \
    "Expected Linux, got $(uname -s): spyscall records with eBPF, which only the Linux kernel has." \
    "Use a Linux machine or virtual machine (Debian 12, Ubuntu 22.04 or newer). Traces saved there can be asserted on anywhere."
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "Expected an x86_64 or aarch64 processor, got $(uname -m): no other is supported." ;;
  esac
  command -v npm >/dev/null || die \
    "Expected npm (Node.js 20 or newer brings it), found none." \
    "Get it from https://nodejs.org, or: apt-get install nodejs npm"
}

install_packages() {
  look
  [ ${#missing[@]} -gt 0 ] || return 0
  local i
  if ! command -v apt-get >/dev/null; then
    say "These are missing (names as in Debian and Ubuntu):" >&2
    for i in "${!missing[@]}"; do say "  ${missing[i]}: ${reasons[i]}" >&2; done
    die "This system has no apt-get: install them with its own package manager, then run this again."
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die \
      "Missing: ${missing[*]}. Installing them needs root and there is no sudo. Run as root, then run this again:" \
      "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with the package lists that are there." >&2
  # Ubuntu before 25.10 has bpftool in the tools of a kernel only.
  for i in "${!missing[@]}"; do
    if [ "${missing[i]}" = bpftool ] && ! apt-cache show bpftool >/dev/null 2>&1; then
      missing[i]=linux-tools-generic
    fi
    say "installing ${missing[i]}: ${reasons[i]}"
  done
  # RUNLEVEL: what comes with a service does not start it.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >build/apt.log 2>&1 </dev/null || {
    cat build/apt.log >&2
    die "Installing packages failed. Run this as root, then run this again:" \
      "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  }
}

# The wrapper of Ubuntu wants the running kernel's own bpftool; any version will do for linking objects.
find_bpftool() {
  ! bpftool version >/dev/null 2>&1 || return 0
  local candidate
  for candidate in /usr/lib/linux-tools/*/bpftool /usr/lib/linux-tools-*/bpftool; do
    if "$candidate" version >/dev/null 2>&1; then
      mkdir -p build/bin
      ln -sf "$candidate" build/bin/bpftool
      return
    fi
  done
}

fingerprint() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

# npm packages of a folder, by its lockfile. Install scripts stay off: nothing here needs one.
install_npm() {
  local folder=$1 why=$2 stamp=$1/node_modules/.spyscall-stamp wanted
  wanted=$(uname -m)-$(fingerprint "$folder/package-lock.json" "$folder/.npmrc")
  [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
  say "installing npm packages in $folder: $why"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null) ||
    die "\`npm ci\` failed in $folder (see above). It needs a package registry: check the network and \`npm config get registry\`."
  echo "$wanted" >"$stamp"
}

build_native() {
  local log=build/native.log
  ! make -C native -q >/dev/null 2>&1 </dev/null || return 0
  say 'building the eBPF programs, the helper and the addon'
  if ! make -C native --no-print-directory -j"$(nproc)" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    die 'The native build failed (see above). To try it alone: make -C native'
  fi
}

# The same for arm64, on x86-64: what the package ships, and guests of test/kernels run. Where it cannot be done, says so and goes on.
build_for_arm64() {
  local log=build/native-arm64.log
  local libraries=(libc6 libc6-dev linux-libc-dev libgcc-s1 libgcc-12-dev libstdc++6 libstdc++-12-dev libbpf-dev libelf-dev zlib1g-dev libzstd-dev)
  [ "$(uname -m)" = x86_64 ] || return 0
  if ! bash scripts/foreign-packages.sh arm64 build/arm64/sysroot "${libraries[@]}" >"$log" 2>&1 </dev/null; then
    say "note: nothing is built for arm64, because its libraries are not to be had: $(tail -n 1 "$log"). The package is complete without it on this machine only." >&2
    return 0
  fi
  ! make -C native ARCH=aarch64 -q >/dev/null 2>&1 </dev/null || return 0
  say 'building the same for arm64'
  if ! make -C native ARCH=aarch64 --no-print-directory -j"$(nproc)" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    die 'The native build for arm64 failed (see above). To try it alone: make -C native ARCH=aarch64'
  fi
}

build_dist() {
  local stamp=build/dist.stamp wanted
  wanted=$(find src package.json package-lock.json tsconfig.base.json tsconfig.build.json scripts/build.ts -type f | LC_ALL=C sort |
    xargs sha256sum | sha256sum)
  if [ -d dist ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  say 'building dist'
  node scripts/build.ts || die 'Building dist failed (see above). To try it alone: npm run build'
  echo "$wanted" >"$stamp"
}

# What running (not building) needs. Says it and goes on: the tests of src/trace and the matchers run anywhere.
check_kernel() {
  if [ ! -r /sys/kernel/btf/vmlinux ]; then
    say "note: this kernel ($(uname -r)) has no /sys/kernel/btf/vmlinux, so nothing can be traced here. It needs CONFIG_DEBUG_INFO_BTF=y," \
      "which the kernels of Debian 11, Ubuntu 20.10, Fedora 31 and newer have. In a container, /sys must be mounted." >&2
  fi
  [ "$(id -u)" != 0 ] || return 0
  if getcap build/spyscall-helper 2>/dev/null | grep -q cap_bpf; then return; fi
  if command -v sudo >/dev/null; then
    say 'granting CAP_BPF and CAP_PERFMON to build/spyscall-helper: tests then trace without root'
    sudo setcap cap_bpf,cap_perfmon=ep build/spyscall-helper && return
  fi
  say 'note: tracing needs two capabilities on the helper. Run as root: setcap cap_bpf,cap_perfmon=ep' \
    "$root/build/spyscall-helper" >&2
}

mkdir -p build
# One set-up at a time, also when several scripts start together.
exec 9>build/setup.lock
command -v flock >/dev/null && flock 9

check_system
find_bpftool
install_packages
find_bpftool
install_packages # again: what one package needs is known only once it is there
install_npm tools 'the Node.js that tests and tools run under, whatever the system has'
install_npm . 'compiler, test runners, linter, and what the package depends on'
build_native
build_for_arm64
build_dist
check_kernel

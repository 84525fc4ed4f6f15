# SPDX-License-Identifier: MIT
# Sourced by the other scripts: goes to the repository's root and puts its own Node and tools first.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
PATH="$root/tools/node_modules/.bin:$root/node_modules/.bin:$root/build/bin:$PATH:/usr/sbin:/sbin" # bpftool is in /usr/sbin
export PATH

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Lua 5.4 from the system's own source package, without its patches (they build with libtool): `make -C src linux` in a copy of the folder that this prints.
# Quick when it is there. apt works in a state folder of its own, whose deb-src entries are the system's: nothing outside build/corpus is touched.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

package=lua5.4
corpus=$root/build/corpus
folder=$corpus/lua
mkdir -p "$corpus"
exec 9>"$corpus/lock"
flock 9

[ ! -f "$folder/src/Makefile" ] || { echo "$folder"; exit; }

die() { printf '%s\n' "$@" >&2; exit 1; }
command -v apt-get >/dev/null || die "Lua's source package comes by apt-get, and this system has none. Unpack the source of Lua 5.4 as $folder."
command -v dpkg-source >/dev/null || die 'dpkg-source is missing. Run: npm run setup'

apt=$corpus/apt
rm -rf "$apt" "$corpus/lua.new"
mkdir -p "$apt"/{sources.list.d,lists/partial,archives/partial,download}
. /etc/os-release

# The distribution's own entries (those of its codename), as deb-src. Its security and update entries are among them.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -f "$list" ] || continue
  sed -nE "s/^deb(-src)?([[:space:]]+(\[[^]]*\][[:space:]]+)?[^[:space:]]+[[:space:]]+$VERSION_CODENAME[-[:space:]/])/deb-src\2/p" "$list"
done | sort -u >"$apt/sources.list"
for sources in /etc/apt/sources.list.d/*.sources; do
  [ -f "$sources" ] || continue
  awk -v RS= -v suite="$VERSION_CODENAME" '
    $0 ~ "(^|\n)Suites:([^\n]*[[:space:]])?" suite "([-[:space:]/]|$)" { gsub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print $0 "\n" }
  ' "$sources" | sed '/./,$!d' >"$apt/sources.list.d/${sources##*/}"
done

options=(
  -o "Dir::Etc::SourceList=$apt/sources.list" -o "Dir::Etc::SourceParts=$apt/sources.list.d"
  -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache::Archives=$apt/archives" -o 'Dir::Cache::pkgcache=' -o 'Dir::Cache::srcpkgcache='
  -o APT::Sandbox::User=root -o Acquire::Retries=3
)
log=$corpus/apt.log
echo "getting the source package $package: tests and benchmarks build it" >&2
{
  apt-get "${options[@]}" update -q || echo 'apt-get update failed; trying with what it got'
  (cd "$apt/download" && apt-get "${options[@]}" source -q --download-only "$package")
  dpkg-source --no-copy --skip-patches --extract "$apt"/download/*.dsc "$corpus/lua.new"
} >"$log" 2>&1 </dev/null || {
  cat "$log" >&2
  die "The source package $package cannot be had (see above). With a network, run: bash scripts/fetch-lua.sh"
}
rm -rf "$folder" "$apt"
mv "$corpus/lua.new" "$folder"
echo "$folder"

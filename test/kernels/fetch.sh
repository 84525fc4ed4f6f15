#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fetch.sh ARCH SUITE PACKAGE CACHE: prints VERSION and the path of its bootable image, from this system's Debian mirror, by apt with a state of its own: the
# system's lists stay as they are. ARCH is Debian's (amd64, arm64). PACKAGE may be a regular expression; the newest that it matches is taken. What is in CACHE is not fetched again.
# Exit 3: the mirror cannot be reached; 4: it has no such package.
set -euo pipefail
arch=$1 suite=$2 package=$3 cache=$4

mkdir -p "$cache"
cache=$(realpath "$cache")
apt=$cache/apt-$arch-$suite
mkdir -p "$apt"/{lists/partial,cache/archives/partial}
exec 9>"$apt/lock"
flock 9

# Of the mirror that this system uses, `debian` or `debian-security`.
uri() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | sort -u | grep -E "/debian$1/?\$" | head -1
}
main=$(uri '') security=$(uri -security || true)
[ -n "$main" ] || { echo "this system's apt knows no Debian mirror" >&2; exit 3; }
{
  echo "deb [arch=$arch] $main $suite main"
  case $suite in
    *-backports) ;;
    *) [ -z "$security" ] || echo "deb [arch=$arch] $security $suite-security main" ;;
  esac
} >"$apt/sources.list"
: >"$apt/status"
options=(-qq -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o APT::Update::Error-Mode=any)

# An hour: the rows of one suite ask once.
if [ -z "$(find "$apt/updated" -mmin -60 2>/dev/null)" ]; then
  apt-get "${options[@]}" update >&2 || exit 3
  touch "$apt/updated"
fi

found=$(apt-cache "${options[@]}" pkgnames linux-image- | grep -xE "$package" | sort -V | tail -1) || true
[ -n "$found" ] || { echo "$suite has no package $package for $arch" >&2; exit 4; }
# A meta package leads to the image; from Linux 6.19 on that leads to the binary.
for prefix in linux-image linux-binary; do
  next=$(apt-cache "${options[@]}" depends --important "$found" | sed -nE "s/^ *Depends: ($prefix-[0-9][^ ]*)$/\1/p" | head -1)
  found=${next:-$found}
done
version=${found#linux-*-}
image=$cache/$arch-$version

if [ ! -s "$image" ]; then
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && apt-get "${options[@]}" download "$found") >&2 || exit 3
  mkdir "$work/root"
  # Of two places the image is in one, and tar complains of the other.
  dpkg-deb --fsys-tarfile "$work"/*.deb | tar -x -C "$work/root" --wildcards './boot/vmlinuz-*' './usr/lib/modules/*/vmlinuz' 2>/dev/null || true
  mv "$(find "$work/root" -name 'vmlinuz*' -type f | head -1)" "$image"
fi
echo "$version $image"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# foreign-packages.sh ARCH FOLDER PACKAGE...: unpacks Debian packages of another architecture (amd64, arm64) into FOLDER, from this system's mirror and suite, by apt with
# a state of its own: the system's architectures and lists stay as they are. Without a network where FOLDER has them already.
# Exit 3: there is no apt of Debian here, or its mirror cannot be reached; 4: it has no such package.
set -euo pipefail
arch=$1 folder=$2
shift 2

stamp=$folder/.packages wanted="$arch $*"
[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0
suite=$(. /etc/os-release 2>/dev/null && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || true
[ -n "$suite" ] && command -v apt-get >/dev/null || { echo 'this is no Debian' >&2; exit 3; }

mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d "$folder/apt.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
: >"$work/status"
uri() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | sort -u | grep -E "debian$1/?\$" | head -1
}
main=$(uri '') || true
security=$(uri -security) || true
[ -n "$main" ] || { echo 'this apt knows no Debian mirror' >&2; exit 3; }
{
  echo "deb [arch=$arch] $main $suite main"
  [ -z "$security" ] || echo "deb [arch=$arch] $security $suite-security main"
} >"$work/sources.list"
options=(-qq -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o APT::Update::Error-Mode=any)
apt-get "${options[@]}" update >&2 || exit 3
for package; do
  apt-cache "${options[@]}" pkgnames "$package" | grep -x "$package" >/dev/null || { echo "$suite has no package $package for $arch" >&2; exit 4; }
done
(cd "$work/debs" && apt-get "${options[@]}" download "$@") >&2 || exit 3
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$folder"; done
echo "$wanted" >"$stamp"

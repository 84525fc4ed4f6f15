#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs every generator (scripts/generate-*) again and fails when what is committed is not what it makes.
# A generator names its outputs in a comment of its own, one a line: `Makes: src/trace/tables.generated.ts`.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
shopt -s nullglob

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
stale=0
for generator in scripts/generate-*; do
  outputs=$(sed -n 's/.*Makes: *\([^ ]*\).*/\1/p' "$generator")
  if [ -z "$outputs" ]; then
    echo "$generator: expected a comment line \`Makes: path/of/output\`, found none" >&2
    stale=1
    continue
  fi
  for output in $outputs; do
    mkdir -p "$before/$(dirname "$output")"
    cp -p "$output" "$before/$output" 2>/dev/null || true
  done
  case $generator in
    *.ts) node "$generator" ;;
    *) bash "$generator" ;;
  esac
  for output in $outputs; do
    if ! diff -u --label "$output (as it is)" --label "$output (as $generator makes it)" "$before/$output" "$output"; then
      echo "$output is not current. Run \`$generator\` and commit what it makes." >&2
      [ ! -e "$before/$output" ] || cp -p "$before/$output" "$output"
      stale=1
    fi
  done
done
exit "$stale"

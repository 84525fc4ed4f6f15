#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a command of this repository under the Node that tools/package.json pins: scripts/with-node.sh vitest run
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
if [ ! -x tools/node_modules/.bin/node ] || [ ! -d node_modules ]; then
  echo "The tools of this repository are not installed yet. Run: npm run setup" >&2
  exit 1
fi
exec "$@"

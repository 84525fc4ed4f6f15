#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes out/settings.json: the project's settings, or somebody's own where there are any.
set -eu
mkdir -p out
if [ -f "$HOME/.settings.json" ]; then
  cat "$HOME/.settings.json" >out/settings.json
else
  cat settings.json >out/settings.json
fi

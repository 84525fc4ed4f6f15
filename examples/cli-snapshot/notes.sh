#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps notes in the folder $NOTES: `notes.sh add Buy milk`, `notes.sh list`.
set -eu
mkdir -p "$NOTES"
case $1 in
  add)
    shift
    echo "$*" >"$NOTES/new"
    cat "$NOTES/new" >>"$NOTES/notes.txt"
    rm "$NOTES/new"
    ;;
  list) sort "$NOTES/notes.txt" ;;
esac

#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the most frequent words of a file.
tr -cs '[:alpha:]' '\n' <"$1" | sort | uniq -c | sort -rn | head -n "${2:-3}"

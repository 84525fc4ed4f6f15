// SPDX-License-Identifier: MIT

/** Processor of the machine that a trace was recorded on, as Node calls it: numbers of system calls and some flags differ by it. */
export type Architecture = 'x64' | 'arm64'

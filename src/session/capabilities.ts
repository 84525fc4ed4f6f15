// SPDX-License-Identifier: MIT
// What this kernel lets a session see, beside the groups that it records.

/** `Reply::capabilities` of native/protocol.h, a bit each. */
const names = {
  ioUringWatched: 1 << 1,
  openSettled: 1 << 2,
  connectSettled: 1 << 3,
  lsm: 1 << 4,
  fentry: 1 << 5,
} as const

/** Names of `session.capabilities`, of the helper's answer. */
export function capabilityNames(bits: number): readonly string[] {
  return Object.entries(names).flatMap(([name, bit]) => (bits & bit ? [name] : []))
}

// SPDX-License-Identifier: MIT
import { type AreaPart, EnvironmentArea } from './environment-area.ts'
import type { Hidden } from './environment-policy.ts'
import type { Environment, Text } from './event.ts'
import { absent, decodeBytes, truncated } from './text.ts'

class EnvironmentMap extends Map<string, Text | null> implements Environment {
  readonly complete: boolean

  constructor(complete: boolean) {
    super()
    this.complete = complete
  }
}

/** The environment in an area of `total` bytes. Of equal names the first counts, as getenv(3) has it. */
export function environmentOf(
  parts: Iterable<AreaPart>,
  total: number | null,
  hidden: (name: string) => Hidden,
): Environment {
  const area = new EnvironmentArea(parts, total ?? 0)
  const environment = new EnvironmentMap(total !== null && area.isWhole)
  for (const { from, to, equals, isCut, isFragment } of area.entries()) {
    if (isFragment) continue
    const name = decodeBytes(area.bytes, from, equals)
    if (environment.has(name)) continue
    if (hidden(name) !== null) environment.set(name, null)
    else if (equals === to) environment.set(name, absent)
    else {
      const value = decodeBytes(area.bytes, equals + 1, to)
      environment.set(name, isCut ? truncated(value) : value)
    }
  }
  return environment
}

// SPDX-License-Identifier: MIT
import type { DecodeContext } from './decode-context.ts'
import { environmentOf } from './environment.ts'
import type { AreaPart } from './environment-area.ts'
import { hiddenBy } from './environment-policy.ts'
import type { Environment } from './event.ts'
import { Offset } from './record.ts'

/** The environment of an exec, decoded when it is asked for: few are, and one can be megabytes. */
export function environmentGetter(context: DecodeContext, entry: number): () => Environment | null {
  let environment: Environment | null | undefined
  return () => {
    if (environment === undefined) environment = context.env === false ? null : decode(context, entry)
    return environment
  }
}

function decode(context: DecodeContext, entry: number): Environment {
  const places = context.assembly.execs.environments.get(entry) ?? []
  const total = places.length === 0 ? null : context.at(places[0]!).u32(Offset.environment.bytes)
  const parts = places.map((place): AreaPart => {
    const r = context.at(place)
    const offset = r.u32(Offset.environment.offset)
    const { status, bytes } = r.nextBytes()
    // A copy: the log gives the memory of its chunks to others.
    return { offset, bytes: status === 0 ? Uint8Array.from(bytes) : null }
  })
  return environmentOf(parts, total, hiddenBy(context.env))
}

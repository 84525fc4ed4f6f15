// SPDX-License-Identifier: MIT
import type { Target } from '../address.ts'
import type { Address } from '../event.ts'
import { isInet, isUnix, plainAddress } from '../render.ts'
import { type DelegateName, delegateAt, isLoopback } from './delegates.ts'
import type { Needs } from './needs.ts'
import type { HermeticPolicy, SocketFamily } from './policy.ts'
import type { Scene } from './scene.ts'
import type { StableNames } from './stable-names.ts'

// The kernel chooses ports from here on (ip_local_port_range).
const firstEphemeral = 32_768

/** Addresses and daemons, each as it was. */
export function suggestNetwork(
  { sockets, servers, families }: Needs,
  scene: Scene,
  names: StableNames,
): HermeticPolicy {
  const delegates = new Set<DelegateName>()
  const targets = new Set<string>()
  for (const { class: kind, address, asked, process, transport } of sockets) {
    const informed = transport === 'tcp' && isLoopback(address) ? scene.informed.get(process) : undefined
    const delegate =
      kind === 'listen' ? null : (delegateAt(address) ?? (asked === null ? null : delegateAt(asked)) ?? informed)
    if (delegate) delegates.add(delegate.name)
    else targets.add(targetOf(address, names))
  }
  for (const { server } of servers) targets.add(targetOf(server, names))
  targets.delete('')
  const network: (Target | SocketFamily)[] = [
    ...[...targets].sort(),
    ...[...families].sort().map((family) => ({ family })),
  ]
  return { network, delegates: [...delegates].sort() }
}

/** An address as a target; '' of one that could not be read. A port that the kernel chose is another one in the next run. */
function targetOf(address: Address, names: StableNames): string {
  if (isInet(address)) {
    const { host, port } = address
    const isChosen = isLoopback(address) && port >= firstEphemeral
    if (isChosen || port === 0) return host
    return plainAddress({ ...address, scopeId: 0 }) ?? ''
  }
  if (!isUnix(address) || typeof address.path !== 'string') return ''
  const { path, abstract } = address
  const glob = abstract ? null : names.globOf(path)
  // What would be magic in it is any one character.
  return `unix:${glob ?? path.replace(/[\\*?[\]{}()!+@|]/g, (character, at) => (abstract && at === 0 ? character : '?'))}`
}

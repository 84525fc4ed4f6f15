// SPDX-License-Identifier: MIT
import type { Target } from '../address.ts'
import type { Address } from '../event.ts'
import { parseHostName } from '../host-names.ts'
import { isInet, isUnix, plainAddress, renderAddress } from '../render.ts'
import { type DelegateName, isLoopback } from './delegates.ts'
import type { Needs } from './needs.ts'
import type { HermeticPolicy, SocketFamily } from './policy.ts'
import { delegateOf, type Scene } from './scene.ts'
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
  const asked = new Set(servers.map(({ name }) => name).filter((name) => parseHostName(name) !== null))
  for (const access of sockets) {
    const { address, seq } = access
    const reached = delegateOf(access, scene)
    if (reached !== null) delegates.add(reached.delegate.name)
    else if (!isServerOf(address, asked, scene))
      targets.add(namedTarget(address, seq, asked, scene) ?? targetOf(address, names))
  }
  for (const { name, server } of servers) {
    const isNamed = [...targets].some((target) => target === name || target.startsWith(`${name}:`))
    if (!isNamed) targets.add(asked.has(name) ? name : targetOf(server, names))
  }
  targets.delete('')
  const network: (Target | SocketFamily)[] = [
    ...[...targets].sort(),
    ...[...families].sort().map((family) => ({ family })),
  ]
  return { network, delegates: [...delegates].sort() }
}

/** A DNS server of which all questions can be told by name. */
function isServerOf(address: Address, asked: ReadonlySet<string>, scene: Scene): boolean {
  const names = scene.asked.get(renderAddress(address))
  return names !== undefined && [...names].every((name) => asked.has(name))
}

/** By the name that DNS gave the address for; null where it was not asked. */
function namedTarget(address: Address, seq: number, asked: ReadonlySet<string>, scene: Scene): string | null {
  if (!isInet(address)) return null
  const known = scene.names.namesOf(address.host, seq).find(({ name, from }) => from === 'DNS' && asked.has(name))
  return known === undefined ? null : `${known.name}:${address.port}`
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
  const plain = path.replace(/[\\*?[\]{}()!+@|]/g, (character, at) => (abstract && at === 0 ? character : '?'))
  return `unix:${abstract ? plain : names.told(glob ?? plain)}`
}

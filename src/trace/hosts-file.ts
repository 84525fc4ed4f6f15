// SPDX-License-Identifier: MIT
import { isIP } from 'node:net'
import { canonicalIPv6, unmapped } from './unmapped.ts'

/** The text of /etc/hosts on this machine. Throws where it cannot be read. */
export type ReadHosts = () => string

// On the global object: the entries of one package may each hold a copy of this module.
const installed: unique symbol = Symbol.for('spyscall.readHosts') as never
const holder = globalThis as { [installed]?: ReadHosts }

/** What names of hosts are looked up with where a program read /etc/hosts. An entry installs it, since nothing here does I/O. */
export function installHosts(read: ReadHosts): void {
  holder[installed] = read
}

/** Addresses and their names, as /etc/hosts has them now; null where that cannot be told. */
export function hostsOfFile(): ReadonlyMap<string, readonly string[]> | null {
  try {
    const text = holder[installed]?.()
    return text === undefined ? null : parseHosts(text)
  } catch {
    return null
  }
}

/** See hosts(5): an address, then names; `#` begins a comment. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '')
    const host = unmapped(address.replace(/%.*$/, ''))
    if (isIP(host) === 0) continue
    const plain = isIP(host) === 6 ? canonicalIPv6(host) : host
    hosts.set(plain, [...(hosts.get(plain) ?? []), ...names.map((name) => name.toLowerCase().replace(/\.$/, ''))])
  }
  return hosts
}

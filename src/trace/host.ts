// SPDX-License-Identifier: MIT
// The host of an address: addresses, blocks, `localhost`, and names by what DNS answered.
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { type HostNames, type HostPattern, parseHostName } from './host-names.ts'
import { listed, loopback } from './loopback.ts'
import { misuse } from './misuse.ts'
import { type Verdict, valuePattern } from './pattern.ts'
import { unmapped } from './unmapped.ts'

/** A predicate over hosts of addresses. */
export interface HostTest {
  /** `seq`: of the event that has the address; names count from the answer on that gave them. `port`: of the address. */
  match(host: string, seq: number, port: number): Verdict
  /** Families of which it takes an address; null for what looks at the text of an address only. */
  readonly families: ReadonlySet<'inet' | 'inet6'> | null
  /** The name that it is about, where it is one of a host. */
  readonly name: HostPattern | null
}

export const anyHost: HostTest = { match: () => 'yes', families: new Set(['inet', 'inet6']), name: null }

/** `names`: what names are compared with; null where only addresses can be meant. `whole`: what was given, for errors. */
export function hostTest(host: unknown, names: HostNames | null, whole: unknown = host): HostTest {
  if (typeof host !== 'string') {
    const value = valuePattern(host, '`host`')
    return remembered((text) => value.match(text), null)
  }
  if (/^localhost\.?$/i.test(host)) return remembered((text) => verdict(listed(loopback, text)), ['inet', 'inet6'])
  const [written = '', bits] = host.split('/')
  const address = unmapped(written.replace(/%.*$/, ''))
  if (isIP(address) === 0) return nameTest(host, names, whole, bits !== undefined)
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, prefixLength(bits, family, address !== written, whole), family)
  // BlockList takes IPv4 for mapped IPv6, which would make `::/0` mean every address.
  return family === 'ipv4'
    ? remembered((text) => verdict(listed(list, text)), ['inet'])
    : remembered((text) => verdict(isIPv6(text) && listed(list, text)), ['inet6'])
}

function verdict(matches: boolean): Verdict {
  return matches ? 'yes' : 'no'
}

/** Asked once for each distinct address. */
function remembered(test: (host: string) => Verdict, families: readonly ('inet' | 'inet6')[] | null): HostTest {
  const answers = new Map<string, Verdict>()
  return {
    families: families === null ? null : new Set(families),
    name: null,
    match(host) {
      let answer = answers.get(host)
      if (answer === undefined) {
        answer = test(host)
        answers.set(host, answer)
      }
      return answer
    },
  }
}

function nameTest(host: string, names: HostNames | null, whole: unknown, isBlock: boolean): HostTest {
  const name = isBlock || host.includes(':') ? null : parseHostName(host)
  if (name === null)
    throw misuse('the target to be `host:port` with an IP address or a name, or a block such as `10.0.0.0/8`', whole)
  if (names === null)
    throw misuse(
      'the host of the target to be an IP address or `localhost`',
      whole,
      'It is compared with addresses, not with names: give the address, or match the port (`:443`).',
    )
  return { families: null, name, match: (address, seq, port) => names.verdict(name, address, seq, port) }
}

function prefixLength(bits: string, family: 'ipv4' | 'ipv6', wasMapped: boolean, whole: unknown): number {
  const given = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  const length = family === 'ipv4' && wasMapped ? given - 96 : given
  if (length >= 0 && length <= (family === 'ipv4' ? 32 : 128)) return length
  throw misuse('the block to end in its prefix length, as `10.0.0.0/8`', whole)
}

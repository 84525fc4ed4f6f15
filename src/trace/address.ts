// SPDX-License-Identifier: MIT
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import type { Address, Text } from './event.ts'
import { linkFollower } from './links.ts'
import { MisuseError, misuse } from './misuse.ts'
import {
  type AsymmetricMatcher,
  anyOf,
  isAsymmetric,
  type Pattern,
  pathPattern,
  printValue,
  type Verdict,
  valuePattern,
} from './pattern.ts'
import { isInet, isUnix, plainAddress } from './render.ts'

/** The parts of an address; each may be left out. */
export interface TargetParts {
  /** An IP address, `'localhost'`, a CIDR block, a RegExp or an asymmetric matcher over the address's text. */
  readonly host?: string | RegExp | AsymmetricMatcher
  readonly port?: number | AsymmetricMatcher
  readonly family?: 'inet' | 'inet6' | 'unix' | AsymmetricMatcher
}

/**
 * `'10.0.0.1:443'`, `':443'`, `'10.0.0.1'`, `'[::1]:80'`, `'10.0.0.0/8'`, `'localhost:8080'`, `'unix:/run/x.sock'`,
 * `'unix:@abstract'` (globs allowed after `unix:`), its parts, or a RegExp over the address as it is printed.
 */
export type Target = string | RegExp | AsymmetricMatcher | TargetParts

/** A predicate over addresses. IPv4-mapped IPv6 equals IPv4. */
export interface AddressPattern {
  readonly printed: string
  match(address: Address): Verdict
  /** The address would match if it were not for its port. */
  readonly isOtherPort: (address: Address) => boolean
}

export const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export function addressPattern(input: unknown, root: string): AddressPattern {
  const printed = printValue(input)
  if (typeof input === 'string') return { printed, ...parseTarget(input, root) }
  if (input instanceof RegExp || isAsymmetric(input) || Object.prototype.toString.call(input) === '[object RegExp]') {
    const value = valuePattern(input, 'the target')
    const match = (address: Address) => value.match(plainAddress(address) ?? { status: 'unreadable' })
    return { printed, match, isOtherPort: () => false }
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const isPort = typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= 65535
    const remedy = isPort ? `Write \`':${input}'\` for the port.` : undefined
    throw misuse('the target to be a string, a RegExp or an object `{ host, port, family }`', input, remedy)
  }
  return { printed, ...parseParts(input as TargetParts) }
}

type Matching = Omit<AddressPattern, 'printed'>

/** Of the tests that an address has to pass, and the one of its port. */
function matching(tests: readonly ((address: Address) => boolean)[], port?: (address: Address) => boolean): Matching {
  const others = (address: Address) => tests.every((test) => test(address))
  return {
    match: (address) => (others(address) && port?.(address) !== false ? 'yes' : 'no'),
    isOtherPort: (address) => isInet(address) && others(address) && port?.(address) === false,
  }
}

function parseParts(parts: TargetParts): Matching {
  for (const key of Object.keys(parts)) {
    if (!['host', 'port', 'family'].includes(key)) {
      throw new MisuseError(`Unknown part \`${key}\` of a target; it has \`host\`, \`port\` and \`family\`.`)
    }
  }
  const { host, port, family } = parts
  const tests: ((address: Address) => boolean)[] = []
  if (host !== undefined) tests.push(onHost(hostTest(host)))
  if (family !== undefined) tests.push(familyTest(family))
  return matching(tests, port === undefined ? undefined : portTest(port))
}

/** Whether an address has the port. */
export function portTest(port: unknown): (address: Address) => boolean {
  if (isAsymmetric(port)) return (address) => isInet(address) && port.asymmetricMatch(address.port)
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw misuse('`port` to be an integer from 0 to 65535 or an asymmetric matcher', port)
  }
  return (address) => isInet(address) && address.port === port
}

/** Whether an address is of the family. IPv4-mapped IPv6 is `inet`. */
export function familyTest(family: unknown): (address: Address) => boolean {
  if (isAsymmetric(family)) return (address) => family.asymmetricMatch(address.family)
  if (family !== 'inet' && family !== 'inet6' && family !== 'unix') {
    throw misuse("`family` to be 'inet', 'inet6', 'unix' or an asymmetric matcher", family)
  }
  return (address) => address.family === family
}

function onHost(test: (host: string) => boolean): (address: Address) => boolean {
  const answers = new Map<string, boolean>()
  return (address) => {
    if (!isInet(address)) return false
    let answer = answers.get(address.host)
    if (answer === undefined) {
      answer = test(address.host)
      answers.set(address.host, answer)
    }
    return answer
  }
}

function parseTarget(input: string, root: string): Matching {
  if (input === '') throw misuse('the target not to be empty', input, 'Leave it out to mean any.')
  if (input.startsWith('unix:')) return { match: unixTest(input.slice('unix:'.length), root), isOtherPort: () => false }
  refuseLookalikes(input)
  const { host, port } = splitTarget(input)
  const hostMatches = host === '' || host === '*' ? isInet : onHost(hostTest(host, input))
  const portMatches = port === undefined || port === '*' ? isInet : portTest(parsePort(port, input))
  return matching([hostMatches], portMatches)
}

/** What is no target, and would be taken for another one or for a host without an address. */
function refuseLookalikes(input: string): void {
  if (/^\.{0,2}\//.test(input) || input.endsWith('.sock'))
    throw misuse('the target to be `host:port`, or `unix:` and a path', input, `Did you mean \`unix:${input}\`?`)
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(input))
    throw misuse('the target to be `host:port`, not a URL', input, withoutUrl(input))
  const ending = /^(.*):(\d{1,5})$/.exec(input)
  if (isIPv6(input) && ending !== null && isIPv6(ending[1]!))
    throw misuse(
      'the IPv6 address of the target to be in brackets, since it could end in a port',
      input,
      `Write \`[${ending[1]}]:${ending[2]}\` for an address and a port, \`[${input}]\` for an address.`,
    )
}

function withoutUrl(input: string): string | undefined {
  if (!URL.canParse(input)) return undefined
  const { hostname, port, protocol } = new URL(input)
  const number = port || { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' }[protocol]
  const end = number === undefined ? '' : `:${number}`
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === 'localhost'
  if (isAddress) return `Write \`${hostname}${end}\`.`
  return `The kernel sees addresses, not names: give the address, or match the port${end === '' ? '' : ` (\`${end}\`)`}.`
}

/** `host:port` into its two parts. An IPv6 address with a port is in brackets; a bare one has none. */
function splitTarget(input: string): { host: string; port?: string } {
  if (isIP(input)) return { host: input }
  const bracketed = /^\[([^\]]*)\](\/\d+)?(?::(.*))?$/.exec(input)
  if (bracketed !== null) {
    const host = `${bracketed[1]}${bracketed[2] ?? ''}`
    return bracketed[3] === undefined ? { host } : { host, port: bracketed[3] }
  }
  const slash = input.indexOf('/')
  const colon = input.lastIndexOf(':')
  const isBareV6Block = slash > 0 && isIPv6(input.slice(0, slash)) && colon < slash
  if (colon === -1 || isBareV6Block) return { host: input }
  return { host: input.slice(0, colon), port: input.slice(colon + 1) }
}

function parsePort(port: string, input: string): number {
  if (!/^\d{1,5}$/.test(port)) throw misuse('the target to end in `:port`, a number from 0 to 65535', input)
  return Number(port)
}

function hostTest(host: unknown, whole: unknown = host): (host: string) => boolean {
  if (typeof host !== 'string') {
    const value: Pattern = valuePattern(host, '`host`')
    return (text) => value.match(text) === 'yes'
  }
  if (host === 'localhost') return (text) => listed(loopback, text)
  const list = new BlockList()
  const [written = '', bits] = host.split('/')
  const address = unmapped(written.replace(/%.*$/, ''))
  if (isIP(address) === 0) {
    if (/^[\d.]+$/.test(address) || address.includes(':') || bits !== undefined) {
      throw misuse('the target to be `host:port` with an IP address, or a block such as `10.0.0.0/8`', whole)
    }
    throw misuse(
      'the host of the target to be an IP address or `localhost`',
      whole,
      'The kernel sees addresses, not names: give the address, or match the port (`:443`).',
    )
  }
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, prefixLength(bits, family, address !== written, whole), family)
  // BlockList takes IPv4 for mapped IPv6, which would make `::/0` mean every address.
  return family === 'ipv4' ? (text) => listed(list, text) : (text) => isIPv6(text) && listed(list, text)
}

function prefixLength(bits: string, family: 'ipv4' | 'ipv6', wasMapped: boolean, whole: unknown): number {
  const given = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  const length = family === 'ipv4' && wasMapped ? given - 96 : given
  if (length >= 0 && length <= (family === 'ipv4' ? 32 : 128)) return length
  throw misuse('the block to end in its prefix length, as `10.0.0.0/8`', whole)
}

export function listed(list: BlockList, host: string): boolean {
  if (isIPv4(host)) return list.check(host, 'ipv4')
  return isIPv6(host) && list.check(host, 'ipv6')
}

/** `::ffff:127.0.0.1` (or `::ffff:7f00:1`) as `127.0.0.1`, the form in which events have it. */
function unmapped(host: string): string {
  if (!isIPv6(host)) return host
  const canonical = new URL(`http://[${host}]`).hostname.slice(1, -1)
  const parts = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)
  if (parts === null) return host
  const [high, low] = [Number.parseInt(parts[1]!, 16), Number.parseInt(parts[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function unixTest(path: string, root: string): (address: Address) => Verdict {
  const pattern = pathPattern(path, root, 'the path after `unix:`')
  // An abstract name is no path: it is compared as it is, whatever slashes it has.
  const name = path.startsWith('@') ? pathPattern(`/${path}`, '/', 'the name after `unix:`') : null
  const follow = linkFollower()
  // The kernel does not say which file it was, so both sides are followed: /var/run is /run.
  const socketPaths = (text: Text): Text[] =>
    typeof text === 'string' && text.startsWith('/') ? [text, follow(text)] : [text]
  return (address) => {
    if (!isUnix(address)) return 'no'
    if (name === null) return address.abstract ? 'no' : anyOf(socketPaths(address.path).map(pattern.match))
    if (!address.abstract) return 'no'
    return name.match(typeof address.path === 'string' ? `/${address.path}` : address.path)
  }
}

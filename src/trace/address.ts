// SPDX-License-Identifier: MIT
import { isIP, isIPv6 } from 'node:net'
import type { Address, Text } from './event.ts'
import { anyHost, type HostTest, hostTest } from './host.ts'
import type { HostNames, HostPattern } from './host-names.ts'
import { linkFollower } from './links.ts'
import { MisuseError, misuse } from './misuse.ts'
import {
  type AsymmetricMatcher,
  anyOf,
  isAsymmetric,
  pathPattern,
  printValue,
  type Verdict,
  valuePattern,
} from './pattern.ts'
import { isInet, isUnix, plainAddress } from './render.ts'

/** The parts of an address; each may be left out. */
export interface TargetParts {
  /** An IP address, `'localhost'`, a CIDR block, the name of a host, a RegExp or an asymmetric matcher over the address's text. */
  readonly host?: string | RegExp | AsymmetricMatcher
  readonly port?: number | AsymmetricMatcher
  readonly family?: 'inet' | 'inet6' | 'unix' | AsymmetricMatcher
}

/**
 * `'10.0.0.1:443'`, `':443'`, `'10.0.0.1'`, `'[::1]:80'`, `'10.0.0.0/8'`, `'localhost:8080'`, `'example.com:443'`, `'unix:/run/x.sock'`,
 * `'unix:@abstract'` (globs allowed after `unix:`), its parts, or a RegExp over the address as it is printed.
 */
export type Target = string | RegExp | AsymmetricMatcher | TargetParts

/** A predicate over addresses. IPv4-mapped IPv6 equals IPv4. */
export interface AddressPattern {
  readonly printed: string
  /** The name of a host that it is about; null for other patterns. */
  readonly name: HostPattern | null
  /** `seq`: of the event that has the address: a name counts from the DNS answer on that gave it. Left out: from any. */
  match(address: Address, seq?: number): Verdict
  /** The address would match if it were not for its port. */
  isOtherPort(address: Address, seq?: number): boolean
  /**
   * Families of which it takes some address where this one stands for all of its machine (`0.0.0.0`, `::`), all but the host being equal; none where the pattern looks at the text
   * of an address.
   */
  familiesBesideHost(address: Address): ReadonlySet<'inet' | 'inet6'>
}

type Matching = Omit<AddressPattern, 'printed'>

const none: ReadonlySet<never> = new Set()

/** `names`: what names of hosts are compared with; null where an address has to be given. */
export function addressPattern(input: unknown, root: string, names: HostNames | null = null): AddressPattern {
  const printed = printValue(input)
  if (typeof input === 'string') return { printed, ...parseTarget(input, root, names) }
  if (input instanceof RegExp || isAsymmetric(input) || Object.prototype.toString.call(input) === '[object RegExp]') {
    const value = valuePattern(input, 'the target')
    return { printed, ...byText((address) => value.match(plainAddress(address) ?? { status: 'unreadable' })) }
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const isPort = typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= 65535
    const remedy = isPort ? `Write \`':${input}'\` for the port.` : undefined
    throw misuse('the target to be a string, a RegExp or an object `{ host, port, family }`', input, remedy)
  }
  return { printed, ...parseParts(input as TargetParts, names) }
}

function byText(match: (address: Address) => Verdict): Matching {
  return { name: null, match, isOtherPort: () => false, familiesBesideHost: () => none }
}

/** Of a host, a port and what else an address has to be; null: any, of whatever family. */
function matching(
  host: HostTest | null,
  port: ((address: Address) => boolean) | null,
  family: ((address: Address) => boolean) | null,
): Matching {
  const hostVerdict = (address: Address, seq = Number.POSITIVE_INFINITY): Verdict => {
    if (family?.(address) === false) return 'no'
    if (host === null) return 'yes'
    return isInet(address) ? host.match(address.host, seq, address.port) : 'no'
  }
  return {
    name: host?.name ?? null,
    match: (address, seq) => (port?.(address) === false ? 'no' : hostVerdict(address, seq)),
    isOtherPort: (address, seq) => isInet(address) && port?.(address) === false && hostVerdict(address, seq) === 'yes',
    familiesBesideHost: (address) =>
      port?.(address) === false || family?.(address) === false ? none : ((host ?? anyHost).families ?? none),
  }
}

function parseParts(parts: TargetParts, names: HostNames | null): Matching {
  for (const key of Object.keys(parts)) {
    if (!['host', 'port', 'family'].includes(key)) {
      throw new MisuseError(`Unknown part \`${key}\` of a target; it has \`host\`, \`port\` and \`family\`.`)
    }
  }
  const { host, port, family } = parts
  if (family === 'unix' && (host !== undefined || port !== undefined))
    throw misuse('a target of the family unix to have no host and no port', parts, 'Write `unix:` and its path.')
  return matching(
    host === undefined ? null : hostTest(host, names),
    port === undefined ? null : portTest(port),
    family === undefined ? null : familyTest(family),
  )
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

function parseTarget(input: string, root: string, names: HostNames | null): Matching {
  if (input === '') throw misuse('the target not to be empty', input, 'Leave it out to mean any.')
  if (input.startsWith('unix:')) return byText(unixTest(input.slice('unix:'.length), root))
  refuseLookalikes(input, names !== null)
  const { host, port } = splitTarget(input)
  return matching(
    host === '' || host === '*' ? anyHost : hostTest(host, names, input),
    port === undefined || port === '*' ? null : portTest(parsePort(port, input)),
    null,
  )
}

/** What is no target, and would be taken for another one or for a host without an address. */
function refuseLookalikes(input: string, takesNames: boolean): void {
  if (/^\.{0,2}\//.test(input) || input.endsWith('.sock'))
    throw misuse('the target to be `host:port`, or `unix:` and a path', input, `Did you mean \`unix:${input}\`?`)
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(input))
    throw misuse('the target to be `host:port`, not a URL', input, withoutUrl(input, takesNames))
  if (/^\d{1,5}$/.test(input))
    throw misuse('the target to be `host:port`, not a port alone', input, `Write \`:${input}\`.`)
  const ending = /^(.*):(\d{1,5})$/.exec(input)
  if (isIPv6(input) && ending !== null && isIPv6(ending[1]!))
    throw misuse(
      'the IPv6 address of the target to be in brackets, since it could end in a port',
      input,
      `Write \`[${ending[1]}]:${ending[2]}\` for an address and a port, \`[${input}]\` for an address.`,
    )
}

function withoutUrl(input: string, takesNames: boolean): string | undefined {
  if (!URL.canParse(input)) return undefined
  const { hostname, port, protocol } = new URL(input)
  const number = port || { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' }[protocol]
  const end = number === undefined ? '' : `:${number}`
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === 'localhost'
  if (isAddress || takesNames) return `Write \`${hostname}${end}\`.`
  return `It is compared with addresses, not with names: give the address, or match the port${end === '' ? '' : ` (\`${end}\`)`}.`
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

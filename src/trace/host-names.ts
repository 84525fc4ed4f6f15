// SPDX-License-Identifier: MIT
// Names of hosts: patterns over them, and what a trace's DNS answers tell of the names of addresses.
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { countBelow } from './ascending.ts'
import { eachClass, firstOf } from './classes.ts'
import type { ConnectEvent, DnsEvent } from './event.ts'
import { globTest, splitGlob } from './glob.ts'
import { hostsOfFile } from './hosts-file.ts'
import { linkFollower } from './links.ts'
import { listed, loopback } from './loopback.ts'
import { misuse } from './misuse.ts'
import { printValue, type Verdict, valuePattern } from './pattern.ts'
import { isInet, isUnix, renderAddress } from './render.ts'
import type { Alike } from './traits.ts'
import { unmapped } from './unmapped.ts'
import type { TraceView } from './view.ts'

/** A predicate over names of hosts. */
export interface HostPattern {
  readonly printed: string
  /** The one name that it takes, in lower case and without the last dot; null where there are several. */
  readonly wanted: string | null
  match(name: string): boolean
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const wholeName = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)*${label}$`)
const globName = /^[a-z0-9_.*?{},[\]!-]+$/
/** A glob over addresses, which have no names in common. */
const globAddress = /^\d[\d.*?{},[\]!-]*$/

/** A name as `'example.com'` or `'*.example.com'` (where `*` takes dots as well), in whatever spelling; null for text that can be none. */
export function parseHostName(text: string): HostPattern | null {
  const lower = text.toLowerCase().replace(/\.$/, '')
  const isGlob = splitGlob(lower) !== null
  const name = isGlob || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(lower) ? lower : domainToASCII(lower)
  if (isIP(name) !== 0 || /(?:^|\.)\d+$/.test(name)) return null
  const printed = printValue(text)
  if (!isGlob) return wholeName.test(name) ? { printed, wanted: name, match: (other) => other === name } : null
  if (!globName.test(name) || globAddress.test(name)) return null
  const match = globTest(name)
  return { printed, wanted: null, match: (other) => match(asPath(other)) }
}

/** A name as text of which a glob's `*` takes every part: to picomatch a slash ends a folder, and `.` is one. A glob of names has no slash. */
function asPath(name: string): string {
  return name === '.' ? '_' : name.replaceAll('/', '_')
}

/** A name, glob, RegExp or asymmetric matcher over names. */
export function hostPattern(input: unknown, what: string): HostPattern {
  if (typeof input !== 'string') {
    const value = valuePattern(input, what)
    return { printed: value.printed, wanted: null, match: (name) => value.match(name) === 'yes' }
  }
  if (input === '') throw misuse(`${what} not to be empty`, input, 'Leave it out to mean any.')
  const name = parseHostName(input)
  if (name === null) throw misuse(`${what} to be one as \`example.com\` or \`*.example.com\``, input, remedyFor(input))
  return name
}

function remedyFor(input: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(input) && URL.canParse(input)) return `Write \`${new URL(input).hostname}\`.`
  if (isIP(input) !== 0) return 'For what a name was resolved to, use the `address` option.'
  return /:\d+$/.test(input) ? 'A name has no port.' : undefined
}

/** Which names the addresses of a trace had for its processes: what DNS answered them, and what they found in /etc/hosts. */
export interface HostNames {
  /**
   * Whether `host` was an address of a name that the pattern takes when the event `seq` came. Unknown where nothing tells its name, and nothing tells the addresses of that name
   * either, and where it was told later. On port 53 the servers that were asked have none.
   */
  verdict(pattern: HostPattern, host: string, seq: number, port: number): Verdict
  /** The names of an address at that moment, each with where it is from. */
  namesOf(host: string, seq: number): readonly KnownName[]
  /** How much had been learnt of names before an event: of two with the same number, each address had the same names. */
  momentOf(seq: number): number
  /** Whether DNS was asked for such a name. */
  wasAsked(pattern: HostPattern): boolean
  /** How an address may have been learnt without DNS, as the end of a sentence. */
  elsewhere(seq: number): string
  /** Services that were asked to resolve names: what they were asked does not show. One sentence each. */
  services(): readonly string[]
}

export interface KnownName {
  readonly name: string
  readonly from: 'DNS' | '/etc/hosts'
}

interface Given extends KnownName {
  readonly seq: number
}

/** Looks at the trace when it is first asked. */
export function hostNames(trace: TraceView): HostNames {
  let found: Book | undefined
  const book = (): Book => {
    found ??= bookOf(trace)
    return found
  }
  const namesOf = (host: string, seq: number): readonly KnownName[] =>
    (book().given.get(host) ?? []).filter((one) => one.seq < seq)
  return {
    namesOf,
    wasAsked: (pattern) => [...book().asked].some(pattern.match),
    elsewhere: (seq) => sourceBefore(book(), seq)?.text ?? 'the program has the address from elsewhere',
    momentOf: (seq) => countBelow(book().moments, seq),
    services: () => {
      const services = new Set<string>()
      eachClass(trace, ['connect'], (event) => {
        if (isNameService(event)) services.add(renderAddress(event.address))
      })
      return [...services].map(
        (address) => `A service that resolves names was asked, and for which does not show: ${address}`,
      )
    },
    verdict(pattern, host, seq, port) {
      const given = (book().given.get(host) ?? []).filter(({ name }) => pattern.match(name))
      if (given.length > 0) return given.some((one) => one.seq < seq) ? 'yes' : 'unknown'
      const names = namesOf(host, seq)
      const { known, servers } = book()
      if (names.length > 0 || (port === dnsPort && servers.has(host))) return 'no'
      if (pattern.wanted !== null && known.has(pattern.wanted)) return 'no' // its other addresses are known
      return listed(loopback, host) && sourceBefore(book(), seq) === undefined ? 'no' : 'unknown'
    },
  }
}

interface Book {
  /** Names by the address that they were given. */
  readonly given: ReadonlyMap<string, readonly Given[]>
  /** Names that DNS was asked for. */
  readonly asked: ReadonlySet<string>
  /** Names of which addresses are known. */
  readonly known: ReadonlySet<string>
  /** Addresses of DNS servers. */
  readonly servers: ReadonlySet<string>
  /** Where names were resolved in a way that the trace does not tell. */
  readonly others: readonly OtherSource[]
  /** Positions of all that was learnt, in order. */
  readonly moments: readonly number[]
}

/** A sign that names were resolved by something that does not show, and since when. */
interface OtherSource {
  readonly seq: number
  readonly text: string
}

function sourceBefore({ others }: Book, seq: number): OtherSource | undefined {
  return others.find((source) => source.seq < seq)
}

function bookOf(trace: TraceView): Book {
  const given = new Map<string, Given[]>()
  const asked = new Set<string>()
  const known = new Set<string>()
  const servers = new Set<string>()
  const others: OtherSource[] = []
  const give = (host: string, names: readonly string[], from: KnownName['from'], seq: number) => {
    const list = given.get(host) ?? []
    if (list.length === 0) given.set(host, list)
    for (const name of names) {
      if (!list.some((one) => one.name === name && one.from === from)) list.push({ name, from, seq })
    }
  }
  for (const event of trace.ofKind('dns')) {
    asked.add(plainName(event.name))
    if (isInet(event.server)) servers.add(event.server.host)
    for (const { data, names } of addressesOf(event)) {
      give(data, names, 'DNS', event.seq)
      if (!event.truncated) for (const name of names) known.add(name)
    }
  }
  const { own: read, other } = hostsReadAt(trace)
  if (other !== null) others.push({ seq: other, text: unknownHosts })
  if (read !== null) {
    const hosts = hostsOfFile()
    if (hosts === null) others.push({ seq: read, text: unknownHosts })
    else {
      for (const [host, names] of hosts) {
        give(host, names, '/etc/hosts', read)
        for (const name of names) known.add(name)
      }
    }
  }
  const service = firstOf(trace, ['connect'], (event) => (isNameService(event) ? event.address : null))
  if (service !== null)
    others.push({
      seq: service.sighting.seq,
      text: `a service that resolves names was asked (${renderAddress(service.found)})`,
    })
  const moments = [...others, ...[...given.values()].flat()].map(({ seq }) => seq).sort((one, other) => one - other)
  return { given, asked, known, servers, others, moments: [...new Set(moments)] }
}

/** When /etc/hosts was first read, and when one of another root; null: not. Where files were not recorded it may have been from the beginning. */
function hostsReadAt(trace: TraceView): { readonly own: number | null; readonly other: number | null } {
  if (!trace.info.groups.includes('file')) return { own: Number.NEGATIVE_INFINITY, other: null }
  const target = linkFollower()(hostsPath)
  const firstRead = (isOwn: boolean) =>
    firstOf(trace, ['open'], ({ path, asked, result, chrooted }) => {
      const isThere = path === hostsPath || path === target
      return result.ok && (isThere || asked === hostsPath) && (isThere && !chrooted) === isOwn ? true : null
    })?.sighting.seq ?? null
  return { own: firstRead(true), other: firstRead(false) }
}

const hostsPath = '/etc/hosts'
const unknownHosts = '/etc/hosts may have been read, and what is in it is not known'
const dnsPort = 53

/** Sockets of services that resolve names for others. */
const nameServices =
  /^(?:\/var)?\/run\/(?:nscd\/socket|systemd\/resolve\/.*|avahi-daemon\/socket)$|^\/var\/lib\/sss\/pipes\/nss$/

function isNameService({ address, outcome }: Alike<ConnectEvent>): boolean {
  if (!isUnix(address) || outcome === 'failed' || outcome === 'refused') return false
  return typeof address.path === 'string' && nameServices.test(address.path)
}

/** Each address of an answer belongs to the name that was asked, to its own, and to every name that leads to that. */
function addressesOf({ name, answers }: DnsEvent): { readonly data: string; readonly names: readonly string[] }[] {
  const aliases = answers.flatMap((one) => (one.type === 'CNAME' ? [[plainName(one.name), plainName(one.data)]] : []))
  return answers
    .filter(({ type }) => type === 'A' || type === 'AAAA')
    .map(({ name: owner, data }) => {
      const names = new Set([plainName(owner)])
      for (const to of names) for (const [from, target] of aliases) if (target === to) names.add(from!)
      return { data: unmapped(data), names: [...new Set([plainName(name), ...[...names].reverse()])] }
    })
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

// SPDX-License-Identifier: MIT
import { escapeText, showText } from '../escape.ts'
import type { Address, Text, UnixAddress } from '../event.ts'
import { baseName } from '../paths.ts'
import { isUnix, renderAddress } from '../render.ts'
import {
  type Access,
  type AccessClass,
  type FamilyAccess,
  type FileAccess,
  type FileClass,
  fileAccess,
  type NameAccess,
  type SocketAccess,
} from './access.ts'
import type { Declared } from './declared.ts'
import type { Delegate } from './delegates.ts'
import type { Entry, EntryKey } from './entry.ts'
import { delegateOf, isOwnSocket, type Scene } from './scene.ts'

/** What a policy says of an access. */
export type Judgement =
  | { readonly is: 'declared' }
  /** What would decide could not be read. */
  | { readonly is: 'unknown'; readonly why: string }
  | Undeclared

export interface Undeclared {
  readonly is: 'undeclared'
  readonly class: AccessClass
  /** The path or address, unescaped where it is a path. */
  readonly subject: string
  /** `subject` is a path. */
  readonly isPath: boolean
  /** It is told by the data that went through a descriptor. */
  readonly isData: boolean
  /** What to say behind it, escaped. */
  readonly note: string
  /** False where it rests on what a link on this disk leads to by now, and not on the record alone. */
  readonly certain: boolean
}

const declared: Judgement = { is: 'declared' }

/** Sees which entries stand for an access; for finding out which of them are needed. */
export type Witness = (entries: readonly Entry[]) => void

const readable: ReadonlySet<EntryKey> = new Set(['inputs', 'outputs', 'toolchain', 'executables'])
const runnable: ReadonlySet<EntryKey> = new Set(['inputs', 'outputs', 'toolchain'])
const missable: ReadonlySet<EntryKey> = new Set(['inputs', 'outputs', 'toolchain', 'executables', 'absent'])
const writable: ReadonlySet<EntryKey> = new Set(['outputs'])
const mountable: ReadonlySet<EntryKey> = new Set(['mounts'])

const keysOf: Readonly<Record<FileClass, ReadonlySet<EntryKey>>> = {
  execute: runnable,
  read: readable,
  list: readable,
  probe: readable,
  absent: missable,
  write: writable,
  create: writable,
  delete: writable,
  rename: writable,
  mount: mountable,
}

/** Asks a policy of accesses. Entries that stand for one are marked as used. */
export class Judge {
  readonly #policy: Declared
  readonly #scene: Scene
  /** Entries that are left out, to see what then is undeclared. */
  readonly without = new Set<Entry>()
  #witness: Witness | null

  constructor(policy: Declared, scene: Scene, witness: Witness | null = null) {
    this.#policy = policy
    this.#scene = scene
    this.#witness = witness
  }

  of(access: Access): Judgement {
    switch (access.on) {
      case 'file':
        return this.#file(access)
      case 'socket':
        return this.#socket(access)
      case 'name':
        return this.#name(access)
      case 'family':
        return this.#family(access)
    }
  }

  #file(access: FileAccess): Judgement {
    const { path, unfollowed } = access
    if (typeof path !== 'string') return { is: 'unknown', why: 'its path could not be read' }
    if (access.chrooted) return this.#chrooted(access, path)
    const changes = keysOf[access.class] === writable
    const places = this.#scene.real.of(path, unfollowed, changes)
    if (places === null) return { is: 'unknown', why: 'its path leads through a descriptor' }
    for (const place of places) {
      if (this.#isDeclared(access, place)) continue
      const certain = place === path || !this.#isDeclared(access, path)
      const way = place === path ? '' : ` (asked for as ${showText(path)})`
      return { ...undeclared(access.class, place, way + access.note, true, certain), isData: access.isData }
    }
    return declared
  }

  #isDeclared(access: FileAccess, path: string): boolean {
    const { paths, anyAbsent } = this.#policy
    const found = paths.match(path)
    const keys = keysOf[access.class]
    const looks = keys === readable || keys === missable
    if (this.#accept(found.filter(({ key, looksOnly }) => key === 'ignore' && (looks || looksOnly !== true))))
      return true
    if (access.class === 'execute') return this.#mayRun(access, path, found)
    if (this.#accept(found.filter(({ key }) => keys.has(key)))) return true
    const onTheWay = paths.onTheWay(path)
    if (access.class === 'probe' || access.class === 'absent') {
      if (this.#stand(onTheWay)) return true
    } else if (access.isFolder && this.#stand(onTheWay.filter(({ key }) => keys.has(key)))) return true
    return access.class === 'absent' && anyAbsent !== null && this.#accept([anyAbsent])
  }

  /** By its path; or in a place where programs may run, and where they are named, by one of its names. */
  #mayRun({ alias, fileless }: FileAccess, path: string, found: readonly Entry[]): boolean {
    if (this.#accept(found.filter(({ key }) => key === 'executables'))) return true
    const places = found.filter(({ key }) => runnable.has(key))
    if (!this.#policy.namesPrograms) return this.#accept(places)
    const own = this.#policy.program([baseName(path)])
    if (fileless) return this.#accept(own)
    if (!this.#stand(places)) return false
    const links = this.#placesOfLink(alias)
    const byLink = this.#stand(links) ? this.#policy.program([baseName(alias as string)]) : []
    if (!this.#accept([...own, ...byLink])) return false
    if (byLink.length > 0) this.#accept(links)
    return this.#accept(places)
  }

  /** A link is a name of its program where programs may be, and where the run did not make it: it could give any name to any program. */
  #placesOfLink(alias: Text): readonly Entry[] {
    const { real } = this.#scene
    if (typeof alias !== 'string' || real.isMade(alias)) return []
    const spellings = [alias, ...(real.of(alias, 'folder', false) ?? [])]
    return spellings.flatMap((path) => this.#policy.paths.match(path)).filter(({ key }) => runnable.has(key))
  }

  #chrooted(access: FileAccess, path: string): Judgement {
    if (this.#accept(this.#policy.chrooted.match(path))) return declared
    return { ...undeclared('chrooted', path, ` (${access.class})${access.note}`, true), isData: access.isData }
  }

  #socket(access: SocketAccess): Judgement {
    const { address, seq, missing, note } = access
    if (isUnix(address) && typeof address.path !== 'string')
      return { is: 'unknown', why: 'its address could not be read' }
    const reached = delegateOf(access, this.#scene)
    if (missing) return this.#missing(access, reached?.delegate ?? null)
    if (reached !== null) {
      const { delegate, at } = reached
      if (this.#accept(this.#policy.delegate(delegate.name))) return declared
      return undeclared('delegate', `${delegate.title} over ${renderAddress(at)}`, note)
    }
    const { found, maybe } = this.#policy.address(address, seq)
    if (this.#accept(found) || this.#isNameServer(address)) return declared
    if (isOwnSocket(address, this.#scene) && this.#isOutput(address as UnixAddress)) return declared
    if (maybe && access.class !== 'listen') return { is: 'unknown', why: 'the name that its address had is not known' }
    const transport = access.transport === 'unix' ? '' : `${access.transport} `
    return undeclared(access.class, transport + renderAddress(address), note)
  }

  /** A DNS server that was asked for nothing but hosts that are named. */
  #isNameServer(address: Address): boolean {
    const names = this.#scene.asked.get(renderAddress(address))
    return names !== undefined && [...names].every((name) => this.#accept(this.#policy.host(name)))
  }

  /** A unix socket that is not there: that is found out of a path. */
  #missing({ address, seq }: SocketAccess, delegate: Delegate | null): Judgement {
    if (delegate?.lookedFor === true || !isUnix(address) || typeof address.path !== 'string') return declared
    const standing = delegate === null ? this.#policy.address(address, seq).found : this.#policy.delegate(delegate.name)
    if (this.#accept(standing)) return declared
    const who = delegate === null ? ' (socket)' : ` (socket of ${delegate.title})`
    const places = this.#scene.real.of(address.path, 'path', false)
    if (places === null) return { is: 'unknown', why: 'its path leads through a descriptor' }
    const place = places.find((path) => !this.#isDeclared(fileAccess('absent', path, 'none'), path))
    return place === undefined ? declared : undeclared('absent', place, who, true)
  }

  /** A socket with a file that a process of the run made: it is among what the run makes. */
  #isOutput({ path }: UnixAddress): boolean {
    const places = typeof path === 'string' ? this.#scene.real.of(path, 'folder', true) : null
    const isOutput = (place: string) =>
      this.#accept(this.#policy.paths.match(place).filter(({ key }) => writable.has(key)))
    return places?.every(isOutput) === true
  }

  /** A question is declared by the name of its host, or with the server that it goes to. */
  #name({ name, type, server, seq }: NameAccess): Judgement {
    if (this.#accept(this.#policy.host(name)) || this.#accept(this.#policy.address(server, seq).found)) return declared
    return undeclared('resolve', escapeText(name), ` ${escapeText(type)} of ${renderAddress(server)}`)
  }

  #family({ family, note }: FamilyAccess): Judgement {
    return this.#accept(this.#policy.family(family)) ? declared : undeclared('family', escapeText(family), note)
  }

  /** Whether an entry stands for the access; those that do are used. */
  #accept(entries: readonly Entry[]): boolean {
    const standing = this.without.size === 0 ? entries : entries.filter((entry) => !this.without.has(entry))
    this.#witness?.(standing)
    for (const entry of standing) entry.used = true
    return standing.length > 0
  }

  /** The same, of entries that are not used for that: a folder on the way to them. */
  #stand(entries: readonly Entry[]): boolean {
    const standing = this.without.size === 0 ? entries : entries.filter((entry) => !this.without.has(entry))
    this.#witness?.(standing)
    return standing.length > 0
  }
}

function undeclared(kind: AccessClass, subject: string, note: string, isPath = false, certain = true): Undeclared {
  return { is: 'undeclared', class: kind, subject, isPath, isData: false, note, certain }
}

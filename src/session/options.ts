// SPDX-License-Identifier: MIT

import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { defaultGroups, type EventGroup, eventGroups } from '../trace/groups.ts'
import { describe } from '../trace/misuse.ts'
import { closest } from '../trace/nearest.ts'
import { settleEnvironment } from './environment.ts'
import { invalidOption as invalid, type SessionError } from './errors.ts'
import { realpathSync, statSync } from './node-modules.ts'
import { settleSyscalls } from './syscalls.ts'

export type Scope = 'descendants' | 'self' | 'run'

export interface SessionOptions {
  /**
   * Whose doings are recorded. `'descendants'` (default): what this process, or this worker thread, starts while the session is open, and all below it.
   * `'self'`: this process's own calls too. `'run'`: only what is started inside `session.run()`.
   */
  readonly scope?: Scope
  /** Groups of events to record; `'process'` always is. Default: `['process', 'file', 'network']`. */
  readonly events?: readonly EventGroup[]
  /**
   * System calls of which each becomes an event of its own, by their kernel names (`'openat'`, not `open`), or `'all'`. Takes the group `'syscall'` in, which by itself counts all calls
   * (`trace.syscallCounts`) and makes no events.
   */
  readonly syscalls?: readonly string[] | 'all'
  /**
   * Environments of executed programs: `true` for all variables, or names, in which `*` stands for any characters. Values of names that look secret (GITHUB_TOKEN) are masked unless the
   * name is given as it is. Default: false.
   */
  readonly env?: boolean | readonly string[]
  /** Size of the kernel's ring buffer, bytes: a power of two from 64 KiB to 1 GiB. Default 8 MiB. */
  readonly ringBytes?: number
  /** How much of the log is kept in memory, bytes, before it goes to a file without a name in the temporary folder. Default 64 MiB. */
  readonly memoryBytes?: number
  /** Folder that relative patterns of matchers are relative to. Default: the working folder when the session opens. */
  readonly projectRoot?: string
  /** Folder for what exceeds `memoryBytes`. Default: the system's temporary folder. */
  readonly spillFolder?: string
}

export type SettledOptions = Required<SessionOptions>

const scopes: readonly Scope[] = ['descendants', 'self', 'run']

const ringBytesLeast = 64 * 1024
const ringBytesMost = 1024 ** 3
const memoryBytesLeast = 1024 ** 2

/** Defaults filled in. Throws INVALID_OPTION for a key that is none, and for a value that cannot be meant. */
export function settleOptions(options: SessionOptions): SettledOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid(`Expected options to be an object, got ${describe(options)}.`)
  const {
    scope = 'descendants',
    events = defaultGroups,
    syscalls,
    env = false,
    ringBytes = 8 * 1024 ** 2,
    memoryBytes = 64 * 1024 ** 2,
    projectRoot = process.cwd(),
    spillFolder = resolve(tmpdir()), // a relative TMPDIR is one too
    ...unknown
  } = options
  checkUnknown(Object.keys(unknown))
  if (!scopes.includes(scope)) throw oneOf('scope', scopes, scope)
  checkEvents(events)
  const calls = settleSyscalls(syscalls)
  const variables = settleEnvironment(env)
  if (
    !Number.isSafeInteger(ringBytes) ||
    ringBytes < ringBytesLeast ||
    ringBytes > ringBytesMost ||
    (ringBytes & (ringBytes - 1)) !== 0
  )
    throw invalid(
      `Expected the \`ringBytes\` option to be a power of two from ${ringBytesLeast} to ${ringBytesMost}, got ${describe(ringBytes)}.`,
    )
  if (!Number.isSafeInteger(memoryBytes) || memoryBytes < memoryBytesLeast)
    throw invalid(
      `Expected the \`memoryBytes\` option to be a whole number of at least ${memoryBytesLeast}, got ${describe(memoryBytes)}.`,
    )
  const root = realFolder('projectRoot', projectRoot)
  realFolder('spillFolder', spillFolder)
  return {
    scope,
    events: [...new Set<EventGroup>(['process', ...events, ...(calls.length > 0 ? ['syscall' as const] : [])])],
    syscalls: calls,
    env: variables,
    ringBytes,
    memoryBytes,
    projectRoot: root,
    spillFolder,
  }
}

const keys = ['scope', 'events', 'syscalls', 'env', 'ringBytes', 'memoryBytes', 'projectRoot', 'spillFolder']

function checkUnknown(unknown: readonly string[]): void {
  const [key] = unknown
  if (key === undefined) return
  const meant = closest(key, keys)
  throw invalid(
    `Unknown option \`${key}\`${meant === null ? `; the options are ${keys.join(', ')}` : `; did you mean \`${meant}\`?`}`,
  )
}

function checkEvents(events: unknown): void {
  if (!Array.isArray(events))
    throw invalid(`Expected the \`events\` option to be a list of groups, got ${describe(events)}.`)
  for (const group of events) if (!eventGroups.includes(group)) throw oneOf('events', eventGroups, group)
}

/** The folder without links in its path, as the kernel will name what is in it. */
function realFolder(name: string, folder: unknown): string {
  if (typeof folder !== 'string' || !folder.startsWith('/'))
    throw invalid(`Expected the \`${name}\` option to be an absolute path, got ${describe(folder)}.`)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats?.isDirectory())
    throw invalid(`Expected the \`${name}\` option to be a folder, and there is none at ${describe(folder)}.`)
  return realpathSync(folder)
}

function oneOf(name: string, allowed: readonly string[], got: unknown): SessionError {
  return invalid(
    `Expected the \`${name}\` option to be of ${allowed.map((value) => `'${value}'`).join(', ')}, got ${describe(got)}.`,
  )
}

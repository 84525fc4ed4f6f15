// SPDX-License-Identifier: MIT
// The one place that loads the addon.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { recordAbi } from '../trace/record.ts'
import { whyNotThisLibrary } from './c-library.ts'
import { SessionError } from './errors.ts'
import { installedCopy } from './helper-file.ts'
import { accessSync, constants, existsSync } from './node-modules.ts'
import { packageFolder } from './package-folder.ts'

/** Why the kernel or the helper refused something. */
export interface NativeProblem {
  readonly errno: number
  readonly operation: string
  readonly detail: string
}

export interface NativeProgress {
  readonly chunks: number
  readonly lastChunkBytes: number
  readonly delivered: number
  readonly lost: readonly number[]
  readonly missed: number
  readonly spillLost: number
  readonly helperLost: boolean
  readonly stuck: boolean
  readonly vanished: number
}

export interface NativeOpenOptions {
  readonly helper: string
  readonly spillFolder: string
  readonly ringBytes: number
  readonly memoryBytes: number
  /** Bits of SPY_GROUP_*. */
  readonly groups: number
  /** System calls that are told one by one: a bit each. */
  readonly syscalls: Uint8Array
}

/** What native/addon/addon.cc exports. */
export interface Binding {
  readonly recordAbi: number
  open(options: NativeOpenOptions): { readonly handle: number; readonly capabilities: number } | NativeProblem
  control(handle: number, operation: number, argument: number): void
  mark(handle: number, number: number): void
  scan(handle: number, self: boolean): NativeProblem | undefined
  drain(handle: number, missed: boolean): NativeProgress | undefined
  stop(handle: number): NativeProgress | undefined
  chunkBytes(handle: number, chunk: number): number
  /** `into`, when it is large enough, is filled and given back. */
  read(handle: number, chunk: number, bytes: number, into?: Uint8Array): Uint8Array | undefined
  release(handle: number): void
}

/** Operations of `control`, as enum spy_operation of bpf/control.h. */
export const Operation = { root: 2, arm: 3, disarm: 4, self: 7 } as const

export interface Native {
  readonly binding: Binding
  readonly helper: string
}

let loaded: Native | undefined

/** The addon, and the helper to start. Throws UNSUPPORTED or NOT_BUILT with the remedy. */
export function loadNative(): Native {
  if (loaded !== undefined) return loaded
  const { addon, helper } = findNative()
  // A folder that is named means the helper in it.
  const copy = process.env[folderVariable] === undefined ? installedCopy(helper) : undefined
  loaded = { binding: load(addon), helper: copy ?? helper }
  return loaded
}

/** Names a folder with the addon and the helper, instead of the package's own. */
const folderVariable = 'SPYSCALL_NATIVE_DIR'

/** The addon's and the helper's files as the package has them. Throws UNSUPPORTED or NOT_BUILT with the remedy. */
export function findNative(): { readonly addon: string; readonly helper: string } {
  checkPlatform()
  const tried: string[] = []
  for (const folder of candidates()) {
    const addon = join(folder, 'spyscall.node')
    const helper = join(folder, 'spyscall-helper')
    try {
      accessSync(addon, constants.R_OK)
      accessSync(helper, constants.X_OK)
      return { addon, helper }
    } catch {
      tried.push(folder)
    }
  }
  const missing = `No native part for linux-${process.arch}: looked for spyscall.node and spyscall-helper in ${tried.join(', ')}.`
  // A clone can be built; what a package lacks has not been built for this architecture.
  if (existsSync(join(packageFolder(), 'native/Makefile')) || process.env[folderVariable] !== undefined)
    throw new SessionError('NOT_BUILT', `${missing} In a clone of the repository run \`npm run setup\`.`)
  throw new SessionError(
    'UNSUPPORTED',
    `${missing} This package has no build for this architecture. Saved traces can be asserted on here: Trace.load(path).`,
  )
}

/** Throws UNSUPPORTED where there is no Linux. */
export function checkPlatform(): void {
  if (process.platform === 'linux') return
  throw new SessionError(
    'UNSUPPORTED',
    `Recording needs Linux, this is ${process.platform}. Saved traces can be asserted on here: Trace.load(path).`,
  )
}

function candidates(): string[] {
  const given = process.env[folderVariable]
  if (given !== undefined) return [given]
  const root = packageFolder()
  return [join(root, 'native', `linux-${process.arch}`), join(root, 'build')]
}

function load(addon: string): Binding {
  let binding: Binding
  try {
    binding = createRequire(join(packageFolder(), 'package.json'))(addon) as Binding
  } catch (cause) {
    throw cannotLoad(addon, cause)
  }
  if (binding.recordAbi !== recordAbi)
    throw new SessionError(
      'NOT_BUILT',
      `${addon} speaks record layout ${binding.recordAbi}, this package needs ${recordAbi}. Rebuild it with \`npm run setup\`.`,
    )
  return binding
}

function cannotLoad(addon: string, cause: unknown): SessionError {
  const what = `Cannot load ${addon}: ${cause instanceof Error ? cause.message : cause}.`
  const unfit = whyNotThisLibrary()
  if (unfit !== undefined)
    return new SessionError(
      'UNSUPPORTED',
      `${what} ${unfit} Use an image with Debian 12, Ubuntu 22.04 or newer. Saved traces can be asserted on here: Trace.load(path).`,
      { cause },
    )
  return new SessionError(
    'NOT_BUILT',
    `${what} In a clone of the repository rebuild it with \`npm run setup\`; elsewhere install the package anew.`,
    { cause },
  )
}

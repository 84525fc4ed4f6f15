// SPDX-License-Identifier: MIT
import type { Target } from '../address.ts'
import type { DelegateName } from './delegates.ts'

/** A family of sockets that is no target: `{ family: 'netlink' }`, `'packet'`, `'vsock'`, `'inet raw'` …, as socket events have them. */
export interface SocketFamily {
  readonly family: string
}

/**
 * What a run may use. Paths are relative to the project root unless absolute: `'src/main.c'` is that file, `'src'` that folder itself, `'src/**'` the folder and everything in it; globs as elsewhere, dot
 * files included. What is left out is empty.
 */
export interface HermeticPolicy {
  /** Files and folders that may be read, listed and looked at, and programs among them that may be executed. */
  readonly inputs?: readonly string[]
  /** What may also be made, written, renamed and removed. */
  readonly outputs?: readonly string[]
  /** True: the folders of compilers, interpreters and libraries (`toolchainPaths`) may be read, looked at and executed from. A list: these folders too. */
  readonly toolchain?: boolean | readonly string[]
  /**
   * Programs that may run; without it any in the places above. A name (`'cc'`) is one of a program there, a path or glob (`'/home/me/bin/cc'`, `'./configure'`) declares the program by itself. A script counts,
   * and so does its interpreter.
   */
  readonly executables?: readonly string[]
  /** Addresses that may be connected to, sent to, bound and listened on, as in `toHaveConnectedTo`. */
  readonly network?: false | readonly (Target | SocketFamily)[]
  /** Daemons that work may be handed to, by name. */
  readonly delegates?: readonly DelegateName[]
  /** Paths beside those above of which it may be found out that they are not there; true: any. */
  readonly absent?: boolean | readonly string[]
  /** Paths as processes with another root see them (chroot, pivot_root), absolute: for any use. */
  readonly chrooted?: readonly string[]
  /** Folders that something may be mounted on. */
  readonly mounts?: readonly string[]
  /** What does not count at all, in place of `hermeticIgnore`. */
  readonly ignore?: readonly string[]
  /** False: what is only looked at (stat, access, readlink, listings) is left aside, and need not be recorded. */
  readonly probes?: boolean
}

export const policyKeys = [
  'inputs',
  'outputs',
  'toolchain',
  'executables',
  'network',
  'delegates',
  'absent',
  'chrooted',
  'mounts',
  'ignore',
  'probes',
] as const satisfies readonly (keyof HermeticPolicy)[]

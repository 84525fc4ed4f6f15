// SPDX-License-Identifier: MIT
// What a policy means without naming it. Each list is exported, so that it can be read, and extended.
import { posix } from 'node:path'
import type { Text } from '../event.ts'
import { escapeGlob } from './glob.ts'

/** `toolchain: true`: where a system keeps its compilers, interpreters and libraries, and what its loader reads. Beside them the test's own Node. */
export const toolchainPaths: readonly string[] = [
  '/usr/**',
  '/bin/**',
  '/sbin/**',
  '/lib/**',
  '/lib32/**',
  '/lib64/**',
  '/libx32/**',
  '/opt/**',
  '/nix/store/**',
  '/gnu/store/**',
  '/etc/alternatives/**',
  '/etc/ld.so.*',
  '/etc/ld.so.conf.d/**',
  '/etc/ld-musl-*.path',
]

/** The test's own Node by its file: what an installation has beside it, and no more of the folder, which may be a home. */
export function nodePaths(node: Text): readonly string[] {
  if (typeof node !== 'string' || !node.startsWith('/')) return []
  const file = escapeGlob(node)
  const folder = posix.dirname(file)
  if (posix.basename(folder) !== 'bin') return [file]
  const prefix = posix.dirname(folder)
  const start = prefix === '/' ? '' : prefix
  return [file, `${folder}/{npm,npx,corepack}`, `${start}/lib/node_modules/**`, `${start}/include/node/**`]
}

/**
 * What does not count unless a policy has an `ignore` of its own: devices without content, what a process does about itself, and (to be looked at and read) what C libraries and runtimes ask of the
 * kernel before a program's first line.
 */
export const hermeticIgnore: readonly string[] = [
  '/dev/{null,zero,full,random,urandom,tty,ptmx,stdin,stdout,stderr}',
  '/dev/fd/**',
  '/dev/pts/**',
  '/etc/selinux/config',
  '/proc/self/**',
  '/proc/thread-self/**',
  '/proc/{filesystems,meminfo,mounts,version_signature}',
  '/proc/sys/kernel/{cap_last_cap,ngroups_max,osrelease}',
  '/proc/sys/vm/overcommit_memory',
  '/sys/devices/system/{cpu,node}/**',
  '/sys/fs/cgroup/**',
  '/sys/fs/selinux/**',
  '/sys/kernel/mm/transparent_hugepage/**',
]

/** Whether an entry of `hermeticIgnore` is for looking alone: what is no device and not the process's own is the machine's. */
export function isForLooking(ignored: string): boolean {
  return hermeticIgnore.includes(ignored) && !/^\/(?:dev|proc\/(?:thread-)?self)\//.test(ignored)
}

// SPDX-License-Identifier: MIT
// What a guest gets that is built for its processor: Node, the helper, the addon, the fixtures, and tools of the system with their libraries.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findProgram } from './find-program.ts'

const root = resolve(import.meta.dirname, '../..')

export interface Machine {
  /** Where the helper and the addon are, and the fixtures in `workloads`; relative to the root. */
  readonly build: string
  /** Files as initramfs.sh takes them. */
  readonly programs: readonly string[]
  /** A static one; without it this system's. */
  readonly busybox?: string
}

const tools = ['setcap', 'flock', 'strace']

/** Debian's packages of those tools and of what they and Node are linked with. */
const packages = 'busybox-static libc6 libstdc++6 libgcc-s1 libcap2 libcap2-bin util-linux strace'.split(' ')

/** What a machine of this kind takes that this system has not; null when it has all. */
export function lackingFor(arch: string): string | null {
  if (isOwn(arch) || existsSync(join(root, 'build', arch, 'spyscall-helper'))) return null
  return `nothing is built for ${arch}: bash scripts/setup.sh says why`
}

/** Fetches into `cache` what is not of this machine's own processor. Throws when it is not to be had. */
export function machineOf(arch: string, cache: string): Machine {
  return isOwn(arch) ? own() : foreign(arch, cache)
}

/** Of Debian's word for it. */
export function isOwn(arch: string): boolean {
  return arch === (process.arch === 'x64' ? 'amd64' : process.arch)
}

function own(): Machine {
  buildFixtures()
  return { build: 'build', programs: [`${process.execPath}=/usr/local/bin/node`, ...tools.map(pathOf)] }
}

function foreign(arch: string, cache: string): Machine {
  const folder = join(cache, `guest-${arch}`)
  mkdirSync(folder, { recursive: true })
  const build = join('build', arch)
  run('bash', ['scripts/foreign-packages.sh', arch, folder, ...packages])
  buildFixtures('ARCH=aarch64')
  const libraries = 'aarch64-linux-gnu'
  return {
    build,
    busybox: join(folder, 'bin/busybox'),
    programs: [
      `${nodeOf(arch, cache)}=/usr/local/bin/node`,
      `${join(folder, 'sbin/setcap')}=/usr/sbin/setcap`,
      `${join(folder, 'usr/bin/flock')}=/usr/bin/flock`,
      `${join(folder, 'usr/bin/strace')}=/usr/bin/strace`,
      `${join(folder, 'lib', libraries)}=/lib/${libraries}`,
      `${join(folder, 'usr/lib', libraries, 'libstdc++.so.6')}=/usr/lib/${libraries}/libstdc++.so.6`,
      `${join(folder, 'lib/ld-linux-aarch64.so.1')}=/lib/ld-linux-aarch64.so.1`,
    ],
  }
}

/** The Node that this repository uses, as the registry has it for another processor. */
function nodeOf(arch: string, cache: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'tools/package.json'), 'utf8'))
  const name = `node-linux-${arch}`
  const place = join(cache, `${name}-${optionalDependencies[name]}`)
  if (existsSync(place)) return place
  const work = join(cache, `${name}.${process.pid}`)
  mkdirSync(work)
  try {
    run('npm', ['pack', '--silent', '--pack-destination', work, `${name}@${optionalDependencies[name]}`])
    run('sh', ['-c', 'tar -xzf "$0"/*.tgz -C "$0" package/bin/node', work])
    renameSync(join(work, 'package/bin/node'), place)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return place
}

/** A guest cannot build them. */
function buildFixtures(...variables: string[]): void {
  run('flock', ['build/workloads.lock', 'make', '-s', '-C', 'test/workloads', ...variables])
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim().split('\n').slice(-3).join(' ')}`)
}

function pathOf(name: string): string {
  const found = findProgram(name)
  if (found === undefined) throw new Error(`\`${name}\` is missing: bash scripts/setup.sh installs it`)
  return found
}

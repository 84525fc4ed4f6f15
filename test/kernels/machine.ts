// SPDX-License-Identifier: MIT
// What a guest gets that is built for its processor: Node, the helper, the addon, the fixtures, and tools of the system with their libraries.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
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

/** What tests call by name or path, and what busybox's is no substitute for: its shell runs others of its commands in the same process. */
const tools: Readonly<Record<string, string>> = {
  dash: '/usr/bin/sh',
  ...inPlace('/usr/bin', ['echo', 'env', 'ip', 'true', 'rm', 'tar', 'perl', 'python3', 'unshare', 'flock', 'strace']),
  ...inPlace('/usr/sbin', ['setcap']),
}

/** Debian's packages of those tools, and of what they and Node are linked with. */
const packages = [
  'busybox-static coreutils dash iproute2 libcap2-bin perl-base python3-minimal python3.11-minimal strace tar util-linux',
  'libpython3.11-minimal libpython3.11-stdlib libacl1 libbpf1 libbsd0 libc6 libcap2 libcrypt1 libelf1 libexpat1 libffi8',
  'libgcc-s1 liblzma5 libmd0 libmnl0 libpcre2-8-0 libselinux1 libssl3 libstdc++6 libunwind8 zlib1g',
].flatMap((line) => line.split(' '))

/** What its 32-bit programs are built with (test/workloads/Makefile). */
const packages32 = ['libc6', 'libc6-dev', 'linux-libc-dev', 'libgcc-s1', 'libgcc-12-dev']

/** Of Python's own library what nothing here imports. */
const unused = /^(config-.*|distutils|ensurepip|idlelib|lib2to3|pydoc_data|test|tkinter|turtledemo|unittest|venv)$/

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
  const programs = Object.entries(tools).map(([name, place]) => `${systemsOwn(name)}=${place}`)
  return { build: 'build', programs: [`${process.execPath}=/usr/local/bin/node`, ...programs, ...scriptLibraries('/')] }
}

function foreign(arch: string, cache: string): Machine {
  const folder = join(cache, `guest-${arch}`)
  mkdirSync(folder, { recursive: true })
  const build = join('build', arch)
  run('bash', ['scripts/foreign-packages.sh', arch, folder, ...packages])
  run('bash', ['scripts/foreign-packages.sh', 'armhf', 'build/armhf/sysroot', ...packages32])
  buildFixtures('ARCH=aarch64')
  const libraries = 'aarch64-linux-gnu'
  return {
    build,
    busybox: join(folder, 'bin/busybox'),
    programs: [
      `${nodeOf(arch, cache)}=/usr/local/bin/node`,
      ...Object.entries(tools).map(([name, place]) => `${inFolder(folder, name)}=${place}`),
      ...['lib', 'usr/lib']
        .flatMap((place) => filesIn(join(folder, place, libraries)))
        .filter((path) => basename(path).includes('.so'))
        .map((path) => `${path}=/usr/lib/${libraries}/${basename(path)}`),
      `${join(folder, 'lib/ld-linux-aarch64.so.1')}=/lib/ld-linux-aarch64.so.1`,
      ...scriptLibraries(folder),
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

function inPlace(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${folder}/${name}`]))
}

/** Debian's: another that comes first in $PATH can be a script, or want more than it is linked with. */
function systemsOwn(name: string): string {
  const found = programIn('/', name) ?? findProgram(name)
  if (found === undefined) throw new Error(`\`${name}\` is missing: bash scripts/setup.sh installs it`)
  return found
}

function inFolder(folder: string, name: string): string {
  const found = programIn(folder, name)
  if (found === undefined) throw new Error(`${folder} has no \`${name}\`: remove it, so that it is fetched again`)
  return found
}

function programIn(folder: string, name: string): string | undefined {
  const places = ['usr/bin', 'bin', 'usr/sbin', 'sbin'].map((place) => join(folder, place, name))
  return places.find((path) => existsSync(path))
}

/** What Perl and Python take from files, of the system in a folder. */
function scriptLibraries(folder: string): string[] {
  const inGuest = (path: string) => `${path}=/${relative(folder, path)}`
  const perl = filesIn(join(folder, 'usr/lib'))
    .map((path) => join(path, 'perl-base'))
    .filter((path) => existsSync(path))
  const python = filesIn(join(folder, 'usr/lib'))
    .filter((path) => /^python3\.\d+$/.test(basename(path)))
    .flatMap(filesIn)
    .filter((path) => !unused.test(basename(path)))
  return [...perl, ...python].map(inGuest)
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name))
}

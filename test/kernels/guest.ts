// SPDX-License-Identifier: MIT
// Packs what a guest needs: Node, this project's sources, helper and addon, the fixtures, and what the tests call.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const place = '/spyscall'

/** Path of a root file system. */
export function packGuest(folder: string, arch: string): string {
  const out = join(folder, `${arch}.cpio`)
  const own = [
    'package.json',
    'src',
    'test/helpers',
    'test/kernel',
    'test/kernels',
    'build/spyscall-helper',
    'build/spyscall.node',
    'build/workloads',
    ...packagesOf(['execa', 'expect', 'picomatch', 'pretty-format', 'tinypool']),
  ].map((path) => `${join(root, path)}=${join(place, path)}`)
  const programs = ['setcap', 'flock', 'strace'].map(pathOf)
  const packed = spawnSync(
    'bash',
    [
      join(import.meta.dirname, 'initramfs.sh'),
      arch,
      out,
      join(import.meta.dirname, 'guest/run.sh'),
      `${process.execPath}=/usr/local/bin/node`,
      ...programs,
      '/usr/include/linux/capability.h', // of which tests know what capabilities there are
      ...own,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (packed.status !== 0) throw new Error('the root file system of a guest cannot be packed (see above)')
  return out
}

/** Builds the fixtures, which a guest cannot. */
export function buildFixtures(): void {
  const made = spawnSync('flock', ['build/workloads.lock', 'make', '-s', '-C', 'test/workloads'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (made.status !== 0) throw new Error('the fixtures cannot be built: make -C test/workloads')
}

/** Where a program is, as a shell finds it. */
export function findProgram(name: string): string | undefined {
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}

function pathOf(name: string): string {
  const found = findProgram(name)
  if (found === undefined) throw new Error(`\`${name}\` is missing: bash scripts/setup.sh installs it`)
  return found
}

/** Folders, relative to the root, of packages and of all that they depend on. */
function packagesOf(names: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (name: string, from: string): void => {
    for (let at = from; ; at = dirname(at)) {
      const folder = join(at, 'node_modules', name)
      if (existsSync(join(root, folder, 'package.json'))) return add(folder)
      if (at === '.') return
    }
  }
  const add = (folder: string): void => {
    if (found.has(folder)) return
    found.add(folder)
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    for (const name of Object.keys(dependencies)) visit(name, folder)
  }
  for (const name of names) visit(name, '.')
  return [...found]
}

/** A folder that is gone when the process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spy-kernels-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

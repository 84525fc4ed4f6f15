// SPDX-License-Identifier: MIT
// Packs what a guest needs: Node, this project's sources, helper and addon, the fixtures, and what the tests call.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { machineOf } from './machine.ts'

const root = resolve(import.meta.dirname, '../..')
const place = '/spyscall'

/** Path of a root file system. */
export function packGuest(folder: string, arch: string, cache: string): string {
  const machine = machineOf(arch, cache)
  const out = join(folder, `${arch}.cpio`)
  const own = [
    'package.json',
    'src',
    'test/helpers',
    'test/kernel',
    'test/kernels',
    ...packagesOf(['execa', 'expect', 'picomatch', 'pretty-format', 'tinypool']),
  ].map((path) => `${join(root, path)}=${join(place, path)}`)
  const built = ['spyscall-helper', 'spyscall.node', 'workloads'].map(
    (name) => `${join(root, machine.build, name)}=${join(place, 'build', name)}`,
  )
  const packed = spawnSync(
    'bash',
    [
      join(import.meta.dirname, 'initramfs.sh'),
      arch,
      out,
      join(import.meta.dirname, 'guest/run.sh'),
      ...machine.programs,
      '/usr/include/linux/capability.h', // of which tests know what capabilities there are
      ...own,
      ...built,
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...(machine.busybox === undefined ? {} : { BUSYBOX: machine.busybox }) },
    },
  )
  if (packed.status !== 0) throw new Error('the root file system of a guest cannot be packed (see above)')
  return out
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

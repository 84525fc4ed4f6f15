// SPDX-License-Identifier: MIT
// What of ours is in the kernel, by bpftool and /proc: an oracle that shares nothing with the library.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** A copy of the native part in a folder of its own, so that its helper can be told from those of other tests by the file that it runs. */
export function ownNativeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spy-native-'))
  for (const file of ['spyscall-helper', 'spyscall.node']) copyFileSync(join(root, 'build', file), join(folder, file))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Pids of the helpers that run from a folder. */
export function helpersOf(nativeFolder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`) === join(nativeFolder, 'spyscall-helper')
      } catch {
        return false
      }
    })
}

/** Ids of the programs, maps and links that a process holds, as /proc says of its descriptors. */
export function kernelObjectsOf(pid: number): { readonly type: 'prog' | 'map' | 'link'; readonly id: number }[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')
    const type = (['link', 'prog', 'map'] as const).find((name) => new RegExp(`^${name}_id:`, 'm').test(info))
    return type === undefined ? [] : [{ type, id: Number(new RegExp(`^${type}_id:\\s*(\\d+)`, 'm').exec(info)?.[1]) }]
  })
}

/** Those of a list that are still there. */
export function remaining(objects: readonly { readonly type: string; readonly id: number }[]): unknown[] {
  return objects.filter(({ type, id }) => listed(type).some((found) => found.id === id))
}

function listed(type: string): { readonly id: number }[] {
  const { stdout, stderr } = spawnSync('bpftool', ['-j', type, 'show'], { encoding: 'utf8', maxBuffer: 1 << 26 })
  const found: unknown = JSON.parse(stdout === '' ? '[]' : stdout)
  if (!Array.isArray(found)) throw new Error(`bpftool ${type} show: ${stdout} ${stderr}`)
  return found
}

/** Waits until a condition holds; throws with what was wrong when it does not within ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within 10 s: ${what}`)
    await setImmediate()
  }
}

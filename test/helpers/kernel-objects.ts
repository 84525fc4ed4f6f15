// SPDX-License-Identifier: MIT
// What of ours is in the kernel, by its lists of ids and /proc: an oracle that shares nothing with the library.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { workload } from './workload.ts'

const root = resolve(import.meta.dirname, '../..')

/** A copy of the native part in a folder of its own, so that its helper can be told from those of other tests by the file that it runs. */
export function ownNativeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spy-native-'))
  for (const file of ['spyscall-helper', 'spyscall.node']) copyFileSync(join(root, 'build', file), join(folder, file))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Words before a command that run it as a user, without privileges but for the capabilities named. */
export function asUser(uid = 65534, capabilities: readonly string[] = []): string[] {
  const all = capabilities.map((name) => `+${name}`).join(',')
  const kept = all === '' ? [] : [`--inh-caps=${all}`, `--ambient-caps=${all}`]
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...kept]
}

/** As `ownNativeFolder`, with a helper that has what a user's needs: its two capabilities. For root to make. */
export function ownCapableFolder(): string {
  const folder = ownNativeFolder()
  chmodSync(folder, 0o755)
  const { status, stderr } = spawnSync('setcap', ['cap_bpf,cap_perfmon=ep', join(folder, 'spyscall-helper')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`setcap: ${stderr}`)
  return folder
}

export interface KernelObject {
  readonly type: 'prog' | 'map' | 'link'
  readonly id: number
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Pids of the helpers that run from a folder. */
export function helpersOf(nativeFolder: string): number[] {
  return pids().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`) === join(nativeFolder, 'spyscall-helper')
    } catch {
      return false
    }
  })
}

/** Ids of the programs, maps and links that a process holds, as /proc says of its descriptors; none of one that has ended. */
export function kernelObjectsOf(pid: number): KernelObject[] {
  try {
    return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
      const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')
      const type = (['link', 'prog', 'map'] as const).find((name) => new RegExp(`^${name}_id:`, 'm').test(info))
      return type === undefined ? [] : [{ type, id: Number(new RegExp(`^${type}_id:\\s*(\\d+)`, 'm').exec(info)?.[1]) }]
    })
  } catch {
    return []
  }
}

/** Those of a list that are still there. */
export function remaining(objects: readonly KernelObject[]): KernelObject[] {
  const ids = listed()
  return objects.filter(({ type, id }) => ids[type].has(id))
}

/** The programs, maps and links that are there now: what is not in it later is younger. */
export function listed(): Readonly<Record<KernelObject['type'], ReadonlySet<number>>> {
  const { stdout, stderr } = spawnSync(workload('bpf-ids'), { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (stdout === '') throw new Error(`bpf-ids: ${stderr}`)
  const idsOf = (type: KernelObject['type']) => new Set<number>(JSON.parse(stdout)[type].map(Number))
  return { prog: idsOf('prog'), map: idsOf('map'), link: idsOf('link') }
}

/** What has come since `before` and no process has a descriptor of: what a helper left behind. */
export function heldByNobody(before: ReturnType<typeof listed>): KernelObject[] {
  const now = listed()
  const held = new Set(
    pids()
      .flatMap(kernelObjectsOf)
      .map(({ type, id }) => `${type} ${id}`),
  )
  return (['prog', 'map', 'link'] as const)
    .flatMap((type) => [...now[type]].filter((id) => !before[type].has(id)).map((id) => ({ type, id })))
    .filter(({ type, id }) => !held.has(`${type} ${id}`))
}

/** Waits until a condition holds; throws with what was wrong when it does not within ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within 10 s: ${what}`)
    await setImmediate()
  }
}

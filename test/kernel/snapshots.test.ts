// SPDX-License-Identifier: MIT
// Snapshots are the same in every run, and on every machine. SPY_SNAPSHOT_RUNS says in how many; `npm run test:snapshots` takes 100.
import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { TraceSnapshotOptions } from '../../src/index.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { subjects } from '../helpers/subjects.ts'

const runs = Number(process.env['SPY_SNAPSHOT_RUNS'] ?? 3)
const names = Object.keys(subjects) as (keyof typeof subjects)[]

/** What is shown without being asked; and about everything, of the project's own files. */
const asked: readonly TraceSnapshotOptions[] = [
  {},
  { events: ['read', 'write', 'change', 'chmod', 'probe', 'sync', 'connect'], paths: './**' },
]

interface Machine {
  readonly project: string
  readonly home: string
  readonly temporary: string
  readonly uid?: number
}

/** Folders that nobody has used, below `base`; they belong to the user. */
function machine(base: string, names: Omit<Machine, 'uid'>, uid?: number): Machine {
  const place = mkdtempSync(join(realpathSync(base), 'spy-machine-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  const folders = [names.project, names.home, names.temporary].map((name) => join(place, name))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  if (uid !== undefined) for (const path of [place, ...folders]) chownSync(path, uid, uid)
  const [project, home, temporary] = folders as [string, string, string]
  return { project, home, temporary, ...(uid === undefined ? {} : { uid }) }
}

const here = () => machine(tmpdir(), { project: 'work/project', home: 'home/alice', temporary: 'tmp' })

/** One snapshot for each of the options. */
function snapshotsOf(name: string, { project, home, temporary, uid }: Machine): string[] {
  const script = resolve(import.meta.dirname, 'scripts/snapshot-of.ts')
  const args = [script, name, JSON.stringify(asked), ...(uid === undefined ? [] : [String(uid)])]
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  const options = { cwd: project, env, encoding: 'utf8', maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options)
  if (status !== 0) throw new Error(`${name}: ${stderr}`)
  return JSON.parse(stdout)
}

describeKernel('snapshots', () => {
  describe.each(names)('of the %s', (name) => {
    test(`are the same in ${runs} runs`, { timeout: 60_000 * runs }, () => {
      const first = snapshotsOf(name, here())
      for (let n = 1; n < runs; n++) expect(snapshotsOf(name, here())).toEqual(first)
      for (const text of first) expect(text.split('\n').length).toBeGreaterThan(40)
      expect(first[0]).not.toMatch(/spy-machine|alice/)
    })

    test.skipIf(lacksRoot)('are the same on two machines', { timeout: 120_000 }, () => {
      const folders = { project: 'srv/checkouts/deep/er/project', home: 'users/bob', temporary: 'scratch/space' }
      expect(snapshotsOf(name, machine('/var/tmp', folders, 65534))).toEqual(snapshotsOf(name, here()))
    })
  })
})

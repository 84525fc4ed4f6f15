// SPDX-License-Identifier: MIT
// Snapshots are the same in every run, and on every machine. SPY_SNAPSHOT_RUNS says in how many; `npm run test:snapshots` takes 100.
import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
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
  /** Folders that nobody has used: of the checkout, the user, and temporary files. */
  readonly project: string
  readonly home: string
  readonly temporary: string
  /** Where the trace is saved. */
  readonly saved: string
  readonly uid: string | null
}

function machine(base: string, folders: readonly [project: string, home: string, temporary: string]): Machine {
  const place = mkdtempSync(join(realpathSync(base), 'spy-machine-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  const [project, home, temporary] = folders.map((name) => join(place, name)) as [string, string, string]
  for (const folder of [project, home, temporary]) mkdirSync(folder, { recursive: true })
  return { project, home, temporary, saved: join(place, 'saved'), uid: null }
}

const here = () => machine(tmpdir(), ['work/project', 'home/alice', 'tmp'])

/** Another user, whose home and temporary folder are reached through links. */
function elsewhere(): Machine {
  const own = machine('/var/tmp', ['srv/checkouts/deep/er/project', 'disk/users/bob', 'disk/scratch/space'])
  const place = dirname(own.saved)
  symlinkSync('disk/users', join(place, 'homes'))
  symlinkSync('disk/scratch', join(place, 'scratch'))
  for (const path of [place, own.project, own.home, own.temporary]) chownSync(path, 65534, 65534)
  return { ...own, home: join(place, 'homes/bob'), temporary: join(place, 'scratch/space'), uid: '65534' }
}

/** Runs a script of test/kernel/scripts as on a machine, and reads what it prints. */
function run(script: string, args: readonly string[], { project, home, temporary }: Machine): string[] {
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  const options = { cwd: project, env, encoding: 'utf8', maxBuffer: 1 << 28 } as const
  const path = resolve(import.meta.dirname, 'scripts', script)
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], options)
  if (status !== 0) throw new Error(`${script} ${args[0]}: ${stderr}`)
  return JSON.parse(stdout)
}

/** One snapshot for each of the options. */
function snapshotsOf(name: string, on: Machine): string[] {
  const uid = on.uid === null ? [] : [on.uid]
  return run('snapshot-of.ts', [name, JSON.stringify(asked), on.saved, ...uid], on)
}

describeKernel('snapshots', () => {
  describe.each(names)('of the %s', (name) => {
    test(`are the same in ${runs} runs`, { timeout: 60_000 * runs }, () => {
      const first = snapshotsOf(name, here())
      for (let n = 1; n < runs; n++) expect(snapshotsOf(name, here())).toEqual(first)
      for (const text of first) expect(text.split('\n').length).toBeGreaterThan(40)
      expect(first[0]).not.toMatch(/spy-machine|alice/)
    })

    test.skipIf(lacksRoot)(
      'are the same on two machines, and of a trace that one saved and the other loads',
      { timeout: 120_000 },
      () => {
        const [one, other] = [here(), elsewhere()]
        const first = snapshotsOf(name, one)
        expect(snapshotsOf(name, other)).toEqual(first)
        expect(run('snapshot-of-saved.ts', [other.saved, JSON.stringify(asked)], one)).toEqual(first)
      },
    )
  })
})

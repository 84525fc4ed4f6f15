// SPDX-License-Identifier: MIT
// `toHaveHappenedInOrder` on real programs that do things in an order which is known: a fixture that takes it as its arguments, and SQLite.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import type { OrderOptions, Step, Trace } from '../../src/index.ts'
import { traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { freshFolder, runWorkload } from '../helpers/workload.ts'

/** What the fixture is told to do, and the step that finds it. */
const acts: Readonly<Record<string, Step>> = {
  'write:a': { write: 'a' },
  'sync:a': { sync: 'a', call: 'fsync' },
  'write:b': { write: 'b' },
  'read:b': { read: 'b' },
  'sync:b': { sync: 'b', call: 'fsync' },
  folder: { sync: '.' },
  'rename:c': { rename: ['c', 'c.new'] },
  'delete:x': { delete: 'x' },
  'chmod:d': { event: 'chmod' },
  'open:e': { open: 'e' },
}

async function traceOf(acted: readonly string[]): Promise<Trace> {
  const projectRoot = freshFolder()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'x']) writeFileSync(join(projectRoot, name), '..')
  const session = { projectRoot, events: ['process', 'file', 'sync'] } as const
  return (await runWorkload('in-order', [projectRoot, ...acted], { session })).trace
}

function verdictOf(trace: Trace, wanted: readonly string[], options: OrderOptions = {}): boolean | 'refused' {
  try {
    return expect
      .toHaveHappenedInOrder(
        wanted.map((act) => acts[act]!),
        options,
      )
      .asymmetricMatch(trace)
  } catch (error) {
    if ((error as { code?: string }).code === 'INCOMPLETE_TRACE') return 'refused'
    throw error
  }
}

/** Whether the acts are there, in this order. */
function isWithin(wanted: readonly string[], acted: readonly string[]): boolean {
  let at = -1
  return wanted.every((act) => {
    at = acted.indexOf(act, at + 1)
    return at >= 0
  })
}

/** Whether a run of them is there, each once or several times in a row, and what else was done is none of them. */
function runsWithin(wanted: readonly string[], acted: readonly string[]): boolean {
  const letters = acted
    .filter((act) => wanted.includes(act))
    .map((act) => String.fromCharCode(97 + wanted.indexOf(act)))
  return new RegExp(wanted.map((_, index) => `${String.fromCharCode(97 + index)}+`).join('')).test(letters.join(''))
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = seed
  for (let n = result.length - 1; n > 0; n--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (n + 1)
    ;[result[n], result[other]] = [result[other]!, result[n]!]
  }
  return result
}

/** Transfers are added up until something happens before which the kernel tells them: an open is nothing such. */
const mayBeRefused = (wanted: readonly string[]) => wanted.every((act) => /^(write|read|open)/.test(act))

describeKernel('the order of a program with one thread', () => {
  test('is told right, of every two and three things that it did in 12 orders', { timeout: 120_000 }, async () => {
    const names = Object.keys(acts)
    for (let seed = 1; seed <= 12; seed++) {
      const again = ['write:a', 'sync:a', 'write:b', 'read:b', 'chmod:d', 'folder'].slice(0, seed % 7)
      const acted = shuffled([...names, ...again], seed)
      const trace = await traceOf(acted)
      for (const one of names) {
        for (const two of names) {
          const pair = [one, two]
          const verdict = verdictOf(trace, pair)
          if (mayBeRefused(pair) && verdict === 'refused') continue
          expect([acted, pair, verdict]).toEqual([acted, pair, isWithin(pair, acted)])
          if (one === two || mayBeRefused(pair)) continue
          expect([acted, pair, verdictOf(trace, pair, { strict: true })]).toEqual([
            acted,
            pair,
            runsWithin(pair, acted),
          ])
        }
      }
      for (let n = 0; n < 40; n++) {
        const wanted = shuffled(names, seed * 1000 + n).slice(0, 3)
        for (const [strict, truth] of [[false, isWithin] as const, [true, runsWithin] as const]) {
          const verdict = verdictOf(trace, wanted, { strict })
          if (verdict !== 'refused') expect([acted, wanted, verdict]).toEqual([acted, wanted, truth(wanted, acted)])
        }
      }
    }
  })

  test('is told right of what was written to a file while another was closed', async () => {
    const trace = await traceOf(['write:a', 'write:b', 'close:a', 'rename:c', 'read:b', 'delete:x'])
    for (const wanted of [
      ['write:a', 'rename:c'],
      ['write:b', 'rename:c', 'read:b', 'delete:x'],
    ])
      expect([wanted, verdictOf(trace, wanted)]).toEqual([wanted, true])
    expect(verdictOf(trace, ['rename:c', 'write:b'])).toBe(false)
  })
})

describeKernel('the order of a program with several threads', () => {
  test('is told right or not at all', { timeout: 120_000 }, async () => {
    const names = Object.keys(acts)
    const counts = { true: 0, false: 0, refused: 0 }
    for (let seed = 1; seed <= 12; seed++) {
      const acted = shuffled([...names, 'write:a', 'sync:a', 'write:b'], seed)
      const trace = await traceOf(acted.map((act, index) => `${(index * seed) % 4}${act}`))
      for (const one of names) {
        for (const two of names) {
          for (const [strict, truth] of [[false, isWithin] as const, [true, runsWithin] as const]) {
            if (one === two && strict) continue
            const verdict = verdictOf(trace, [one, two], { strict })
            counts[String(verdict) as keyof typeof counts] += 1
            if (verdict !== 'refused')
              expect([acted, one, two, strict, verdict]).toEqual([acted, one, two, strict, truth([one, two], acted)])
          }
        }
      }
    }
    expect(counts.true).toBeGreaterThan(300)
    expect(counts.false).toBeGreaterThan(300)
  })

  test('a transfer says whether one thread did all of it', async () => {
    const trace = await traceOf(['1write:a', '1write:a', '2write:b', '3write:b'])
    const written = trace.ofKind('io').filter(({ written }) => written.calls > 0)
    expect(written.map(({ path, written, oneThread }) => [path, written.calls, oneThread]).sort()).toEqual([
      [expect.stringMatching(/\/a$/), 2, true],
      [expect.stringMatching(/\/b$/), 2, false],
    ])
  })

  test("that of Node's pool is told where the pool is one thread", async () => {
    const projectRoot = freshFolder()
    const save = `
      const { open, rename } = require('node:fs/promises')
      const save = async () => {
        const file = await open('a.tmp', 'w')
        for (const text of ['buy', 'milk']) await file.write(text)
        await file.sync()
        await file.close()
        await rename('a.tmp', 'a')
      }
      save()`
    const options = { cwd: projectRoot, env: { ...process.env, UV_THREADPOOL_SIZE: '1' } }
    const { trace } = await traced(() => spawnSync(process.execPath, ['-e', save], options), {
      projectRoot,
      events: ['process', 'file', 'sync'],
    })
    const steps: Step[] = [{ write: 'a.tmp' }, { sync: 'a.tmp' }, { rename: ['a.tmp', 'a'] }]
    expect(trace).toHaveHappenedInOrder(steps, { strict: true })
  })
})

/** `~` is through io_uring, answered at once; `+` through one, answered at the end. */
describeKernel('the order of a program that uses io_uring', () => {
  test('is told right or not at all', { timeout: 120_000 }, async () => {
    const names = Object.keys(acts).filter((act) => act !== 'chmod:d')
    const counts = { '~': { true: 0, false: 0, refused: 0 }, '+': { true: 0, false: 0, refused: 0 } }
    for (let seed = 1; seed <= 12; seed++) {
      const acted = shuffled([...names, 'write:a', 'sync:a', 'write:b'], seed)
      for (const way of ['~', '+'] as const) {
        const canBe = (act: string) => way === '~' || /^(write|rename|delete)/.test(act)
        const trace = await traceOf(acted.map((act, index) => ((index * seed) % 3 > 0 && canBe(act) ? way : '') + act))
        for (const one of names) {
          for (const two of names) {
            for (const [strict, truth] of [[false, isWithin] as const, [true, runsWithin] as const]) {
              if (one === two && strict) continue
              const verdict = verdictOf(trace, [one, two], { strict })
              counts[way][String(verdict) as keyof (typeof counts)['~']] += 1
              if (verdict !== 'refused')
                expect([acted, way, one, two, strict, verdict]).toEqual([
                  acted,
                  way,
                  one,
                  two,
                  strict,
                  truth([one, two], acted),
                ])
            }
          }
        }
      }
    }
    expect(counts['~'].true).toBeGreaterThan(700)
    expect(counts['+'].true).toBeGreaterThan(600)
  })

  test('holds for a file that is saved one step after the other', async () => {
    const save = ['write:a', 'sync:a', 'rename:c', 'folder']
    const done = await traceOf(save.map((act) => `~${act}`))
    expect(verdictOf(done, save, { strict: true })).toBe(true)
    expect(verdictOf(done, ['rename:c', 'sync:a'])).toBe(false)
    const early = await traceOf(['+rename:c', 'write:a', 'sync:a', 'folder'])
    expect(verdictOf(early, save)).toBe('refused')
    expect(verdictOf(early, save, { strict: true })).toBe('refused')
  })
})

const database = `
  import { DatabaseSync } from 'node:sqlite'
  const [path, ...pragmas] = process.argv.slice(1)
  const database = new DatabaseSync(path)
  for (const pragma of pragmas) database.exec('PRAGMA ' + pragma)
  database.exec('CREATE TABLE IF NOT EXISTS notes (text)')
  database.exec("INSERT INTO notes VALUES ('buy milk')")
  database.close()`

describeKernel('SQLite', () => {
  const journal: Step[] = [
    { write: 'app.db-journal' },
    { sync: 'app.db-journal' },
    { write: 'app.db' },
    { sync: 'app.db' },
    { delete: 'app.db-journal' },
  ]

  async function transaction(...pragmas: string[]): Promise<Trace> {
    const projectRoot = freshFolder()
    const run = () => {
      const args = ['--input-type=module', '-e', database, join(projectRoot, 'app.db'), ...pragmas]
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    }
    run()
    return (await traced(run, { projectRoot, events: ['process', 'file', 'sync'] })).trace
  }

  test('puts its journal on the disk before the database, and says so with synchronous = OFF', async () => {
    const safe = await transaction('journal_mode = DELETE')
    expect(safe).toHaveHappenedInOrder(journal)
    expect(safe).toHaveHappenedInOrder(journal, { strict: true })
    expect(safe).not.toHaveHappenedInOrder([{ write: 'app.db' }, { sync: 'app.db-journal' }])
    expect(safe).not.toHaveHappenedInOrder([{ delete: 'app.db-journal' }, { sync: 'app.db' }])

    const unsafe = await transaction('journal_mode = DELETE', 'synchronous = OFF')
    expect(unsafe).not.toHaveHappenedInOrder(journal)
    expect(unsafe).not.toHaveSynced()
    expect(unsafe).toHaveHappenedInOrder([{ write: 'app.db' }, { delete: 'app.db-journal' }])
  })

  test('puts its write-ahead log on the disk before its content goes into the database', async () => {
    const safe = await transaction('journal_mode = WAL')
    const log: Step[] = [{ write: 'app.db-wal' }, { sync: 'app.db-wal' }, { write: 'app.db' }, { sync: 'app.db' }]
    expect(safe).toHaveHappenedInOrder([...log, { delete: 'app.db-wal' }])
    expect(safe).not.toHaveHappenedInOrder([{ write: 'app.db' }, { sync: 'app.db-wal' }])
    const unsafe = await transaction('journal_mode = WAL', 'synchronous = OFF')
    expect(unsafe).not.toHaveHappenedInOrder(log)
  })
})

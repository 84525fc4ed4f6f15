// SPDX-License-Identifier: MIT
// Programs made up by dice, of which every moment is known: told as the kernel tells them, they have to give a true verdict or none.
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import type { Step } from '../../../src/index.ts'
import { type ProcessBuilder, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

/** What really happened: `from` and `until` are moments. */
interface Fact {
  readonly what: 'read' | 'write' | 'sync' | 'open' | 'probe'
  readonly file: string
  readonly from: number
  readonly until: number
}

interface Thread {
  readonly tid: number
  readonly owner: Owner
  /** A sync, or a change of a file, that it is in. */
  calling: { readonly what: 'sync' | 'change'; readonly file: string; readonly from: number } | null
}

/** A process: how often it read and wrote since that was told, by file, the thread that did so last, and whether it was the only one. */
interface Owner {
  readonly builder: ProcessBuilder
  readonly untold: Map<
    string,
    { readonly tid: number; readonly oneThread: boolean; readonly read: number; readonly write: number }
  >
  /** Files that it looked at: told once. */
  readonly probed: Set<string>
}

const files = ['a', 'b']
const at = (name: string) => `${projectRoot}/${name}`
const fdOf = (file: string) => 3 + files.indexOf(file)
const inodeOf = (file: string) => BigInt(100 + files.indexOf(file))

function simulate(dice: (sides: number) => number) {
  const builder = new TraceBuilder({ groups: ['process', 'file', 'probe', 'sync'] })
  const facts: Fact[] = []
  let now = 0
  const begin = (): Thread[] => {
    const owner: Owner = { builder: builder.root.spawn('/bin/tool', ['tool']), untold: new Map(), probed: new Set() }
    const tids = [owner.builder.state.pid, ...Array.from({ length: dice(3) }, (_, n) => 5000 + 10 * dice(100) + n)]
    for (const tid of tids.slice(1)) owner.builder.thread(tid)
    return tids.map((tid) => ({ tid, owner, calling: null }))
  }
  const tell = ({ builder: process, untold }: Owner, file: string): void => {
    const io = untold.get(file)
    if (io === undefined) return
    const read = { calls: io.read, bytes: io.read }
    const written = { calls: io.write, bytes: io.write }
    process.io(
      at(file),
      {},
      { tid: io.tid, oneThread: io.oneThread, read, written, fd: fdOf(file), inode: inodeOf(file) },
    )
    untold.delete(file)
  }
  const tellAll = (owner: Owner): void => {
    for (const file of dice(2) === 0 ? files : files.toReversed()) tell(owner, file)
  }
  const act = (thread: Thread): void => {
    const { owner, tid, calling } = thread
    const file = files[dice(2)]!
    now += 1
    if (calling !== null) {
      if (dice(2) === 0) return
      if (calling.what === 'change') owner.builder.chmod(at('y'), 0o644, { tid })
      else {
        owner.builder.sync(at(calling.file), 'fsync', { tid })
        facts.push({ what: 'sync', file: calling.file, from: calling.from, until: now })
      }
      thread.calling = null
      return
    }
    switch (dice(9)) {
      case 0:
      case 1:
        tellAll(owner)
        thread.calling = { what: 'sync', file, from: now }
        return
      case 2:
        owner.builder.open(at('x'), { tid })
        facts.push({ what: 'open', file: 'x', from: now, until: now })
        return
      case 8:
        if (!owner.probed.has('p')) owner.builder.stat(at('p'), { tid })
        owner.probed.add('p')
        facts.push({ what: 'probe', file: 'p', from: now, until: now })
        return
      case 3:
        tellAll(owner)
        thread.calling = { what: 'change', file, from: now }
        return
      case 4: {
        tell(owner, file)
        const result = { ok: true, value: fdOf(file) } as const
        owner.builder.open(at(file), { tid, mode: 'write', result, inode: inodeOf(file) })
        return
      }
      default: {
        const what = dice(4) === 0 ? 'read' : 'write'
        const io = owner.untold.get(file) ?? { tid, oneThread: true, read: 0, write: 0 }
        const oneThread = io.oneThread && io.tid === tid
        owner.untold.set(file, { ...io, tid, oneThread, [what]: io[what] + 1 })
        facts.push({ what, file, from: now, until: now })
      }
    }
  }
  const threads = dice(2) === 0 ? begin() : [...begin(), ...begin()]
  for (let n = 4 + dice(24); n > 0; n--) act(threads[dice(threads.length)]!)
  for (const { owner } of threads) tellAll(owner)
  return { trace: builder.ended(), facts }
}

/** Whether the steps happened, each over before the next began: the earliest end of each leaves most for the others. */
function happened(facts: readonly Fact[], steps: Wanted): boolean {
  let end = Number.NEGATIVE_INFINITY
  for (const { what, file } of steps) {
    const fitting = facts.filter((fact) => fact.what === what && fact.file === file && fact.from > end)
    if (fitting.length === 0) return false
    end = Math.min(...fitting.map(({ until }) => until))
  }
  return true
}

type Wanted = readonly Pick<Fact, 'what' | 'file'>[]

/** Whether there is a run of the steps, each once or several times in a row, in which nothing else that is a step happened. */
function ran(facts: readonly Fact[], steps: Wanted): boolean {
  const isStep = (fact: Fact, step: number) => fact.what === steps[step]!.what && fact.file === steps[step]!.file
  const relevant = facts.filter((fact) => steps.some((_, step) => isStep(fact, step)))
  const sorted = relevant.toSorted((one, other) => one.until - other.until || one.from - other.from)
  /** Facts from `index` on, of which those of `step` and later are to come, the last group having begun with `group`. */
  const goesOn = (first: number, index: number, step: number, group: number): boolean => {
    if (step === steps.length - 1 && isAlone(first, index)) return true
    const fact = sorted[index + 1]
    if (fact === undefined) return false
    if (isStep(fact, step) && goesOn(first, index + 1, step, group)) return true
    const isAfter = sorted.slice(group, index + 1).every(({ until }) => until < fact.from)
    return step + 1 < steps.length && isStep(fact, step + 1) && isAfter && goesOn(first, index + 1, step + 1, index + 1)
  }
  const isAlone = (first: number, last: number): boolean => {
    const from = Math.min(...sorted.slice(first, last + 1).map((fact) => fact.from))
    const { until } = sorted[last]!
    const isOutside = (fact: Fact) => fact.until < from || fact.from > until
    return sorted.every((fact, index) => (index >= first && index <= last) || isOutside(fact))
  }
  return sorted.some((fact, index) => isStep(fact, 0) && goesOn(index, index, 0, index))
}

function seeded(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

test.each([
  { strict: false, truth: happened },
  { strict: true, truth: ran },
])('8,000 programs, strict $strict: each verdict is true', ({ strict, truth }) => {
  const counts = { true: 0, false: 0, refused: 0 }
  for (let seed = 0; seed < 8_000; seed++) {
    const dice = seeded(seed * 7919 + 1)
    const { trace, facts } = simulate(dice)
    const wanted = Array.from({ length: 2 + dice(2) }, () => {
      const what = (['write', 'write', 'write', 'read', 'sync', 'sync', 'sync', 'open', 'open', 'probe'] as const)[
        dice(10)
      ]!
      return { what, file: what === 'open' ? 'x' : what === 'probe' ? 'p' : files[dice(2)]! }
    })
    const steps = wanted.map(({ what, file }) => ({ [what]: file }) as unknown as Step)
    const verdict = verdictOf(trace, steps, strict)
    counts[String(verdict) as keyof typeof counts] += 1
    if (verdict !== 'refused') expect([seed, verdict]).toEqual([seed, truth(facts, wanted)])
  }
  expect(counts.true).toBeGreaterThan(250)
  expect(counts.false).toBeGreaterThan(250)
  expect(counts.refused).toBeLessThan(5_000)
})

function verdictOf(trace: unknown, steps: readonly Step[], strict: boolean): boolean | 'refused' {
  try {
    return expect.toHaveHappenedInOrder(steps, { strict }).asymmetricMatch(trace)
  } catch (error) {
    if ((error as { code?: string }).code === 'INCOMPLETE_TRACE') return 'refused'
    throw error
  }
}

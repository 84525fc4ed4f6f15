// SPDX-License-Identifier: MIT
// Variants in turn, A B C A B C: what changes on the machine meanwhile meets all of them.
import { setTimeout } from 'node:timers/promises'
import { watchOthers } from './disturbance.ts'

export interface Variant<Sample> {
  readonly name: string
  readonly run: () => Sample | Promise<Sample>
}

interface Round {
  readonly samples: Readonly<Record<string, unknown>>
  /** Processors that others used, in the worst of its samples. */
  readonly others: number
}

/** More than this, and a round is repeated. */
const mostOthers = 0.1

/** Runs the rounds of one benchmark. */
export class Harness {
  readonly #what: string
  readonly #patienceMs: number
  #others = 0

  /** `patienceMs`: for how long, in all, to wait for calm and to repeat what was disturbed. */
  constructor(what: string, patienceMs: number) {
    this.#what = what
    this.#patienceMs = patienceMs
  }

  /** Processors that others used in the worst round that counts. */
  get others(): number {
    return this.#others
  }

  /**
   * Samples of each variant by its name, in order: the n-th of one was taken right beside the n-th of any other. One round before is thrown away.
   * Rounds in which others used the machine are repeated while patience lasts; then the least disturbed ones count.
   */
  async interleave<Sample>(rounds: number, variants: readonly Variant<Sample>[]): Promise<Record<string, Sample[]>> {
    const end = performance.now() + this.#patienceMs
    const done: Round[] = []
    await this.#round(-1, 'warming up', variants)
    for (;;) {
      const good = done.filter((round) => round.others <= mostOthers).length
      if (good >= rounds || (done.length >= rounds && performance.now() > end)) break
      await this.#calm(end)
      done.push(await this.#round(done.length, `round ${good + 1} of ${rounds}`, variants))
    }
    const limit = done.map(({ others }) => others).sort((a, b) => a - b)[rounds - 1] ?? 0
    const kept = done.filter(({ others }) => others <= limit).slice(0, rounds)
    this.#others = Math.max(this.#others, ...kept.map(({ others }) => others))
    progress('')
    return Object.fromEntries(variants.map(({ name }) => [name, kept.map(({ samples }) => samples[name] as Sample)]))
  }

  async #round(number: number, title: string, variants: readonly Variant<unknown>[]): Promise<Round> {
    const samples: Record<string, unknown> = {}
    let most = 0
    for (let n = 0; n < variants.length; n++) {
      // Each round begins with another variant, so that none always comes after the same one.
      const { name, run } = variants[(n + number + 1) % variants.length] as Variant<unknown>
      progress(`${this.#what}: ${title}, ${name}`)
      const others = watchOthers()
      samples[name] = await run()
      most = Math.max(most, others())
    }
    return { samples, others: most }
  }

  async #calm(end: number): Promise<void> {
    while (performance.now() < end) {
      const others = watchOthers()
      await setTimeout(1000)
      if (others() <= mostOthers) return
      progress(`${this.#what}: waiting for a quiet machine`)
    }
  }
}

export interface Summary {
  readonly median: number
  /** Half of the samples lie between these two. */
  readonly low: number
  readonly high: number
  readonly samples: number
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number): number => {
    const position = (sorted.length - 1) * part
    const below = sorted[Math.floor(position)] ?? Number.NaN
    const above = sorted[Math.ceil(position)] ?? Number.NaN
    return below + (above - below) * (position - Math.floor(position))
  }
  return { median: at(0.5), low: at(0.25), high: at(0.75), samples: sorted.length }
}

export function median(values: readonly number[]): number {
  return summarize(values).median
}

/** What was measured against what it is compared with, round by round. */
export function pairwise(
  ofs: readonly number[],
  tos: readonly number[],
  compare: (of: number, to: number) => number,
): number[] {
  return ofs.map((of, n) => compare(of, tos[n] ?? Number.NaN))
}

export const ratio = (of: number, to: number): number => of / to
export const difference = (of: number, to: number): number => of - to

let shown = ''

/** One line on stderr that the next one replaces; a line each where that is no terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
  else if (text !== '' && text !== shown) process.stderr.write(`${text}\n`)
  shown = text
}

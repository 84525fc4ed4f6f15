// SPDX-License-Identifier: MIT
// Variants in turn, A B C A B C: what changes on the machine meanwhile meets all of them.

export interface Variant<Sample> {
  readonly name: string
  readonly run: () => Sample | Promise<Sample>
}

/** Samples of each variant by its name, in order: the n-th of one was taken right beside the n-th of any other. One round before is thrown away. */
export async function interleave<Sample>(
  what: string,
  rounds: number,
  variants: readonly Variant<Sample>[],
): Promise<Record<string, Sample[]>> {
  const samples: Record<string, Sample[]> = {}
  for (const { name } of variants) samples[name] = []
  for (let round = 0; round <= rounds; round++) {
    // Each round begins with another variant, so that none always comes after the same one.
    for (let n = 0; n < variants.length; n++) {
      const variant = variants[(n + round) % variants.length] as Variant<Sample>
      progress(`${what}: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}, ${variant.name}`)
      const sample = await variant.run()
      if (round > 0) samples[variant.name]?.push(sample)
    }
  }
  progress('')
  return samples
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

/** One line on stderr that the next one replaces; a line each where that is no terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}

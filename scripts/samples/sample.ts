// SPDX-License-Identifier: MIT
// What becomes of each fenced block of the documentation. TypeScript and JavaScript are tests, JSON and YAML are data, shell is run where
// the page says so, and all else is the output of the block before it or stands in the table of exemptions. A comment before a block says
// more; readers of the page do not see it:
//   <!-- sample in=FOLDER -->  in a copy of test/samples/FOLDER, or of examples/…; without it in an empty folder
//   <!-- sample fails -->      the next block is the message that it fails with
//   <!-- sample prints -->     the next block is what it prints; `snapshot`: the snapshot that it stores
//   <!-- sample jest -->       in Jest, as CommonJS
//   <!-- sample retry -->      rests on chance: tried again, some times at most
//   <!-- sample file=PATH fails -->  before an output: that of this test file of examples/
import type { Fence, Page } from '../docs/markdown.ts'
import { type Exemption, exemptions } from './exemptions.ts'

export type Shows = 'fails' | 'prints' | 'snapshot'

/** A block that is run, or stands for a file that is. */
export interface Sample {
  readonly kind: 'vitest' | 'jest' | 'shell'
  /** `docs/limits.md:12`. */
  readonly at: string
  /** A name for files, from `at`. */
  readonly id: string
  /** The block; null where a file is run. */
  readonly fence: Fence | null
  readonly file: string | null
  /** What its folder holds at first, from the root of the repository; null: nothing. */
  readonly folder: string | null
  readonly retry: boolean
  readonly shows: Shows | null
  /** What the page says that it shows. */
  readonly output: Fence | null
}

export interface Checked {
  readonly kind: 'json' | 'yaml' | 'shell'
  readonly fence: Fence
}

export interface Sorted {
  readonly samples: readonly Sample[]
  /** Blocks that are checked without being run. */
  readonly checked: readonly Checked[]
  readonly problems: readonly string[]
}

const words = /^(?:in=(?<folder>[\w./-]+)|file=(?<file>[\w./-]+)|(?<shows>fails|prints|snapshot)|jest|retry)$/

export function sortFences(pages: readonly Page[], table: readonly Exemption[] = exemptions): Sorted {
  const samples: Sample[] = []
  const checked: Checked[] = []
  const problems: string[] = []
  const used = new Set<Exemption>()
  for (const page of pages) {
    for (let index = 0; index < page.fences.length; index++) {
      const fence = page.fences[index] as Fence
      const at = `${fence.page}:${fence.line}`
      const exemption = table.find(({ page, starts }) => page === fence.page && fence.text.startsWith(starts))
      if (exemption) {
        if (used.has(exemption))
          problems.push(`${at}: a second block that the exemption of \`${exemption.starts}\` fits`)
        used.add(exemption)
        if (['sh', 'groovy', 'dockerfile'].includes(fence.language)) checked.push({ kind: 'shell', fence })
        continue
      }
      if (fence.language === 'json' || fence.language === 'yaml') {
        checked.push({ kind: fence.language, fence })
        continue
      }
      const sample = sampleOf(fence, page.fences[index + 1] ?? null, problems)
      if (sample === null) continue
      samples.push(sample)
      if (sample.fence !== null && sample.output !== null) index++
    }
  }
  for (const { page, starts } of table.filter((one) => !used.has(one)))
    problems.push(`${page}: no block begins with \`${starts}\`; take it out of scripts/samples/exemptions.ts`)
  return { samples, checked, problems }
}

function sampleOf(fence: Fence, next: Fence | null, problems: string[]): Sample | null {
  const at = `${fence.page}:${fence.line}`
  const said = /^sample\b(.*)$/s.exec(fence.comment)?.[1]?.trim().split(/\s+/).filter(Boolean)
  let [folder, file, shows]: [string | null, string | null, Shows | null] = [null, null, null]
  for (const word of said ?? []) {
    const groups = words.exec(word)?.groups
    if (!groups) problems.push(`${at}: \`${word}\` means nothing in a comment before a sample`)
    folder = groups?.['folder'] ?? folder
    file = groups?.['file'] ?? file
    shows = (groups?.['shows'] as Shows | undefined) ?? shows
  }
  const language = fence.language
  const kind = said?.includes('jest') ? 'jest' : language === 'sh' ? 'shell' : 'vitest'
  const runs = file !== null || language === 'ts' || language === 'js' || (language === 'sh' && said !== undefined)
  if (!runs) {
    const what = language === '' ? 'the output of nothing' : `\`${language}\`, and nothing runs it`
    problems.push(`${at}: is ${what}; put a comment before its sample, or list it in scripts/samples/exemptions.ts`)
    return null
  }
  const output = shows === null ? null : file === null ? next : fence
  if (shows !== null && (output === null || !['', 'text'].includes(output.language))) {
    problems.push(`${at}: expected a block with what it ${shows} right behind it`)
    return null
  }
  return {
    kind,
    at,
    id: `${fence.page.replace(/\.md$/, '').replaceAll(/[^a-z0-9]+/gi, '-')}-${fence.line}`,
    fence: file === null ? fence : null,
    file,
    folder: folder === null || folder.startsWith('examples/') ? folder : `test/samples/${folder}`,
    retry: said?.includes('retry') ?? false,
    shows,
    output,
  }
}

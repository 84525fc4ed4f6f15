// SPDX-License-Identifier: MIT
// docs/README.md lists the pages, for whoever reads the folder; the same lists are the navigation of the site.
import { readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { markdown, type Page, plainText } from '../docs/markdown.ts'

const root = resolve(import.meta.dirname, '../..')

export interface Group {
  readonly title: string
  readonly entries: readonly Entry[]
}

export interface Entry {
  /** Of the page, from the root of the repository. */
  readonly path: string
  readonly title: string
}

export function navigation(pages: readonly Page[]): Group[] {
  const groups: { title: string; entries: Entry[] }[] = []
  const tokens = markdown.parse(readFileSync(resolve(root, 'docs/README.md'), 'utf8'), {})
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open' && token.tag === 'h2')
      groups.push({ title: plainText(tokens[index + 1]), entries: [] })
    const parts = token.children ?? []
    parts.forEach((part, at) => {
      if (part.type !== 'link_open') return
      const path = posix.join('docs', String(part.attrGet('href')))
      if (!pages.some((page) => page.path === path)) return
      groups.at(-1)?.entries.push({ path, title: parts[at + 1]?.content ?? path })
    })
  })
  return groups
}

// SPDX-License-Identifier: MIT
// The sections of all pages, for the search of the site.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import MiniSearch from 'minisearch'
import { markdown, type Page, plainText } from '../docs/markdown.ts'
import { siteAddress } from './render.ts'

const root = resolve(import.meta.dirname, '../..')

/** Of MiniSearch, as `search.js` makes it again. */
export const searchOptions = { fields: ['heading', 'page', 'text'], storeFields: ['heading', 'page', 'address'] }

interface Section {
  readonly id: number
  readonly page: string
  readonly heading: string
  readonly address: string
  text: string
}

/** As JSON. */
export function searchIndex(pages: readonly Page[]): string {
  const sections: Section[] = []
  for (const page of pages) {
    const address = siteAddress(page.path) as string
    let heading = 0
    const tokens = markdown.parse(readFileSync(resolve(root, page.path), 'utf8'), {})
    tokens.forEach((token) => {
      if (token.type === 'heading_open') {
        const { text, id, level } = page.headings[heading++] ?? { text: '', id: '', level: 1 }
        const anchor = level === 1 ? '' : `#${id}`
        sections.push({ id: sections.length, page: page.title, heading: text, address: address + anchor, text: '' })
      }
      const last = sections.at(-1)
      if (last && token.type === 'inline') last.text += ` ${plainText(token)}`
    })
  }
  const index = new MiniSearch<Section>(searchOptions)
  index.addAll(sections)
  return JSON.stringify({ options: searchOptions, index: JSON.stringify(index) })
}

// SPDX-License-Identifier: MIT
// The documentation as a site: README and docs/ as HTML in build/site, which can be opened from the disk or served by anything.
// `npm run docs`. Nothing is fetched, neither here nor by the pages.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { type Declaration, exportedDeclarations } from '../docs/declarations.ts'
import { readPages } from '../docs/markdown.ts'
import { navigation } from './navigation.ts'
import { renderDeclarations, renderPage, siteAddress } from './render.ts'
import { searchIndex } from './search-index.ts'

const root = resolve(import.meta.dirname, '../..')

/** Returns the addresses of the pages, relative to the site. */
export function buildSite(folder: string): string[] {
  rmSync(folder, { recursive: true, force: true })
  const pages = readPages().filter(({ path }) => siteAddress(path) !== null)
  const groups = navigation(pages)
  const write = (address: string, text: string) => {
    const file = join(folder, address)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const addresses = pages.map((page) => {
    const address = siteAddress(page.path) as string
    const after = page.path === 'docs/api.md' ? renderDeclarations(declarations()) : ''
    write(address, renderPage(page, readFileSync(join(root, page.path), 'utf8'), groups, after))
    return address
  })
  write('search-index.js', `searchIndex = ${searchIndex(pages)}\n`)
  copyFileSync(
    createRequire(import.meta.url)
      .resolve('minisearch')
      .replace(/dist.*$/, 'dist/umd/index.js'),
    join(folder, 'minisearch.js'),
  )
  for (const name of ['style.css', 'search.js']) copyFileSync(join(import.meta.dirname, name), join(folder, name))
  return addresses
}

/** Of all entries, each name once. */
function declarations(): Declaration[] {
  const all = ['index', 'vitest', 'matchers/index'].flatMap(exportedDeclarations).filter(({ text }) => text !== '')
  return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index)
}

if (import.meta.main) {
  const addresses = buildSite(join(root, 'build/site'))
  console.log(`${addresses.length} pages in build/site; open build/site/index.html`)
}

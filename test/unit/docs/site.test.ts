// SPDX-License-Identifier: MIT
// The site that `npm run docs` makes: complete, whole, and at home on a disk without a network.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import MiniSearch from 'minisearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSite } from '../../../scripts/site/build.ts'

let folder: string
let addresses: string[]
const read = (address: string) => readFileSync(join(folder, address), 'utf8')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spyscall-site-'))
  addresses = buildSite(join(folder))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Addresses that a page names, from the root of the site. */
function named(address: string): { path: string; anchor: string }[] {
  const found = [...read(address).matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, href = '']) => href)
  return found.map((href) => {
    const [path = '', anchor = ''] = href.split('#')
    return { path: path === '' ? address : posix.join(posix.dirname(address), path), anchor }
  })
}

test('every link of every page leads to a file and an anchor of the site', () => {
  const ids = new Map(addresses.map((one) => [one, [...read(one).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)]))
  const broken = addresses.flatMap((address) =>
    named(address)
      .filter(({ path }) => !/^(.*\/)?[a-z]+:/.test(path))
      .filter(
        ({ path, anchor }) => !existsSync(join(folder, path)) || (anchor !== '' && !ids.get(path)?.includes(anchor)),
      )
      .map(({ path, anchor }) => `${address}: ${path}#${anchor}`),
  )
  expect(broken).toEqual([])
})

test('every page is in the navigation of every page', () => {
  for (const address of addresses) {
    const nav = /<nav.*<\/nav>/s.exec(read(address))?.[0] ?? ''
    const listed = [...nav.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => posix.join(posix.dirname(address), href))
    const others = addresses.filter((one) => one !== 'index.html' && one !== 'contents.html')
    expect(listed.toSorted(), address).toEqual(others.toSorted())
  }
})

test('nothing is fetched from elsewhere', () => {
  for (const address of addresses) expect(read(address)).not.toMatch(/<(script|link|img)[^>]*"https?:/)
  expect(read('style.css')).not.toMatch(/url\(|@import/)
})

test('comments about samples are not shown', () => {
  for (const address of addresses) expect(read(address)).not.toMatch(/<!--|&lt;!--/)
})

test('code is coloured, output is not', () => {
  const page = read('matchers/to-have-executed.html')
  expect(page).toMatch(/<code class="language-ts">.*hljs-keyword/s)
  expect(page).toMatch(/<pre><code>expect\(trace\)/)
})

test('the page of the API has each declaration, without what is internal', () => {
  const page = read('api.html')
  expect(page).toContain('<h3 id="ExecEvent">')
  expect(page).toMatch(/<h3 id="Trace">.*printSyscalls.*<h3/s)
  expect(page).not.toMatch(/@internal|#private/)
})

test('the search finds a matcher by its name', () => {
  const { index, options } = JSON.parse(read('search-index.js').replace('searchIndex = ', ''))
  const found = MiniSearch.loadJSON(index, options).search('toHaveSynced')
  expect(found[0]).toMatchObject({ address: 'matchers/to-have-synced.html' })
})

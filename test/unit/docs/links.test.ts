// SPDX-License-Identifier: MIT
// Each link of README and docs/ leads somewhere, in the repository, in the package and on the site; each page can be come to.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type Page, readPages } from '../../../scripts/docs/markdown.ts'

const root = resolve(import.meta.dirname, '../../..')
const pages = readPages()
const byPath = new Map(pages.map((page) => [page.path, page]))

/** The path and anchor that a link leads to, from the root; null for other sites. */
function target(page: Page, href: string): { path: string; anchor: string } | null {
  if (/^[a-z]+:/.test(href)) return null
  const [path = '', anchor = ''] = href.split('#')
  return { path: path === '' ? page.path : posix.join(posix.dirname(page.path), path), anchor }
}

test.each(pages)('links of $path', (page) => {
  const broken = page.links.flatMap(({ href, line }) => {
    const to = target(page, href)
    if (to === null) return []
    if (!existsSync(resolve(root, to.path))) return [`${page.path}:${line}: there is no ${to.path}`]
    const there = byPath.get(to.path)
    if (to.anchor === '' || there?.headings.some(({ id }) => id === to.anchor)) return []
    return [`${page.path}:${line}: ${to.path} has no heading #${to.anchor}`]
  })
  expect(broken).toEqual([])
})

/** What `files` of package.json takes along. Examples are in the repository only, and named as such. */
const shipped = /^(docs\/.*|README\.md|LICENSE|bpf\/LICENSE)$/

test('links of the pages in the package lead to files in the package, or to examples', () => {
  const outside = pages
    .filter(({ path }) => shipped.test(path))
    .flatMap((page) => page.links.map(({ href }) => target(page, href)?.path ?? 'README.md'))
    .filter((path) => !shipped.test(path) && !/^examples(\/|$)/.test(path))
  expect(outside).toEqual([])
})

test('what messages and comments say of docs/ is there', () => {
  const said = globSync(['src/**/*.ts', 'native/**/*.{cc,h}', 'bpf/**/*.{c,h}', 'scripts/**/*.{ts,sh}'], {
    cwd: root,
  }).flatMap((path) => [...readFileSync(resolve(root, path), 'utf8').matchAll(/(docs\/[\w/-]+\.md)(?:, "([^"]+)")?/g)])
  expect(said.length).toBeGreaterThan(0)
  const wrong = said.filter(([, path = '', heading]) => {
    const page = byPath.get(path)
    return !page || (heading !== undefined && !page.headings.some(({ text }) => text === heading))
  })
  expect(wrong.map(([text]) => text)).toEqual([])
})

test('the contents, docs/README.md, lead to every page', () => {
  const contents = byPath.get('docs/README.md') as Page
  const listed = contents.links.map(({ href }) => target(contents, href)?.path)
  const all = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== contents.path)
  expect(listed.filter((path) => path?.startsWith('docs/')).toSorted()).toEqual(all.toSorted())
})

test('every page has one title, its first heading', () => {
  for (const page of pages) {
    expect(page.headings.filter(({ level }) => level === 1).length, page.path).toBe(1)
    expect(page.headings[0]?.level, page.path).toBe(1)
  }
})

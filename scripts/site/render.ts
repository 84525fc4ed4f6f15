// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import typescript from 'highlight.js/lib/languages/typescript'
import yaml from 'highlight.js/lib/languages/yaml'
import type { Declaration } from '../docs/declarations.ts'
import { markdown, type Page } from '../docs/markdown.ts'
import type { Group } from './navigation.ts'

for (const [name, language] of Object.entries({ sh: bash, js: javascript, json, ts: typescript, yaml }))
  hljs.registerLanguage(name, language)

/** Where a page of the repository is on the site; null: it is not there. */
export function siteAddress(path: string): string | null {
  if (path === 'README.md') return 'index.html'
  if (path === 'docs/README.md') return 'contents.html'
  return path.startsWith('docs/') ? path.slice('docs/'.length).replace(/\.md$/, '.html') : null
}

const escapeHtml = (text: string) => markdown.utils.escapeHtml(text)

/** `after`: HTML behind the text of the page. */
export function renderPage(page: Page, text: string, groups: readonly Group[], after = ''): string {
  const address = siteAddress(page.path) as string
  const to = (path: string) => posix.relative(posix.dirname(address), siteAddress(path) ?? path)
  const up = posix.relative(posix.dirname(address), '.') || '.'
  const entry = ({ path, title }: Group['entries'][number]) =>
    `<li><a href="${to(path)}"${path === page.path ? ' aria-current="page"' : ''}>${escapeHtml(title)}</a></li>`
  const outline = page.headings.filter(({ level }) => level === 2 || level === 3)
  return `<!doctype html>
<html lang="en" data-root="${up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.path === 'README.md' ? 'spyscall: test spies for the kernel' : `${page.title} · spyscall`)}</title>
<link rel="stylesheet" href="${up}/style.css">
<script defer src="${up}/minisearch.js"></script>
<script defer src="${up}/search-index.js"></script>
<script defer src="${up}/search.js"></script>
</head>
<body>
<header>
<a class="name" href="${to('README.md')}">spyscall</a>
<div class="search"><input type="search" placeholder="Search" aria-label="Search the documentation"><ol hidden></ol></div>
</header>
<nav aria-label="Pages">
${groups.map(({ title, entries }) => `<details open><summary>${escapeHtml(title)}</summary><ul>${entries.map(entry).join('')}</ul></details>`).join('\n')}
</nav>
<main>
${body(page, text)}
${after}
</main>
<aside aria-label="On this page">
${outline.length < 2 ? '' : `<ul>${outline.map(({ level, text, id }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`).join('')}</ul>`}
</aside>
</body>
</html>
`
}

function body(page: Page, text: string): string {
  const env = {}
  const tokens = markdown.parse(text, env).filter((token) => token.type !== 'html_block')
  let heading = 0
  for (const token of tokens) {
    if (token.type === 'heading_open') token.attrSet('id', page.headings[heading++]?.id ?? '')
    for (const part of token.children ?? []) {
      if (part.type === 'link_open') part.attrSet('href', linkTo(page.path, String(part.attrGet('href'))))
    }
  }
  return markdown.renderer
    .render(tokens, { ...markdown.options, highlight }, env)
    .replaceAll('<table>', '<div class="table"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll(/<a href="">(.*?)<\/a>/g, '$1')
}

/** Links between pages, as links of the site; empty where that is a file which is in the repository only. */
function linkTo(from: string, href: string): string {
  if (/^[a-z]+:|^#/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const there = siteAddress(posix.join(posix.dirname(from), path))
  if (there === null) return ''
  const here = siteAddress(from) as string
  return posix.relative(posix.dirname(here), there) + (anchor === undefined ? '' : `#${anchor}`)
}

/** Each with a heading of its own. */
export function renderDeclarations(declarations: readonly Declaration[]): string {
  return declarations
    .map(
      ({ name, text }) =>
        `<h3 id="${name}">${name}</h3>\n<pre><code class="language-ts">${highlight(text, 'ts')}</code></pre>`,
    )
    .join('\n')
}

function highlight(code: string, language: string): string {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : ''
}

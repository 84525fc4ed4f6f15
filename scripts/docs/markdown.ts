// SPDX-License-Identifier: MIT
// README and the pages of docs/, as what the site, the samples and the tests of links need of them.
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it'

const root = resolve(import.meta.dirname, '../..')

export interface Heading {
  readonly level: number
  /** As it is read, without marks. */
  readonly text: string
  /** The anchor that GitHub, npm and the site give it. */
  readonly id: string
}

export interface Link {
  readonly href: string
  readonly line: number
}

/** A fenced block of code. */
export interface Fence {
  readonly page: string
  /** Of its opening, from 1. */
  readonly line: number
  /** The word behind the opening; empty where there is none. */
  readonly language: string
  /** Ends with a newline. */
  readonly text: string
  /** The text of the HTML comment right before it; empty where there is none. */
  readonly comment: string
}

export interface Page {
  /** From the root of the repository: `docs/limits.md`. */
  readonly path: string
  readonly title: string
  readonly headings: readonly Heading[]
  readonly links: readonly Link[]
  readonly fences: readonly Fence[]
  /** All its HTML comments, without the marks. */
  readonly comments: readonly string[]
}

export const markdown: MarkdownIt = createMarkdown({ html: true })

/** Paths of all pages, README first. */
export function pagePaths(): string[] {
  return ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root }).sort()]
}

export function readPages(): Page[] {
  return pagePaths().map((path) => parsePage(path, readFileSync(join(root, path), 'utf8')))
}

export function parsePage(path: string, text: string): Page {
  const tokens = markdown.parse(text, {})
  const headings = headingsOf(tokens)
  const comments = tokens.flatMap((token) => (token.type === 'html_block' ? [commentOf(token)] : []))
  return {
    path,
    title: headings[0]?.text ?? path,
    headings,
    links: tokens.flatMap(linksOf),
    fences: tokens.flatMap((token, index) => (token.type === 'fence' ? [fenceOf(path, token, tokens[index - 1])] : [])),
    comments: comments.filter((comment) => comment !== ''),
  }
}

function headingsOf(tokens: readonly Token[]): Heading[] {
  const used = new Map<string, number>()
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return []
    const text = plainText(tokens[index + 1])
    return [{ level: Number(token.tag.slice(1)), text, id: uniqueId(text, used) }]
  })
}

/** The anchor of a heading, as GitHub makes it; a number tells those of the same text apart. */
export function uniqueId(text: string, used: Map<string, number>): string {
  const id = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')
  const before = used.get(id) ?? 0
  used.set(id, before + 1)
  return before === 0 ? id : `${id}-${before}`
}

/** What is read of inline text: no marks, no targets of links. */
export function plainText(inline: Token | undefined): string {
  const parts = inline?.children ?? []
  return parts.map((part) => (part.type === 'text' || part.type === 'code_inline' ? part.content : '')).join('')
}

function linksOf(token: Token): Link[] {
  const line = (token.map?.[0] ?? 0) + 1
  return (token.children ?? []).flatMap((part) => {
    const href = part.type === 'link_open' ? part.attrGet('href') : part.type === 'image' ? part.attrGet('src') : null
    return href === null ? [] : [{ href: decodeURI(String(href)), line }]
  })
}

function fenceOf(page: string, token: Token, before: Token | undefined): Fence {
  return {
    page,
    line: (token.map?.[0] ?? 0) + 1,
    language: token.info.trim().split(' ')[0] ?? '',
    text: token.content,
    comment: before?.type === 'html_block' ? commentOf(before) : '',
  }
}

function commentOf(token: Token): string {
  return /^<!--(.*)-->\s*$/s.exec(token.content)?.[1]?.trim() ?? ''
}

// SPDX-License-Identifier: MIT
// What matchers see of the file system, for tests: links and names that are one's own.
import { installHosts } from '../../src/trace/hosts-file.ts'
import { installLinks } from '../../src/trace/links.ts'

const holder = globalThis as unknown as Record<symbol, unknown>

function during(installed: string, install: () => void, run: () => void): void {
  const key = Symbol.for(installed)
  const before = holder[key]
  install()
  try {
    run()
  } finally {
    holder[key] = before
  }
}

/** Runs with links of one's own in place of those on the disk: paths to what they lead to. */
export function withLinks(links: Readonly<Record<string, string>>, run: () => void): void {
  const follow = (path: string): string => {
    for (const [link, target] of Object.entries(links))
      if (path === link || path.startsWith(`${link}/`)) return target + path.slice(link.length)
    return path
  }
  during('spyscall.followLink', () => installLinks(follow), run)
}

/** Runs with a file of hosts of one's own; null: one that cannot be read. */
export function withHosts(text: string | null, run: () => void): void {
  const read = () => {
    if (text === null) throw new Error('ENOENT')
    return text
  }
  during('spyscall.readHosts', () => installHosts(read), run)
}

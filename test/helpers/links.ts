// SPDX-License-Identifier: MIT
import { installLinks } from '../../src/trace/links.ts'

const installed = Symbol.for('spyscall.followLink')

/** Runs with links of one's own in place of those on the disk: paths to what they lead to. */
export function withLinks(links: Readonly<Record<string, string>>, run: () => void): void {
  const holder = globalThis as unknown as Record<symbol, (path: string) => string>
  const before = holder[installed] as (path: string) => string
  installLinks((path) => {
    for (const [link, target] of Object.entries(links))
      if (path === link || path.startsWith(`${link}/`)) return target + path.slice(link.length)
    return path
  })
  try {
    run()
  } finally {
    installLinks(before)
  }
}

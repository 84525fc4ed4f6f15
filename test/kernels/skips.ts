// SPDX-License-Identifier: MIT
// What a guest's users passed and left out, of the TAP that they printed.

interface Told {
  readonly passed: ReadonlySet<string>
  /** Reasons, by title. */
  readonly skipped: ReadonlyMap<string, string>
}

/** Of one user's TAP: its tests, not its suites. */
function told(tap: string): Told {
  const lines = [...tap.matchAll(/^ *ok \d+ - (.*?)(?: # (SKIP) ?(.*))?$/gm)]
  const skipped = lines.filter(([, , skip]) => skip !== undefined)
  return {
    passed: new Set(lines.filter(([, , skip]) => skip === undefined).map(([, title = '']) => title)),
    skipped: new Map(skipped.map(([, title = '', , reason = '']) => [title, reason || 'no reason given'])),
  }
}

/** A line for each reason: those that the first user passed are together, others each by title. */
export function skips(output: string, [first, ...others]: readonly string[]): string[] {
  const of = (user = '') => told(output.split(`# user ${user}\n`)[1]?.split('# user ')[0] ?? '')
  const { passed, skipped } = of(first)
  const lines = [...skipped].map(([title, reason]) => `  skipped: ${title}: ${reason}`)
  for (const user of others) {
    const all = [...of(user).skipped].filter(([title]) => !skipped.has(title))
    const elsewhere = all.filter(([title]) => passed.has(title))
    for (const reason of new Set(elsewhere.map(([, why]) => why))) {
      const count = elsewhere.filter(([, why]) => why === reason).length
      lines.push(`  skipped as ${user}, passed as ${first}: ${count}: ${reason}`)
    }
    for (const [title, reason] of all)
      if (!passed.has(title)) lines.push(`  skipped as ${user}, and not passed as ${first}: ${title}: ${reason}`)
  }
  return lines
}

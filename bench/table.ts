// SPDX-License-Identifier: MIT
import { type Figure, show, verdict } from './figure.ts'

export const columns = ['figure', 'median', 'middle half', 'budget', '', 'samples', 'note'] as const

export function cells(found: Figure): string[] {
  const { what, unit, summary, budget, note } = found
  const spread = summary.samples > 1 ? `${show(summary.low, unit)} … ${show(summary.high, unit)}` : ''
  return [
    what,
    show(summary.median, unit),
    spread,
    budget === undefined ? '' : show(budget, unit),
    verdict(found),
    `${summary.samples}`,
    note ?? '',
  ]
}

/** For a terminal. */
export function printTable(title: string, figures: readonly Figure[]): string {
  const rows = [[...columns], ...figures.map(cells)]
  const widths = columns.map((_, n) => Math.max(...rows.map((row) => (row[n] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, n) => (n === 0 || n === row.length - 1 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${title}\n  ${lines.join('\n  ')}\n`
}

// SPDX-License-Identifier: MIT
// docs/performance.md: the prose is written by hand, the tables between the marks by this.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { heading, type Report, type Result } from './report.ts'
import { root } from './subject.ts'
import { cells, columns } from './table.ts'

export function writeDocument({ machine, results }: Report): void {
  const path = join(root, 'docs/performance.md')
  let text = readFileSync(path, 'utf8')
  const { cores, architecture, virtual, memoryGiB, kernel, node } = machine
  text = replaceBetween(
    text,
    'machine',
    `${virtual ? 'A virtual machine' : 'A machine'} with ${cores} cores (${architecture}) and ${memoryGiB} GiB, Linux ${kernel}, Node ${node}.`,
  )
  text = replaceBetween(text, 'budgets', budgets(results))
  for (const result of results) text = replaceBetween(text, result.bench, table(result))
  writeFileSync(path, text)
}

function budgets(results: readonly Result[]): string {
  const rows = results.flatMap(({ bench, figures }) =>
    figures
      .filter((found) => found.budget !== undefined)
      .map((found) => {
        const [what = '', measured = '', , budget = '', verdict = ''] = cells(found)
        return [`${bench}: ${what}`, budget, measured, verdict === 'MISSED' ? '**missed**' : verdict]
      }),
  )
  return [['figure', 'at most', 'measured', ''], ['---', '---', '---', '---'], ...rows].map(line).join('\n')
}

function line(row: readonly string[]): string {
  return `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function table(result: Result): string {
  return [
    `${heading(result)}. Again: \`npm run bench -- ${result.bench}\`.`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...result.figures.map((one) => line(cells(one))),
  ].join('\n')
}

function replaceBetween(text: string, name: string, content: string): string {
  const begin = `<!-- bench:${name} -->`
  const end = `<!-- end:${name} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no \`${begin}\` … \`${end}\``)
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`
}

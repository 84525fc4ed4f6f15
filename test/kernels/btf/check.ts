// SPDX-License-Identifier: MIT
// The table of what each kernel has of what the programs rely on, looked up in its image, without booting it. What the programs rely on is read from their object file; the table holds
// how kernels differ, to be looked at when it changes: `node test/kernels/run.ts --update`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { reportOf, typesOfImage } from './kernel.ts'
import { needsOf } from './object.ts'

const tablePath = join(import.meta.dirname, 'table.json')
const object = resolve(import.meta.dirname, '../../../build/bpf/spyscall.o')

/** What differs from the table, a line each. */
export function checkTypes(name: string, image: string, update: boolean): string[] {
  const found = reportOf(typesOfImage(readFileSync(image)), needsOf(readFileSync(object)))
  const table: Record<string, readonly string[]> = JSON.parse(readFileSync(tablePath, 'utf8'))
  if (update) writeFileSync(tablePath, `${JSON.stringify({ ...table, [name]: found }, null, 2)}\n`)
  const expected = update ? found : (table[name] ?? [])
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ]
}

// SPDX-License-Identifier: MIT
// The table of what each kernel has of what the programs rely on, looked up in its image, without booting it. What the programs rely on is read from their object file; the table holds
// how kernels differ, to be looked at when it changes: `node test/kernels/run.ts --update`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isOwn } from '../machine.ts'
import type { Row } from '../rows.ts'
import { reportOf, typesOfImage } from './kernel.ts'
import { needsOf } from './object.ts'

const tablePath = join(import.meta.dirname, 'table.json')
const build = resolve(import.meta.dirname, '../../../build')

/** What differs from the table, a line each. */
export function checkTypes({ name, arch }: Row, image: string, update: boolean): string[] {
  const object = join(build, isOwn(arch) ? '.' : arch, 'bpf/spyscall.o')
  const found = reportOf(typesOfImage(readFileSync(image)), needsOf(readFileSync(object)))
  const table: Record<string, readonly string[]> = JSON.parse(readFileSync(tablePath, 'utf8'))
  if (update) writeFileSync(tablePath, `${JSON.stringify({ ...table, [name]: found }, null, 2)}\n`)
  const expected = update ? found : (table[name] ?? [])
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ]
}

// SPDX-License-Identifier: MIT
// What the tests that are made from samples call: keeps what the body fails with or prints, for the comparison with the page.
import { writeFileSync } from 'node:fs'
import { format } from 'node:util'
import type { Shows } from './sample.ts'

export async function keep(file: string, shows: Shows, body: () => unknown): Promise<void> {
  if (shows === 'fails') return keepMessage(file, body)
  if (shows === 'prints') return keepPrinted(file, body)
  await body()
}

/** What matchers and sessions throw; all else is a sample that does not work. */
const ours = /^(AssertionError|Error|EvidenceError|MisuseError|SessionError|TraceFileError)$/

async function keepMessage(file: string, body: () => unknown): Promise<void> {
  try {
    await body()
  } catch (error) {
    if (!(error instanceof Error) || !ours.test(error.name)) throw error
    writeFileSync(file, error.message)
    return
  }
  throw new Error('Expected this sample to fail, as the page says')
}

async function keepPrinted(file: string, body: () => unknown): Promise<void> {
  const lines: string[] = []
  const { log } = console
  console.log = (...values: unknown[]) => lines.push(format(...values))
  try {
    await body()
  } finally {
    console.log = log
  }
  writeFileSync(file, lines.join('\n'))
}

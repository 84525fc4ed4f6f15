// SPDX-License-Identifier: MIT
// Whether recording works here: by doing it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openSession } from '../session/index.ts'
import { packageFolder } from '../session/package-folder.ts'

export interface Trial {
  /** How long the first open took, milliseconds. */
  readonly openMs: number
  /** Events of the child. */
  readonly events: number
  /** Of the session: its groups, and what this kernel was found to do beside. */
  readonly capabilities: readonly string[]
}

/**
 * Records a child that reads a file, and looks for both in the trace. Throws SessionError where no session opens, and Error where the trace is not what the child did.
 */
export async function tryRecording(): Promise<Trial> {
  const file = join(packageFolder(), 'LICENSE')
  const begun = performance.now()
  await using session = await openSession({ scope: 'run' })
  const openMs = performance.now() - begun
  const child = session.run(() =>
    spawnSync(process.execPath, ['-e', `require('node:fs').readFileSync(process.argv[1])`, file]),
  )
  const trace = await session.stop()
  if (child.status !== 0) throw new Error(`A child could not be started: ${child.error?.message ?? child.stderr}`)
  const executed = trace.ofKind('exec').filter(({ result }) => result.ok).length
  const opened = trace.ofKind('open').filter(({ asked, result }) => asked === file && result.ok).length
  if (executed !== 1 || opened !== 1 || !trace.complete)
    throw new Error(
      `Expected one program that opened a file once, the trace has ${executed} that opened it ${opened} times${trace.gaps.map(({ text }) => `; ${text}`).join('')}`,
    )
  return { openMs, events: trace.eventCount, capabilities: session.capabilities }
}

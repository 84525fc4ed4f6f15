// SPDX-License-Identifier: MIT
// Opens five sessions, one after another, each with a child of its own, and says of each what became of it.
import { spawnSync } from 'node:child_process'
import { openSession, SessionError } from '../../../src/session/index.ts'

for (let n = 0; n < 5; n++) {
  const tag = `${process.pid}-${n}`
  try {
    const session = await openSession()
    spawnSync('/bin/echo', [tag])
    const trace = await session.stop()
    const recorded = trace.ofKind('exec').flatMap((event) => (event.result.ok ? [event.argv[1]] : []))
    console.log(
      JSON.stringify({ tag, complete: trace.complete, gaps: trace.gaps.map(({ reason }) => reason), recorded }),
    )
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    console.log(JSON.stringify({ tag, refused: error.message }))
  }
}

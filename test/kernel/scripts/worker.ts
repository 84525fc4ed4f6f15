// SPDX-License-Identifier: MIT
// A tinypool task: starts COUNT children under a tag in a session of its own thread, and tells what the session saw.
import { spawnSync } from 'node:child_process'
import { openSession } from '../../../src/session/index.ts'

export default async function task({
  tag,
  count,
  leaveOpen,
}: {
  tag: string
  count: number
  leaveOpen: boolean
}): Promise<unknown[]> {
  const session = await openSession()
  for (let n = 0; n < count; n++) spawnSync('/bin/echo', [tag])
  const seen = session.trace.ofKind('exec').flatMap((event) => (event.result.ok ? [event.argv[1]] : []))
  if (!leaveOpen) await session.stop()
  return seen
}

// SPDX-License-Identifier: MIT
// usage: share-helper NAME [SESSIONS]: opens sessions, says so, waits for a line, starts /bin/true with NAME in each, and says what each session saw.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSession, type Session } from '../../../src/session/index.ts'

const [name = '', count = '1'] = process.argv.slice(2)
const sessions: Session[] = []
while (sessions.length < Number(count)) sessions.push(await openSession({ scope: 'run', ringBytes: 1 << 16 }))
console.log(JSON.stringify({ opened: sessions.length }))
await once(process.stdin, 'data')
const seen: unknown[] = []
for (const [index, session] of sessions.entries()) {
  await session.run(() => spawnSync('/bin/true', [name, String(index)]))
  const { trace } = session
  seen.push({ complete: trace.complete, execs: trace.ofKind('exec').map(({ argv }) => argv.slice(1)) })
}
for (const session of sessions) await session.stop()
console.log(JSON.stringify(seen))
process.stdin.destroy()

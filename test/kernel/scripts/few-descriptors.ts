// SPDX-License-Identifier: MIT
// Opens sessions with ever fewer descriptors left, then with all of them back; says what failed how, and how many sessions fit at once afterwards.
import { closeSync, openSync } from 'node:fs'
import { openSession, type Session } from '../../../src/session/index.ts'

const options = { scope: 'run', ringBytes: 1 << 16 } as const
await (await openSession(options)).stop()
const codes: string[] = []
for (let left = 0; left < 6; left++) {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    for (let n = 0; n < left; n++) closeSync(taken.pop() as number)
  }
  try {
    await (await openSession(options)).stop()
  } catch (error) {
    const { code, errno, operation } = error as { code: string; errno: string; operation: string }
    codes.push(`${code} ${errno} ${operation}`)
  }
  for (const fd of taken) closeSync(fd)
}
const sessions: Session[] = []
try {
  while (sessions.length < 64) sessions.push(await openSession(options))
} catch (error) {
  codes.push(String(error))
}
console.log(JSON.stringify({ codes, afterwards: sessions.length }))

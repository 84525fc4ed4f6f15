// SPDX-License-Identifier: MIT
// Starts a helper, records a child and kills the helper, three times, while a thread of its own interrupts it by signals all the time.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openSession } from '../../../src/session/index.ts'

let interruptions = 0
process.on('SIGWINCH', () => interruptions++)
const bombard = `const { parentPort } = require('node:worker_threads'); parentPort.postMessage('ready')
  for (;;) { process.kill(process.pid, 'SIGWINCH'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.05) }`
const worker = new Worker(bombard, { eval: true })
await once(worker, 'message')
const recorded: unknown[] = []
for (let round = 0; round < 3; round++) {
  const session = await openSession()
  spawnSync('/bin/echo', [`round ${round}`])
  const trace = await session.stop()
  recorded.push(...trace.ofKind('exec').flatMap((event) => (event.result.ok ? [event.argv[1]] : [])))
  console.log(JSON.stringify({ round }))
  await once(process.stdin, 'data')
}
console.log(JSON.stringify({ recorded, interrupted: interruptions > 0 }))
process.exit()

// SPDX-License-Identifier: MIT
// Opens a session and starts a storm that waits for a byte on this process's stdin; tells when it is ready, and what the trace says when the storm is over.
// usage: be-stopped.ts RING_BYTES COUNT FILE      (where it saves the trace)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openSession } from '../../../src/session/index.ts'

const [ringBytes, count = '', file = ''] = process.argv.slice(2)
const storm = join(import.meta.dirname, '../../../build/workloads/storm')
const session = await openSession({ ringBytes: Number(ringBytes) })
const child = spawn('/bin/sh', ['-c', `read line; ${storm} ${count} 1 /etc/hostname > /dev/null; echo done >&2`], {
  stdio: [0, 'inherit', 2],
})
console.log(JSON.stringify({ ready: true }))
await once(child, 'close')
const trace = await session.stop()
trace.save(file)
console.log(
  JSON.stringify({
    delivered: trace.ofKind('open').filter((event) => event.path === '/etc/hostname').length,
    lost: trace.lost,
    reasons: trace.gaps.map((gap) => gap.reason),
    exits: trace.ofKind('exit').length,
    lastIsExit: trace.events.at(-1)?.kind,
  }),
)

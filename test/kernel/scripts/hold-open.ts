// SPDX-License-Identifier: MIT
// Opens a session, starts a child that sleeps and holds whatever descriptors it inherited, says so, and waits for its end.
import { spawn } from 'node:child_process'
import { openSession } from '../../../src/session/index.ts'

const session = await openSession()
const sleeper = spawn('/bin/sleep', ['infinity'], { stdio: 'ignore', detached: true })
console.log(JSON.stringify({ sleeper: sleeper.pid, processes: session.trace.processes.length }))
setInterval(() => session.trace, 1 << 30)

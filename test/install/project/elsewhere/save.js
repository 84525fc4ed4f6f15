// SPDX-License-Identifier: MIT
// node elsewhere/save.js TRACE
import { execFileSync } from 'node:child_process'
import { traced } from 'spyscall'

const { trace } = await traced(() => execFileSync('/bin/cat', ['package.json']), {
  events: ['process', 'file', 'network', 'probe'],
})
trace.save(process.argv[2])

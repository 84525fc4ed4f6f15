// SPDX-License-Identifier: MIT
// Runs a program in a session, and prints what it said and what the trace says of it.
import { spawnSync } from 'node:child_process'
import { openSession } from '../../../src/session/index.ts'

const [program = '', ...args] = process.argv.slice(2)
const session = await openSession({
  events: ['process', 'file', 'network', 'probe', 'credentials', 'syscall'],
  env: true,
})
const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env: { OF_THE_USER: '1' } })
const trace = await session.stop()
console.log(
  JSON.stringify({
    stdout,
    stderr,
    status,
    gaps: trace.gaps,
    lost: trace.lost.missed,
    opened: trace.ofKind('open').map(({ process, path }) => [process.pid, path]),
    kinds: trace.events.map(({ process, kind }) => [process.pid, kind]),
    processes: trace.processes.slice(1).map(({ pid, parent, withheld, execs, exit }) => ({
      pid,
      parent: parent?.pid,
      withheld,
      execs: execs.map(({ argv }) => argv.slice(1)),
      exit: exit?.code,
    })),
    tree: trace.print(),
  }),
)

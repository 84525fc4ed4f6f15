// SPDX-License-Identifier: MIT
// The first session of a helper, with every group: says what it saw of a program that makes a child in namespaces of its own.
import { spawnSync } from 'node:child_process'
import { traced } from '../../../src/session/index.ts'
import { eventGroups } from '../../../src/trace/groups.ts'

const [program = '', ...args] = process.argv.slice(2)
const { trace } = await traced(() => spawnSync(program, args), { events: [...eventGroups] })
const forks = trace.ofKind('fork').filter(({ flags }) => flags.some((flag) => /^CLONE_NEW/.test(flag)))
const clones = trace.ofKind('namespace').filter(({ call, result }) => result.ok && /^clone/.test(call))
console.log(JSON.stringify({ complete: trace.complete, forks: forks.length, clones: clones.length }))

// SPDX-License-Identifier: MIT
// `expect` of @jest/globals. Checked by the compiler, never run.
import { expect } from '@jest/globals'
import 'spyscall/jest'
import type { Trace } from 'spyscall'

declare const trace: Trace

expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c']), times: 2 })
expect(trace).not.toHaveOpened(/secret/, { mode: 'read' })
expect(trace).not.toHaveConnectedTo()
expect(trace).toBeHermetic({ inputs: ['src/**'], toolchain: true }, { unused: 'ignore' })
expect(trace).toMatchTraceSnapshot()
expect(trace).toHaveHappenedInOrder([{ write: 'a.tmp' }, { sync: 'a.tmp' }], { strict: true })
expect(trace).toMatchInlineTraceSnapshot({ order: 'recorded' }, `$ make <*>`)
expect({ trace }).toEqual({ trace: expect.toHaveExecuted('gcc') })
expect(trace).toMatchTraceSnapshot({ order: 'recorded' }, 'hint')

// @ts-expect-error no such outcome
expect(trace).not.toHaveConnectedTo(':443', { outcome: 'connected' })
// @ts-expect-error a program is not a number
expect(trace).toHaveExecuted(42)

// SPDX-License-Identifier: MIT
/// <reference types="jest" />
// Jest's globals, typed by @types/jest. Checked by the compiler, never run.
import 'spyscall/jest'
import type { Trace } from 'spyscall'

declare const trace: Trace

expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c']), times: 2 })
expect(trace).not.toHaveOpened(/secret/, { mode: 'read' })
expect(trace).not.toHaveConnectedTo('10.0.0.0/8')
expect(trace).toBeHermetic({ inputs: ['src/**'], toolchain: true }, { unused: 'ignore' })
expect(trace).toMatchTraceSnapshot()
expect(trace).toHaveHappenedInOrder([{ write: 'a.tmp' }, { sync: 'a.tmp' }], { strict: true })
expect(trace).toMatchInlineTraceSnapshot({ order: 'recorded' }, `$ make <*>`)
expect({ trace }).toEqual({ trace: expect.toHaveExecuted('gcc') })

// @ts-expect-error a program is not a number
expect(trace).toHaveExecuted(42)
// @ts-expect-error no such option
expect(trace).not.toHaveOpened('file', { Mode: 'read' })

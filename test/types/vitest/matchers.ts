// SPDX-License-Identifier: MIT
// Checked by the compiler, never run.
import { type Trace, traced } from 'spyscall'
import { expect, test } from 'spyscall/vitest'
import { expect as vitestExpect } from 'vitest'

declare const trace: Trace

test('the fixture is a trace', ({ trace: own }) => {
  const known: Trace = own
  expect(known).toHaveExecuted()
})

expect(trace).toHaveExecuted('gcc')
expect(trace).toHaveExecuted(/gcc$/, { argv: expect.arrayContaining(['-c']), exitCode: 0, by: 'make', times: 2 })
expect(trace).not.toHaveExecuted('curl')
expect(trace).toHaveOpened('src/*.h', { mode: 'read', times: 1 })
expect(trace).toHaveOpened('missing', { errno: 'ENOENT' })
expect(trace).not.toHaveOpened('out', { mode: 'write', created: true })
expect(trace).toHaveRead('src/*.h', { bytes: 12, by: 'cc1', times: 1, soFar: true })
expect(trace).toHaveWritten('out', { bytes: expect.any(Number) })
expect(trace).not.toHaveCreated('out/*', { type: 'directory', errno: 'EEXIST' })
expect(trace).toHaveDeleted(/\.tmp$/, { by: /^rm$/ })
expect(trace).toHaveRenamed('a', 'b', { times: 1 })
expect(trace).toHaveRenamed(undefined, 'b')
expect(trace).toHaveProbed('package.json', { found: false, by: 'node', call: 'stat' })
expect(trace).not.toHaveSynced('db.wal', { call: 'fsync' })
expect(trace).toHaveListenedOn({ port: 8080 }, { transport: 'tcp', errno: 'EADDRINUSE' })
expect(trace).toHaveResolvedName('*.example.com', { type: 'AAAA', address: '10.0.0.0/8', status: null })
expect(trace).toHaveExited('sh', { code: 1, coreDumped: false, times: 1 })
expect(trace).toHaveExited(/sh$/, { signal: 'SIGSEGV' })
expect(trace).toHaveReapedAllProcesses()
expect(trace).toHaveSignalled('SIGTERM', { to: 'server', from: 'process', delivery: 'ignored', by: /^sh$/ })
expect(trace).not.toHaveEnteredNamespace('user', { call: 'unshare' })
expect(trace).toHaveCalledSyscall('getrandom', { result: 16, arguments: [expect.anything(), 16, 1n] })
expect(trace).toHaveConnectedTo('127.0.0.1:80')
expect(trace).toHaveConnectedTo({ port: 443 })
expect(trace).not.toHaveConnectedTo()
expect(trace).toMatchTraceSnapshot()

expect(trace).toMatchTraceSnapshot('hint')
expect(trace).toMatchTraceSnapshot({ order: 'recorded' }, 'hint')
expect(trace).toMatchInlineTraceSnapshot()
expect(trace).toMatchInlineTraceSnapshot(`$ make <*>`)
expect(trace).toMatchInlineTraceSnapshot({ order: 'recorded' }, `$ make <*>`)
expect(trace).toHaveConnectedTo(/^10\./, { outcome: 'refused', errno: expect.any(String), family: 'inet' })
expect(trace).toHaveExecuted(expect.stringMatching(/cc$/), { resolved: 'ccache', signal: 'SIGKILL', cwd: /src$/ })

expect(trace).toHaveHappenedInOrder([
  { write: 'a.tmp' },
  { sync: 'a.tmp' },
  { rename: ['a.tmp', /a$/] },
  { sync: true },
])
expect(trace).not.toHaveHappenedInOrder([{ exec: 'gcc', argv: expect.arrayContaining(['-c']) }, { connect: ':443' }])
expect(trace).toHaveHappenedInOrder([
  { mark: 'a' },
  { event: 'chmod', where: ({ permissions }) => permissions === 0o755 },
])
expect(trace).toHaveHappenedInOrder([{ exit: 'a', signal: 'SIGSEGV' }, { signal: true }], { by: 'make', strict: true })
// @ts-expect-error nothing that can happen
expect(trace).toHaveHappenedInOrder([{ written: 'a.tmp' }, { sync: 'a.tmp' }])
// @ts-expect-error a rename has two names
expect(trace).toHaveHappenedInOrder([{ rename: ['a'] }, { sync: 'a.tmp' }])
// @ts-expect-error steps are counted by being there
expect(trace).toHaveHappenedInOrder([{ write: 'a', times: 2 }, { sync: 'a.tmp' }])
// @ts-expect-error no such option
expect(trace).toHaveHappenedInOrder([{ write: 'a' }, { sync: 'a' }], { strikt: true })

expect(trace).toBeHermetic({ inputs: ['src/**'], toolchain: true, network: ['localhost:80', { family: 'netlink' }] })
expect(trace).not.toBeHermetic(trace.suggestPolicy(), { unused: 'fail', soFar: true })
expect({ trace }).toEqual({ trace: expect.toBeHermetic({ delegates: ['docker'], absent: true, probes: false }) })
const source: string = String(trace.suggestPolicy())
void source

// in every other form of an assertion, and with Vitest's own `expect`
vitestExpect(trace).toHaveExecuted('gcc')
expect({ trace }).toEqual({ trace: expect.toHaveExecuted('gcc') })
expect({ trace }).toEqual({ trace: expect.not.toHaveOpened('/etc/shadow') })
expect.soft(trace).toHaveExecuted('gcc')
await expect(traced(() => 1).then((done) => done.trace)).resolves.toHaveExecuted('gcc')

// @ts-expect-error a program is not a number
expect(trace).toHaveExecuted(42)
// @ts-expect-error no such option
expect(trace).toHaveExecuted('gcc', { exitcode: 0 })
expect(trace).toHaveExecuted('make', {
  env: { CC: 'gcc', CFLAGS: /-O2/, LANG: expect.any(String), NODE_OPTIONS: null },
})
// @ts-expect-error a value is text
expect(trace).toHaveExecuted('make', { env: { JOBS: 4 } })
// @ts-expect-error no such order
expect(trace).toMatchTraceSnapshot({ order: 'random' })
expect(trace).toMatchTraceSnapshot({
  events: ['read', 'write', 'probe', 'rename'],
  paths: ['src/**', '!*.log', /\.c$/],
})
// @ts-expect-error no such event
expect(trace).toMatchTraceSnapshot({ events: ['reads'] })
// @ts-expect-error options come first
expect(trace).toMatchInlineTraceSnapshot('', { order: 'recorded' })
// @ts-expect-error no such outcome
expect(trace).not.toHaveConnectedTo(':443', { outcome: 'connected' })
// @ts-expect-error no such mode
expect(trace).toHaveOpened('file', { mode: 'reading' })
// @ts-expect-error no such type of file
expect(trace).toHaveCreated('file', { type: 'folder' })
// @ts-expect-error options come third
expect(trace).toHaveRenamed('a', { by: 'mv' })
// @ts-expect-error bytes are a number
expect(trace).toHaveRead('a', { bytes: '1k' })
// @ts-expect-error found or not
expect(trace).toHaveProbed('file', { found: 'no' })
// @ts-expect-error no such call
expect(trace).toHaveSynced('file', { call: 'flush' })
// @ts-expect-error no such transport
expect(trace).toHaveListenedOn(':53', { transport: 'quic' })
// @ts-expect-error it has a code
expect(trace).toHaveExited('sh', { exitCode: 1 })
// @ts-expect-error no arguments
expect(trace).toHaveReapedAllProcesses({ soFar: true })
// @ts-expect-error a process or the kernel
expect(trace).toHaveSignalled('SIGTERM', { from: 'user' })
// @ts-expect-error no such namespace
expect(trace).toHaveEnteredNamespace('network')
// @ts-expect-error a name is needed
expect(trace).toHaveCalledSyscall()
// @ts-expect-error a port is a number
expect(trace).not.toHaveConnectedTo({ port: 'https' })
// @ts-expect-error no such matcher
expect(trace).toHaveExecutedAll('gcc')
// @ts-expect-error a policy is needed
expect(trace).toBeHermetic()
// @ts-expect-error no such daemon
expect(trace).toBeHermetic({ delegates: ['dockerd'] })
// @ts-expect-error no such part of a policy
expect(trace).toBeHermetic({ reads: ['src/**'] })

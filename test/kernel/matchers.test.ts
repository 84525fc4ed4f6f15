// SPDX-License-Identifier: MIT
// The matchers on real traces: what is true of a real build, and what their messages say of it.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { test as fixtureTest } from 'spyscall/vitest'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withSnapshots } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { snapshotText } from '../../src/trace/snapshot.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { errorOf, messageOf } from '../helpers/message-of.ts'

const run = promisify(execFile)
const sources = ['alpha', 'beta', 'gamma', 'delta', 'epsilon']

function project(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'spy-matchers-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'shared.h'), 'int value(void);\n')
  for (const name of sources)
    writeFileSync(join(folder, `${name}.c`), `#include "shared.h"\nint ${name}(void) { return 1; }\n`)
  writeFileSync(join(folder, 'main.c'), '#include "shared.h"\nint main(void) { return 0; }\n')
  const objects = ['main', ...sources].map((name) => `${name}.o`).join(' ')
  writeFileSync(
    join(folder, 'Makefile'),
    `program: ${objects}\n\tgcc -o $@ ${objects}\n\n%.o: %.c shared.h\n\tgcc -c $< -o $@\n\nclean:\n\trm -f program *.o\n`,
  )
  return folder
}

describeKernel('matchers on a real build', () => {
  test('find what happened, and only that', async () => {
    const projectRoot = project()
    const { trace } = await traced(() => run('make', ['-j4'], { cwd: projectRoot }), { projectRoot })

    expect(trace).toHaveExecuted('make', { argv: ['make', '-j4'], exitCode: 0, times: 1, cwd: projectRoot })
    expect(trace).toHaveExecuted('gcc', { by: 'make', times: 7 })
    expect(trace).toHaveExecuted('gcc', { argv: ['gcc', '-c', 'beta.c', '-o', 'beta.o'], times: 1 })
    expect(trace).toHaveExecuted(realpathSync('/usr/bin/gcc'), { times: 7 }) // E-h: the file behind the link
    expect(trace).toHaveExecuted('cc1', { by: 'gcc', times: 6 })
    expect(trace).toHaveExecuted(/ld$/, { by: 'collect2' })
    expect(trace).not.toHaveExecuted('rm')
    expect(trace).not.toHaveExecuted('cc1', { by: 'make' })

    expect(trace).toHaveOpened('shared.h', { mode: 'read', by: 'cc1', times: 6 })
    expect(trace).toHaveOpened('./program', { mode: 'write', created: true, by: 'ld' })
    expect(trace).toHaveOpened('*.o', { created: true, times: 6 + 1 }) // and collect2's own temporary one
    expect(trace).toHaveOpened('./*.o', { created: true, by: 'as', times: 6 })
    expect(trace).not.toHaveOpened('./**', { created: true, by: 'cc1' })
    expect(trace).not.toHaveOpened('/etc/shadow')
    expect(trace).not.toHaveConnectedTo()
  })

  test('tell how it came to what they found, and what came nearest', async () => {
    const projectRoot = project()
    const { trace } = await traced(() => run('make', ['-j4'], { cwd: projectRoot }), { projectRoot })

    const found = messageOf(() => expect(trace).not.toHaveOpened('delta.c'))
    expect(found).toContain(`open read ${projectRoot}/delta.c`)
    expect(found).toMatch(/test → make -j4 → gcc -c delta\.c -o delta\.o → cc1 -quiet/)
    const near = messageOf(() => expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c', '-O3']) }))
    expect(near).toContain('argv lacks "-O3"')
    expect(near).toContain('matched by: asked path /usr/bin/gcc')
    expect(near).toMatch(/Found: {4}none in \d+ events of \d+ processes, 0 lost/)
  })

  test('T9: 100 runs of make -j4 give one snapshot', { timeout: 300_000 }, async () => {
    const projectRoot = project()
    const texts = new Set<string>()
    for (let n = 0; n < 100; n++) {
      spawnSync('make', ['clean'], { cwd: projectRoot })
      const { trace } = await traced(() => run('make', ['-j4'], { cwd: projectRoot }), { projectRoot })
      let text = ''
      const remember = (received: unknown) => {
        text = Object.getOwnPropertySymbols(received).map((symbol) =>
          String((received as Record<symbol, unknown>)[symbol]),
        )[0]!
        return { pass: true, message: () => '' }
      }
      withSnapshots({ matchSnapshot: remember, matchInlineSnapshot: remember }).toMatchTraceSnapshot.call(
        contextOf(),
        trace,
      )
      texts.add(text)
    }
    expect([...texts]).toHaveLength(1)
    expect([...texts][0]).toContain('$ gcc -c beta.c -o beta.o -> exit 0\n    creates <tmp:')
  })

  test('20 runs of git init, add and commit give one snapshot', { timeout: 120_000 }, async () => {
    const texts = new Set<string>()
    for (let n = 0; n < 20; n++) {
      const projectRoot = mkdtempSync(join(realpathSync(tmpdir()), 'spy-git-'))
      for (let file = 0; file < 5; file++) writeFileSync(join(projectRoot, `${file}.txt`), `${file} ${Math.random()}`)
      const call = async () => {
        const who = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false']
        for (const args of [
          ['init', '-q'],
          ['add', '.'],
          [...who, 'commit', '-qm', 'x'],
        ])
          await run('git', args, { cwd: projectRoot })
      }
      const { trace } = await traced(call, { projectRoot })
      texts.add(snapshotText(trace))
      rmSync(projectRoot, { recursive: true })
    }
    expect([...texts]).toHaveLength(1)
    expect([...texts][0]).toContain('creates <project>/.git/objects/<xx>/tmp_obj_<random:')
  })

  test('the tree is drawn', async () => {
    const projectRoot = project()
    const { trace } = await traced(() => run('make', ['-j4'], { cwd: projectRoot }), { projectRoot })
    const text = trace.print()
    expect(text).toMatch(/^test {2}\d+ events of \d+ processes, 0 lost\n└─ make -j4 {2}exit 0 {2}/)
    expect(text).toMatch(/├─ gcc -c alpha\.c -o alpha\.o {2}exit 0/)
    expect(text).toMatch(/created program$/m)
    expect(inspect(trace)).toContain('make -j4')
  })
})

describeKernel('matchers on real programs', () => {
  test('E-a, E-c, E-i: scripts, failed searches and masquerades', async () => {
    const projectRoot = project()
    const bin = join(projectRoot, 'bin')
    mkdirSync(bin)
    symlinkSync('/bin/true', join(bin, 'gcc'))
    writeFileSync(join(projectRoot, 'run.sh'), '#!/bin/sh\ngcc -c x.c\nno-such-program --now\nexit 3\n')
    chmodSync(join(projectRoot, 'run.sh'), 0o755)
    const env = { ...process.env, PATH: `${bin}:/usr/bin:/bin` }
    const { trace } = await traced(() => spawnSync('./run.sh', ['a b'], { cwd: projectRoot, env }), { projectRoot })

    expect(trace).toHaveExecuted('run.sh', { argv: ['./run.sh', 'a b'], exitCode: 3 })
    expect(trace).toHaveExecuted('sh', { argv: ['/bin/sh', './run.sh', 'a b'] })
    expect(trace).toHaveExecuted('gcc', { resolved: 'true' })
    expect(trace).not.toHaveExecuted(undefined, { resolved: '*gcc*' })
    expect(trace).not.toHaveExecuted('no-such-program')
    expect(messageOf(() => expect(trace).toHaveExecuted('no-such-program'))).toMatch(
      /none in .*\n\nExecuted: run\.sh, gcc/,
    )
  })

  test('a path that was written through a link is found by that spelling', async () => {
    const projectRoot = project()
    mkdirSync(join(projectRoot, 'data'))
    writeFileSync(join(projectRoot, 'data/secret.txt'), '')
    symlinkSync('data', join(projectRoot, 'linkdir'))
    symlinkSync('/usr/bin', join(projectRoot, 'tools'))
    const call = () => spawnSync(join(projectRoot, 'tools/cat'), ['linkdir/secret.txt'], { cwd: projectRoot })
    const { trace } = await traced(call, { projectRoot })
    for (const path of ['linkdir/secret.txt', `${projectRoot}/linkdir/secret.txt`, 'linkdir/**', 'data/secret.txt'])
      expect(trace).toHaveOpened(path, { by: 'tools/cat', times: 1 })
    for (const program of ['tools/cat', '/usr/bin/cat']) expect(trace).toHaveExecuted(program, { times: 1 })
  })

  test('an attempt that the kernel refused is told with its errno', async () => {
    const projectRoot = project()
    const { trace } = await traced(() => spawnSync(join(projectRoot, 'main.c')), { projectRoot })
    expect(trace).toHaveExecuted('main.c', { errno: 'EACCES' })
    expect(trace).not.toHaveExecuted('main.c')
    expect(messageOf(() => expect(trace).toHaveExecuted('./main.c'))).toContain('failed: EACCES')
  })

  test('signals, and what still runs', async () => {
    const { trace } = await traced(() => spawnSync('sleep', ['9'], { timeout: 50, killSignal: 'SIGKILL' }))
    expect(trace).toHaveExecuted('sleep', { signal: 'SIGKILL' })
    expect(messageOf(() => expect(trace).toHaveExecuted('sleep', { exitCode: 0 }))).toContain('ended by SIGKILL')

    const { result: child, trace: open } = await traced(() => {
      const sleep = execFile('sleep', ['9'])
      return { kill: () => sleep.kill() }
    })
    expect(open).toHaveExecuted('sleep')
    expect(errorOf(() => expect(open).not.toHaveExecuted('sleep', { exitCode: 1 }))).toMatchObject({
      code: 'INCOMPLETE_TRACE',
    })
    expect(messageOf(() => expect(open).not.toHaveExecuted('sleep'))).toContain('1 process still running')
    child.kill()
  })

  test('connections', async () => {
    const server = createServer((_, response) => response.end('hello'))
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const talk = `exec 3<>/dev/tcp/127.0.0.1/${port}; exec 4<>/dev/tcp/127.0.0.1/1`
    const { trace } = await traced(() => run('bash', ['-c', talk]).catch(() => 'the second one is refused'))

    expect(trace).toHaveConnectedTo(`localhost:${port}`, { outcome: 'established', by: 'bash', times: 1 })
    expect(trace).toHaveConnectedTo('127.0.0.0/8', { port: 1, outcome: 'refused', errno: 'ECONNREFUSED' })
    expect(trace).not.toHaveConnectedTo('10.0.0.0/8')
    const message = messageOf(() => expect(trace).not.toHaveConnectedTo({ port }))
    expect(message).toContain(`connect tcp 127.0.0.1:${port} -> established`)
    expect(message).toMatch(/test → bash -c/)
  })
})

describeKernel('the fixtures of spyscall/vitest', () => {
  fixtureTest('trace is live', ({ trace }) => {
    expect(trace).not.toHaveExecuted()
    spawnSync('true')
    expect(trace).toHaveExecuted('true', { times: 1 })
    spawnSync('true')
    expect(trace).toHaveExecuted('true', { times: 2 })
  })

  fixtureTest('each test has its own', ({ trace, session }) => {
    expect(trace).not.toHaveExecuted()
    expect(session.trace).toBe(trace)
    expect(errorOf(() => expect(session).not.toHaveExecuted('true'))).toMatchObject({ code: 'NOTHING_RECORDED' })
    spawnSync('false')
    expect(session).not.toHaveExecuted('true')
    expect(session).not.toHaveExecuted('false', { by: 'node' })
  })

  const processes = fixtureTest.extend({ sessionOptions: { events: ['process'] } })
  processes('options are taken', ({ trace }) => {
    expect(errorOf(() => expect(trace).not.toHaveOpened())).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
  })

  describe.concurrent('concurrent tests', () => {
    for (const seconds of ['0.2', '0.3', '0.4']) {
      fixtureTest(`keep to what session.run starts: ${seconds}`, async ({ session }) => {
        await session.run(() => run('sleep', [seconds]))
        expect(session.trace).toHaveExecuted('sleep', { argv: ['sleep', seconds], times: 1 })
        expect(session.trace).toHaveExecuted('sleep', { times: 1 })
      })
    }

    fixtureTest.fails('refuse the trace fixture', ({ trace }) => {
      expect(trace).toBeDefined()
    })
  })
})

function contextOf() {
  const same = (text: string) => text
  return { utils: { matcherHint: same, EXPECTED_COLOR: same, RECEIVED_COLOR: same, DIM_COLOR: same } }
}

describeKernel('somebody still runs', () => {
  test('a verdict that rests on absence is refused, with who it is', async () => {
    const session = await openSession()
    const child = spawn('/bin/sh', ['-c', 'read line; exec /bin/echo late'], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    const refused = expect.objectContaining({ code: 'STILL_RUNNING', message: expect.stringContaining('read line') })
    expect(() => expect(session.trace).not.toHaveExecuted('echo')).toThrow(refused)
    expect(() => expect(session.trace).toHaveExecuted('sh', { times: 1 })).toThrow(refused)
    expect(() => expect(session.trace).toMatchTraceSnapshot()).toThrow(refused)
    expect(session.trace).toHaveExecuted('sh')
    expect(session.trace).not.toHaveExecuted('echo', { soFar: true })
    child.stdin.end('\n')
    await once(child, 'close')
    expect(session.trace).toHaveExecuted('echo', { times: 1 })
    expect(session.trace).not.toHaveExecuted('cat')
    await session.stop()
  })
})

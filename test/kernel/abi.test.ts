// SPDX-License-Identifier: MIT
// Catalogue S1-S8: ways into the kernel, and calls that never ran or never returned. The fixtures of test/workloads say what is true.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, open, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openSession } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { eventsOf, freshFolder, only, openClaims, openFacts, runWorkload } from '../helpers/workload.ts'

describeKernel('system call', () => {
  describe.skipIf(process.arch !== 'x64')('of x86-64', () => {
    test('S1: what a 64-bit program does by `int 0x80` is decoded by the numbers of i386', async () => {
      const folder = freshFolder()
      const run = await runWorkload('int80', [folder])
      const opens = eventsOf(run, 'open')
      // All of them: neither 59 nor 257 of i386 is taken for execve or openat.
      expect(opens.map(openFacts)).toEqual(run.all('open').map(openClaims))
      expect(opens.map(({ call, abi, mode, created }) => [call, abi, mode, created])).toEqual([
        ['creat', 'i386', 'write', true],
        ['open', 'i386', 'readwrite', false],
        ['open', 'i386', 'read', false],
        ['openat', 'i386', 'write', false],
      ])
      expect(opens[0]?.permissions).toBe(0o640)
      expect(only(eventsOf(run, 'exec').filter((event) => !event.result.ok))).toMatchObject({
        asked: run.one('exec')['asked'],
        result: { ok: false, errno: run.one('exec')['failed'] },
        abi: 'i386',
      })
      expect(only(eventsOf(run, 'chdir'))).toMatchObject({
        asked: `${folder}/.`,
        path: folder,
        abi: 'i386',
        call: 'chdir',
      })
      expect(run.all('other')).toHaveLength(2)
    })

    test('S1: so are calls on sockets, which i386 has behind one number', async () => {
      const run = await runWorkload('socketcall')
      const claim = run.one('connect')
      expect(only(eventsOf(run, 'connect'))).toMatchObject({
        call: 'connect',
        abi: 'i386',
        address: { host: '127.0.0.1', port: claim['port'] },
        result: { ok: true, value: 0 },
        outcome: 'established',
      })
      expect(only(eventsOf(run, 'send'))).toMatchObject({
        call: 'sendto',
        abi: 'i386',
        address: { host: '127.0.0.1', port: run.one('send')['port'] },
        result: { ok: true, value: run.one('send')['value'] },
      })
    })

    test('S2, S3: a number with more bits set is the call that the kernel makes of it', async () => {
      const file = join(freshFolder(), 'opened-oddly')
      writeFileSync(file, '')
      const run = await runWorkload('high-bits', [file])
      const claims = run.all('open')
      const high = claims.filter((claim) => claim['how'] === 'high')
      const opens = eventsOf(run, 'open')
      expect(high.map((claim) => claim['ok'])).toEqual([true, true])
      expect(opens.filter((event) => event.result.ok && event.abi === 'native').map(openFacts)).toEqual(
        high.map(openClaims),
      )
      // A kernel without x32 answers ENOSYS: nothing was opened, and nothing may say that it was.
      const x32 = only(claims.filter((claim) => claim['how'] === 'x32'))
      const others = opens.filter((event) => event.abi !== 'native' || !event.result.ok)
      expect(others.filter((event) => event.result.ok)).toHaveLength(x32['ok'] ? 1 : 0)
      for (const event of others) expect(event).toMatchObject({ abi: 'x32', asked: file })
    })
  })

  test('S4: a call that seccomp answers with an errno is blocked, with that errno', async () => {
    const file = join(freshFolder(), 'never-opened')
    writeFileSync(file, '')
    const run = await runWorkload('seccomp', ['errno', file])
    const child = only(run.process.children)
    expect(run.one('open')['errno']).toBe('EACCES')
    expect(eventsOf(run, 'open', child)).toMatchObject([
      { call: 'openat', asked: file, result: { ok: false, errno: 'EACCES' }, blocked: true, inode: 0n, fileType: null },
    ])
    expect(eventsOf(run, 'exec', child)).toMatchObject([
      { asked: file, result: { ok: false, errno: 'EACCES' }, blocked: true },
    ])
    expect(child.execs).toEqual([])
  })

  test('S5: a call that seccomp answers with 0 never ran, and opened nothing', async () => {
    const file = join(freshFolder(), 'never-opened')
    writeFileSync(file, '')
    const run = await runWorkload('seccomp', ['zero', file])
    const child = only(run.process.children)
    expect(run.one('open')['value']).toBe(0)
    expect(eventsOf(run, 'open', child)).toMatchObject([
      { asked: file, path: file, result: { ok: false, errno: null }, blocked: true, inode: 0n, fileType: null },
    ])
  })

  test.each(['trap', 'kill'])('S5: a call that seccomp answers with a signal never succeeded (%s)', async (how) => {
    const file = join(freshFolder(), 'never-opened')
    writeFileSync(file, '')
    const run = await runWorkload('seccomp', [how, file])
    const child = only(run.process.children)
    const event = only(eventsOf(run, 'open', child))
    expect(event).toMatchObject({ asked: file, blocked: true, inode: 0n, fileType: null })
    expect(event.result.ok).toBe(false)
    expect(child.exit).toMatchObject(how === 'kill' ? { code: null, signal: 'SIGSYS' } : { code: 0, signal: null })
    expect(run.all('trapped')).toHaveLength(how === 'trap' ? 1 : 0)
  })

  test('S6: an open that was under way when the session began is recorded when it returns, and marked', async () => {
    const fifo = join(freshFolder(), 'fifo')
    execFileSync('mkfifo', [fifo])
    const begun = promisify(open)(fifo, 'r') // a thread of the pool waits in the kernel
    await untilBlocked()
    const session = await openSession({ scope: 'self' })
    const writer = await promisify(open)(fifo, 'w')
    const reader = await begun
    const trace = await session.stop()
    const opens = trace.ofKind('open').filter((event) => event.asked === fifo)
    expect(opens.map((event) => [event.mode, event.partial, event.result]).sort()).toEqual(
      [
        ['read', true, { ok: true, value: reader }],
        ['write', false, { ok: true, value: writer }],
      ].sort(),
    )
    expect(opens.map((event) => event.path)).toEqual([fifo, fifo])
    closeSync(reader)
    closeSync(writer)
  })

  test('S7: the child’s side of fork, vfork, clone and clone3 is no call', async () => {
    const run = await runWorkload('clone-child')
    const numbers = run.all('child').map((report) => report['number'])
    expect(run.process.children.map((child) => [child.pid, child.exit?.code])).toEqual(
      run
        .all('child')
        .map((report) => [report.pid, report['number']])
        .sort(([, a], [, b]) => a - b),
    )
    expect(numbers.length).toBe(process.arch === 'x64' ? 4 : 2)
    // Creation and end are all there is of them.
    for (const child of run.process.children) {
      expect(run.trace.events.filter((event) => event.process === child).map((event) => event.kind)).toEqual(['exit'])
    }
  })

  test('S8: a call that its process did not survive died, without success or errno', async () => {
    const fifo = join(freshFolder(), 'fifo')
    const run = await runWorkload('fifo', ['kill', fifo])
    const child = only(run.process.children)
    expect(run.one('end')['signal']).toBe(9)
    expect(eventsOf(run, 'open', child)).toMatchObject([
      { asked: fifo, path: fifo, died: true, result: { ok: false, errno: null } },
    ])
    expect(child.exit).toMatchObject({ signal: 'SIGKILL' })
  })
})

/** Waits until a thread of this process is blocked in openat: that is where opening a FIFO waits. */
async function untilBlocked(): Promise<void> {
  const nr = process.arch === 'x64' ? '257' : '56'
  for (;;) {
    const { stdout } = spawnSync('sh', ['-c', `cat /proc/${process.pid}/task/*/syscall`], { encoding: 'utf8' })
    if (stdout.split('\n').some((line) => line.startsWith(`${nr} `))) return
  }
}

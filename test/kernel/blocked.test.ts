// SPDX-License-Identifier: MIT
// Catalogue S4, P14: calls of the groups signal, namespace, credentials and system that a filter or a tracer answers. None of them ran.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeKernel } from '../helpers/kernel.ts'
import {
  freshFolder,
  openClaims,
  openFacts,
  type Report,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const kinds: readonly string[] =
  'signal namespace mount umount chroot pivotRoot credentials ptrace bpf module ioUring'.split(' ')

describeKernel('calls that somebody else answers', () => {
  test.each(['errno', 'zero'])('by a filter are told as blocked, with what they asked for (%s)', async (how) => {
    const folder = freshFolder()
    const run = await runWorkload('blocked-calls', [how, folder], {
      session: { events: ['process', 'signal', 'namespace', 'credentials', 'system'] },
    })
    const result = { ok: false, errno: how === 'errno' ? 'EACCES' : null }
    const path = join(folder, 'here')
    const events = run.trace.events.filter((event) => kinds.includes(event.kind))
    const signal = { kind: 'signal', delivery: 'failed', errno: result.errno, to: null, code: null }
    expect(events).toMatchObject([
      { ...signal, call: 'kill', signal: 'SIGKILL', toPid: run.pid, toTid: null },
      { ...signal, call: 'tgkill', signal: 'SIGTERM', toPid: run.pid, toTid: run.pid },
      { kind: 'namespace', call: 'unshare', result, types: ['mnt', 'net'] },
      { kind: 'namespace', call: 'setns', result, types: ['uts'] },
      { kind: 'namespace', call: 'clone', result, types: ['user'], child: null },
      { kind: 'mount', call: 'mount', result, path, from: 'none', fileSystem: 'tmpfs', flags: ['MS_RDONLY'] },
      { kind: 'umount', call: 'umount2', result, path, flags: ['MNT_DETACH'] },
      { kind: 'chroot', result, path, chrooted: false },
      { kind: 'pivotRoot', result, path: folder, oldRoot: 'old', chrooted: false },
      { kind: 'mount', call: 'open_tree', result, path, flags: ['OPEN_TREE_CLONE'] },
      { kind: 'credentials', call: 'setuid', result, asked: [4242], uid: process.getuid?.() },
      { kind: 'credentials', call: 'setresgid', result, asked: [null, 1, 2], gid: process.getgid?.() },
      { kind: 'credentials', call: 'setgroups', result, asked: [] },
      { kind: 'ptrace', request: 'PTRACE_ATTACH', result, pid: run.pid },
      { kind: 'ptrace', request: 'process_vm_readv', result, pid: run.pid },
      { kind: 'bpf', command: 'BPF_PROG_LOAD', result },
      { kind: 'module', call: 'finit_module', result, name: { status: 'absent' } },
      { kind: 'ioUring', result, entries: 4 },
    ])
    for (const event of events) expect(event).toMatchObject({ blocked: true })
    // All but signal 0, which asks only, and which is not told.
    expect(events).toHaveLength(run.all('call').length - 1)
    expect(run.one('alive')).toMatchObject({ uid: process.getuid?.(), root: 1 })
  })

  test('P14: a call that a tracer answers never ran, and is not told', async () => {
    const file = join(freshFolder(), 'file')
    writeFileSync(file, '')
    const injections = ['openat:error=EACCES:when=2', 'chdir:retval=0', 'kill:retval=0']
    const run = await runProgram(
      'strace',
      ['-qq', '-o', '/dev/null', ...injections.flatMap((what) => ['-e', `inject=${what}`]), workload('injected'), file],
      { session: { events: ['process', 'file', 'signal'] } },
    )
    const opens = run.trace.ofKind('open').filter((event) => event.asked === file)
    const [first, injected, third] = run.all('open')
    expect(injected).toMatchObject({ ok: false, errno: 'EACCES' })
    expect(opens.map(openFacts)).toEqual([first, third].map((report) => openClaims(report as Report)))
    const [process] = opens.map((event) => event.process)
    expect([run.one('chdir')['ok'], run.one('kill')['ok']]).toEqual([true, true])
    // strace itself stops its child before it executes anything.
    const others = run.trace.events.filter((event) => event.process === process)
    expect(others.filter((event) => event.kind === 'chdir')).toEqual([])
    expect(others.filter((event) => event.kind === 'signal' && event.signal === 'SIGKILL')).toEqual([])
    expect(process?.exit?.code).toBe(0)
  })
})

// SPDX-License-Identifier: MIT
// Catalogue S4: calls of the groups signal, namespace, credentials and system that a filter answers. None of them ran.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeKernel } from '../helpers/kernel.ts'
import { freshFolder, runWorkload } from '../helpers/workload.ts'

const kinds: readonly string[] =
  'signal namespace mount umount chroot pivotRoot credentials ptrace bpf module ioUring'.split(' ')

describeKernel('calls that a filter answers', () => {
  test.each(['errno', 'zero'])('are told as blocked, with what they asked for (%s)', async (how) => {
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
})

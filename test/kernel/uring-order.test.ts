// SPDX-License-Identifier: MIT
// Catalogue F18: operations of io_uring that are submitted together, and what never runs or is never answered.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel } from '../helpers/kernel.ts'
import { order } from '../helpers/ring.ts'
import { eventsOf, freshFolder } from '../helpers/workload.ts'

describeKernel('io_uring, operations together', () => {
  for (const test_ of ['batch', 'slots', 'chain'])
    test(`what was opened is told, not what has its place by now (${test_})`, async () => {
      const { opens, claims, inodes, gaps } = await order(test_)
      expect(opens).toEqual(claims.map((claim) => ({ ...claim, path: claim.asked, inode: inodes[claim.asked] })))
      expect(opens.map(({ ok }) => ok)).toEqual([true, true])
      expect(gaps).toEqual([])
    })

  test('a success that the program does not want to hear of is told', async () => {
    const { opens, inodes, gaps } = await order('silent')
    expect(opens).toMatchObject([
      { path: '/etc/hostname', ok: true, inode: inodes['/etc/hostname'] },
      { path: '/etc/hosts', ok: true, inode: inodes['/etc/hosts'] },
    ])
    expect(gaps).toEqual([])
  })

  test('also when a worker does what comes behind it, as a read of tmpfs', async () => {
    const folder = mkdtempSync('/dev/shm/spy-')
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [file, other] = [join(folder, 'file'), join(folder, 'other')]
    for (const path of [file, other]) writeFileSync(path, 'some')
    const { opens, inodes, gaps } = await order('silent', file, other)
    expect(opens).toMatchObject([
      { path: file, ok: true, inode: inodes[file] },
      { path: other, ok: true, inode: inodes[other] },
    ])
    expect(gaps).toEqual([])
  })

  test('what never ran because one before it failed says so', async () => {
    const { opens, claims, gaps } = await order('broken')
    expect(opens).toMatchObject(claims)
    expect(opens).toMatchObject([{ errno: 'ENOENT' }, { errno: 'ECANCELED' }])
    expect(gaps).toEqual([])
  })

  test('also when the program hears of none but the first', async () => {
    const { opens, gaps } = await order('unheard')
    expect(opens).toMatchObject([
      { asked: '/nowhere', errno: 'ENOENT' },
      { asked: '/etc/hostname', errno: 'ECANCELED' },
    ])
    expect(gaps).toEqual([])
  })

  test('an answer for which there was no place is told, and that its file was not seen is a gap', async () => {
    const { opens, claims, gaps } = await order('overflow')
    expect(opens.map(({ asked, ok, value }) => ({ asked, ok, value }))).toEqual(claims)
    expect(gaps).toEqual([{ reason: 'io_uring', count: 2 }])
  })

  test('a name is relative to the folder that is there when it is looked up', async () => {
    const { opens, claims, gaps } = await order('late')
    expect(opens).toMatchObject(claims)
    expect(opens.map(({ path }) => path)).toEqual(['/etc', '/etc/hostname', '/etc/missing'])
    expect(gaps).toEqual([])
  })

  test('an operation that the kernel refuses before it begins is a failure', async () => {
    const { opens, claims, gaps } = await order('refused')
    const long = 'x'.repeat(4096)
    expect(opens).toMatchObject([
      { asked: { status: 'unreadable' }, errno: 'EFAULT' },
      { asked: { status: 'truncated', prefix: long }, errno: 'ENAMETOOLONG' },
      { asked: '/etc/hostname', path: '/etc/hostname', errno: 'EINVAL' },
      { asked: '/etc/hostname', ok: true },
    ])
    expect(opens.map(({ ok, value, errno }) => ({ ok, value, errno }))).toEqual(
      claims.map(({ ok, value, errno }) => ({ ok, value, errno })),
    )
    expect(gaps).toEqual([])
  })

  test('what was done and not looked at when its process ended is a gap', async () => {
    const folder = freshFolder()
    const [file, other] = [join(folder, 'file'), join(folder, 'other')]
    for (const path of [file, other]) writeFileSync(path, '')
    const { gaps, run } = await order('unread', file, other)
    // Linux 6.1 says at once how they ended, newer ones when the program looks: each is told before the process ends, or counted.
    const end = run.trace.ofKind('exit').find((event) => event.process === run.process)?.seq ?? 0
    const removed = eventsOf(run, 'unlink').filter(({ result }) => result.ok)
    const told = [...removed, ...eventsOf(run, 'io')].filter(({ seq }) => seq < end)
    expect(told.length + gaps.reduce((sum, { count }) => sum + count, 0)).toBe(2)
    // `scratch`: its worker holds the sums, and the worker's CPU, a virtual one, stands still.
    for (const { reason } of gaps) expect(['uring', 'scratch']).toContain(reason)
  })

  test('what waited for somebody else when its process ended is none', async () => {
    expect((await order('waiting')).gaps).toEqual([])
  })

  test('an operation under way when its process ends is told without success', async () => {
    const fifo = join(freshFolder(), 'fifo')
    spawnSync('mkfifo', [fifo])
    const { opens, run } = await order('died', fifo)
    expect(opens).toMatchObject([{ asked: fifo, path: fifo, ok: false }])
    expect(run.trace.processes).toHaveLength(2)
    expect(run.trace.running).toEqual([])
  })
})

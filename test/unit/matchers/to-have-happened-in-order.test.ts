// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import type { OrderOptions, Step } from '../../../src/index.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import {
  failed,
  inet,
  type ProcessBuilder,
  projectRoot,
  TraceBuilder,
  type TraceOptions,
} from '../../helpers/trace-builder.ts'

const groups = ['process', 'file', 'network', 'probe', 'sync']
const at = (name: string) => `${projectRoot}/${name}`

/** One process, `save`, that does something. */
function saving(act: (save: ProcessBuilder) => unknown, options: TraceOptions = {}) {
  const builder = new TraceBuilder({ groups, ...options })
  act(builder.root.spawn('/bin/save', ['save']))
  return builder.ended()
}

/** The same, of several things. */
const doing = (acts: readonly ((save: ProcessBuilder) => unknown)[], options?: TraceOptions) =>
  saving((save) => {
    for (const act of acts) act(save)
  }, options)

const write = (save: ProcessBuilder, facts = {}) => save.io(at('a.tmp'), { written: 17 }, facts)
const sync = (save: ProcessBuilder, facts = {}) => save.sync(at('a.tmp'), 'fsync', facts)
const rename = (save: ProcessBuilder) => save.rename(at('a.tmp'), at('a'))
const syncFolder = (save: ProcessBuilder) => save.sync(projectRoot, 'fsync', { fileType: 'directory' })

const steps: Step[] = [{ write: 'a.tmp' }, { sync: 'a.tmp' }, { rename: ['a.tmp', 'a'] }, { sync: '.' }]
const good = doing([write, sync, rename, syncFolder])

const message = (trace: unknown, wanted: readonly Step[], options?: OrderOptions) =>
  messageOf(() => expect(trace).toHaveHappenedInOrder(wanted, options))

describe('finds', () => {
  test('what happened one after the other, whatever was in between', () => {
    expect(good).toHaveHappenedInOrder(steps)
    expect(good).toHaveHappenedInOrder(steps.slice(1))
    expect(good).toHaveHappenedInOrder([{ write: 'a.tmp' }, { sync: '.' }])
    const twice = doing([rename, sync, write, sync, write, sync, rename, syncFolder])
    expect(twice).toHaveHappenedInOrder(steps)
    expect(twice).toHaveHappenedInOrder([...steps.slice(0, 2), ...steps])
    expect(twice).not.toHaveHappenedInOrder([...steps.slice(0, 2), ...steps.slice(0, 2), ...steps])
  })

  test('each kind of step', () => {
    const all = [...groups, 'signal', 'namespace', 'syscall']
    const builder = new TraceBuilder({ groups: all, syscalls: ['getrandom'] })
    builder.root.mark('begun')
    const shell = builder.root.spawn('/bin/sh', ['sh'])
    const tool = shell.spawn('/bin/tool', ['tool', '-x'])
    tool.open(at('in'), { result: { ok: true, value: 3 } }).io(at('in'), { read: 5 })
    tool.stat(at('gone'), failed('ENOENT')).create(at('out')).io(at('out'), { written: 5 })
    tool
      .connect(inet('10.0.0.1', 443))
      .unlink(at('in'))
      .listen(inet('127.0.0.1', 8080))
      .dns('example.com', ['10.0.0.1'])
    tool.signal('SIGTERM', shell).namespace('unshare', ['net']).syscall('getrandom').exit(3)
    shell.exit(1)
    const trace = builder.ended()
    const wanted: Step[] = [
      { mark: 'begun' },
      { exec: 'sh' },
      { exec: 'tool', argv: ['tool', '-x'], by: 'sh' },
      { open: 'in', mode: 'read' },
      { read: 'in' },
      { probe: 'gone', found: false },
      { create: 'out' },
      { write: 'out' },
      { connect: ':443' },
      { delete: 'in' },
      { listen: ':8080' },
      { resolve: 'example.com', type: 'A' },
      { signal: 'SIGTERM', to: 'sh' },
      { namespace: 'net' },
      { syscall: 'getrandom' },
      { event: 'exit', where: (event) => event.code === 3 },
      { exit: 'sh', code: 1 },
    ]
    expect(trace).toHaveHappenedInOrder(wanted)
    for (let n = 0; n + 1 < wanted.length; n++) {
      const swapped = [...wanted]
      ;[swapped[n], swapped[n + 1]] = [swapped[n + 1]!, swapped[n]!]
      const isAgain = n === 5 // the probe, which is told once
      if (isAgain) expect(errorOf(() => expect(trace).toHaveHappenedInOrder(swapped)).message).toContain('told once')
      else expect(trace).not.toHaveHappenedInOrder(swapped)
    }
  })

  test('any, by `true`, and by a program', () => {
    expect(good).toHaveHappenedInOrder([{ exec: true }, { write: true }, { sync: true }, { rename: true }])
    expect(good).toHaveHappenedInOrder(steps, { by: 'save' })
    expect(good).not.toHaveHappenedInOrder(steps, { by: 'other' })
    expect(good).not.toHaveHappenedInOrder([{ write: 'a.tmp', by: 'other' }, { sync: 'a.tmp' }], { by: 'save' })
    expect(good).not.toHaveHappenedInOrder([{ sync: 'a.tmp', call: 'fdatasync' }, { rename: 'a.tmp' }])
  })

  test('asymmetrically', () => {
    expect([good]).toEqual([expect.toHaveHappenedInOrder(steps)])
    expect([good]).toEqual([expect.not.toHaveHappenedInOrder([{ sync: '.' }, { write: 'a.tmp' }])])
  })
})

describe('misses', () => {
  test('what came too early', () => {
    const trace = doing([write, sync, rename, sync])
    expect(message(trace, [{ write: 'a.tmp' }, { rename: 'a.tmp' }, { write: 'a.tmp' }])).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {rename: "a.tmp"}, {write: "a.tmp"}])

      Expected: in this order
        1. write of "a.tmp"
        2. rename of "a.tmp"
        3. write of "a.tmp"
      Found:    steps 1 to 2, and no step 3 after them, in 7 events of 1 process, 0 lost

        1. +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
        2. +5.0ms  save[1001]  rename /home/me/project/a.tmp to /home/me/project/a
            test → save
        3. write of "a.tmp" happened before that, and not after it
           +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
               test → save"
    `)
  })

  test('what never happened, with the nearest', () => {
    const trace = doing([write, sync, rename])
    expect(message(trace, steps)).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}, {rename: ["a.tmp", "a"]}, {sync: "."}])

      Expected: in this order
        1. write of "a.tmp"
        2. sync of "a.tmp"
        3. rename of "a.tmp" to "a"
        4. sync of "."
      Found:    steps 1 to 3, and no step 4 after them, in 6 events of 1 process, 0 lost

        1. +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
        2. +4.0ms  save[1001]  sync fsync /home/me/project/a.tmp
            test → save
        3. +5.0ms  save[1001]  rename /home/me/project/a.tmp to /home/me/project/a
            test → save
        4. sync of "." never happened
            Synced in the project: a.tmp"
    `)
    const refused = doing([write, (one: ProcessBuilder) => sync(one, failed('EIO'))])
    expect(message(refused, steps)).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}, {rename: ["a.tmp", "a"]}, {sync: "."}])

      Expected: in this order
        1. write of "a.tmp"
        2. sync of "a.tmp"
        3. rename of "a.tmp" to "a"
        4. sync of "."
      Found:    step 1, and no step 2 after it, in 5 events of 1 process, 0 lost

        1. +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
        2. sync of "a.tmp" never happened; nearest:
           +4.0ms  save[1001]  sync fsync /home/me/project/a.tmp -> EIO
               failed: EIO
               test → save"
    `)
  })

  test('the first step', () => {
    expect(message(good, [{ write: 'b.tmp' }, { sync: 'b.tmp' }])).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "b.tmp"}, {sync: "b.tmp"}])

      Expected: in this order
        1. write of "b.tmp"
        2. sync of "b.tmp"
      Found:    not even step 1, in 7 events of 1 process, 0 lost

        1. write of "b.tmp" never happened; nearest:
           +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
               named a.tmp, not "b.tmp"
               test → save"
    `)
  })

  test('under .not', () => {
    expect(messageOf(() => expect(good).not.toHaveHappenedInOrder(steps))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}, {rename: ["a.tmp", "a"]}, {sync: "."}])

      Expected: not in this order
        1. write of "a.tmp"
        2. sync of "a.tmp"
        3. rename of "a.tmp" to "a"
        4. sync of "."
      Found:    all of it, in 7 events of 1 process, 0 lost

        1. +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
        2. +4.0ms  save[1001]  sync fsync /home/me/project/a.tmp
            test → save
        3. +5.0ms  save[1001]  rename /home/me/project/a.tmp to /home/me/project/a
            test → save
        4. +6.0ms  save[1001]  sync fsync /home/me/project
            test → save"
    `)
  })
})

describe('strict', () => {
  const strict = { strict: true }

  test('holds where nothing of it is in between', () => {
    expect(good).toHaveHappenedInOrder(steps, strict)
    const often = doing([write, write, sync, sync, rename, syncFolder])
    expect(often).toHaveHappenedInOrder(steps, strict)
    const before = doing([write, sync, write, sync, rename, syncFolder, write])
    expect(before).toHaveHappenedInOrder(steps, strict)
  })

  test('does not where a write comes after the sync', () => {
    const trace = doing([write, sync, write, rename, syncFolder])
    expect(trace).toHaveHappenedInOrder(steps)
    expect(trace).not.toHaveHappenedInOrder(steps, strict)
    expect(message(trace, steps, strict)).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}, {rename: ["a.tmp", "a"]}, {sync: "."}], {strict: true})

      Expected: in this order, with nothing of it in between
        1. write of "a.tmp"
        2. sync of "a.tmp"
        3. rename of "a.tmp" to "a"
        4. sync of "."
      Found:    steps 1 to 2, and no step 3 after them, in 8 events of 1 process, 0 lost

        1. +3.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
        2. +4.0ms  save[1001]  sync fsync /home/me/project/a.tmp
            test → save
        3. rename of "a.tmp" to "a" was not next: step 1 came before it
           +5.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
               test → save"
    `)
  })

  test('an event that is two steps is each of them', () => {
    const trace = doing([write, sync, rename])
    expect(trace).toHaveHappenedInOrder([{ write: true }, { sync: '*.tmp' }, { rename: true }], strict)
    const both: Step[] = [{ sync: true }, { sync: '.' }]
    expect(good).toHaveHappenedInOrder(both, strict)
    expect(doing([syncFolder, sync])).not.toHaveHappenedInOrder(both, strict)
  })

  test('rests on absence, whatever the verdict', () => {
    const gaps = [{ reason: 'ring', count: 12, text: '12 records found the ring full.' }]
    const lossy = doing([write, sync, rename, syncFolder], { gaps })
    expect(lossy).toHaveHappenedInOrder(steps)
    for (const assert of [expect(lossy), expect(lossy).not])
      expect(errorOf(() => assert.toHaveHappenedInOrder(steps, strict))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  })
})

describe('what the trace does not put in order is refused', () => {
  const refused = (trace: unknown, wanted: readonly Step[], options?: OrderOptions) => {
    const errors = [expect(trace), expect(trace).not].map((assert) =>
      errorOf(() => assert.toHaveHappenedInOrder(wanted, options)),
    )
    for (const error of errors) expect(error).toMatchObject({ name: 'EvidenceError', code: 'INCOMPLETE_TRACE' })
    return messageOf(() => expect(trace).toHaveHappenedInOrder(wanted, options))
  }

  test('transfers that are told later than they happened', () => {
    const trace = saving((save) => save.open(at('config')).io(at('log'), { written: 5 }, { fd: 9 }))
    expect(refused(trace, [{ write: 'log' }, { open: 'config' }])).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "log"}, {open: "config"}])

      The trace does not tell whether there was a write of "log", then an open of "config":
        - +3.0ms  save[1001]  open read /home/me/project/config
            test → save
          and
          +4.0ms  save[1001]  io /home/me/project/log (wrote 5 bytes in 1 call)
            test → save
            the calls of an \`io\` event are added up: they may have been on either side of the other event, or both"
    `)
    refused(trace, [{ open: 'config' }, { write: 'log' }])
  })

  test('not those whose file was opened after the other event, or told before it', () => {
    const opened = saving((save) =>
      save
        .open(at('config'))
        .open(at('log'), { result: { ok: true, value: 9 } })
        .io(at('log'), { written: 5 }, { fd: 9 }),
    )
    expect(opened).toHaveHappenedInOrder([{ open: 'config' }, { write: 'log' }])
    expect(opened).not.toHaveHappenedInOrder([{ write: 'log' }, { open: 'config' }])
    const other = saving((save) =>
      save
        .open(at('config'))
        .open(at('log'), { result: { ok: true, value: 8 } })
        .io(at('log'), { written: 5 }, { fd: 9 }),
    )
    refused(other, [{ open: 'config' }, { write: 'log' }])
    const replaced = saving((save) =>
      save
        .open(at('config'))
        .open(at('log'), { result: { ok: true, value: 9 } })
        .io(at('log'), { written: 5 }, { fd: 9, inode: 3n }),
    )
    refused(replaced, [{ open: 'config' }, { write: 'log' }])
    const created = saving((save) => save.open(at('config')).create(at('log')).io(at('log'), { written: 5 }, { fd: 9 }))
    expect(created).toHaveHappenedInOrder([{ open: 'config' }, { write: 'log' }])
    const told = saving((save) => save.io(at('log'), { written: 5 }).open(at('config')))
    expect(told).toHaveHappenedInOrder([{ write: 'log' }, { open: 'config' }])
    expect(told).not.toHaveHappenedInOrder([{ open: 'config' }, { write: 'log' }])
    const process = saving((save) => {
      const child = save.open(at('config')).fork()
      child.io(at('log'), { written: 5 })
    })
    expect(process).toHaveHappenedInOrder([{ open: 'config' }, { write: 'log' }])
  })

  test('nor those on the other side of what the kernel tells them before', () => {
    for (const between of [sync, rename, (save: ProcessBuilder) => save.exec('/bin/other', ['other'])]) {
      const trace = saving((save) => between(save.open(at('config'))).io(at('log'), { written: 5 }))
      expect(trace).toHaveHappenedInOrder([{ open: 'config' }, { write: 'log' }])
    }
    const answered = saving((save) => sync(save.open(at('config')), { blocked: true }).io(at('log'), { written: 5 }))
    refused(answered, [{ open: 'config' }, { write: 'log' }])
    const underWay = saving((save) => sync(save.open(at('config')), { partial: true }).io(at('log'), { written: 5 }))
    refused(underWay, [{ open: 'config' }, { write: 'log' }])
  })

  test('what another thread wrote while the kernel told what there was', () => {
    const steps: Step[] = [{ sync: 'other' }, { write: 'log' }]
    const told = (save: ProcessBuilder) => save.sync(at('other'), 'fsync', { tid: 7 }).io(at('log'), { written: 5 })
    refused(
      saving((save) => told(save.thread(7))),
      steps,
    )
    expect(saving((save) => told(save.thread(7).exec('/bin/other', ['other'])))).toHaveHappenedInOrder(steps)
    expect(saving((save) => told(save))).toHaveHappenedInOrder(steps)
    const later = saving((save) => told(save.thread(7).open(at('x'), { tid: 7 })).open(at('y')))
    expect(later).toHaveHappenedInOrder([{ open: 'x' }, { write: 'log' }])
    const test = new TraceBuilder({ groups })
    test.root.spawn('/bin/idle', ['idle'])
    told(test.root)
    refused(test.ended(), steps)
  })

  test('not what the thread of the sync itself wrote after it', () => {
    const steps: Step[] = [{ sync: 'a.tmp' }, { write: 'a.tmp' }]
    const two = { calls: 2, bytes: 34 }
    const wrote = (facts: object) => saving((save) => write(sync(save.thread(7)), facts))
    expect(wrote({})).toHaveHappenedInOrder(steps)
    expect(wrote({ written: two })).toHaveHappenedInOrder(steps)
    refused(wrote({ read: two, written: two }), steps)
    expect(wrote({ read: two, written: two, oneThread: true })).toHaveHappenedInOrder(steps)
    expect(wrote({ written: two, oneThread: true })).toHaveHappenedInOrder(steps, { strict: true })
    refused(wrote({ tid: 7 }), steps)
    refused(wrote({ tid: 7, written: two, oneThread: true }), steps)
    expect(wrote({})).not.toHaveHappenedInOrder([...steps, { sync: 'a.tmp' }], { strict: true })
    expect(saving((save) => rename(write(sync(save.thread(7)))))).not.toHaveHappenedInOrder(
      [{ sync: 'a.tmp' }, { rename: 'a.tmp' }, { write: 'a.tmp' }],
      { strict: true },
    )
    refused(wrote({ written: two }), steps, { strict: true })
  })

  test('io_uring, of which it is known when an operation was submitted and when it was over', () => {
    const ring = (submitted: number, facts = {}) => ({ source: 'io_uring_complete' as const, submitted, ...facts })
    const synced = (save: ProcessBuilder, submitted: number) =>
      save.sync(at('a.tmp'), 'io_uring:fsync', ring(submitted, { tid: 7 }))
    // The fork is the first event, the exec the second one.
    const after = saving((save) => rename(synced(write(save, ring(0, { tid: 7 })), 3)))
    expect(after).toHaveHappenedInOrder(steps.slice(0, 3))
    const before = saving((save) => synced(write(save, ring(0, { tid: 7 })), 2))
    expect(refused(before, steps.slice(0, 2))).toContain('done through io_uring: it was submitted before that was over')
    refused(
      saving((save) => synced(write(save), 0)),
      steps.slice(0, 2),
    )
    const between = (submitted: number) => saving((save) => synced(rename(save), submitted))
    refused(between(2), [{ sync: 'a.tmp' }, { rename: 'a.tmp' }])
    expect(between(3)).not.toHaveHappenedInOrder([{ sync: 'a.tmp' }, { rename: 'a.tmp' }])
    expect(between(3)).toHaveHappenedInOrder([{ rename: 'a.tmp' }, { sync: 'a.tmp' }])
    const renamed = (submitted: number) => saving((save) => sync(save).rename(at('a.tmp'), at('a'), ring(submitted)))
    expect(renamed(3)).toHaveHappenedInOrder([{ sync: 'a.tmp' }, { rename: 'a.tmp' }])
    expect(renamed(3)).not.toHaveHappenedInOrder([{ rename: 'a.tmp' }, { sync: 'a.tmp' }])
    refused(renamed(2), [{ sync: 'a.tmp' }, { rename: 'a.tmp' }])
    refused(renamed(2), [{ rename: 'a.tmp' }, { sync: 'a.tmp' }])
    const connected = saving((save) => sync(save).connect(inet('10.0.0.1', 443), ring(0)))
    refused(connected, [{ sync: 'a.tmp' }, { connect: ':443' }])
  })

  test('transfers by io_uring, which may have begun before a sync that was before them', () => {
    const steps: Step[] = [{ sync: 'a.tmp' }, { write: 'log' }]
    const wrote = (facts: object) => saving((save) => sync(save).io(at('log'), { written: 5 }, facts))
    expect(wrote({})).toHaveHappenedInOrder(steps)
    refused(wrote({ source: 'io_uring_complete' }), steps)
    const opened = saving((save) =>
      sync(save)
        .open(at('log'), { inode: 2n, device: '8:1', result: { ok: true, value: 3 } })
        .io(at('log'), { written: 5 }, { source: 'io_uring_complete' }),
    )
    expect(opened).toHaveHappenedInOrder(steps)
  })

  test('transfers by io_uring, which may have been answered late', () => {
    const answered = saving((save) => write(sync(save), { source: 'io_uring_complete' }))
    refused(answered, steps.slice(0, 2))
    // In the middle of the sync: the thread is that of the submission, or that which did the last of several.
    const during = (fd: number) => saving((save) => sync(write(save, { source: 'io_uring_complete', fd })))
    refused(during(-1), steps.slice(0, 2))
    expect(during(3)).toHaveHappenedInOrder(steps.slice(0, 2))
  })

  test('what io_uring does, while a thread is in a call of its own', () => {
    const trace = (source: 'io_uring_complete' | 'sys_exit') =>
      saving((save) => {
        write(save.thread(7).thread(8), { tid: 7 })
        sync(save.open(at('x'), { tid: 8, source }), { tid: 8 })
      })
    expect(trace('sys_exit')).toHaveHappenedInOrder(steps.slice(0, 2))
    refused(trace('io_uring_complete'), steps.slice(0, 2))
  })

  test("the pool of threads of Node's `fs`, which can be one", () => {
    const builder = new TraceBuilder({ groups })
    const save = builder.root.spawn('/usr/bin/node', ['node', 'save.js'])
    save.thread(7).thread(8).open(at('x'), { tid: 8 })
    write(save, { tid: 7 })
    sync(save, { tid: 8 })
    expect(refused(builder.ended(), steps.slice(0, 2))).toMatch(
      /\n {6}with UV_THREADPOOL_SIZE=1 in its environment Node's pool is one thread, whose order is told$/,
    )
  })

  test('a sync of another thread, which may have begun before the write was over', () => {
    const trace = saving((save) => {
      save.thread(7).thread(8).open(at('x'), { tid: 8 })
      write(save, { tid: 7 })
      sync(save, { tid: 8 })
    })
    expect(refused(trace, steps.slice(0, 2))).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}])

      The trace does not tell whether there was a write of "a.tmp", then a sync of "a.tmp":
        - +6.0ms  save[1001]  io /home/me/project/a.tmp (wrote 17 bytes in 1 call)
            test → save
          and
          +7.0ms  save[1001]  sync fsync /home/me/project/a.tmp
            test → save
            the sync is of another thread, and may have begun before that was over"
    `)
    const toldByOthers = saving((save) => {
      write(save.thread(7).thread(8), { tid: 7 })
      sync(save.io(at('b'), { written: 1 }, { tid: 8 }), { tid: 8 })
    })
    refused(toldByOthers, steps.slice(0, 2))
    const after = saving((save) => {
      save.thread(7).thread(8)
      write(save, { tid: 7 })
      save.open(at('x'), { tid: 8 })
      sync(save, { tid: 8 })
    })
    expect(after).toHaveHappenedInOrder(steps.slice(0, 2))
    const born = saving((save) => {
      save.thread(7)
      write(save, { tid: 7 })
      sync(save.thread(8), { tid: 8 })
    })
    expect(born).toHaveHappenedInOrder(steps.slice(0, 2))
    const one = saving((save) => {
      write(save.thread(7).thread(8), { tid: 7 })
      write(save, { tid: 8 })
      sync(save, { tid: 8 })
    })
    expect(one).toHaveHappenedInOrder(steps.slice(0, 2))
  })

  test('a file that was mapped', () => {
    const trace = saving((save) => sync(save.io(at('a.tmp'), { writable: 4096 })))
    expect(refused(trace, steps.slice(0, 2))).toMatchInlineSnapshot(`
      "expect(trace).toHaveHappenedInOrder([{write: "a.tmp"}, {sync: "a.tmp"}])

      The trace does not tell whether there was a write of "a.tmp", then a sync of "a.tmp":
        - +3.0ms  save[1001]  io /home/me/project/a.tmp (mapped 4096 bytes to write)
            test → save
            mapped into memory, so that it may have been read or written at any later time"
    `)
    expect(trace).not.toHaveHappenedInOrder([{ write: 'b.tmp' }, { sync: 'a.tmp' }])
  })

  test('a look at a file, which is told once', () => {
    const trace = saving((save) => rename(save.stat(at('b'))))
    expect(trace).toHaveHappenedInOrder([{ probe: 'b' }, { rename: 'a.tmp' }])
    expect(refused(trace, [{ rename: 'a.tmp' }, { probe: 'b' }])).toContain('it may have done so again later')
    expect(trace).not.toHaveHappenedInOrder([{ event: 'exit' }, { probe: 'b' }])
    refused(trace, [{ probe: 'b' }, { rename: 'a.tmp' }], { strict: true })
  })

  test('a path that could not be read', () => {
    const trace = saving((save) => {
      save.io({ status: 'unreadable' }, { written: 17 })
      sync(save)
    })
    expect(refused(trace, steps.slice(0, 2))).toContain('its path could not be read')
    const sure = saving((save) => {
      save.io({ status: 'unreadable' }, { written: 17 })
      sync(write(save))
    })
    expect(sure).toHaveHappenedInOrder(steps.slice(0, 2))
  })

  test('strictly: what may have been in between', () => {
    const strict = { strict: true }
    const trace = saving((save) => {
      write(save)
      sync(save).thread(7)
      rename(save)
      save.exec('/bin/next', ['next'])
      write(save.open(at('y')), { fd: 9 })
      sync(save.open(at('z')))
    })
    expect(trace).toHaveHappenedInOrder(steps.slice(0, 3), strict)
    const unsure = saving((save) => {
      write(save)
      sync(save)
      save.open(at('y'))
      write(save, { fd: 9 })
    })
    refused(unsure, [{ sync: 'a.tmp' }, { open: 'y' }, { write: 'a.tmp' }], strict)
    expect(unsure).toHaveHappenedInOrder([{ write: 'a.tmp' }, { sync: 'a.tmp' }], strict)
    const later = saving((save) => {
      write(save.open(at('y')), { fd: 9 })
      write(save.chmod(at('z'), 0o644), { fd: 9 }).open(at('y'))
    })
    refused(later, [{ open: 'y' }, { write: 'a.tmp' }, { open: 'y' }], strict)
    expect(later).toHaveHappenedInOrder([{ write: 'a.tmp' }, { open: 'y' }], strict)
    const unread = saving((save) => {
      write(save)
      save.io({ status: 'unreadable' }, { written: 17 })
      sync(save)
      rename(save)
    })
    refused(unread, [{ sync: 'a.tmp' }, { write: 'a.tmp' }], strict)
  })
})

describe('obeys the laws', () => {
  const gaps = [{ reason: 'ring', count: 12, text: '12 records found the ring full.' }]
  const missing: Step[] = [{ sync: '.' }, { write: 'a.tmp' }]

  test('a trace with gaps bears what was found and nothing else', () => {
    const lossy = doing([write, sync, rename, syncFolder], { gaps })
    expect(lossy).toHaveHappenedInOrder(steps)
    expect(errorOf(() => expect(lossy).not.toHaveHappenedInOrder(steps)).message).toContain('Found:')
    for (const assert of [expect(lossy), expect(lossy).not])
      expect(errorOf(() => assert.toHaveHappenedInOrder(missing))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  })

  test('what a search has against an absence counts here, too', () => {
    const service = { family: 'unix', asked: '/run/nscd/socket', path: '/run/nscd/socket', abstract: false }
    const trace = saving((save) => save.connect(service))
    const wanted: Step[] = [{ connect: true }, { resolve: 'example.com' }]
    expect(errorOf(() => expect(trace).not.toHaveHappenedInOrder(wanted))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  })

  test('a group that was not recorded is named', () => {
    const trace = saving(write, { groups: ['process', 'file'] })
    expect(errorOf(() => expect(trace).not.toHaveHappenedInOrder(steps))).toMatchObject({
      code: 'GROUP_NOT_RECORDED',
      message: expect.stringContaining("`events: ['process', 'file', 'sync']`"),
    })
  })

  test('nobody at all, and who still runs', () => {
    const nobody = new TraceBuilder({ groups }).trace()
    expect(errorOf(() => expect(nobody).not.toHaveHappenedInOrder(steps))).toMatchObject({ code: 'NOTHING_RECORDED' })
    const builder = new TraceBuilder({ groups })
    write(builder.root.spawn('/bin/save', ['save']))
    const running = builder.trace()
    expect(errorOf(() => expect(running).not.toHaveHappenedInOrder(steps))).toMatchObject({ code: 'STILL_RUNNING' })
    expect(running).not.toHaveHappenedInOrder(steps, { soFar: true })
  })

  test('misuse throws, under .not too', () => {
    const cases: [unknown, unknown, string][] = [
      ['x', undefined, 'Expected the steps to be an array'],
      [[], undefined, 'Expected at least two steps'],
      [[{ write: 'a' }], undefined, 'For one, there is a matcher of its own.'],
      [[{ write: 'a' }, 'sync'], undefined, 'Step 2: Expected an object such as `{ write: path }`'],
      [[{ write: 'a' }, { snyc: 'a' }], undefined, 'Did you mean `sync`?'],
      [[{ write: 'a' }, {}], undefined, 'Step 2: Expected one of `exec`, '],
      [[{ write: 'a', sync: 'a' }, { sync: 'a' }], undefined, '`write` and `sync` are two steps.'],
      [[{ write: 'a', times: 2 }, { sync: 'a' }], undefined, 'The `times` option cannot be used in a step.'],
      [[{ write: undefined }, { sync: 'a' }], undefined, 'For any, write `true`.'],
      [[{ write: 'a', mode: 'x' }, { sync: 'a' }], undefined, 'Step 1: Unknown option `mode`'],
      [[{ write: '~/a' }, { sync: 'a' }], undefined, 'Step 1: Expected the path not to begin with `~`'],
      [
        [{ rename: ['a'] }, { sync: 'a' }],
        undefined,
        'Expected `rename` to be the old path, or the old and the new one',
      ],
      [[{ mark: 7 }, { sync: 'a' }], undefined, 'Step 1: Expected the label of the mark'],
      [[{ event: 'exec', signal: 'SIGTERM' }, { sync: 'a' }], undefined, 'Step 1: Unknown option `signal`'],
      [
        [{ event: 'ecec' }, { sync: 'a' }],
        undefined,
        'Step 1: Expected a kind of event, got `"ecec"` (string). Did you mean \'exec\'?',
      ],
      [[{ event: 'syscall' }, { sync: 'a' }], undefined, "Write `{ syscall: 'getrandom' }`."],
      [[{ event: 'exec', where: () => 1 }, { sync: 'a' }], undefined, 'Expected the `where` option to return true or'],
      [[{ event: 'exec', where: async () => true }, { sync: 'a' }], undefined, 'Expected the `where` option to return'],
      [[{ event: 'exec', where: 'x' }, { sync: 'a' }], undefined, 'Expected the `where` option to be a function'],
      [[(event: unknown) => event, { sync: 'a' }], undefined, 'Step 1: Expected an object such as `{ write: path }`'],
      [[expect.toHaveWritten('a'), { sync: 'a' }], undefined, 'It says what happens by one of `exec`'],
      [steps, { strikt: true }, 'did you mean `strict`?'],
      [steps, { strict: 1 }, 'Expected the `strict` option to be true or false'],
      [steps, { soFar: 1 }, 'Expected the `soFar` option'],
    ]
    for (const [wanted, options, text] of cases) {
      for (const assert of [expect(good), expect(good).not]) {
        const error = errorOf(() => assert.toHaveHappenedInOrder(wanted as never, options as never))
        expect(error.message).toContain(text)
        expect(error).toMatchObject({ code: 'MISUSE' })
      }
    }
    expect(errorOf(() => expect('x').not.toHaveHappenedInOrder(steps))).toMatchObject({ code: 'MISUSE' })
  })
})

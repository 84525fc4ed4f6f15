// SPDX-License-Identifier: MIT
// An oracle that finds no difference must be one that can find any.
import { describe, expect, test } from 'vitest'
import { compare, renderDifferences } from '../../oracle/compare.ts'
import {
  type Act,
  absolute,
  addTransfer,
  bytesOfText,
  type CallAct,
  type ImageModel,
  newImage,
  type OpenAct,
  type ProcessModel,
  type RunModel,
} from '../../oracle/model.ts'

function open(asked: string, more: Partial<OpenAct> = {}): Act {
  return {
    kind: 'open',
    call: 'openat',
    asked,
    flags: ['O_RDONLY'],
    permissions: null,
    outcome: 'ok',
    fd: 3,
    path: absolute('/project', asked),
    ...more,
  }
}

function fork(child: ProcessModel, flags: string[] = []): Act {
  return { kind: 'fork', flags, child }
}

let nextPid = 100

function process(
  program: string,
  acts: Act[],
  more: { rest?: string[]; threaded?: boolean; end?: ProcessModel['end'] } = {},
): ProcessModel {
  const { rest = [], threaded = false, end = { code: 0 } } = more
  return {
    pid: nextPid++,
    images: [newImage(null), { ...newImage({ asked: `/bin/${program}`, argv0: program, rest }), threaded, acts }],
    end,
  }
}

function call(name: string, facts: CallAct['facts'], outcome = 'ok'): CallAct {
  return { kind: 'call', call: name, facts, outcome }
}

const moved = { readCalls: 2, readBytes: 300, mappedCalls: 1, mappedBytes: 4096 }

function build(): RunModel {
  const model: RunModel = {
    root: process('make', [
      open('Makefile'),
      fork(process('cc', [open('a.c'), open('a.h'), open('a.o', { outcome: 'EACCES', fd: null })], { rest: ['a.c'] })),
      fork(process('cc', [open('b.c'), open('a.h')], { rest: ['b.c'] })),
      { kind: 'exec', asked: '/opt/ar', outcome: 'ENOENT' },
      { kind: 'chdir', call: 'chdir', asked: 'sub', outcome: 'ok' },
      { kind: 'connect', address: 'inet 127.0.0.1:80', outcome: 'ok' },
      fork(process('ld', [open('x'), open('y'), open('x')], { threaded: true })),
      call('rename', { asked: 'a', path: '/project/a', to: '/project/b', flags: ['RENAME_NOREPLACE'] }),
    ]),
  }
  imageOf(model).looks.push(call('stat', { path: '/project/there' }), call('stat', { path: '/project/not' }, 'ENOENT'))
  addTransfer(imageOf(model), '/project/Makefile', moved)
  addTransfer(imageOf(model), '/proc/cpuinfo', moved)
  return model
}

function imageOf(model: RunModel): ImageModel & { acts: Act[] } {
  return model.root.images[1] as ImageModel
}

function childOf(model: RunModel, n: number): ImageModel & { acts: Act[] } {
  const act = imageOf(model).acts.filter((one) => one.kind === 'fork')[n] as Act & { kind: 'fork' }
  return act.child.images[1] as ImageModel
}

describe('two runs', () => {
  test('that did the same have no difference', () => {
    expect(compare(build(), build())).toEqual([])
    expect(renderDifferences([])).toBe('')
  })

  test('whose concurrent children came in another order have none', () => {
    const other = build()
    const { acts } = imageOf(other)
    ;[acts[1], acts[2]] = [acts[2] as Act, acts[1] as Act]
    expect(compare(build(), other)).toEqual([])
  })

  test('whose threads came in another order have none', () => {
    const other = build()
    childOf(other, 2)
      .acts.reverse()
      .push(...childOf(other, 2).acts.splice(0, 1))
    expect(compare(build(), other)).toEqual([])
  })

  const changes: [string, (model: RunModel) => void][] = [
    ['an open that is missing', (model) => imageOf(model).acts.splice(0, 1)],
    ['an open in a child that is missing', (model) => childOf(model, 0).acts.pop()],
    ['an open of a thread that is missing', (model) => childOf(model, 2).acts.pop()],
    ['an open that came twice', (model) => imageOf(model).acts.unshift(open('Makefile'))],
    ['an open that came twice in threads', (model) => childOf(model, 2).acts.push(open('x'))],
    ['two opens in another order', (model) => childOf(model, 1).acts.reverse()],
    ['another path', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { path: '/elsewhere' }))],
    ['another name', (model) => imageOf(model).acts.splice(0, 1, open('makefile', { path: '/project/Makefile' }))],
    ['a name with a byte more', (model) => imageOf(model).acts.splice(0, 1, open('Makefile\0'))],
    ['another outcome', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { outcome: 'ENOENT' }))],
    ['other flags', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { flags: ['O_RDWR'] }))],
    ['other permissions', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { permissions: 0o600 }))],
    ['another call', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { call: 'open' }))],
    ['another descriptor', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { fd: 4 }))],
    ['a name that was not read', (model) => imageOf(model).acts.splice(0, 1, open('Makefile', { asked: null }))],
    ['a child that is missing', (model) => imageOf(model).acts.splice(2, 1)],
    ['a child too many', (model) => imageOf(model).acts.push(fork(process('rm', [])))],
    [
      'a child made otherwise',
      (model) =>
        imageOf(model).acts.splice(1, 1, {
          ...(imageOf(model).acts[1] as Act & { kind: 'fork' }),
          flags: ['CLONE_VM'],
        }),
    ],
    ['a failed exec that is missing', (model) => imageOf(model).acts.splice(3, 1)],
    [
      'another errno of an exec',
      (model) => imageOf(model).acts.splice(3, 1, { kind: 'exec', asked: '/opt/ar', outcome: 'EACCES' }),
    ],
    [
      'another folder',
      (model) => imageOf(model).acts.splice(4, 1, { kind: 'chdir', call: 'chdir', asked: 'other', outcome: 'ok' }),
    ],
    [
      'another address',
      (model) => imageOf(model).acts.splice(5, 1, { kind: 'connect', address: 'inet 127.0.0.1:81', outcome: 'ok' }),
    ],
    ['a change that is missing', (model) => imageOf(model).acts.pop()],
    [
      'another new name',
      (model) =>
        imageOf(model).acts.splice(
          -1,
          1,
          call('rename', { asked: 'a', path: '/project/a', to: '/project/c', flags: ['RENAME_NOREPLACE'] }),
        ),
    ],
    [
      'another flag',
      (model) =>
        imageOf(model).acts.splice(
          -1,
          1,
          call('rename', { asked: 'a', path: '/project/a', to: '/project/b', flags: [] }),
        ),
    ],
    ['a look that is missing', (model) => imageOf(model).looks.pop()],
    ['a look that is not', (model) => imageOf(model).looks.push(call('stat', { path: '/project/else' }))],
    [
      'another answer to a look',
      (model) => imageOf(model).looks.splice(0, 1, call('stat', { path: '/project/there' }, 'EACCES')),
    ],
    ['a file more that was read', (model) => addTransfer(imageOf(model), '/project/b.h', { readCalls: 1 })],
    ['a file less that was read', (model) => imageOf(model).transfers.delete('/project/Makefile')],
    ['a file of the kernel less that was read', (model) => imageOf(model).transfers.delete('/proc/cpuinfo')],
    ...(
      [
        'readCalls',
        'readBytes',
        'writtenCalls',
        'writtenBytes',
        'mappedCalls',
        'mappedBytes',
        'mappedWritable',
      ] as const
    ).map((what): [string, (model: RunModel) => void] => [
      `one more in ${what}`,
      (model) => addTransfer(imageOf(model), '/project/Makefile', { [what]: 1 }),
    ]),
    ['another end', (model) => Object.assign(model.root, { end: { code: 1 } })],
    ['no end', (model) => Object.assign(model.root, { end: null })],
    ['an end with a core', (model) => Object.assign(model.root, { end: { signal: 'SIGSEGV', core: true } })],
    [
      'an argument more',
      (model) => Object.assign(imageOf(model), { exec: { asked: '/bin/make', argv0: 'make', rest: ['-j'] } }),
    ],
    [
      'another argv[0]',
      (model) => Object.assign(imageOf(model), { exec: { asked: '/bin/make', argv0: 'gmake', rest: [] } }),
    ],
    ['an exec more', (model) => model.root.images.push(newImage({ asked: '/bin/true', argv0: 'true', rest: [] }))],
    ['threads', (model) => Object.assign(imageOf(model), { threaded: true })],
  ]

  test.each(changes)('of which one has %s differ', (_, change) => {
    const changed = build()
    change(changed)
    expect(compare(changed, build())).not.toEqual([])
    expect(compare(build(), changed)).not.toEqual([])
  })

  test('differ in the child that differs, and nowhere else', () => {
    const changed = build()
    childOf(changed, 1).acts.splice(0, 1, open('c.c'))
    const [first, second, ...more] = compare(build(), changed)
    expect(more).toEqual([])
    expect(second).toBeUndefined()
    expect(first).toEqual({
      where: 'make > cc',
      strace: 'openat "b.c" O_RDONLY -> ok 3 "/project/b.c"',
      spy: 'openat "c.c" O_RDONLY -> ok 3 "/project/c.c"',
    })
    expect(renderDifferences(compare(build(), changed))).toContain('make > cc\n  strace:   openat "b.c"')
  })

  test('may differ in names that are drawn at random, and in numbers of processes of the run', () => {
    const run = (name: string, pid: number): RunModel => {
      const root = process('cc', [open(`/tmp/cc${name}.s`), open(`/proc/${pid}/maps`)])
      return { root: { ...root, pid } }
    }
    expect(compare(run('aBc123', 7), run('XyZ987', 4242))).toEqual([])
    expect(compare(run('aBc123', 7), run('XyZ987.s', 7))).not.toEqual([])
    const stranger: RunModel = { root: process('cc', [open('/tmp/ccaBc123.s'), open('/proc/1/maps')]) }
    expect(compare(run('aBc123', 7), stranger)).not.toEqual([])
  })

  test('may differ in several names that are drawn at random within one', () => {
    const run = (scratch: string, target: string, end: string): RunModel => ({
      root: process('cmake', [open(`/out/CMakeScratch/TryCompile-${scratch}/cmTC_${target}_loc.tmp${end}`)]),
    })
    expect(compare(run('zyXc25', '57208', '4d134'), run('WTx321', 'ab71c', '0e8a9'))).toEqual([])
    expect(compare(run('zyXc25', '57208', '4d134'), run('WTx321', 'ab71c', 'other'))).not.toEqual([])
  })

  test('may differ in bytes where a tracer saw that something was moved, not how much', () => {
    const run = (writtenBytes: number, unmeasured: string[]): RunModel => {
      const model: RunModel = { root: process('tool', []) }
      addTransfer(imageOf(model), '/zeroed', { writtenCalls: 1, writtenBytes })
      for (const path of unmeasured) imageOf(model).unmeasured.add(path)
      return model
    }
    expect(compare(run(1, ['/zeroed']), run(98, []))).toEqual([])
    expect(compare(run(1, ['/other']), run(98, []))).not.toEqual([])
    expect(compare(run(1, ['/zeroed']), { root: process('tool', []) })).not.toEqual([])
  })

  test('may write another number of bytes where those are times, as often', () => {
    const run = (writtenCalls: number, writtenBytes: number): RunModel => {
      const model: RunModel = { root: process('ninja', []) }
      addTransfer(imageOf(model), '/out/.ninja_log', { writtenCalls, writtenBytes })
      return model
    }
    expect(compare(run(3, 160), run(3, 159))).toEqual([])
    expect(compare(run(3, 160), run(2, 160))).not.toEqual([])
  })

  test('may wait for another process as often as it takes', () => {
    const waiting = build()
    imageOf(waiting).acts.push(open('/proc/7/syscall'), open('/proc/7/syscall'))
    expect(compare(build(), waiting)).toEqual([])
    imageOf(waiting).acts.push(open('/proc/7/stat'))
    expect(compare(build(), waiting)).not.toEqual([])
  })

  test('may look more than once, and in any order', () => {
    const other = build()
    const { looks } = imageOf(other)
    looks.push(...looks.reverse())
    expect(compare(build(), other)).toEqual([])
  })

  test('may read more or less of a file that the kernel makes up', () => {
    const other = build()
    addTransfer(imageOf(other), '/proc/cpuinfo', { readCalls: 1, readBytes: 1 })
    expect(compare(build(), other)).toEqual([])
  })

  test('may differ in what libraries open when threads meet, and only where there are threads', () => {
    const run = (threaded: boolean, more: Act[]): RunModel => ({
      root: process('node', [open('a'), ...more], { threaded }),
    })
    const met = open('/sys/devices/system/cpu/online')
    expect(compare(run(true, [met]), run(true, []))).toEqual([])
    expect(compare(run(false, [met]), run(false, []))).not.toEqual([])
  })

  test('are not compared before their first exec: that is the launcher', () => {
    const launched = build()
    launched.root.images[0]?.acts.push(open('/dev/null'))
    expect(compare(build(), launched)).toEqual([])
  })
})

describe('bytes', () => {
  test('of text are what it was read from', () => {
    expect(bytesOfText('plain')).toBe('plain')
    expect(bytesOfText('ü')).toBe('\xc3\xbc')
    expect(bytesOfText('a\udcff\udc80ü')).toBe('a\xff\x80\xc3\xbc')
  })

  test('of a relative path are joined and folded', () => {
    expect(absolute('/a/b', '../c/./d//e')).toBe('/a/c/d/e')
    expect(absolute('/a', '/b/')).toBe('/b')
    expect(absolute('/', '..')).toBe('/')
  })
})

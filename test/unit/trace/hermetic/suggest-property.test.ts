// SPDX-License-Identifier: MIT
// For many runs: the policy that a run suggests is one that it passes, each of its entries is needed, and its source is itself.
import { homedir } from 'node:os'
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { suggestPolicy } from '../../../../src/trace/hermetic/suggest.ts'
import { installLinks } from '../../../../src/trace/links.ts'
import type { TraceView } from '../../../../src/trace/view.ts'
import { failed, HermeticTrace, own } from '../../../helpers/hermetic-trace.ts'
import { errorOf } from '../../../helpers/message-of.ts'
import { inet, type ProcessBuilder, unix } from '../../../helpers/trace-builder.ts'

const runs = 80

// Nothing of these paths is on this disk.
installLinks((path) => path)

/** Numbers that are the same in every run. */
class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2_654_435_761) >>> 0
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return (this.#state >>> 8) % limit
  }

  of<T>(...values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }
}

const names = [
  'a',
  'b',
  'lib',
  'x.h',
  'y.h',
  'z.c',
  'main',
  '.rc',
  'two words',
  '[id].ts',
  '{x}',
  '*',
  '!no',
  '~me',
  'a?b',
  '\\',
  "it's",
  'é',
  '\udc80',
  'new\nline',
  '(app)',
  '@x',
  '+page',
  'c:d',
  '-lc',
  '12345',
  'a.b.c',
  '…',
]

function pathIn(draw: Draw, folder: string): string {
  const depth = 1 + draw.below(3)
  let path = folder
  for (let n = 0; n < depth; n++) path += `/${draw.below(3) === 0 ? `f${draw.below(40)}.h` : draw.of(...names)}`
  return path
}

function anyPath(draw: Draw): string {
  const random = `${draw.of('cc', 'tmp.', 'x-')}${draw.of('AbCdEf', 'Zz9yX8', '123abc')}`
  return draw.of(
    () => pathIn(draw, own('src')),
    () => pathIn(draw, own('out')),
    () => own(draw.of(...names)),
    () => pathIn(draw, '/usr/lib'),
    () => pathIn(draw, '/etc'),
    () => pathIn(draw, `${homedir()}/.tool`),
    () => pathIn(draw, '/srv/data/deep'),
    () => `/tmp/${random}${draw.of('', '.s', '.o', '.res', '.c')}`,
    () => pathIn(draw, `/tmp/${random}`),
    () => `/proc/${draw.of('self', '1', '1001')}/maps`,
    () => draw.of('/dev/null', '/', '/etc/passwd', '/etc', own('.').slice(0, -2), '/tmp', '/home'),
  )()
}

function act(draw: Draw, trace: HermeticTrace, process: ProcessBuilder): void {
  const path = anyPath(draw)
  const chrooted = draw.below(20) === 0
  const address = draw.of(
    inet('127.0.0.1', draw.of(80, 40_000, 0)),
    inet('::1', 8080),
    inet('10.0.0.1', draw.of(443, 2375)),
    inet('10.0.0.53', 53),
    unix(draw.of('/run/x.sock', '/var/run/docker.sock', '/run/user/1000/bus', path)),
    unix('@bus/[x]', true),
  )
  draw.of<() => unknown>(
    () => process.open(path, { chrooted }),
    () => process.open(path, { mode: 'path' }),
    () => process.open(path, { fileType: 'directory' }),
    () => process.write(path, { chrooted }),
    () => process.create(path),
    () => process.openFailed(path, draw.of('ENOENT', 'EACCES'), { mode: draw.of('read', 'write') }),
    () => process.io(path, { read: 1 }),
    () => process.io(path, { written: 1 }),
    () => process.rename(path, anyPath(draw)),
    () => process.unlink(path, draw.of<object>({}, failed('ENOENT'))),
    () => process.mkdir(path, draw.of<object>({}, failed('EEXIST'))),
    () => process.rmdir(path),
    () => process.link(path, anyPath(draw)),
    () => process.symlink(path, draw.of('../a', '/etc/passwd', 'b/c')),
    () => trace.stat(process, path, { chrooted }),
    () => trace.access(process, path),
    () => trace.list(process, path),
    () => trace.missing(process, path),
    () => trace.chmod(process, path),
    () => trace.chdir(process, path),
    () => trace.mount(process, path),
    () =>
      process.exec(
        path,
        ['x'],
        draw.of<object>(
          {},
          { script: anyPath(draw), interpreter: '/bin/sh', path: '/usr/bin/dash' },
          { fileless: true, path: '/memfd:ghost' },
          { chrooted },
        ),
      ),
    () => process.execFailed(path, 'ENOENT'),
    () => process.exec(`/usr/bin/${draw.of('cc', '[', 'sh', 'python3')}`, ['x']),
    () => process.connect(address, draw.of({}, { outcome: 'failed', errno: 'ENOENT' })),
    () => process.send(address, { transport: address.family === 'unix' ? 'unix' : 'udp' }),
    () => trace.bind(process, address, draw.of<object>({}, failed('EADDRINUSE'))),
    () => trace.listen(process, address),
    () => trace.accept(process, address),
    () => trace.socket(process, draw.of('inet', 'netlink', 'packet', 'vsock')),
    () =>
      trace.dns(
        process,
        draw.of('example.com', 'a.test', 'under_score', 'no name'),
        draw.of(inet('10.0.0.53', 53), inet('127.0.0.53', 53)),
        { answers: [{ name: 'example.com', type: 'A', ttl: 1, data: draw.of('10.0.0.1', '10.0.0.9') }] },
      ),
  )()
}

function randomTrace(seed: number): TraceView {
  const draw = new Draw(seed)
  const trace = new HermeticTrace()
  const processes = [trace.root.spawn('/usr/bin/make', ['make'])]
  for (let n = draw.of(3, 20, 80); n > 0; n--) {
    const process = draw.of(...processes)
    if (draw.below(10) === 0) processes.push(process.fork())
    act(draw, trace, process)
  }
  return trace.ended()
}

const seeds = Array.from({ length: runs }, (_, seed) => seed + 1)

describe.each([seeds.slice(0, runs / 2), seeds.slice(runs / 2)])(
  'of the run with the seed %i and those after it',
  (...some) => {
    test('it is passed by the run, and each entry is needed', () => {
      let entries = 0
      for (const seed of some) {
        const trace = randomTrace(seed)
        const policy = suggestPolicy(trace)
        expect(trace, `seed ${seed}: ${policy}`).toBeHermetic(policy, { unused: 'fail' })
        for (const [key, value] of Object.entries(policy)) {
          for (const [index, entry] of Array.isArray(value) ? value.entries() : []) {
            entries += 1
            const less = { ...policy, [key]: (value as unknown[]).toSpliced(index, 1) }
            const error = errorOf(() => expect(trace).toBeHermetic(less, { unused: 'ignore' }))
            expect(error.code, `seed ${seed}: ${key} ${entry}: ${error.message}`).not.toBe('MISUSE')
          }
          if (value === true) {
            entries += 1
            const less = { ...policy, [key]: false }
            expect(errorOf(() => expect(trace).toBeHermetic(less, { unused: 'ignore' })).code).not.toBe('MISUSE')
          }
        }
      }
      expect(entries).toBeGreaterThan(some.length * 5)
    })

    test('its source is itself, and nothing in it is everything', () => {
      for (const seed of some) {
        const policy = suggestPolicy(randomTrace(seed))
        const source = String(policy)
        expect(source).toMatch(/^[\x20-\x7e\n…é]*$/)
        expect(new Function(`return (${source})`)()).toEqual({ ...policy })
        const paths = [
          ...(policy.inputs ?? []),
          ...(policy.outputs ?? []),
          ...(Array.isArray(policy.absent) ? policy.absent : []),
        ]
        for (const path of paths)
          expect(['**', '*', '/**', '/*', './**', '/tmp/**', '/tmp/*', '/etc/**', `${homedir()}/**`]).not.toContain(
            path,
          )
      }
    })
  },
)

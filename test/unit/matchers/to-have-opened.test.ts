// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { withLinks } from '../../helpers/disk.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'
import { buildOfHello, type ProcessBuilder, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

const trace = buildOfHello().trace()
const gap = { reason: 'ring', count: 12, text: '12 records found the ring full.' }
const lossy = buildOfHello({ gaps: [gap], lost: { ring: 12 } }).trace()

function opens(...add: ((process: ReturnType<TraceBuilder['root']['fork']>) => unknown)[]) {
  const builder = new TraceBuilder()
  const process = builder.root.spawn('/bin/tool', ['tool'])
  for (const one of add) one(process)
  process.exit()
  return builder.trace()
}

describe('finds', () => {
  test.each([
    'hello.h',
    'include/hello.h',
    './include/../include/hello.h',
    `${projectRoot}/include/hello.h`,
    '*.h',
    'include/*',
    '**/hello.h',
    'in*/**',
    '../project/include/*.h',
    '/home/*/project/**/*.h',
    /\/include\/.*\.h$/,
    expect.stringContaining('include/'),
  ])('hello.h as %s', (path) => {
    expect(trace).toHaveOpened(path)
  })

  test('any path', () => {
    expect(trace).toHaveOpened()
    expect(trace).toHaveOpened(undefined, {})
  })

  test('by each option', () => {
    expect(trace).toHaveOpened('hello.c', { mode: 'read', by: 'cc1', times: 1 })
    expect(trace).toHaveOpened('hello.o', { mode: 'write', created: true, by: 'as' })
    expect(trace).toHaveOpened('/tmp/*.s', { created: false, times: 1 })
    expect(trace).toHaveOpened('/usr/include/hello.h', { errno: 'ENOENT' })
    expect(trace).toHaveOpened('/usr/include/*', { errno: expect.stringMatching(/^E/) })
  })

  test('by the program that the process had from its parent', () => {
    const builder = new TraceBuilder()
    const shell = builder.root.spawn('/bin/sh', ['sh'])
    const child = shell.fork()
    shell.exec('/bin/ls', ['ls']).open('/a')
    child.open('/b')
    expect(builder.ended()).toHaveOpened('/a', { by: 'ls', times: 1 })
    expect(builder.ended()).toHaveOpened('/b', { by: 'sh', times: 1 })
    builder.root.open('/c')
    expect(messageOf(() => expect(builder.ended()).toHaveOpened('/c', { by: 'node' }))).toContain(
      'done by the test itself, which `by` does not name',
    )
  })

  test('by each program that one process ran', () => {
    const builder = new TraceBuilder()
    const process = builder.root.spawn('/bin/sh', ['sh']).open('/a').open('/a')
    process.exec('/bin/ls', ['ls']).open('/a').exec('/bin/cat', ['cat']).open('/a').open('/a').open('/a')
    expect(builder.ended()).toHaveOpened('/a', { by: 'sh', times: 2 })
    expect(builder.ended()).toHaveOpened('/a', { by: 'ls', times: 1 })
    expect(builder.ended()).toHaveOpened('/a', { by: 'cat', times: 3 })
    const message = messageOf(() => expect(builder.ended()).toHaveOpened('/a', { by: 'sh', mode: 'write' }))
    expect(message).toContain('      opened for read, not write\n      test → sh')
    expect(message).not.toContain('done by sh')
  })

  test('the file that the kernel walked to, whatever is there by now', () => {
    withLinks({ '/walked': '/elsewhere' }, () => {
      expect(opens((process) => process.open('/walked/a'))).not.toHaveOpened('/elsewhere/a')
    })
  })

  test('what is open for reading and writing as both', () => {
    const both = opens((process) => process.open('/a', { mode: 'readwrite' }))
    expect(both).toHaveOpened('/a', { mode: 'read' })
    expect(both).toHaveOpened('/a', { mode: 'write' })
    expect(both).toHaveOpened('/a', { mode: 'readwrite' })
    expect(trace).not.toHaveOpened('hello.c', { mode: 'readwrite' })
  })

  test('by a link that was asked for, and says so', () => {
    const linked = opens((process) => process.open('/data/v2/config.json', { asked: '/etc/config.json' }))
    expect(linked).toHaveOpened('/etc/config.json')
    expect(messageOf(() => expect(linked).not.toHaveOpened('/etc/*'))).toContain(
      'matched by: asked path /etc/config.json',
    )
  })

  test('by the name of a relative link', () => {
    const linked = opens((process) => process.open('/data/v2/config.json', { asked: 'etc/link.json' }))
    expect(linked).toHaveOpened('link.json')
    expect(linked).not.toHaveOpened('etc/link.json')
  })

  test('a path of another root says nothing of places', () => {
    const jailed = opens((process) => process.open('/passwd', { chrooted: true }))
    for (const pattern of ['/etc/passwd', './passwd', '/home/**'])
      for (const judge of [() => expect(jailed).toHaveOpened(pattern), () => expect(jailed).not.toHaveOpened(pattern)])
        expect(errorOf(judge)).toMatchObject({
          code: 'INCOMPLETE_TRACE',
          message: expect.stringContaining('another root'),
        })
    expect(jailed).toHaveOpened('passwd')
    expect(jailed).not.toHaveOpened('shadow')
    expect(jailed).not.toHaveOpened(/^\/etc\//)
    expect(jailed).not.toHaveOpened('/etc/passwd', { by: 'other' })
  })

  test('a name that is spelled like a glob', () => {
    const routes = opens((process) => process.open(`${projectRoot}/app/[id]/page.ts`))
    expect(routes).toHaveOpened('app/[id]/page.ts')
    expect(routes).not.toHaveOpened('app/[xyz]/page.ts')
  })

  test('dot files by globs', () => {
    expect(opens((process) => process.open(`${projectRoot}/.git/config`))).toHaveOpened('**/config')
  })

  test('a name of other bytes than UTF-8 by itself only', () => {
    const raw = opens((process) => process.open('/data/\udc80'))
    expect(raw).toHaveOpened('/data/\udc80')
    expect(raw).not.toHaveOpened('/data/\udc81')
    expect(raw).not.toHaveOpened('/data/\ufffd')
  })
})

describe('misses', () => {
  test('the mode', () => {
    expect(messageOf(() => expect(trace).toHaveOpened('hello.c', { mode: 'write' }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveOpened("hello.c", {mode: "write"})

      Expected: open of "hello.c" with mode "write"
      Found:    none in 22 events of 4 processes, 0 lost

      Nearest:
        +10.0ms  cc1[1003]  open read /home/me/project/hello.c
            opened for read, not write
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s"
    `)
  })

  test('a slip of the pen', () => {
    expect(messageOf(() => expect(trace).toHaveOpened('include/helo.h'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveOpened("include/helo.h")

      Expected: open of "include/helo.h"
      Found:    none in 22 events of 4 processes, 0 lost

      Nearest:
        +11.0ms  cc1[1003]  open read /home/me/project/include/hello.h
            named hello.h, not "include/helo.h"
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s
        +12.0ms  cc1[1003]  open read /usr/include/hello.h -> ENOENT
            named hello.h, not "include/helo.h"
            failed: ENOENT
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s"
    `)
  })

  test('a path that nothing is near to', () => {
    expect(messageOf(() => expect(trace).toHaveOpened('package.json'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveOpened("package.json")

      Expected: open of "package.json"
      Found:    none in 22 events of 4 processes, 0 lost

      Opened in the project: Makefile, hello.c, include/hello.h, hello.o"
    `)
    const many = opens(
      ...Array.from({ length: 9 }, (_, n) => (process: ProcessBuilder) => process.open(`${projectRoot}/${n}`)),
    )
    expect(messageOf(() => expect(many).toHaveOpened('package.json'))).toContain('5, … 3 more')
    const none = opens((process) => process.open('/etc/passwd'))
    expect(messageOf(() => expect(none).toHaveOpened('package.json'))).toContain('No file of the project was opened.')
  })

  test('the same name in another folder', () => {
    expect(messageOf(() => expect(trace).toHaveOpened('src/hello.h'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveOpened("src/hello.h")

      Expected: open of "src/hello.h"
      Found:    none in 22 events of 4 processes, 0 lost

      Nearest:
        +11.0ms  cc1[1003]  open read /home/me/project/include/hello.h
            in /home/me/project/include (asked for as include/hello.h), not in /home/me/project/src
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s
        +12.0ms  cc1[1003]  open read /usr/include/hello.h -> ENOENT
            in /usr/include, not in /home/me/project/src
            failed: ENOENT
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s"
    `)
  })

  test('what could not be opened', () => {
    const missing = opens(
      (process) => process.openFailed('/etc/app.conf', 'ENOENT', { asked: '/etc/app.conf' }),
      (process) => process.openFailed('/etc/app.conf', 'ENOENT', { asked: '/etc/app.conf' }),
    )
    const message = messageOf(() => expect(missing).toHaveOpened('/etc/app.conf'))
    expect(message).toContain('2 failed attempts: ENOENT')
    expect(messageOf(() => expect(trace).toHaveOpened('hello.c', { errno: 'ENOENT' }))).toContain('it worked')
  })

  test('O_PATH, unless it is asked for', () => {
    const path = opens((process) => process.open('/etc/shadow', { mode: 'path' }))
    expect(path).not.toHaveOpened('/etc/shadow')
    expect(path).toHaveOpened('/etc/shadow', { mode: 'path' })
    expect(messageOf(() => expect(path).toHaveOpened('/etc/shadow'))).toContain(
      'opened with O_PATH: neither to read nor to write',
    )
  })
})

test('a folder of which the name begins with a tilde, and a backup', () => {
  const odd = opens(
    (process) => process.open(`${projectRoot}/~/x`),
    (process) => process.open(`${projectRoot}/x~`),
  )
  for (const path of ['./~/x', 'x~', './x~']) expect(odd).toHaveOpened(path)
})

test('.not passes', () => {
  expect(trace).not.toHaveOpened('/etc/shadow')
  expect(trace).not.toHaveOpened('/usr/include/hello.h')
  expect(trace).not.toHaveOpened('hello.h', { by: 'gcc' })
  expect(trace).not.toHaveOpened(/^(?!\/home\/me|\/tmp)/)
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveOpened('*.s', { mode: 'write' }))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveOpened("*.s", {mode: "write"})

    Expected: no open of "*.s" with mode "write"
    Found:    2 in 22 events of 4 processes, 0 lost

      +7.0ms  gcc[1002]  open write /tmp/ccAbCdEf.s (created)
          test → make -j4 → gcc -c hello.c -o hello.o
      +13.0ms  cc1[1003]  open write /tmp/ccAbCdEf.s
          test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s"
  `)
})

test('wrong received', () => {
  for (const assertion of [expect('x'), expect('x').not]) {
    expect(errorOf(() => assertion.toHaveOpened('a'))).toMatchObject({ code: 'MISUSE' })
  }
})

test.each<[unknown, unknown, string]>([
  ['', {}, 'Expected the path not to be empty'],
  ['a\0b', {}, 'without NUL'],
  [
    '!src/**',
    {},
    'Expected the path not to begin with `!`, got `"!src/**"` (string). There are no exceptions; the file of that name is `./!src/**`.',
  ],
  ['~/x', {}, 'Expected the path not to begin with `~`, got `"~/x"` (string). There is no shell here to expand it'],
  ['~', {}, 'not to begin with `~`'],
  ['~root/*', {}, 'not to begin with `~`'],
  ['file:///x', {}, 'Expected the path to be a path, not a URL, got `"file:///x"` (string). Use `fileURLToPath(…)`'],
  ['https://host/x', {}, 'not a URL'],
  [undefined, undefined, 'Expected the path to be given, got `undefined`. Leave it out to mean any.'],
  ['a', { errno: 'ENONET_' }, "Did you mean 'ENONET'?"],
  [7, {}, 'Expected the path to be a string, a RegExp or an asymmetric matcher, got `7` (number).'],
  [
    'a',
    { mode: 'wirte' },
    "one of 'read', 'write', 'readwrite', 'path', got `\"wirte\"` (string). Did you mean 'write'?",
  ],
  ['a', { created: true, errno: 'EEXIST' }, 'The `created` option cannot be used with `errno`'],
  ['a', { created: 'yes' }, 'Expected the `created` option to be true or false'],
  ['a', { by: 1 }, 'Expected the `by` option to be a string'],
  ['a', { time: 1 }, 'Unknown option `time`; did you mean `times`?'],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveOpened(path as never, options as never))
    expect(error).toMatchObject({ code: 'MISUSE' })
    expect(error.message).toContain(message)
  }
})

test('a lossy trace', () => {
  expect(lossy).toHaveOpened('hello.c')
  for (const assertion of [expect(lossy), expect(lossy).not]) {
    expect(errorOf(() => assertion.toHaveOpened('secret'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    expect(errorOf(() => assertion.toHaveOpened('hello.c', { times: 1 }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  }
  expect(messageOf(() => expect(lossy).not.toHaveOpened())).toContain('Found:')
})

test('a path that was not read', () => {
  const cut = opens((process) => process.open({ status: 'truncated', prefix: '/deep/deep' }, { asked: 'file' }))
  expect(cut).not.toHaveOpened('/etc/shadow') // a prefix that differs decides
  expect(errorOf(() => expect(cut).not.toHaveOpened('/deep/deep/er'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  const unreadable = opens((process) => process.open({ status: 'unreadable' }, { mode: 'read' }))
  expect(messageOf(() => expect(unreadable).toHaveOpened('a'))).toContain('its path could not be read')
  expect(unreadable).not.toHaveOpened('a', { mode: 'write' }) // it was opened to read, whatever it was
})

test('file events that were not recorded', () => {
  const none = new TraceBuilder({ groups: ['process'] }).trace()
  for (const assertion of [expect(none), expect(none).not]) {
    expect(errorOf(() => assertion.toHaveOpened('a'))).toMatchObject({
      code: 'GROUP_NOT_RECORDED',
      message: expect.stringContaining("got one with `process`. Open the session with `events: ['process', 'file']`;"),
    })
  }
})

test('asymmetric', () => {
  expect([trace]).toEqual([expect.toHaveOpened('hello.c', { mode: 'read' })])
  expect([trace]).toEqual([expect.not.toHaveOpened('hello.cpp')])
  expect([trace]).not.toEqual([expect.toHaveOpened('hello.cpp')])
})

test('a million opens are searched and counted', () => {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/find')
  for (let n = 0; n < 1_000_000; n++) {
    const path = `/a/folder-${n % 1000}/file`
    log.add('open', { result: 3 + (n % 5), file_mode: 0o100644, inode: n }, [path, null, path])
  }
  const big = log.exit(1).trace()
  expect(big).toHaveOpened('/a/folder-1/file')
  const start = performance.now()
  expect(big).not.toHaveOpened('/b/**/*.c')
  expect(big).toHaveOpened('/a/folder-99{7,8}/*', { mode: 'read', times: 2000 })
  expect(big).toHaveOpened(undefined, { mode: 'read', by: 'find', times: 1_000_000 })
  const matched = performance.now()
  expect(big.ofKind('open').length).toBe(1_000_000)
  // Nothing of it is decoded for a verdict: that alone takes ten times as long.
  expect(matched - start).toBeLessThan((performance.now() - matched) / 2)
})

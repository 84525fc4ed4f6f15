// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import type { Environment, Text } from '../../../src/trace/event.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { buildOfHello, TraceBuilder, type TraceOptions } from '../../helpers/trace-builder.ts'

const trace = buildOfHello().trace()
const gap = { reason: 'ring', count: 12, text: '12 records found the ring full.' }
const lossy = buildOfHello({ gaps: [gap], lost: { ring: 12 } }).trace()

describe('finds', () => {
  test.each([
    'gcc',
    '/usr/bin/gcc',
    'x86_64-linux-gnu-gcc-12',
    '/usr/bin/x86_64-linux-gnu-gcc-12',
    '*gcc-1?',
    '/usr/bin/g{cc,++}',
    /gcc/,
    /^gcc$/,
    expect.stringMatching(/^gcc$/),
  ])('gcc as %s', (program) => {
    expect(trace).toHaveExecuted(program)
  })

  test('any program', () => {
    expect(trace).toHaveExecuted()
  })

  test('a script by its own name and by its interpreter', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('./configure', ['/bin/sh', './configure', '--quiet'], {
      path: '/usr/bin/dash',
      script: '/home/me/project/configure',
      interpreter: '/bin/sh',
    })
    const script = builder.ended()
    expect(script).toHaveExecuted('configure', { argv: ['./configure', '--quiet'] })
    expect(script).toHaveExecuted('./configure', { argv: ['/bin/sh', './configure', '--quiet'] })
    expect(script).toHaveExecuted('sh', { resolved: 'dash' })
    expect(script).toHaveExecuted('/bin/sh')
    expect(script).not.toHaveExecuted('bash')
  })

  test('by each option', () => {
    expect(trace).toHaveExecuted('gcc', { argv: ['gcc', '-c', /\.c$/, '-o', expect.any(String)] })
    expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c']) })
    expect(trace).toHaveExecuted('gcc', { cwd: '/home/me/project', exitCode: 0, by: 'make', times: 1 })
    expect(trace).toHaveExecuted('gcc', { exitCode: expect.any(Number) })
    expect(trace).toHaveExecuted('cc1', { by: 'gcc' })
    expect(trace).toHaveExecuted('as', { errno: 'ENOENT', times: 2 })
    expect(trace).toHaveExecuted(undefined, { times: 4 })
  })

  test('by the signal that ended it', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/sleep', ['sleep', '1']).exit(null, 'SIGKILL')
    expect(builder.trace()).toHaveExecuted('sleep', { signal: 'SIGKILL' })
    expect(builder.trace()).not.toHaveExecuted('sleep', { exitCode: 0 })
  })

  test('nothing by a link when the resolved file is asked for', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/usr/lib/ccache/gcc', ['gcc', '-c', 'a.c'], { path: '/usr/bin/ccache' })
    expect(builder.ended()).toHaveExecuted('gcc', { resolved: 'ccache' })
    expect(builder.ended()).not.toHaveExecuted(undefined, { resolved: 'gcc' })
  })
})

describe('misses', () => {
  test('an argument', () => {
    expect(
      messageOf(() => expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-O2']) })),
    ).toMatchInlineSnapshot(`
        "expect(trace).toHaveExecuted("gcc", {argv: ArrayContaining ["-O2"]})

        Expected: exec of "gcc" with argv ArrayContaining ["-O2"]
        Found:    none in 22 events of 4 processes, 0 lost

        Nearest:
          +6.0ms  gcc[1002]  exec gcc -c hello.c -o hello.o
              argv lacks "-O2"
              matched by: asked path /usr/bin/gcc
              test → make -j4 → gcc -c hello.c -o hello.o"
      `)
  })

  test('a whole list', () => {
    const argv = ['gcc', '-c', 'hello.c', '-o', 'hallo.o']
    const error = errorOf(() => expect(trace).toHaveExecuted('gcc', { argv }))
    expect(error).toMatchObject({ actual: ['gcc', '-c', 'hello.c', '-o', 'hello.o'], expected: argv })
    expect(messageOf(() => expect(trace).toHaveExecuted('gcc', { argv: ['gcc'] }))).toContain(
      'argv has 5 elements, not 1',
    )
    expect(messageOf(() => expect(trace).toHaveExecuted('gcc', { argv }))).toContain(
      'argv[4] is hello.o, not "hallo.o"',
    )
  })

  test('a whole list without the name of the program', () => {
    expect(messageOf(() => expect(trace).toHaveExecuted('gcc', { argv: ['-c', 'hello.c', '-o', /./] }))).toContain(
      'argv begins with the program\'s own name, gcc: ["gcc", "-c", "hello.c", "-o", /./]',
    )
  })

  test('an asymmetric matcher of `expect.extend` is shown with its arguments', () => {
    const argv = expect.toSatisfy((list: unknown) => list === 3)
    const message = messageOf(() => expect(trace).toHaveExecuted('gcc', { argv }))
    expect(message).toContain('Expected: exec of "gcc" with argv toSatisfy((list) => list === 3)')
    expect(message).toContain('argv does not match toSatisfy(')
    function muchToDo(list: unknown): boolean {
      return Array.isArray(list) && list.length > 1000
    }
    expect(messageOf(() => expect(trace).toHaveExecuted('gcc', { argv: expect.toSatisfy(muchToDo) }))).toContain(
      'with argv toSatisfy(function muchToDo)',
    )
  })

  test('steps of a search and failed attempts do not hide what ran', () => {
    const builder = new TraceBuilder()
    for (let n = 0; n < 7; n++) {
      const tried = builder.root
        .spawn('/bin/sh', ['sh', `${n}`])
        .fork()
        .execFailed('/opt/gcc', 'ENOENT')
      if (n < 6) tried.exit(1)
      else tried.exec('/usr/bin/gcc', ['gcc', '-c', 'a.c']).exit(0)
    }
    const message = messageOf(() => expect(builder.trace()).toHaveExecuted('gcc', { exitCode: 1 }))
    expect(message.match(/^ {2}\+.*/gm)?.[0]).toContain('gcc -c a.c')
    expect(message.match(/exec \/opt\/gcc -> ENOENT/g)).toHaveLength(1)
    expect(message).toContain('6 failed attempts: ENOENT')
    const found = new TraceBuilder()
    found.root.fork().execFailed('/opt/gcc', 'ENOENT').exec('/usr/bin/gcc', ['gcc']).exit(0)
    expect(messageOf(() => expect(found.trace()).toHaveExecuted('gcc', { exitCode: 1 }))).not.toContain('ENOENT')
  })

  test('a program that was only looked for', () => {
    const builder = new TraceBuilder()
    const sh = builder.root.spawn('/bin/sh', ['sh', '-c', 'clang a.c'])
    const child = sh.fork()
    for (const folder of ['/usr/local/bin', '/usr/bin', '/bin']) child.execFailed(`${folder}/clang`, 'ENOENT')
    child.exit(127)
    sh.exit(127)
    expect(messageOf(() => expect(builder.trace()).toHaveExecuted('clang'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveExecuted("clang")

      Expected: exec of "clang"
      Found:    none in 8 events of 2 processes, 0 lost

      Nearest:
        +4.0ms  sh[1002]  exec /usr/local/bin/clang -> ENOENT
            3 failed attempts: ENOENT
            matched by: asked path /usr/local/bin/clang
            test → sh -c 'clang a.c' → sh (forked)"
    `)
    expect(builder.trace()).not.toHaveExecuted('clang')
  })

  test('a slip of the pen', () => {
    expect(messageOf(() => expect(trace).toHaveExecuted('gc'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveExecuted("gc")

      Expected: exec of "gc"
      Found:    none in 22 events of 4 processes, 0 lost

      Nearest:
        +6.0ms  gcc[1002]  exec gcc -c hello.c -o hello.o
            asked /usr/bin/gcc, argv[0] gcc, resolved /usr/bin/x86_64-linux-gnu-gcc-12
            test → make -j4 → gcc -c hello.c -o hello.o"
    `)
  })

  test('a program that nothing is near to', () => {
    expect(messageOf(() => expect(trace).toHaveExecuted('python3'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveExecuted("python3")

      Expected: exec of "python3"
      Found:    none in 22 events of 4 processes, 0 lost

      Executed: make, gcc, cc1, as"
    `)
  })

  test('a count', () => {
    expect(messageOf(() => expect(trace).toHaveExecuted('gcc', { times: 2 }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveExecuted("gcc", {times: 2})

      Expected: exec of "gcc", exactly 2 times
      Found:    1 in 22 events of 4 processes, 0 lost

        +6.0ms  gcc[1002]  exec gcc -c hello.c -o hello.o
            matched by: asked path /usr/bin/gcc
            test → make -j4 → gcc -c hello.c -o hello.o"
    `)
  })

  test('a caller and an exit code', () => {
    const message = messageOf(() => expect(trace).toHaveExecuted('cc1', { by: 'make', exitCode: 1 }))
    expect(message).toContain('Expected: exec of "cc1" with exit code 1 by "make"')
    expect(message).toContain('exited with 0')
    expect(message).toContain('done by gcc')
  })
})

test('.not passes', () => {
  expect(trace).not.toHaveExecuted('curl')
  expect(trace).not.toHaveExecuted('gcc', { times: 2 })
  expect(trace).not.toHaveExecuted('gcc', { argv: expect.arrayContaining(['-O2']) })
})

describe('.not fails', () => {
  test('with what was found and how it came to it', () => {
    expect(messageOf(() => expect(trace).not.toHaveExecuted(/gcc/))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveExecuted(/gcc/)

      Expected: no exec of /gcc/
      Found:    2 in 22 events of 4 processes, 0 lost

        +6.0ms  gcc[1002]  exec gcc -c hello.c -o hello.o
            matched by: asked path /usr/bin/gcc
            test → make -j4 → gcc -c hello.c -o hello.o
        +9.0ms  cc1[1003]  exec cc1 hello.c -o /tmp/ccAbCdEf.s
            matched by: asked path /usr/lib/gcc/cc1
            test → make -j4 → gcc -c hello.c -o hello.o → cc1 hello.c -o /tmp/ccAbCdEf.s"
    `)
  })

  test('with five of many', () => {
    const builder = new TraceBuilder()
    for (let n = 0; n < 23; n++) builder.root.spawn('/bin/true', ['true']).exit()
    expect(messageOf(() => expect(builder.trace()).not.toHaveExecuted('true'))).toContain('… and 18 more')
  })

  test('for a count', () => {
    const message = messageOf(() => expect(trace).not.toHaveExecuted('gcc', { times: 1 }))
    expect(message).toContain('Expected: exec of "gcc", not exactly once')
  })
})

describe('wrong received', () => {
  test.each([
    ['text', '`"make"` (string)'],
    [null, '`null`'],
    [{ trace: {} }, 'a plain object'],
    [Promise.resolve(trace), 'an object (Promise). Await it first.'],
  ])('%s', (received, described) => {
    const given = received === 'text' ? 'make' : received
    for (const assertion of [expect(given), expect(given).not]) {
      const error = errorOf(() => assertion.toHaveExecuted('gcc'))
      expect(error.message).toContain(`Expected the received value to be a Trace or a Session, got ${described}`)
      expect(error).toMatchObject({ name: 'MisuseError', code: 'MISUSE' })
    }
  })

  test('a copy that a runner made to word a failure stands for its original', () => {
    const copy = Object.create(
      {
        get info() {
          throw new TypeError('private state')
        },
      },
      {
        [Symbol.for('spyscall.trace')]: { value: true },
        [Symbol.for('spyscall.self')]: { value: () => trace },
      },
    )
    expect(copy).toHaveExecuted('gcc')
    expect({ trace: copy }).not.toHaveExecuted('curl')
  })

  test('what has a `trace` is right: a session, or what `traced` gives', () => {
    expect({ trace }).toHaveExecuted('gcc')
    expect({ result: 3, trace }).not.toHaveExecuted('curl')
  })

  test('undefined and events are explained', () => {
    expect(messageOf(() => expect(undefined).not.toHaveExecuted('gcc'))).toContain(
      "got `undefined`. Is `test` imported from 'spyscall/vitest', is the fixture's name spelled `trace`, and `traced(…)` awaited?",
    )
    for (const events of [trace.events, []])
      expect(messageOf(() => expect(events).not.toHaveExecuted('gcc'))).toContain(
        'give events: assert on the trace, with options such as `by` and `times`.',
      )
  })
})

describe('wrong expectation', () => {
  test.each<[unknown, unknown, string]>([
    ['', {}, 'Expected the program not to be empty, got `""` (string). Leave it out to mean any.'],
    [42, {}, 'Expected the program to be a string, a RegExp or an asymmetric matcher, got `42` (number).'],
    [
      'git push',
      {},
      'Expected the program to be a name or a path, without arguments, got `"git push"` (string). Arguments are the option `argv` of `toHaveExecuted`; a name with spaces is matched by a RegExp.',
    ],
    ['/usr/bin/gcc -c', {}, 'Expected the program to be a name or a path, without arguments'],
    ['gcc', { by: 'make all' }, 'Expected the `by` option to be a name or a path, without arguments'],
    ['gcc', 'hello', 'Expected the options to be an object, got `"hello"` (string).'],
    ['gcc', { exitcode: 1 }, 'Unknown option `exitcode`; did you mean `exitCode`?'],
    ['gcc', { colour: 1 }, 'Unknown option `colour`; the options are `argv`,'],
    ['gcc', { times: -1 }, 'Expected the `times` option to be an integer of at least 0, got `-1` (number).'],
    ['gcc', { times: 1.5 }, 'Expected the `times` option'],
    ['gcc', { argv: '-c' }, 'Expected the `argv` option to be an array or an asymmetric matcher'],
    ['gcc', { argv: [1] }, 'Expected `argv[0]` to be a string, a RegExp or an asymmetric matcher'],
    ['gcc', { exitCode: 256 }, 'Expected the `exitCode` option to be an integer from 0 to 255'],
    [
      'gcc',
      { signal: 'KILL' },
      "Expected the `signal` option to be a name such as 'SIGKILL' or an asymmetric matcher, got `\"KILL\"` (string). Did you mean 'SIGKILL'?",
    ],
    ['gcc', { signal: 'SIGTREM' }, "Did you mean 'SIGTERM'?"],
    ['gcc', { signal: 'SIGIOT' }, "Did you mean 'SIGABRT'?"],
    ['gcc', { errno: 'enoent' }, "Did you mean 'ENOENT'?"],
    ['gcc', { errno: 'ENOTSUP' }, "Did you mean 'EOPNOTSUPP'?"],
    ['gcc', { errno: 'EXYZZYFOO' }, "Expected the `errno` option to be a name such as 'ENOENT'"],
    [undefined, undefined, 'Expected the program to be given, got `undefined`. Leave it out to mean any.'],
    ['~/bin/gcc', {}, 'Expected the program not to begin with `~`'],
    ['gcc', { exitCode: 1, signal: 'SIGKILL' }, 'The `exitCode` option cannot be used with `signal`'],
    ['gcc', { errno: 'ENOENT', exitCode: 1 }, 'The `exitCode` option cannot be used with `errno`'],
    ['gcc', { env: 'CC=gcc' }, 'Expected the `env` option to be an object of variables and their values'],
    ['gcc', { env: new Map() }, 'Expected the `env` option to be an object of variables and their values'],
    ['gcc', { env: {} }, 'Expected the `env` option to name a variable'],
    ['gcc', { env: { 'CC=gcc': '' } }, 'Expected the `env` option to have names of variables'],
    ['gcc', { env: { CC: undefined } }, 'null stands for a variable that is not set.'],
    ['gcc', { env: { CC: 1 } }, 'Expected the value of `env.CC` to be a string, a RegExp or an asymmetric matcher'],
    ['gcc', { errno: 'ENOENT', env: { CC: 'gcc' } }, 'The `env` option cannot be used with `errno`'],
    ['gcc', { by: '' }, 'Expected the `by` option not to be empty'],
    ['gcc', { cwd: 3 }, 'Expected the `cwd` option to be'],
    ['gcc', { resolved: '' }, 'Expected the `resolved` option not to be empty'],
  ])('%j %j', (program, options, message) => {
    for (const assertion of [expect(trace), expect(trace).not]) {
      const error = errorOf(() => assertion.toHaveExecuted(program as never, options as never))
      expect(error.message).toContain(message)
      expect(error).toMatchObject({ code: 'MISUSE' })
    }
  })
})

describe('by its environment', () => {
  const variables = (entries: Record<string, Text | null>, complete = true): Environment =>
    Object.assign(new Map(Object.entries(entries)), { complete })

  const build = (env: TraceOptions['env'], ...environments: Environment[]) => {
    const builder = new TraceBuilder({ env: env! })
    for (const each of environments) builder.root.spawn('/usr/bin/make', ['make'], { env: each })
    return builder.ended()
  }

  const one = build(
    true,
    variables({ CC: 'clang', CFLAGS: '-O2 -g', EMPTY: '', ODD: { status: 'absent' }, API_KEY: null }),
  )

  test('finds variables by their values, and those that are not set', () => {
    expect(one).toHaveExecuted('make', { env: { CC: 'clang' } })
    expect(one).toHaveExecuted('make', { env: { CC: /^cl/, CFLAGS: expect.stringContaining('-O2'), EMPTY: '' } })
    expect(one).toHaveExecuted('make', { env: { NODE_OPTIONS: null, ODD: null } })
    expect(one).toHaveExecuted(undefined, { env: { CC: 'clang', NODE_OPTIONS: null }, times: 1 })
    expect(one).not.toHaveExecuted('make', { env: { CC: 'gcc' } })
    expect(one).not.toHaveExecuted('make', { env: { CC: 'clang', CFLAGS: '-O3' } })
    expect(one).not.toHaveExecuted('make', { env: { CC: null } })
    expect(one).not.toHaveExecuted('make', { env: { API_KEY: null } })
    expect(one).not.toHaveExecuted('make', { env: { ODD: '' } })
  })

  test.each([
    [{ CC: 'gcc' }, 'CC is "clang"'],
    [{ CC: 'clang', CFLAGS: /-O3/ }, 'CFLAGS is "-O2 -g"'],
    [{ NODE_OPTIONS: '' }, 'NODE_OPTIONS is not set'],
    [{ API_KEY: null }, 'API_KEY is set'],
    [{ CC: null }, 'CC is "clang"'],
  ])('says which variable missed %j', (env, reason) => {
    const message = messageOf(() => expect(one).toHaveExecuted('make', { env }))
    expect(message).toContain(reason)
    expect(message).toContain('Expected: exec of "make" with env {')
  })

  test('refuses a trace without environments, under `.not` too', () => {
    for (const assertion of [expect(trace), expect(trace).not]) {
      const error = errorOf(() => assertion.toHaveExecuted('gcc', { env: { CC: 'gcc', LANG: null } }))
      expect(error).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
      expect(error.message).toContain(
        "Expected a trace with environments, got one without. Open the session with `env: ['CC', 'LANG']`; the fixtures take it from `sessionOptions`.",
      )
    }
  })

  test('refuses a value that was not asked for, or that is masked', () => {
    const some = build(['CC'], variables({ CC: 'clang', LANG: null }))
    expect(some).toHaveExecuted('make', { env: { CC: 'clang', NODE_OPTIONS: null } })
    expect(some).not.toHaveExecuted('make', { env: { LANG: null } })
    const other = errorOf(() => expect(some).not.toHaveExecuted('make', { env: { CC: 'clang', LANG: 'C' } }))
    expect(other).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
    expect(other.message).toContain(
      "Expected a trace with the value of `LANG`, got one with those of `CC`. Open the session with `env: ['CC', 'LANG']`; the fixtures take it from `sessionOptions`.",
    )
    const secret = errorOf(() => expect(one).not.toHaveExecuted('make', { env: { API_KEY: 'x' } }))
    expect(secret).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
    expect(secret.message).toContain(
      "Expected a trace with the value of `API_KEY`, which looks like a secret and is masked. Open the session with `env: ['*', 'API_KEY']`; the fixtures take it from `sessionOptions`.",
    )
  })

  test('refuses a verdict that a part which was not read could contradict', () => {
    const half = build(true, variables({ CC: 'clang', CFLAGS: { status: 'truncated', prefix: '-O' } }, false))
    expect(half).toHaveExecuted('make', { env: { CC: 'clang' } })
    for (const env of [{ LANG: null }, { LANG: 'C' }, { CFLAGS: '-O2' }]) {
      const error = errorOf(() => expect(half).not.toHaveExecuted('make', { env }))
      expect(error).toMatchObject({ code: 'INCOMPLETE_TRACE' })
      expect(error.message).toContain('its environment could not be read whole')
    }
    expect(half).not.toHaveExecuted('make', { env: { CC: 'gcc', LANG: null } })
  })
})

describe('a lossy trace', () => {
  test('still finds', () => {
    expect(lossy).toHaveExecuted('gcc')
    expect(messageOf(() => expect(lossy).not.toHaveExecuted('gcc'))).toContain('matched by: asked path /usr/bin/gcc')
  })

  test('refuses absence and counts, whatever the sign', () => {
    for (const assertion of [expect(lossy), expect(lossy).not]) {
      expect(errorOf(() => assertion.toHaveExecuted('curl'))).toMatchObject({
        code: 'INCOMPLETE_TRACE',
        name: 'EvidenceError',
      })
      expect(errorOf(() => assertion.toHaveExecuted('gcc', { times: 1 }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
      expect(errorOf(() => assertion.toHaveExecuted('gcc', { times: 3 }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    }
    expect(messageOf(() => expect(lossy).not.toHaveExecuted('curl'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveExecuted("curl")

      The trace is incomplete, so it does not tell whether there was an exec of "curl":
        - 12 records found the ring full.
      What was found in it is sound; what was not found may still have happened. See docs/matchers.md, "Incomplete traces"."
    `)
  })

  test('refuses where a name that would decide was not read', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/x', ['x'], { asked: { status: 'truncated', prefix: '/very/long' }, path: '/very/long/file' })
    const unread = builder.trace()
    expect(unread).toHaveExecuted('x')
    expect(messageOf(() => expect(unread).not.toHaveExecuted('curl'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveExecuted("curl")

      The trace does not tell whether there was an exec of "curl":
        - +2.0ms  file[1001]  exec x: its asked path could not be read
            test → x"
    `)
  })

  test('refuses where an exit code is not known yet', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/sleep', ['sleep', '9'])
    for (const assertion of [expect(builder.trace()), expect(builder.trace()).not]) {
      expect(messageOf(() => assertion.toHaveExecuted('sleep', { exitCode: 0 }))).toContain('it still runs')
    }
  })

  test('refuses where processes were not recorded', () => {
    const none = new TraceBuilder({ groups: ['file'] }).trace()
    for (const assertion of [expect(none), expect(none).not]) {
      expect(errorOf(() => assertion.toHaveExecuted('gcc'))).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
    }
  })
})

describe('a trace of nobody', () => {
  const nobody = new TraceBuilder().trace()
  const scoped = (scope: 'self' | 'run') => Object.create(nobody, { info: { value: { ...nobody.info, scope } } })

  test('cannot tell that a certain thing was not done', () => {
    const error = errorOf(() => expect(nobody).not.toHaveExecuted('curl'))
    expect(error).toMatchObject({ name: 'EvidenceError', code: 'NOTHING_RECORDED' })
    expect(messageOf(() => expect(nobody).not.toHaveExecuted('curl'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveExecuted("curl")

      Nothing was started in this session's scope, so of course there was no exec of "curl".
        - What the test itself does (\`fs.readFileSync\`, \`fetch\`) is recorded with the scope 'self' only.
        - A session records what is started after it was opened; the fixture opens one when the test asks for \`trace\` or \`session\`.
      To assert that nothing is started, write \`expect(trace).not.toHaveExecuted()\`."
    `)
    for (const check of [
      () => expect(nobody).not.toHaveOpened(),
      () => expect(nobody).not.toHaveConnectedTo(),
      () => expect(nobody).not.toHaveExecuted('curl', { times: 2 }),
      () => expect(nobody).toHaveExecuted('curl', { times: 0 }),
      () => expect([nobody]).toEqual([expect.not.toHaveExecuted('curl')]),
    ])
      expect(errorOf(check)).toMatchObject({ code: 'NOTHING_RECORDED' })
    expect(messageOf(() => expect(scoped('run')).not.toHaveOpened('a'))).toContain('inside `session.run(…)`')
  })

  test('tells that nothing was executed', () => {
    expect(nobody).not.toHaveExecuted()
    expect(nobody).toHaveExecuted(undefined, { times: 0 })
  })

  test("with the scope 'self' the test is somebody", () => {
    expect(scoped('self')).not.toHaveExecuted('curl')
  })

  test('says why nothing was found', () => {
    expect(messageOf(() => expect(nobody).toHaveExecuted('curl'))).toContain(
      "Nothing was started in this session's scope.\n  - What the test itself does",
    )
  })
})

describe('by', () => {
  test('never means the test itself, whatever it runs', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/usr/bin/make', ['make']).exit()
    const own = builder.trace()
    expect(own).not.toHaveExecuted('make', { by: 'node' })
    expect(own).not.toHaveExecuted('make', { by: /./ })
    expect(messageOf(() => expect(own).toHaveExecuted('make', { by: 'test' }))).toContain(
      'done by the test itself, which `by` does not name',
    )
  })

  test('means a program like the one that runs the test', () => {
    const builder = new TraceBuilder()
    const build = builder.root.spawn('/opt/node/bin/node', ['node', 'build.js'])
    build.spawn('/usr/bin/make', ['make']).exit()
    expect(builder.trace()).toHaveExecuted('make', { by: 'node' })
  })
})

describe('asymmetric', () => {
  test('finds and misses', () => {
    expect({ trace }).toEqual({ trace: expect.toHaveExecuted('gcc', { by: 'make' }) })
    expect({ trace }).toEqual({ trace: expect.not.toHaveExecuted('curl') })
    expect({ trace }).not.toEqual({ trace: expect.toHaveExecuted('curl') })
  })

  test('refuses and rejects misuse', () => {
    expect(errorOf(() => expect([lossy]).toEqual([expect.not.toHaveExecuted('curl')]))).toMatchObject({
      code: 'INCOMPLETE_TRACE',
    })
    expect(errorOf(() => expect([3]).toEqual([expect.not.toHaveExecuted('curl')]))).toMatchObject({ code: 'MISUSE' })
  })
})

// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, onTestFinished, test } from 'vitest'
import type { HermeticPolicy } from '../../../src/trace/hermetic/policy.ts'
import { did, isHermetic, told } from '../../helpers/hermetic-told.ts'
import { failed, HermeticTrace, own } from '../../helpers/hermetic-trace.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { inet, type TraceOptions, unix } from '../../helpers/trace-builder.ts'

/** `make` of one file, as a compiler does it. */
function build(options: TraceOptions = {}): HermeticTrace {
  const trace = new HermeticTrace(options)
  const make = trace.root.spawn('/usr/bin/make', ['make'])
  make.open('/usr/lib/libc.so.6').open('/etc/ld.so.cache').open(own('Makefile'))
  trace.missing(make, '/etc/ld.so.preload').stat(make, own('src/hello.c'))
  const gcc = make.spawn('/usr/bin/gcc', ['gcc', '-c', 'src/hello.c'], { path: '/usr/bin/x86_64-linux-gnu-gcc-12' })
  gcc.open(own('src/hello.c'))
  trace.missing(gcc, own('src/stdio.h')).stat(gcc, '/usr/include/stdio.h')
  gcc.open('/dev/null').open('/usr/include/stdio.h').create(own('out/hello.o'))
  return trace
}

const policy = { inputs: ['Makefile', 'src/**'], outputs: ['out/**'], toolchain: true } as const

test('finds that everything is declared', () => {
  expect(build().ended()).toBeHermetic(policy)
})

test('misses', () => {
  const trace = build()
  const id = trace.root.spawn('/usr/bin/id', ['id'])
  id.open('/etc/passwd').open('/etc/passwd').open(own('secret.txt'))
  trace.missing(id, '/home/me/.idrc')
  id.write(own('secret.txt')).unlink(own('secret.txt'))
  id.connect(unix('/run/docker.sock')).connect(inet('10.0.0.1', 443), { outcome: 'refused', errno: 'ECONNREFUSED' })
  trace.dns(id, 'example.com', inet('10.0.0.2', 53))
  const script = id.spawn('/opt/../home/me/x.sh', ['x.sh'], {
    path: '/usr/bin/dash',
    script: '/home/me/x.sh',
    interpreter: '/bin/sh',
  })
  script.openFailed('/etc/shadow', 'EACCES')
  trace.list(script, '/home/me').socket(script, 'packet', failed('EPERM')).listen(script, inet('0.0.0.0', 80))
  trace.mount(script, '/mnt')
  script.open('/etc/passwd', { chrooted: true }).rename('/home/me/a', '/home/me/b').send(inet('9.9.9.9', 123))
  expect(
    messageOf(() => expect(trace.ended()).toBeHermetic({ ...policy, inputs: [...policy.inputs, 'vendor/**'] })),
  ).toMatchInlineSnapshot(`
    "expect(trace).toBeHermetic({inputs: ["Makefile", "src/**", "vendor/**"], outputs: ["out/**"], toolchain: true})

    Expected: every access to be declared
    Found:    16 undeclared accesses in 40 events of 4 processes, 0 lost

    Executed, not a declared program (1):
      /home/me/x.sh
          x.sh[1004]  test → id → x.sh

    Read, not an input (1):
      /etc/passwd  ×2
          id[1003]  test → id

    Listed, not an input (1):
      /home/me
          x.sh[1004]  test → id → x.sh

    Looked at, not an input (1):
      /etc/shadow -> EACCES
          x.sh[1004]  test → id → x.sh

    Found absent, where nothing is declared (1):
      /home/me/.idrc
          id[1003]  test → id

    Written, not an output (1):
      secret.txt, also removed, read  ×3
          id[1003]  test → id

    Renamed, not an output (2):
      /home/me/a (renamed to /home/me/b)
      /home/me/b (renamed from /home/me/a)
          x.sh[1004]  test → id → x.sh

    Mounted on, not in \`mounts\` (1):
      /mnt
          x.sh[1004]  test → id → x.sh

    Used in another root (chroot), where paths are not those of the test (1):
      /etc/passwd (read)
          x.sh[1004]  test → id → x.sh

    Handed to a daemon outside the test, not in \`delegates\` (1):
      the Docker daemon over unix:/run/docker.sock
          id[1003]  test → id

    Connected to, not in \`network\` (1):
      tcp 10.0.0.1:443 -> refused (ECONNREFUSED)
          id[1003]  test → id

    Sent to, not in \`network\` (1):
      udp 9.9.9.9:123
          x.sh[1004]  test → id → x.sh

    Asked for by name, not in \`network\` (1):
      example.com A of 10.0.0.2:53
          id[1003]  test → id

    Listened on, not in \`network\` (1):
      tcp 0.0.0.0:80 (listen)
          x.sh[1004]  test → id → x.sh

    Sockets of other families, not in \`network\` (1):
      packet -> EPERM
          x.sh[1004]  test → id → x.sh

    Unused entries of the policy, which nothing in the trace was:
      inputs: "vendor/**"

    \`trace.suggestPolicy()\` gives a policy that this run would pass, to be reviewed."
  `)
})

test('.not passes', () => {
  const trace = build()
  trace.root.spawn('/usr/bin/cat', ['cat']).open('/etc/passwd')
  expect(trace.ended()).not.toBeHermetic(policy)
  expect(build().ended()).not.toBeHermetic({ ...policy, outputs: [] })
})

test('.not fails', () => {
  expect(
    messageOf(() => expect(build().ended()).not.toBeHermetic({ ...policy, absent: ['x'] })),
  ).toMatchInlineSnapshot(`
    "expect(trace).not.toBeHermetic({inputs: ["Makefile", "src/**"], outputs: ["out/**"], toolchain: true, absent: ["x"]})

    Expected: an access that the policy does not declare
    Found:    no undeclared access in 17 events of 2 processes, 0 lost"
  `)
})

test('wrong received', () => {
  for (const assertion of [expect('x'), expect('x').not])
    expect(errorOf(() => assertion.toBeHermetic({}))).toMatchObject({ code: 'MISUSE' })
})

describe('wrong policies are refused, under .not too', () => {
  test.each<[unknown, string]>([
    [undefined, 'Expected the policy to be an object, got `undefined`. `{}` declares nothing.'],
    ['src/**', 'Expected the options to be an object, got `"src/**"` (string).'],
    [{ input: [] }, 'Unknown option `input`; did you mean `inputs`?'],
    [{ inputs: 'src' }, 'Expected `inputs` of the policy to be a list, got `"src"` (string).'],
    [{ inputs: [/x/] }, 'Expected `inputs[0]` of the policy to be a path or a glob, got `/x/` (RegExp).'],
    [
      { inputs: ['a', ''] },
      'Expected `inputs[1]` of the policy not to be empty, got `""` (string). The project root itself is `.`.',
    ],
    [
      { outputs: ['out/'] },
      'Expected `outputs[0]` of the policy not to end in a slash, got `"out/"` (string). Write `out/**` for the folder and everything in it, `out` for the folder itself.',
    ],
    [
      { inputs: ['!src'] },
      'Expected `inputs[0]` of the policy to say what is declared, got `"!src"` (string). There are no exceptions; the file of that name is `./!src`.',
    ],
    [
      { absent: ['~/x'] },
      'Expected `absent[0]` of the policy not to begin with `~`, got `"~/x"` (string). There is no shell here to expand it: use `homedir()` of node:os.',
    ],
    [
      { inputs: ['file:///x'] },
      'Expected `inputs[0]` of the policy to be a path, not a URL, got `"file:///x"` (string). Use `fileURLToPath(…)` of node:url.',
    ],
    [{ toolchain: 'yes' }, 'Expected `toolchain` of the policy to be true, false or a list, got `"yes"` (string).'],
    [{ network: true }, 'Expected `network` of the policy to be a list, got `true` (boolean).'],
    [{ network: ['https://a.test'] }, 'Expected the target to be `host:port`, not a URL'],
    [{ network: [{ family: '' }] }, 'Expected `family` of a target in `network` not to be empty.'],
    [
      { delegates: ['dockerd'] },
      'Expected a name of `delegates` of the policy to be that of a daemon that is known, got `"dockerd"` (string). Did you mean \'docker\'?',
    ],
    [
      { executables: [''] },
      'Expected `executables[0]` of the policy not to be empty, got `""` (string). The project root itself is `.`.',
    ],
    [{ executables: [/cc/] }, 'Expected `executables[0]` of the policy to be a path or a glob, got `/cc/` (RegExp).'],
    [
      { network: [null] },
      'Expected the target to be a string, a RegExp or an object `{ host, port, family }`, got `null`.',
    ],
    [
      { network: [{ family: 7 }] },
      "Expected `family` to be 'inet', 'inet6', 'unix' or an asymmetric matcher, got `7` (number).",
    ],
    [
      { network: [{ family: 'packet', port: 1 }] },
      "Expected `family` to be 'inet', 'inet6', 'unix' or an asymmetric matcher",
    ],
    [{ probes: 'no' }, 'Expected `probes` of the policy to be true or false, got `"no"` (string).'],
  ])('%j', (given, message) => {
    for (const assertion of [expect(build().ended()), expect(build().ended()).not]) {
      const error = errorOf(() => assertion.toBeHermetic(given as HermeticPolicy))
      expect(error).toMatchObject({ code: 'MISUSE' })
      expect(error.message).toContain(message)
    }
  })

  test('and wrong options', () => {
    const withOptions = (options: object) =>
      errorOf(() => expect(build().ended()).toBeHermetic(policy, options)).message
    expect(withOptions({ unused: 'error' })).toContain("the `unused` option to be one of 'warn', 'fail', 'ignore'")
    expect(withOptions({ soFar: 1 })).toContain('the `soFar` option to be true or false')
    expect(withOptions({ strict: true })).toContain('Unknown option `strict`')
  })
})

describe('evidence', () => {
  const gap = { gaps: [{ reason: 'ring', count: 1, text: '1 record found the ring full.' }] }

  test('a lossy trace is refused where nothing undeclared was found', () => {
    for (const assertion of [expect(build(gap).ended()), expect(build(gap).ended()).not])
      expect(errorOf(() => assertion.toBeHermetic(policy))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    expect(build(gap).ended()).not.toBeHermetic({ ...policy, toolchain: false })
  })

  test('of a lossy trace nothing is said to be unused', () => {
    const lossy = messageOf(() => expect(build(gap).ended()).toBeHermetic({ inputs: ['vendor/**'] }))
    expect(lossy).not.toContain('Unused')
    expect(messageOf(() => expect(build().ended()).toBeHermetic({ inputs: ['vendor/**'] }))).toContain('Unused')
  })

  test('the groups that it needs', () => {
    const trace = build({ groups: ['process', 'file', 'signal'] }).ended()
    for (const assertion of [expect(trace), expect(trace).not])
      expect(messageOf(() => assertion.toBeHermetic(policy))).toContain(
        "Expected a trace with the events that the policy is about, got one without `network`, `probe`. Open the session with `events: ['process', 'file', 'network', 'probe', 'signal']`; the fixtures take it from `sessionOptions`.",
      )
  })

  test('another group cannot be left out', () => {
    const trace = build({ groups: ['process', 'file', 'probe'] }).ended()
    const message = messageOf(() => expect(trace).toBeHermetic({ ...policy, probes: false }))
    expect(message).toMatch(
      /got one without `network`\. Open the session with `events: \['process', 'file', 'network', 'probe'\]`; the fixtures take it from `sessionOptions`\.$/,
    )
  })

  test('without probes a policy says so', () => {
    const trace = build({ groups: ['process', 'file', 'network'] })
    expect(messageOf(() => expect(trace.ended()).toBeHermetic(policy))).toMatch(
      /got one without `probe`\. Open .*'probe'\]`; .*\. Or write `probes: false` into the policy: then it says nothing of what is only looked at\.$/,
    )
    expect(trace.ended()).toBeHermetic({ ...policy, probes: false })
    const listing = did((process) => process.open('/home/me', { fileType: 'directory' }), {
      groups: ['process', 'file', 'network'],
    })
    expect(told(listing, { probes: false })).toEqual(['Listed, not an input (1):', '  /home/me'])
  })

  test('somebody still runs', () => {
    const trace = build()
    expect(errorOf(() => expect(trace.trace()).toBeHermetic(policy))).toMatchObject({ code: 'STILL_RUNNING' })
    expect(trace.trace()).toBeHermetic(policy, { soFar: true })
    expect(trace.trace()).not.toBeHermetic({})
  })

  test('a trace of nobody', () => {
    const nobody = new HermeticTrace().trace()
    expect(errorOf(() => expect(nobody).toBeHermetic(policy))).toMatchObject({ code: 'NOTHING_RECORDED' })
  })

  test('what could not be read may be anything', () => {
    const trace = did((process) => process.open({ status: 'truncated', prefix: own('src/x') }))
    for (const assertion of [expect(trace), expect(trace).not])
      expect(messageOf(() => assertion.toBeHermetic({ ...policy, toolchain: true }))).toContain(`
The trace does not tell whether there was an access that the policy does not declare:
  - open read ${own('src/x')}… <cut>: its path could not be read
      test → tool`)
    const found = did((process) => process.open({ status: 'unreadable' }).open('/etc/passwd'))
    expect(told(found, {})).toEqual([
      'Read, not an input (1):',
      '  /etc/passwd',
      'Beside these, 1 access could not be decided: a path or address was not read.',
    ])
    expect(found).not.toBeHermetic({ toolchain: true })
  })

  test('what never came to a file is nothing', () => {
    isHermetic(
      did((process) => process.openFailed({ status: 'unreadable' }, 'EFAULT')),
      {},
    )
  })
})

describe('unused entries', () => {
  test('are told in a warning, once', async () => {
    const warned: Error[] = []
    const listener = (warning: Error) => void warned.push(warning)
    process.on('warning', listener)
    onTestFinished(() => void process.off('warning', listener))
    const stale = { ...policy, inputs: [...policy.inputs, 'vendored/**'], network: [':4321'] }
    for (const _ of [1, 2]) expect(build().ended()).toBeHermetic(stale)
    expect(build().ended()).toBeHermetic({ ...policy, absent: ['quiet'] }, { unused: 'ignore' })
    await new Promise(setImmediate)
    expect(warned.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      'UnusedPolicyEntry: the policy of toBeHermetic has entries that nothing in the trace was: inputs: "vendored/**"; network: ":4321"',
    ])
  })

  test('fail where that is asked for', () => {
    const stale: HermeticPolicy = {
      ...policy,
      inputs: [...policy.inputs, 'vendor/**'],
      executables: ['make', 'gcc', 'ld'],
      network: [':443', { family: 'packet' }],
      delegates: ['docker'],
      absent: true,
      ignore: ['/dev/null', '/dev/kvm'],
    }
    expect(messageOf(() => expect(build().ended()).toBeHermetic(stale, { unused: 'fail' }))).toMatchInlineSnapshot(`
      "expect(trace).toBeHermetic({…}, {unused: "fail"})

      Expected: every access to be declared, and every entry of the policy to be used
      Found:    no undeclared access, 7 unused entries in 17 events of 2 processes, 0 lost

      Unused entries of the policy, which nothing in the trace was:
        inputs: "vendor/**"
        executables: "ld"
        network: ":443"
        network: {family: "packet"}
        delegates: "docker"
        absent: true
        ignore: "/dev/kvm""
    `)
    expect(errorOf(() => expect(build().ended()).not.toBeHermetic(stale, { unused: 'fail' })).message).toContain(
      'no undeclared access',
    )
  })

  test('one is enough', () => {
    const message = messageOf(() =>
      expect(build().ended()).toBeHermetic({ ...policy, absent: ['gone'] }, { unused: 'fail' }),
    )
    expect(message).toContain('no undeclared access, 1 unused entry in')
  })

  test('a default is not the policy’s own', () => {
    isHermetic(
      did((process) => process.open('/usr/lib/x')),
      { toolchain: ['/opt/cross'] },
      { unused: 'ignore' },
    )
    const message = messageOf(() =>
      isHermetic(
        did((process) => process.open('/x')),
        { toolchain: ['/opt/cross'] },
        {},
      ),
    )
    expect(message).toContain('nothing in the trace was:\n  toolchain: "/opt/cross"')
  })
})

test('asymmetric', () => {
  expect({ trace: build().ended() }).toEqual({ trace: expect.toBeHermetic(policy) })
  expect({ trace: build().ended() }).not.toEqual({ trace: expect.toBeHermetic({}) })
})

test('what is long is cut, and told how much', () => {
  const trace = did((process) => {
    for (let n = 10; n < 35; n++) process.open(`/data/f${n}`)
  })
  const message = messageOf(() =>
    expect(trace).toBeHermetic({ inputs: Array.from({ length: 40 }, (_, n) => `src/file-${n}`) }),
  )
  expect(message).toMatch(/^expect\(trace\)\.toBeHermetic\(\{…\}\)\n/)
  expect(message).toContain('Read, not an input (25):\n  /data/f10\n')
  expect(message).toContain('  /data/f19\n      tool[1001]  test → tool\n  … and 15 more\n')
  expect(message).toContain('\n  … and 20 more\n')
})

test('in a project that is the root, paths are absolute', () => {
  const trace = did((process) => process.open('/etc/x'), { projectRoot: '/' })
  expect(told(trace, {})).toEqual(['Read, not an input (1):', '  /etc/x'])
})

test('names are shown so that they give no orders', () => {
  const trace = did((process, all) => {
    process.open('/data/\u001b[31mred').connect(unix('/srv/\u202e.sock'))
    all.dns(process, 'a\u001b.test', inet('10.0.0.2', 53))
  })
  const message = errorOf(() => expect(trace).toBeHermetic({ toolchain: true })).message
  expect(message).toContain('/data/\\x1b[31mred')
  expect(message).toContain('unix:/srv/\\u202e.sock')
  expect(message).toContain('a\\x1b.test A of 10.0.0.2:53')
})

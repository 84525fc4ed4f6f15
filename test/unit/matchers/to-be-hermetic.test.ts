// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import { HermeticTrace, own } from '../../helpers/hermetic-trace.ts'
import { messageOf } from '../../helpers/message-of.ts'
import { inet, unix } from '../../helpers/trace-builder.ts'

/** `make` of one file, as a compiler does it. */
function build(): { builder: HermeticTrace; trace: () => ReturnType<HermeticTrace['trace']> } {
  const builder = new HermeticTrace()
  const make = builder.root.spawn('/usr/bin/make', ['make'])
  make.open('/usr/lib/libc.so.6').open('/etc/ld.so.cache').open(own('Makefile'))
  builder.missing(make, '/etc/ld.so.preload').stat(make, own('src/hello.c'))
  const gcc = make.spawn('/usr/bin/gcc', ['gcc', '-c', 'src/hello.c'], { path: '/usr/bin/x86_64-linux-gnu-gcc-12' })
  gcc.open(own('src/hello.c'))
  builder.missing(gcc, own('src/stdio.h')).stat(gcc, '/usr/include/stdio.h')
  gcc.open('/dev/null').open('/usr/include/stdio.h').create(own('out/hello.o'))
  return { builder, trace: () => builder.ended() }
}

const policy = { inputs: ['Makefile', 'src/**'], outputs: ['out/**'], toolchain: true } as const

test('finds that everything is declared', () => {
  expect(build().trace()).toBeHermetic(policy)
})

test('misses', () => {
  const { builder } = build()
  const id = builder.root.spawn('/usr/bin/id', ['id'])
  id.open('/etc/passwd').open('/etc/passwd').open(own('secret.txt'))
  builder.missing(id, '/home/me/.idrc')
  id.connect(unix('/run/docker.sock'))
  id.connect(inet('10.0.0.1', 443))
  expect(messageOf(() => expect(builder.ended()).toBeHermetic(policy))).toMatchInlineSnapshot(`
    "expect(trace).toBeHermetic({inputs: ["Makefile", "src/**"], outputs: ["out/**"], toolchain: true})

    Expected: every access to be declared
    Found:    5 undeclared accesses in 26 events of 3 processes, 0 lost

    Read, not an input (2):
      /etc/passwd  ×2
      secret.txt
          id[1003]  test → id

    Found absent, where nothing is declared (1):
      /home/me/.idrc
          id[1003]  test → id

    Handed to a daemon outside the test, not in \`delegates\` (1):
      the Docker daemon over unix:/run/docker.sock
          id[1003]  test → id

    Connected to, not in \`network\` (1):
      tcp 10.0.0.1:443
          id[1003]  test → id

    \`trace.suggestPolicy()\` gives a policy that this run would pass, to be reviewed."
  `)
})

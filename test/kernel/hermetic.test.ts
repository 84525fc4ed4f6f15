// SPDX-License-Identifier: MIT
// Catalogue P15, N9, N10, N13, F15-F18: what real programs use, against policies that leave it out. The test knows, since it put it there.
import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { onTestFinished, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { HermeticPolicy } from '../../src/trace/hermetic/policy.ts'
import type { Trace } from '../../src/trace/trace.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { messageOf } from '../helpers/message-of.ts'
import { freshFolder, workload } from '../helpers/workload.ts'

const events = ['process', 'file', 'network', 'probe'] as const
const env = { PATH: '/usr/bin:/bin' }

/** Runs a program in a project of its own, with an environment that leads nowhere else. */
async function run(
  projectRoot: string,
  command: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): Promise<Trace> {
  const { result, trace } = await traced(
    () => spawnSync(command, args, { cwd: projectRoot, env, encoding: 'utf8', ...options }),
    { projectRoot, events },
  )
  if (result.error) throw result.error
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`)
  return trace
}

const sh = (projectRoot: string, script: string, options?: SpawnSyncOptions) =>
  run(projectRoot, 'sh', ['-c', script], options)

/** What a program in Node connects to, and waits for the answer of. */
const connecting = (to: string) => [
  '-e',
  `require('net').connect(${to}).on('data', () => process.exit(0)).on('error', (e) => { console.error(e); process.exit(1) })`,
]

/** The lines of the message that name something undeclared. */
function told(trace: Trace, policy: HermeticPolicy): string[] {
  const message = messageOf(() => expect(trace).toBeHermetic({ toolchain: true, ...policy }, { unused: 'ignore' }))
  return message.split('\n').filter((line) => /^(?: {2}\S|\S.*\(\d+\):$)/.test(line))
}

function project(): string {
  const folder = freshFolder()
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src/main.c'), '#include "shared.h"\nint main(void) { return VALUE; }\n')
  writeFileSync(join(folder, 'src/shared.h'), '#define VALUE 0\n')
  writeFileSync(
    join(folder, 'Makefile'),
    'out/main: src/main.c src/shared.h\n\t@mkdir -p out\n\tgcc $(CFLAGS) -o $@ $<\n\t./out/main\n\tar rc out/main.a $<\n',
  )
  return folder
}

const scratch = ['/tmp/cc??????.*']
const absent = ['{,src/}{RCS,SCCS}', '-l*', 'libgcc_s.so.*', 'src/*.gch']
const policy = { inputs: ['.', 'Makefile', 'src/**'], outputs: ['out/**', ...scratch], absent, toolchain: true }

describeKernel('hermetic', () => {
  test('a build in its own folder is, and no other policy passes it', async () => {
    const trace = await run(project(), 'make', [])
    expect(trace).toBeHermetic(policy, { unused: 'fail' })
    expect(trace).toBeHermetic(
      { ...policy, executables: ['make', 'mkdir', 'gcc', 'cc1', 'as', 'collect2', 'ld', 'main', 'ar'] },
      { unused: 'fail' },
    )
    for (const key of ['inputs', 'outputs', 'absent', 'toolchain'] as const) {
      const { [key]: _, ...less } = policy
      expect(trace).not.toBeHermetic(less)
    }
  })

  test('a header from elsewhere is told, with who read it', async () => {
    const elsewhere = freshFolder()
    writeFileSync(join(elsewhere, 'shared.h'), '#define VALUE 0\n')
    const root = project()
    writeFileSync(join(root, 'src/main.c'), '#include <shared.h>\nint main(void) { return VALUE; }\n')
    const trace = await run(root, 'make', [`CFLAGS=-I${elsewhere}`])
    const lines = told(trace, policy)
    expect(lines.slice(0, 2)).toEqual(['Read, not an input (1):', `  ${elsewhere}/shared.h`])
    // The compiler looked for others there, too.
    expect(lines.slice(2).filter((line) => !line.startsWith(`  ${elsewhere}`))).toEqual([
      'Looked at, not an input (1):',
      expect.stringMatching(/^Found absent, where nothing is declared/),
    ])
    expect(messageOf(() => expect(trace).toBeHermetic(policy))).toMatch(
      /\n {6}cc1\[\d+\] {2}test → make CFLAGS=.* → gcc .* → cc1 -quiet /,
    )
    expect(trace).toBeHermetic({ ...policy, inputs: [...policy.inputs, `${elsewhere}/**`] })
  })

  test('an archive is packed and unpacked, with modes that the C library changes by descriptors', async () => {
    const root = freshFolder()
    mkdirSync(join(root, 'src [1]'))
    writeFileSync(join(root, 'src [1]/a"b|c'), '')
    const trace = await sh(root, 'tar cf all.tar src* && mkdir out && tar xf all.tar -C out')
    const names = ['/etc/{group,nsswitch.conf,passwd}', '.', 'src \\[1]/**']
    expect(told(trace, { inputs: names, outputs: ['all.tar', 'out/src*/*'] })).toEqual([
      'Created, not an output (1):',
      expect.stringMatching(/^ {2}out\/src \[1], also written/),
    ])
    expect(told(trace, { inputs: names, outputs: ['all.tar', 'out/src*'] })).toEqual([
      'Created, not an output (1):',
      expect.stringMatching(/^ {2}out\/src \[1]\/a"b\|c/),
    ])
    expect(trace).toBeHermetic({ inputs: names, outputs: ['all.tar', 'out/**'], toolchain: true })
    expect(trace).toBeHermetic(trace.suggestPolicy(), { unused: 'fail' })
  })

  test('what a script reads of its home, and looks for in vain', async () => {
    const [root, home] = [freshFolder(), freshFolder()]
    writeFileSync(join(home, '.toolrc'), 'x')
    const trace = await sh(root, 'cat ~/.toolrc; test -e ~/.config/tool || test -e /etc/tool.conf; true', {
      env: { ...env, HOME: home },
    })
    expect(told(trace, {})).toEqual([
      'Read, not an input (1):',
      `  ${home}/.toolrc`,
      'Found absent, where nothing is declared (2):',
      '  /etc/tool.conf',
      `  ${home}/.config/tool`,
    ])
    expect(trace).toBeHermetic(
      { toolchain: true, inputs: [`${home}/.toolrc`], absent: ['/etc/tool.conf', `${home}/.config/*`] },
      { unused: 'fail' },
    )
  })

  test('a connection, and a socket of a family of its own', async () => {
    const server = createServer((socket) => socket.end('hello'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const { trace } = await traced(
      async () => {
        const child = spawn(process.execPath, connecting(String(port)), { env })
        await once(child, 'close')
      },
      { events },
    )
    const connected = told(trace, { inputs: ['/etc/**'], absent: true }).filter((line) => !line.startsWith('Looked'))
    expect(connected).toContain(`  tcp 127.0.0.1:${port}`)
    expect(trace).toHaveConnectedTo(`127.0.0.1:${port}`, { outcome: 'established' })
    expect(trace).toBeHermetic({ toolchain: true, inputs: ['/etc/**'], absent: true, network: ['localhost'] })
  })

  test.skipIf(lacksRoot)(
    'P15: work for the Docker daemon is told by its name, however wide the network is declared',
    async () => {
      const [root, outside] = [freshFolder(), freshFolder()]
      const server = createServer((socket) => socket.end('hello'))
      server.listen(join(outside, 'docker.sock'))
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      // The socket of the test is that of Docker in a mount namespace of the program's own.
      const script = `mount --bind ${outside} /run && exec ${process.execPath} "$@"`
      const { trace } = await traced(
        async () => {
          const args = ['-m', 'sh', '-c', script, 'sh', ...connecting("'/run/docker.sock'")]
          const child = spawn('unshare', args, { cwd: root, env })
          const [code] = await once(child, 'close')
          expect(code).toBe(0)
        },
        { events, projectRoot: root },
      )
      const wide = { inputs: ['/**'], absent: true, network: ['unix:/**', '0.0.0.0/0'] }
      expect(told(trace, wide)).toEqual([
        'Handed to a daemon outside the test, not in `delegates` (1):',
        '  the Docker daemon over unix:/run/docker.sock',
      ])
      expect(trace).toBeHermetic({ toolchain: true, ...wide, delegates: ['docker'] }, { unused: 'ignore' })
    },
  )

  test('a socket among its outputs, of a server of its own, by whatever name', async () => {
    const root = freshFolder()
    mkdirSync(join(root, 'out'))
    symlinkSync('out', join(root, 'link'))
    const script =
      'const s = net.createServer((c) => c.end("x")).listen("link/s", () => net.connect("out/s").on("data", () => process.exit()))'
    const trace = await run(root, process.execPath, ['-e', script])
    expect(trace).toHaveConnectedTo('unix:out/s')
    expect(trace).toBeHermetic({ toolchain: true, inputs: ['/etc/ssl/**'], outputs: ['out/**'] }, { unused: 'ignore' })
    expect(told(trace, { inputs: ['/etc/ssl/**'] }).filter((line) => line.includes('unix:'))).toHaveLength(2)
  })

  test('F15, F16: data through an inherited descriptor', async () => {
    const [root, outside] = [freshFolder(), freshFolder()]
    writeFileSync(join(outside, 'in'), 'x'.repeat(1000))
    const [input, output] = [openSync(join(outside, 'in'), 'r'), openSync(join(outside, 'out'), 'w')]
    onTestFinished(() => [input, output].forEach(closeSync))
    const trace = await run(root, 'cat', [], { stdio: [input, output, 'inherit'] })
    expect(told(trace, {})).toEqual([
      'Read, not an input (1):',
      `  ${outside}/in`,
      'Written, not an output (1):',
      `  ${outside}/out`,
    ])
  })

  test('F17: what was done through links that the run made, and took away', async () => {
    const [root, outside] = [freshFolder(), freshFolder()]
    writeFileSync(join(outside, 'notes'), '')
    mkdirSync(join(root, 'out'))
    const trace = await sh(root, `ln -s ${outside} out/l && rm out/l/notes && mv out/l out/m && rm out/m`)
    const removed = told(trace, { outputs: ['out/**'] })
    expect(removed).toContain(`  ${outside}/notes (asked for as ${root}/out/l/notes), also looked at  ×2`)
    expect(removed.filter((line) => line.startsWith('  ')).length).toBe(1)
  })

  test('files without a name, and programs without a file', async () => {
    const folder = freshFolder()
    const ghost = await run(folder, workload('memfd-exec'), ['fexecve'])
    const own = { inputs: [workload('*')] }
    expect(told(ghost, own)).toEqual(['Executed, not a declared program (1):', '  /memfd:ghost'])
    expect(ghost).toBeHermetic({ toolchain: true, ...own, executables: ['memfd-exec', 'memfd:ghost'] })
    const nameless = await run(folder, workload('nameless'), [folder])
    const lines = told(nameless, own)
    expect(lines.filter((line) => line.includes('#'))).toEqual([])
    expect(nameless).toBeHermetic({ toolchain: true, ...own, outputs: ['**'] })
  })

  test.skipIf(lacksRoot)('paths of another root are told apart', async () => {
    const folder = freshFolder()
    const trace = await run(folder, workload('roots'), ['chroot', folder])
    const declared = { inputs: [workload('roots')], outputs: ['**'] }
    const lines = told(trace, { ...declared, inputs: [...declared.inputs, '/etc/**'] })
    expect(lines[0]).toMatch(/^Used in another root \(chroot\)/)
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\/etc\/file \(read\)/))
    expect(trace).toBeHermetic({ toolchain: true, ...declared, chrooted: ['/**'] }, { unused: 'ignore' })
  })
})

describeKernel('suggested policies', () => {
  test('of one build hold for the next, whatever the temporary names', async () => {
    const first = (await run(project(), 'make', [])).suggestPolicy()
    const second = await run(project(), 'make', [])
    expect(second).toBeHermetic(first, { unused: 'fail' })
    expect(String(second.suggestPolicy())).toBe(String(first))
    expect({ ...first }).toEqual({
      inputs: ['.', 'Makefile', 'src', 'src/main.c', 'src/shared.h'],
      outputs: ['/tmp/cc??????.*', 'out/main', 'out/main.a', 'out/st??????'],
      toolchain: true,
      executables: ['ar', 'as', 'cc1', 'collect2', 'gcc', 'ld', 'main', 'make', 'mkdir'],
      absent: expect.arrayContaining(['RCS', 'SCCS', 'src/RCS', 'src/SCCS']),
    })
  })

  test.each([
    ['sh', ['-c', 'mkdir -p a/b && echo x > a/b/c && mv a/b/c d && ln -s d e && cat e && rm -r a d e']],
    ['git', ['init', '-q', 'repository']],
    ['tar', ['-cf', 'all.tar', 'src', 'Makefile']],
    ['find', ['.', '-name', '*.c']],
    [
      process.execPath,
      ['-e', 'fs.writeFileSync("x", fs.readFileSync("Makefile")); fs.mkdtempSync("/tmp/spy-made-"); process.exit(0)'],
    ],
    ['perl', ['-e', 'use File::Temp; my $t = File::Temp->new; print $t "x"; open F, "<", "Makefile"; print <F>']],
  ] as const)('are passed by the run, and each entry is needed: %s', async (command, args) => {
    const trace = await run(project(), command, args, { env: { ...env, HOME: '/nonexistent' } })
    const suggested = trace.suggestPolicy()
    expect(trace).toBeHermetic(suggested, { unused: 'fail' })
    for (const [key, list] of Object.entries(suggested)) {
      for (const [index] of Array.isArray(list) ? list.entries() : [])
        expect(trace).not.toBeHermetic({ ...suggested, [key]: (list as string[]).toSpliced(index, 1) })
    }
  })
})

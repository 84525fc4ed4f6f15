// SPDX-License-Identifier: MIT
// Catalogue E-a to E-n: what was executed, and what could not be. The fixtures of test/workloads say what is true.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Text } from '../../src/trace/event.ts'
import { bytesOf } from '../../src/trace/text.ts'
import { describeKernel } from '../helpers/kernel.ts'
import {
  abiOf,
  eventsOf,
  freshFolder,
  lacks32,
  only,
  type Run,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const printArgs = workload('print-args')

describeKernel('exec', () => {
  test('A program that is executed has its file, arguments, folder and inode', async () => {
    const folder = freshFolder()
    const run = await runWorkload('print-args', ['one', 'two'], { cwd: folder })
    const report = run.one('args')
    const { ino, dev } = statSync(printArgs, { bigint: true })
    expect(only(eventsOf(run, 'exec'))).toMatchObject({
      result: { ok: true, value: 0 },
      asked: printArgs,
      path: report['exe'],
      argv: report['argv'],
      cwd: folder,
      comm: report['comm'],
      script: null,
      interpreter: null,
      fileless: false,
      fromThread: null,
      inode: ino,
      device: `${(dev >> 8n) & 0xfffn}:${(dev & 0xffn) | ((dev >> 12n) & 0xfff00n)}`,
      tid: run.pid,
    })
    expect(run.process).toMatchObject({ exe: printArgs, argv: report['argv'], cwd: folder, comm: 'print-args' })
  })

  test('E-a: a script is one exec, with the script, its interpreter, and the arguments as rewritten', async () => {
    const folder = freshFolder()
    const script = scriptIn(folder, 'script', `#!${printArgs} option with spaces`)
    const run = await runProgram(script, ['argument'], { cwd: folder })
    expect(run.one('args')['argv']).toEqual([printArgs, 'option with spaces', script, 'argument'])
    expectOneScript(run, { asked: script, script, interpreter: printArgs, path: printArgs })
  })

  test('E-a: a script by a relative name is named by its absolute path', async () => {
    const folder = freshFolder()
    scriptIn(folder, 'script', `#!${printArgs}`)
    const run = await runProgram('./script', [], { cwd: folder })
    expectOneScript(run, { asked: './script', script: join(folder, 'script'), interpreter: printArgs, path: printArgs })
  })

  test('E-a: `env -S` is executed first, then what it looks up', async () => {
    const folder = freshFolder()
    const script = scriptIn(folder, 'script', '#!/usr/bin/env -S print-args "two words" -x')
    const run = await runProgram(script, ['argument'], { env: { PATH: `${folder}:${dirname(printArgs)}` } })
    const [env, found, ...more] = run.process.execs
    expect(more).toEqual([])
    expect(env).toMatchObject({
      asked: script,
      script,
      interpreter: '/usr/bin/env',
      argv: ['/usr/bin/env', '-S print-args "two words" -x', script, 'argument'],
    })
    expect(found).toMatchObject({
      asked: printArgs,
      script: null,
      argv: ['print-args', 'two words', '-x', script, 'argument'],
    })
    expect(run.one('args')['argv']).toEqual(found?.argv)
    expect(failedExecs(run)).toEqual([[join(folder, 'print-args'), 'ENOENT']])
  })

  test('E-a: a script whose interpreter is a script is one exec of the last interpreter', async () => {
    const folder = freshFolder()
    const inner = scriptIn(folder, 'inner', `#!${printArgs} inner`)
    const outer = scriptIn(folder, 'outer', `#!${inner} outer`)
    const run = await runProgram(outer, ['argument'])
    expect(run.one('args')['argv']).toEqual([printArgs, 'inner', inner, 'outer', outer, 'argument'])
    expectOneScript(run, { asked: outer, script: outer, interpreter: printArgs, path: printArgs })
  })

  test('E-b: a program started by the dynamic loader is the loader’s exec, and an open', async () => {
    const program = workload('print-args-dynamic')
    const loader = loaderOf(program)
    const run = await runProgram(loader, [program, 'argument'])
    expect(run.one('args')['argv']).toEqual([program, 'argument'])
    expect(only(run.process.execs)).toMatchObject({ asked: loader, argv: [loader, program, 'argument'], script: null })
    expect(eventsOf(run, 'open').map((event) => event.path)).toContain(program)
  })

  test('E-b: of a dynamic program, the program is what was executed', async () => {
    const program = workload('print-args-dynamic')
    const run = await runProgram(program, [])
    expect(only(run.process.execs)).toMatchObject({ asked: program, path: program, script: null, interpreter: null })
  })

  test('E-c: a search along $PATH is a list of failed attempts and one exec', async () => {
    const folder = freshFolder()
    const places = ['/nonexistent', folder, join(folder, 'not-there')]
    const env = { PATH: [...places, dirname(printArgs)].join(':') }
    const run = await runWorkload('exec-try', ['--search', 'print-args', 'no-such-program'], { env })
    const [found, missing] = run.process.children
    expect(run.all('exec').map((report) => report['failed'])).toEqual([null, 'ENOENT'])
    expect(failedExecs(run, found)).toEqual(places.map((place) => [join(place, 'print-args'), 'ENOENT']))
    expect(only(found!.execs)).toMatchObject({ asked: printArgs, path: printArgs, argv: ['print-args', 'tried'] })
    expect(failedExecs(run, missing)).toEqual(
      [...places, dirname(printArgs)].map((place) => [join(place, 'no-such-program'), 'ENOENT']),
    )
    expect(missing?.execs).toEqual([])
    expect(missing?.exit?.code).toBe(127)
  })

  test('E-d: an attempt that fails has its path and errno', async () => {
    const folder = freshFolder()
    const plain = join(folder, 'plain')
    writeFileSync(plain, 'no program\n', { mode: 0o644 })
    const text = join(folder, 'text')
    writeFileSync(text, 'no program\n', { mode: 0o755 })
    const empty = join(folder, 'empty')
    writeFileSync(empty, '', { mode: 0o755 })
    const orphan = scriptIn(folder, 'orphan', '#!/nonexistent/interpreter')
    const loop = join(folder, 'loop')
    symlinkSync('loop', loop)
    const run = await runWorkload(
      'exec-try',
      [plain, text, empty, orphan, loop, folder, `${plain}/below`, 'relative'],
      { cwd: folder },
    )
    const failed = ['EACCES', 'ENOEXEC', 'ENOEXEC', 'ENOENT', 'ELOOP', 'EACCES', 'ENOTDIR', 'ENOENT']
    expect(run.all('exec').map((report) => report['failed'])).toEqual(failed)
    run.all('exec').forEach((report, n) => {
      const child = run.process.children[n]
      expect(child?.pid).toBe(report['child'])
      expect(failedExecs(run, child)).toEqual([[report['asked'], failed[n]]])
      expect(child?.execs).toEqual([])
      expect(child?.exit?.code).toBe(127)
    })
    expect(run.trace.ofKind('exec').at(-1)).toMatchObject({
      asked: 'relative',
      path: join(folder, 'relative'),
      cwd: folder,
    })
  })

  test('E-d, E-e: a busy program fails; one that cannot be mapped kills its process, and is an attempt without success', async () => {
    const folder = freshFolder()
    const run = await runWorkload('exec-busy', [folder])
    const [busy, broken] = run.process.children
    expect(run.all('exec').map((report) => [report['failed'], report['exited'], report['signal']])).toEqual([
      ['ETXTBSY', 127, undefined],
      [null, undefined, 11],
    ])
    expect(failedExecs(run, busy)).toEqual([[join(folder, 'busy'), 'ETXTBSY']])
    expect(broken?.execs).toEqual([])
    expect(broken?.exit).toMatchObject({ code: null, signal: 'SIGSEGV' })
    const attempt = only(eventsOf(run, 'exec', broken))
    expect(attempt.result.ok).toBe(false)
    expect(attempt.asked).toBe(join(folder, 'broken'))
  })

  test('E-f: a program in a memfd has the memfd’s name and is marked', async () => {
    const run = await runWorkload('memfd-exec', ['fexecve'])
    expect(run.process.execs.at(-1)).toMatchObject({
      asked: `/dev/fd/${run.one('exec')['fd']}`,
      path: '/memfd:ghost',
      fileless: true,
      script: null,
      argv: run.one('args')['argv'],
    })
    expect(run.process.execs[0]?.fileless).toBe(false)
  })

  test('E-f: so it is when it is executed by /proc/self/fd, under a name with an escape sequence', async () => {
    const run = await runWorkload('memfd-exec', ['path', '\u001b[31mred'])
    const exec = run.process.execs.at(-1)
    expect(exec).toMatchObject({ path: '/memfd:\u001b[31mred', fileless: true, argv: ['print-args', 'from memory'] })
    expect(exec?.asked).toMatch(/^\/proc\/self\/fd\/\d+$/)
  })

  test('E-g: execveat with a folder’s descriptor gives the resolved file; failed, the path below the folder', async () => {
    const run = await runWorkload('execveat-dirfd')
    const dirfd = run.all('exec')[0]?.['dirfd']
    const exec = run.process.execs.at(-1)
    expect(exec).toMatchObject({
      asked: `/dev/fd/${dirfd}/print-args`,
      path: printArgs,
      argv: ['print-args', 'by a folder'],
    })
    const attempt = only(eventsOf(run, 'exec').filter((event) => !event.result.ok))
    expect(attempt).toMatchObject({
      asked: 'not-there',
      path: join(dirname(printArgs), 'not-there'),
      result: { ok: false, errno: 'ENOENT' },
    })
  })

  test('E-h: a link’s name stays the name that was asked for, the file is the one behind it', async () => {
    const folder = freshFolder()
    const alias = join(folder, 'gcc')
    symlinkSync(printArgs, alias)
    const run = await runProgram(alias, ['argument'])
    expect(only(run.process.execs)).toMatchObject({
      asked: alias,
      path: printArgs,
      argv: [alias, 'argument'],
      script: null,
    })
  })

  test('E-i: a compiler cache that is called by the compiler’s name is told apart from the compiler', async () => {
    const folder = freshFolder()
    const cache = join(folder, 'ccache')
    copyFileSync(printArgs, cache)
    chmodSync(cache, 0o755)
    symlinkSync('ccache', join(folder, 'gcc'))
    const run = await runWorkload('exec-try', ['--search', 'gcc'], { env: { PATH: `${folder}:/usr/bin` } })
    expect(only(only(run.process.children).execs)).toMatchObject({
      asked: join(folder, 'gcc'),
      path: cache,
      argv: ['gcc', 'tried'],
    })
    expect(run.trace.ofKind('exec').some((event) => /gcc/.test(String(event.path)))).toBe(false)
  })

  test.each([
    [1, 1],
    [30_000, 1_960_000],
    [47, 3_000_017],
    [1, 131_072], // the longest single argument that the kernel takes
  ])('E-j: %i arguments of %i bytes are complete', async (count, bytes) => {
    const run = await runWorkload('big-args', [String(count), String(Math.max(bytes, 2 * count))])
    const report = run.one('args')
    const argv = run.process.execs.at(-1)!.argv
    expect(argv).toHaveLength(report['argc'])
    expect(argv.every((argument) => typeof argument === 'string')).toBe(true)
    expect(argv.reduce((sum, argument) => sum + (argument as string).length + 1, 0)).toBe(report['argvBytes'])
    expect(hashOf(argv)).toBe(report['argvHash'])
    expect(run.trace.lost.truncated).toBe(0)
    expect(run.trace.lost.unreadable).toBe(0)
  })

  test('E-k: no argument at all is one empty argument, as the kernel makes it', async () => {
    const run = await runWorkload('empty-args', ['none'])
    expect(run.one('args')).toMatchObject({ argc: 1, argv: [''] })
    expect(run.process.execs.at(-1)?.argv).toEqual([''])
  })

  test('E-k: empty arguments count', async () => {
    const run = await runWorkload('empty-args', ['empty'])
    expect(run.one('args')['argv']).toEqual(['', '', 'x', '', ''])
    expect(run.process.execs.at(-1)?.argv).toEqual(['', '', 'x', '', ''])
  })

  test('E-l: arguments keep their bytes', async () => {
    const run = await runWorkload('odd-args')
    const argv = run.process.execs.at(-1)!.argv
    expect(argv).toEqual(run.one('args')['argv'])
    expect(hashOf(argv)).toBe(run.one('args')['argvHash'])
    expect(new Set(argv).size).toBe(argv.length)
    expect(run.trace.print()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
  })

  test('E-m: a program that names itself otherwise keeps its file and arguments', async () => {
    const folder = freshFolder()
    const file = join(folder, 'opened-under-another-name')
    writeFileSync(file, '')
    const run = await runWorkload('rename-self', [file])
    expect(run.one('renamed')['comm']).toBe('gcc\u001b[31m')
    expect(run.process).toMatchObject({
      exe: workload('rename-self'),
      argv: [workload('rename-self'), file],
      comm: 'rename-self',
    })
    expect(only(eventsOf(run, 'open').filter((event) => event.path === file)).process).toBe(run.process)
  })

  test.skipIf(lacks32)('E-n: 64-bit and 32-bit programs execute one another', async () => {
    const chain = [
      workload('exec-chain32'),
      workload('exec-chain'),
      workload('exec-chain32'),
      workload('print-args32'),
      'end',
    ]
    const run = await runWorkload('exec-chain', chain)
    expect(run.all('link').map((report) => report['bits'])).toEqual([64, 32, 64, 32])
    expect(run.process.execs.map((exec) => basename(exec.path as string))).toEqual([
      'exec-chain',
      'exec-chain32',
      'exec-chain',
      'exec-chain32',
      'print-args32',
    ])
    run.process.execs.forEach((exec, n) => {
      expect(exec.argv).toEqual([workload('exec-chain'), ...chain].slice(n))
    })
    const failed = eventsOf(run, 'exec').filter((event) => !event.result.ok)
    expect(failed.map(({ asked, result, abi }) => ({ asked, result, abi }))).toEqual(
      ['exec-chain', 'exec-chain32', 'exec-chain', 'exec-chain32'].map((program) => ({
        asked: '/nonexistent/link',
        result: { ok: false, errno: 'ENOENT' },
        abi: abiOf(program),
      })),
    )
    expect(run.one('args')).toMatchObject({ bits: 32, argv: [workload('print-args32'), 'end'] })
  })

  test('An exec of a deleted program says so', async () => {
    const folder = freshFolder()
    const copy = join(folder, 'copy')
    copyFileSync(printArgs, copy)
    chmodSync(copy, 0o755)
    mkdirSync(join(folder, 'empty'))
    const run = await runProgram('/bin/sh', ['-c', `exec 3<${copy}; rm ${copy}; exec /proc/self/fd/3`], { cwd: folder })
    expect(readdirSync(folder)).toEqual(['empty'])
    expect(run.process.execs.at(-1)).toMatchObject({ path: copy, fileless: true })
  })
})

/** Failed attempts by a process, in order: path and errno. */
function failedExecs(run: Run, process = run.process): [Text, string | null][] {
  return eventsOf(run, 'exec', process).flatMap(({ asked, result }) => (result.ok ? [] : [[asked, result.errno]]))
}

function expectOneScript(run: Run, expected: Record<string, string>): void {
  expect(only(eventsOf(run, 'exec'))).toMatchObject({ ...expected, argv: run.one('args')['argv'] })
}

function scriptIn(folder: string, name: string, firstLine: string): string {
  const path = join(folder, name)
  writeFileSync(path, `${firstLine}\n`, { mode: 0o755 })
  return path
}

/** FNV-1a of the argument area, as print-args computes it. */
function hashOf(argv: readonly Text[]): number {
  let hash = 2166136261
  for (const argument of argv) {
    for (const byte of bytesOf(argument) ?? []) hash = Math.imul(hash ^ byte, 16777619)
    hash = Math.imul(hash, 16777619) // the terminator
  }
  return hash >>> 0
}

/** The program interpreter that a dynamic program of 64 bits names (elf(5): a program header of type PT_INTERP). */
function loaderOf(program: string): string {
  const file = readFileSync(program)
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)]
  const headers = Array.from({ length: count }, (_, index) => file.subarray(table + index * size))
  const found = headers.find((header) => header.readUInt32LE(0) === 3)
  if (found === undefined) throw new Error(`${program} has no program interpreter`)
  const start = Number(found.readBigUInt64LE(8))
  return file.toString('utf8', start, file.indexOf(0, start))
}

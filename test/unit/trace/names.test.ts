// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { commandOf, programNames, programPattern, shortName } from '../../../src/trace/names.ts'
import { TraceBuilder } from '../../helpers/trace-builder.ts'

function execOf(asked: string, argv: string[], facts = {}) {
  const builder = new TraceBuilder()
  builder.root.spawn(asked, argv, facts)
  return builder.trace().ofKind('exec')[0]!
}

const answered = (pattern: unknown, exec: ReturnType<typeof execOf>) =>
  programPattern(pattern, '/home/me/project', 'the program').match(exec).name?.label ?? null

describe('names of', () => {
  test('a link', () => {
    const gcc = execOf('/usr/bin/gcc', ['cc'], { path: '/usr/bin/x86_64-linux-gnu-gcc-12' })
    expect(
      ['gcc', 'cc', 'x86_64-linux-gnu-gcc-12', '/usr/bin/*-gcc-12', 'g++'].map((name) => answered(name, gcc)),
    ).toEqual(['asked path', 'argv[0]', 'resolved file', 'resolved file', null])
  })

  test('a relative path', () => {
    const tool = execOf('./bin/../tool', ['./tool'], { cwd: '/home/me/project/sub', path: '/home/me/project/sub/tool' })
    expect(answered('sub/tool', tool)).toBe('asked path')
    expect(answered('./tool', tool)).toBe(null)
  })

  test('a script', () => {
    const script = execOf('./run.sh', ['/usr/bin/env', 'bash', './run.sh'], {
      script: '/home/me/project/run.sh',
      interpreter: '/usr/bin/env',
      path: '/usr/bin/coreutils',
    })
    expect(programNames(script).map(({ label }) => label)).toEqual([
      'asked path',
      'script',
      'interpreter',
      'argv[0]',
      'resolved file',
    ])
    expect(answered('run.sh', script)).toBe('asked path')
    expect(answered('env', script)).toBe('interpreter')
    expect(answered('coreutils', script)).toBe('resolved file')
    expect(answered('bash', script)).toBe(null) // that is another exec, by env
  })

  test('a failed attempt', () => {
    const failed = execOf('/usr/local/bin/gcc', [], { result: { ok: false, errno: 'ENOENT' } })
    expect(programNames(failed)).toEqual([{ label: 'asked path', text: '/usr/local/bin/gcc' }])
  })

  test('an empty argument list', () => {
    expect(programNames(execOf('/bin/x', [''])).map(({ label }) => label)).toEqual(['asked path', 'resolved file'])
  })
})

test('a path in argv[0] counts for its last segment only, since a program may put anything there', () => {
  const liar = execOf('/bin/tool', ['/usr/bin/gcc'])
  expect(answered('gcc', liar)).toBe('argv[0]')
  expect(answered('/usr/bin/gcc', liar)).toBe(null)
})

test('commandOf gives back what was typed', () => {
  const facts = { script: '/x/run', interpreter: '/bin/sh' }
  expect(commandOf(execOf('./run', ['/bin/sh', '-e', './run', 'a'], facts))).toEqual(['./run', 'a'])
  expect(commandOf(execOf('/bin/ls', ['ls', '-l']))).toEqual(['ls', '-l'])
  expect(commandOf(execOf('/bin/ls', []))).toEqual(['/bin/ls'])
  expect(commandOf(execOf('/bin/no', ['no'], { result: { ok: false, errno: 'EACCES' } }))).toEqual(['/bin/no'])
})

test('shortName falls back on the resolved file', () => {
  expect(shortName(execOf('', [], { path: '/bin/x' }))).toBe('x')
  expect(shortName(execOf('/a/b', [], { asked: { status: 'unreadable' }, path: '/bin/x' }))).toBe('x')
  expect(shortName({ kind: 'root', isTest: true, exe: '/bin/node', argv: ['node'] })).toBe('test')
})

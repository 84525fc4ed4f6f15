// SPDX-License-Identifier: MIT
// Every system call of a run, in lines as `strace -f -e raw=all` writes them.
import { expect, test } from 'vitest'
import { callsOfStrace, differencesOf } from '../../oracle/calls.ts'
import { StraceError } from '../../oracle/strace-lines.ts'

/** Behind what the launcher does. */
const calls = (...lines: string[]) =>
  callsOfStrace(
    ['7 execve(0x1, 0x2, 0x3) = 0', '7 brk(0x0) = 0x4', '7 execve(0x5, 0x6, 0x7) = 0', ...lines, ''].join('\n'),
  )

const run = [
  '7 openat(0xffffff9c, 0x10, 0x80000, 0) = 0x3',
  '7 clone(0x1200011, 0, 0, 0x20, 0) = 0x8',
  '8 kill(0x7, 0 <unfinished ...>',
  '7 wait4(0xffffffff, 0x30, 0, 0 <unfinished ...>',
  '8 <... kill resumed>) = 0',
  '8 syscall_0x1f4(0x1) = -1 ENOSYS (Function not implemented)',
  '8 exit_group(0) = ?',
  '8 +++ exited with 0 +++',
  '7 <... wait4 resumed>) = 0x8',
]

test('calls are told by process, behind those of the launcher', () => {
  const told = calls(...run)
  expect([...told.calls].map(([place, one]) => [place, one.map(({ line }) => line)])).toEqual([
    ['1', ['openat -> ok', 'clone -> ok', 'wait4 -> ok']],
    ['1.1', ['kill -> ok', 'syscall 500 -> ENOSYS', 'exit_group -> ok']],
  ])
  expect(told.calls.get('1')?.[0]).toMatchObject({ args: [0xffffff9cn, 16n, 0x80000n, 0n], result: 3n })
})

test('numbers of processes of the run may differ, and nothing else', () => {
  const differences = (from: RegExp, to: string) =>
    differencesOf(calls(...run), calls(...run.map((line) => line.replace(from, to))))
  expect(
    differencesOf(calls(...run), calls(...run.map((line) => line.replace(/^8 /, '9 ').replace(/0x8$/, '0x9')))),
  ).toEqual([])
  expect(differences(/0x80000/, '0x80001')).toMatchObject([{ where: '1', spy: expect.stringContaining('0x80001') }])
  expect(differences(/= 0x3/, '= 0x4')).toHaveLength(1)
  expect(differences(/kill\(0x7/, 'kill(0x9')).toHaveLength(1)
  expect(differences(/ENOSYS/, 'EPERM')).toHaveLength(1)
  expect(differencesOf(calls(...run), calls(...run.slice(1)))).toEqual([
    { where: '1', strace: 'openat -> ok', spy: null },
  ])
})

test('a call that was interrupted is refused: it would be told once by the one and twice by the other', () => {
  const interrupted = '7 read(0x0, 0x1, 0x2) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)'
  expect(() => calls(interrupted)).toThrow(StraceError)
})

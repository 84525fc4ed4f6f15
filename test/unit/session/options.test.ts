// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { settleOptions } from '../../../src/session/options.ts'
import { numbersOfAbi, syscallBits } from '../../../src/session/syscalls.ts'
import { errorOf } from '../../helpers/message-of.ts'

const refusal = (options: object) => {
  const error = errorOf(() => settleOptions(options))
  expect(error).toMatchObject({ code: 'INVALID_OPTION' })
  return error.message
}

describe('syscalls', () => {
  test('takes its group in, once', () => {
    expect(settleOptions({ syscalls: ['openat', 'futex', 'openat'] })).toMatchObject({
      syscalls: ['openat', 'futex'],
      events: ['process', 'file', 'network', 'syscall'],
    })
    expect(settleOptions({ syscalls: 'all', events: ['syscall'] })).toMatchObject({
      syscalls: 'all',
      events: ['process', 'syscall'],
    })
    expect(settleOptions({ events: ['syscall'] })).toMatchObject({ syscalls: [], events: ['process', 'syscall'] })
    expect(settleOptions({})).toMatchObject({ syscalls: [], events: ['process', 'file', 'network'] })
  })

  test.each([
    ['openat', 'to be a list of names of system calls or \'all\', got `"openat"` (string). Write ["openat"].'],
    [5, "to be a list of names of system calls or 'all', got `5` (number)."],
    [null, "to be a list of names of system calls or 'all', got `null`."],
    [[], 'not to be empty.'],
    [['opeant'], 'to have names of system calls, got `"opeant"` (string); did you mean `openat`?'],
    [['openat', 257], 'to have names of system calls, got `257` (number).'],
    [['waitpid'], 'of `waitpid` it sees `wait4` or the like'],
    [['pread'], 'of `pread` it sees `pread64` or the like'],
    [['constructor'], 'to have names of system calls, got `"constructor"` (string)'],
    [['-'], 'to have names of system calls, got `"-"` (string)'],
  ])('refuses %j', (syscalls, message) => {
    expect(refusal({ syscalls })).toContain(message)
  })

  test('are a bit for each number, of both ABIs', () => {
    const set = (bits: Uint8Array) =>
      [...bits].flatMap((byte, at) => range(8).flatMap((n) => (byte & (1 << n) ? [at * 8 + n] : [])))
    expect(set(syscallBits([], 'x64'))).toEqual([])
    expect(set(syscallBits(['openat', 'ioctl', 'mmap2'], 'x64'))).toEqual([
      16,
      257,
      514,
      576 + 54,
      576 + 192,
      576 + 295,
    ])
    expect(set(syscallBits(['openat', 'open', 'ioctl'], 'arm64'))).toEqual([29, 56, 576 + 5, 576 + 54, 576 + 322])
    expect(set(syscallBits('all', 'x64'))).toEqual(range(2 * 576))
    const header = readFileSync(resolve(import.meta.dirname, '../../../bpf/record/syscall.h'), 'utf8')
    expect(header).toMatch(new RegExp(`#define SPY_SYSCALL_NUMBERS\\s+${numbersOfAbi}\\b`))
  })
})

describe('env', () => {
  test('is nothing, everything, or names without repetition', () => {
    expect(settleOptions({}).env).toBe(false)
    expect(settleOptions({ env: true }).env).toBe(true)
    expect(settleOptions({ env: ['CC', 'npm_*', 'CC'] }).env).toEqual(['CC', 'npm_*'])
  })

  test.each([
    ['CC', 'to be true, false or a list of names of variables, got `"CC"` (string). Write ["CC"].'],
    [[], 'not to be empty: `true` stands for all variables, `false` for none.'],
    [['CC=gcc'], 'to have names of variables, got `"CC=gcc"` (string); did you mean `CC`?'],
    [['=x'], 'to have names of variables, got `"=x"` (string).'],
    [[''], 'to have names of variables, got `""` (string).'],
    [[1], 'to have names of variables, got `1` (number).'],
    [{ CC: true }, 'to be true, false or a list of names of variables, got a plain object.'],
  ])('refuses %j', (env, message) => {
    expect(refusal({ env })).toContain(message)
  })
})

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

test('a temporary folder that is named relative to the working folder is one', () => {
  vi.stubEnv('TMPDIR', 'test')
  expect(settleOptions({})).toMatchObject({ spillFolder: resolve('test') })
  vi.unstubAllEnvs()
})

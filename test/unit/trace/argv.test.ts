// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { argvOf } from '../../../src/trace/argv.ts'

const bytes = (text: string) => Buffer.from(text)
const unreadable = { status: 'unreadable' }

test('arguments are cut at their ends, empty ones included', () => {
  expect(argvOf(bytes('sh\0-c\0\0x\0'), [], 8, 4)).toEqual(['sh', '-c', '', 'x'])
  expect(argvOf(bytes('\0'), [], 1, 1)).toEqual([''])
})

test('what follows in parts is joined', () => {
  const rest = [
    { offset: 3, bytes: bytes('-l') },
    { offset: 5, bytes: bytes('ong\0') },
  ]
  expect(argvOf(bytes('ls\0'), rest, 9, 2)).toEqual(['ls', '-long'])
})

test('behind a gap nothing is claimed', () => {
  const cut = { status: 'truncated', prefix: '-l' }
  expect(argvOf(bytes('ls\0-l'), [{ offset: 7, bytes: bytes('g\0z\0') }], 11, 3)).toEqual(['ls', cut, unreadable])
  expect(argvOf(bytes('ls\0-l'), [{ offset: 5, bytes: null }], 11, 3)).toEqual(['ls', cut, unreadable])
  expect(argvOf(null, [], 11, 2)).toEqual([unreadable, unreadable])
})

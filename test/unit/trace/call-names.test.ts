// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { callName, callNames, callNumbers } from '../../../src/trace/call-names.ts'

test('a number has the name of its ABI', () => {
  expect(callName(257, 'native')).toBe('openat')
  expect(callName(257, 'i386')).toBe('remap_file_pages')
  expect(callName(257, 'x32')).toBe('openat')
  expect(callName(514, 'x32')).toBe('ioctl')
  expect(callName(471, 'native')).toBe('rseq_slice_yield')
  expect(callName(471, 'i386')).toBe('rseq_slice_yield')
})

test('a number without a call says so', () => {
  for (const nr of [-1, 337, 423, 472, 514, 1_000_000]) expect(callName(nr, 'native')).toBe(`syscall ${nr}`)
  expect(callName(222, 'i386')).toBe('syscall 222')
  expect(callName(548, 'x32')).toBe('syscall 548')
  expect(callNames.has('-')).toBe(false)
})

test('a name has the numbers of every ABI', () => {
  expect(callNumbers('openat')).toEqual({ native: [257], i386: [295] })
  expect(callNumbers('ioctl')).toEqual({ native: [16, 514], i386: [54] })
  expect(callNumbers('mmap2')).toEqual({ native: [], i386: [192] })
  expect(callNumbers('arch_prctl')).toEqual({ native: [158], i386: [384] })
  expect(callNumbers('-')).toEqual({ native: [], i386: [] })
  expect(callNumbers('no_such_call')).toEqual({ native: [], i386: [] })
})

test('every name leads back to itself', () => {
  for (const name of callNames) {
    const { native, i386 } = callNumbers(name)
    expect([
      ...native.map((nr) => callName(nr, nr < 512 ? 'native' : 'x32')),
      ...i386.map((nr) => callName(nr, 'i386')),
    ]).toContain(name)
  }
})

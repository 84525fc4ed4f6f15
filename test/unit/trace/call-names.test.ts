// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Architecture } from '../../../src/trace/architecture.ts'
import { callName, callNames, callNamesOf, callNumbers } from '../../../src/trace/call-names.ts'
import type { Abi } from '../../../src/trace/event.ts'

test('a number has the name of its architecture and ABI', () => {
  expect(callName(257, 'native', 'x64')).toBe('openat')
  expect(callName(257, 'i386', 'x64')).toBe('remap_file_pages')
  expect(callName(257, 'x32', 'x64')).toBe('openat')
  expect(callName(514, 'x32', 'x64')).toBe('ioctl')
  expect(callName(56, 'native', 'arm64')).toBe('openat')
  expect(callName(322, 'arm', 'arm64')).toBe('openat')
  expect(callName(5, 'arm', 'arm64')).toBe('open')
  for (const abi of ['native', 'i386'] as const) expect(callName(471, abi, 'x64')).toBe('rseq_slice_yield')
  for (const abi of ['native', 'arm'] as const) expect(callName(471, abi, 'arm64')).toBe('rseq_slice_yield')
})

test('a number without a call says so', () => {
  for (const nr of [-1, 337, 423, 472, 514, 1_000_000]) expect(callName(nr, 'native', 'x64')).toBe(`syscall ${nr}`)
  for (const nr of [-1, 244, 423, 472]) expect(callName(nr, 'native', 'arm64')).toBe(`syscall ${nr}`)
  expect(callName(222, 'i386', 'x64')).toBe('syscall 222')
  expect(callName(548, 'x32', 'x64')).toBe('syscall 548')
  expect(callNames.has('-')).toBe(false)
})

test('a name has the numbers of every ABI of an architecture', () => {
  expect(callNumbers('openat', 'x64')).toEqual({ native: [257], compat: [295] })
  expect(callNumbers('ioctl', 'x64')).toEqual({ native: [16, 514], compat: [54] })
  expect(callNumbers('ioctl', 'arm64')).toEqual({ native: [29], compat: [54] })
  expect(callNumbers('open', 'arm64')).toEqual({ native: [], compat: [5] })
  expect(callNumbers('arch_prctl', 'x64')).toEqual({ native: [158], compat: [384] })
  expect(callNumbers('arch_prctl', 'arm64')).toEqual({ native: [], compat: [] })
  for (const architecture of ['x64', 'arm64'] as const)
    for (const name of ['-', 'no_such_call'])
      expect(callNumbers(name, architecture)).toEqual({ native: [], compat: [] })
})

/** Of libseccomp, which has tables of its own (AUDIT_ARCH_*). */
const abis: readonly (readonly [Architecture, Abi, number])[] = [
  ['x64', 'native', 0xc000003e],
  ['x64', 'i386', 0x40000003],
  ['x64', 'x32', 0x4000003e],
  ['arm64', 'native', 0xc00000b7],
  ['arm64', 'arm', 0x40000028],
]

/** Newer than libseccomp of Debian 12. */
const newer = 'map_shadow_stack'
const fromNewer = 452

/** What libseccomp says of each name, in order: its number, below 0 where there is no such call. */
function resolved(names: readonly string[], abi: number): readonly number[] {
  const script = `
import ctypes, sys
resolve = ctypes.CDLL('libseccomp.so.2').seccomp_syscall_resolve_name_arch
for name in sys.stdin.read().split(): print(resolve(${abi}, name.encode()))`
  const answer = execFileSync('python3', ['-c', script], { input: names.join('\n'), encoding: 'utf8' })
  return answer.trim().split('\n').map(Number)
}

describe.each(abis)('of %s, %s', (architecture, abi, audit) => {
  const names = [...callNamesOf[architecture]]
  const numbers = resolved(names, audit)

  test('libseccomp has the same numbers', () => {
    const theirs: Record<string, number> = {}
    const ours: Record<string, number> = {}
    names.forEach((name, index) => {
      const number = (numbers[index] as number) & ~(abi === 'x32' ? 0x40000000 : 0)
      if ((numbers[index] as number) < 0) return
      theirs[name] = number
      const found = abi === 'native' || abi === 'x32' ? 'native' : 'compat'
      const own = callNumbers(name, architecture)[found].filter((nr) => abi === 'x32' || nr < 512)
      ours[name] = own.includes(number) ? number : (own[0] ?? -1)
    })
    expect(Object.keys(theirs).length).toBeGreaterThan(300)
    expect(ours).toEqual(theirs)
  })

  test('each of its numbers has the name that libseccomp has, or is newer than it', () => {
    const byNumber = new Map(names.map((name, index) => [(numbers[index] as number) & ~0x40000000, name]))
    for (let nr = 0; nr < (abi === 'x32' ? 548 : fromNewer); nr++) {
      const name = callName(nr, abi, architecture)
      if (name.startsWith('syscall ')) expect(byNumber.has(nr), `${nr}`).toBe(false)
      else if (byNumber.has(nr)) expect(name).toBe(byNumber.get(nr))
    }
    expect(callName(fromNewer + 1, abi, architecture)).toBe(newer)
  })
})

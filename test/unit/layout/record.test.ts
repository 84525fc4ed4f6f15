// SPDX-License-Identifier: MIT
// record.ts against bpf/record.h and what it is made of, as the compiler laid it out: the type information that clang makes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Operation } from '../../../src/session/binding.ts'
import { Flag, fixedBytes, Kind, lostReasons, Offset, recordAbi } from '../../../src/trace/record.ts'

interface BtfType {
  readonly kind: string
  readonly name: string
  readonly size: number
  readonly members?: readonly { readonly name: string; readonly bits_offset: number }[]
}

const root = resolve(import.meta.dirname, '../../..')
const header = ['record.h', 'control.h', ...readdirSync(resolve(root, 'bpf/record')).map((name) => `record/${name}`)]
  .map((name) => readFileSync(resolve(root, 'bpf', name), 'utf8'))
  .join('\n')

/** A variable of each struct: type information holds what is used. */
const source = [
  '#define SPY_BPF',
  '#include "kernel.h"',
  '#include "control.h"',
  ...[...header.matchAll(/^struct (\w+) \{/gm)].map(([, name]) => `struct ${name} of_${name};`),
].join('\n')

const folder = mkdtempSync(join(tmpdir(), 'spy-layout-'))
afterAll(() => rmSync(folder, { recursive: true }))
const object = join(folder, 'layout.o')
execFileSync(
  'clang',
  ['-target', 'bpf', '-g', '-D__TARGET_ARCH_x86', '-I', resolve(root, 'bpf'), '-x', 'c', '-c', '-o', object, '-'],
  {
    input: source,
  },
)
const types: readonly BtfType[] = JSON.parse(
  execFileSync('bpftool', ['-j', 'btf', 'dump', 'file', object], { encoding: 'utf8', maxBuffer: 1 << 26 }),
).types

const struct = (name: string): BtfType => {
  const found = types.find((type) => type.kind === 'STRUCT' && type.name === name)
  if (found === undefined) throw new Error(`no struct ${name} in the BPF object`)
  return found
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Values of `#define PREFIX_NAME (1u << n)` and of `PREFIX_NAME = n,`. */
const constants = (prefix: string): Record<string, number> =>
  Object.fromEntries(
    [...header.matchAll(new RegExp(`\\b${prefix}([A-Z_0-9]+)\\s*(?:=\\s*(\\d+),|\\(1u << (\\d+)\\))`, 'g'))].map(
      ([, name = '', value, bit]) => [name.toLowerCase(), bit === undefined ? Number(value) : 2 ** Number(bit)],
    ),
  )

test('every kind has its number', () => {
  expect(Object.fromEntries(Object.entries(Kind).map(([name, number]) => [snake(name), number]))).toEqual(
    constants('SPY_RECORD_'),
  )
})

test('every flag has its bit', () => {
  expect(Object.fromEntries(Object.entries(Flag).map(([name, bit]) => [snake(name), bit]))).toEqual(
    constants('SPY_FLAG_'),
  )
})

test('the counters of a mark are in their order', () => {
  const { reasons: _, ...reasons } = constants('SPY_LOST_')
  expect(Object.fromEntries(lostReasons.map((name, n) => [name, n]))).toEqual(reasons)
})

test('controls have their numbers, and the layout its version', () => {
  expect(constants('SPY_CONTROL_')).toMatchObject(Operation)
  expect(header).toContain(`#define SPY_RECORD_ABI ${recordAbi}\n`)
})

for (const [name, offsets] of Object.entries(Offset)) {
  const cName = name === 'header' || name === 'address' ? `spy_${name}` : `spy_record_${snake(name)}`
  test(`${cName} is read where the compiler put it`, () => {
    const { members = [] } = struct(cName)
    const laidOut = Object.fromEntries(
      members.filter((member) => !['header', 'reserved'].includes(member.name)).map((m) => [m.name, m.bits_offset / 8]),
    )
    expect(offsets).toEqual(laidOut)
  })
}

for (const [name, number] of Object.entries(Kind)) {
  test(`strings of ${name} begin after its fixed part`, () => {
    expect(fixedBytes[number]).toBe(struct(`spy_record_${snake(name)}`).size)
  })
}

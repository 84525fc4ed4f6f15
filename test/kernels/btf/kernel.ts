// SPDX-License-Identifier: MIT
// What a kernel has of what the programs rely on, by its image alone.
import { spawnSync } from 'node:child_process'
import { zstdDecompressSync } from 'node:zlib'
import { type Needs, type Relocation, readSections } from './object.ts'
import { type Kind, type Member, type Type, Types } from './types.ts'

/** The types of a bootable image: the kernel in it is compressed, or of arm64 plain, behind a header. */
export function typesOfImage(image: Buffer): Types {
  const plain = image.indexOf(Buffer.from('9feb010018000000', 'hex'))
  if (plain >= 0) return new Types(image.subarray(plain))
  for (const [magic, unpack] of packings) {
    const at = image.indexOf(Buffer.from(magic, 'hex'), 0x1000)
    if (at < 0 || at > 0x10000) continue
    const btf = readSections(unpack(image.subarray(at))).get('.BTF')
    if (btf) return new Types(btf)
  }
  throw new Error('no kernel is found in the image')
}

const packings: readonly (readonly [magic: string, unpack: (bytes: Buffer) => Buffer])[] = [
  // The image goes on behind the kernel: what unpacks it says so, and has given all.
  ['28b52ffd', (bytes) => zstdDecompressSync(bytes)],
  ['02214c18', (bytes) => spawnSync('lz4', ['-dcq'], { input: bytes, maxBuffer: 1 << 28 }).stdout],
]

/** Lines: `lacks TYPE.MEMBER…` and `lacks TARGET` of what is not there; `TARGET(ARGUMENTS)` of what is attached to. */
export function reportOf(kernel: Types, needs: Needs): string[] {
  const lacks = needs.relocations
    .filter((relocation) => !relocation.asks && !has(kernel, relocation))
    .map(({ type, path }) => `lacks ${[type, ...path].join('.')}`)
  return [...new Set(lacks)].sort().concat(needs.targets.map((target) => prototypeOf(kernel, target)))
}

function has(kernel: Types, { type, path, kind }: Relocation): boolean {
  const named = ['composite', 'scalar', 'typedef'] as const
  return named.some((one) => kernel.find(type, one).some((id) => reaches(kernel, kernel.bare(id), path, kind)))
}

function reaches(kernel: Types, type: Type, path: readonly string[], kind: Kind): boolean {
  const [step, ...rest] = path
  if (step === undefined) return type.kind === kind
  if (step === '[]') return type.kind === 'array' && reaches(kernel, kernel.bare(type.type), rest, kind)
  const member = memberOf(kernel, type, step)
  return member !== undefined && reaches(kernel, kernel.bare(member.type), rest, kind)
}

/** Also of structures and unions without a name in it. */
function memberOf(kernel: Types, type: Type, name: string): Member | undefined {
  if (type.kind !== 'composite') return undefined
  for (const member of type.members) {
    if (member.name === name) return member
    const inner = member.name === '' ? memberOf(kernel, kernel.bare(member.type), name) : undefined
    if (inner) return inner
  }
  return undefined
}

function prototypeOf(kernel: Types, target: string): string {
  const [place = '', name = ''] = target.split('/')
  const id =
    place === 'tp_btf'
      ? kernel.find(`btf_trace_${name}`, 'typedef')[0]
      : kernel.find(place === 'lsm' ? `bpf_lsm_${name}` : place === 'iter' ? `bpf_iter_${name}` : name, 'function')[0]
  if (id === undefined) return `lacks ${target}`
  let type = kernel.at(id)
  while (type.kind !== 'prototype') type = kernel.at(type.type)
  const own = place === 'tp_btf' ? type.members.slice(1) : type.members
  return `${target}(${own.map((one) => nameOf(kernel, one.type)).join(', ')})`
}

function nameOf(kernel: Types, id: number): string {
  const type = kernel.bare(id)
  return type.kind === 'ptr' ? `${nameOf(kernel, type.type)} *` : type.name
}

// SPDX-License-Identifier: MIT
// Reads BTF: the types of a kernel or of an object file. Format: Documentation/bpf/btf.rst.

export type Kind =
  | 'ptr'
  | 'array'
  | 'composite'
  | 'scalar'
  | 'typedef'
  | 'modifier'
  | 'function'
  | 'prototype'
  | 'other'

export interface Member {
  readonly name: string
  readonly type: number
}

export interface Type {
  readonly kind: Kind
  readonly name: string
  /** Of what it points to, is an array of, stands for, or returns. */
  readonly type: number
  /** Of a structure, union or prototype. */
  readonly members: readonly Member[]
}

// By BTF_KIND_*: what it is here, and how many bytes follow for each of its `vlen`, or at all.
const kinds: readonly (readonly [kind: Kind, each: number, once: number])[] = [
  ['other', 0, 0],
  ['scalar', 0, 4], // INT
  ['ptr', 0, 0],
  ['array', 0, 12],
  ['composite', 12, 0], // STRUCT
  ['composite', 12, 0], // UNION
  ['scalar', 8, 0], // ENUM
  ['other', 0, 0], // FWD
  ['typedef', 0, 0],
  ['modifier', 0, 0], // VOLATILE
  ['modifier', 0, 0], // CONST
  ['modifier', 0, 0], // RESTRICT
  ['function', 0, 0],
  ['prototype', 8, 0],
  ['other', 0, 4], // VAR
  ['other', 12, 0], // DATASEC
  ['scalar', 0, 0], // FLOAT
  ['other', 0, 4], // DECL_TAG
  ['modifier', 0, 0], // TYPE_TAG
  ['scalar', 12, 0], // ENUM64
]

export class Types {
  /** By number; void is the first. */
  readonly all: Type[] = [{ kind: 'other', name: 'void', type: 0, members: [] }]
  readonly #bytes: Buffer
  readonly #strings: number
  readonly #byName = new Map<string, number[]>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    if (bytes.readUInt16LE(0) !== 0xeb9f) throw new Error('no BTF')
    const head = bytes.readUInt32LE(4)
    const end = head + bytes.readUInt32LE(8) + bytes.readUInt32LE(12)
    this.#strings = head + bytes.readUInt32LE(16)
    for (let at = head + bytes.readUInt32LE(8); at < end; ) at = this.#read(at)
  }

  string(offset: number): string {
    const from = this.#strings + offset
    return this.#bytes.toString('utf8', from, this.#bytes.indexOf(0, from))
  }

  /** Numbers of the types of a name and kind. */
  find(name: string, kind: Kind): readonly number[] {
    return (this.#byName.get(name) ?? []).filter((id) => this.at(id).kind === kind)
  }

  at(id: number): Type {
    return this.all[id] as Type
  }

  /** What a name or qualified type stands for. */
  bare(id: number): Type {
    let type = this.at(id)
    while (type.kind === 'typedef' || type.kind === 'modifier') type = this.at(type.type)
    return type
  }

  #read(at: number): number {
    const bytes = this.#bytes
    const info = bytes.readUInt32LE(at + 4)
    const [kind, each, once] = kinds[(info >> 24) & 0x1f] ?? ['other', 0, 0]
    const count = info & 0xffff
    const name = this.string(bytes.readUInt32LE(at))
    const members: Member[] = []
    if (kind === 'composite' || kind === 'prototype') {
      for (let n = 0; n < count; n++) {
        const member = at + 12 + n * each
        members.push({ name: this.string(bytes.readUInt32LE(member)), type: bytes.readUInt32LE(member + 4) })
      }
    }
    const type = bytes.readUInt32LE(at + (kind === 'array' ? 12 : 8))
    if (name !== '') this.#byName.set(name, [...(this.#byName.get(name) ?? []), this.all.length])
    this.all.push({ kind, name, type, members })
    return at + 12 + once + count * each
  }
}

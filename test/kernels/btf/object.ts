// SPDX-License-Identifier: MIT
// What the programs of an object file rely on: where they are attached, and the relocations that libbpf makes at load (CO-RE).
import { type Kind, Types } from './types.ts'

export interface Relocation {
  /** A name of the kernel's, without the flavour (`___old`) of ours. */
  readonly type: string
  /** Names of members, and `[]` of elements, from the outside in; empty where the type itself is meant. */
  readonly path: readonly string[]
  /** Of what the path leads to: libbpf takes no structure for a pointer. */
  readonly kind: Kind
  /** It asks whether there is such a thing. */
  readonly asks: boolean
}

export interface Needs {
  /** Names of sections, as `tp_btf/sys_enter`. */
  readonly targets: readonly string[]
  readonly relocations: readonly Relocation[]
}

/** BPF_CORE_FIELD_EXISTS, TYPE_EXISTS, ENUMVAL_EXISTS, TYPE_MATCHES; and of types: 6 and 7 are ids, of which only the second is the kernel's. */
const asking = [2, 8, 10, 12]
const local = 6
const ofType = [7, 8, 9, 12]

export function needsOf(object: Buffer): Needs {
  const sections = readSections(object)
  const types = new Types(sections.get('.BTF') ?? Buffer.alloc(0))
  const extra = sections.get('.BTF.ext') ?? Buffer.alloc(0)
  const start = extra.readUInt32LE(4) + extra.readUInt32LE(24)
  const end = start + extra.readUInt32LE(28)
  const size = extra.readUInt32LE(start)
  const found = new Map<string, Relocation>()
  for (let at = start + 4; at < end; ) {
    const count = extra.readUInt32LE(at + 4)
    at += 8
    for (let n = 0; n < count; n++, at += size) {
      const kind = extra.readUInt32LE(at + 12)
      if (kind === local) continue
      const id = extra.readUInt32LE(at + 4)
      const spec = types.string(extra.readUInt32LE(at + 8))
      const relocation = {
        type: types.at(id).name.replace(/___.*/, ''),
        ...pathOf(types, id, ofType.includes(kind) ? '' : spec),
        asks: asking.includes(kind),
      }
      found.set(JSON.stringify(relocation), relocation)
    }
  }
  return {
    targets: [...sections.keys()].filter((name) => /^(tp_btf|iter|lsm|fentry|fexit|fmod_ret)\//.test(name)).sort(),
    relocations: [...found.values()],
  }
}

/** Names for the numbers of an access, as `0:2:1`. */
function pathOf(types: Types, root: number, spec: string): Pick<Relocation, 'path' | 'kind'> {
  const path: string[] = []
  let type = types.bare(root)
  for (const step of spec.split(':').slice(1).map(Number)) {
    const member = type.members[step]
    if (type.kind === 'array') {
      path.push('[]')
      type = types.bare(type.type)
    } else if (member) {
      if (member.name !== '') path.push(member.name)
      type = types.bare(member.type)
    }
  }
  return { path, kind: type.kind }
}

/** Of an ELF file of 64 bits, by name. */
export function readSections(elf: Buffer): Map<string, Buffer> {
  const table = Number(elf.readBigUInt64LE(0x28))
  const [entry, count, names] = [0x3a, 0x3c, 0x3e].map((at) => elf.readUInt16LE(at)) as [number, number, number]
  const place = (n: number) => table + n * entry
  const content = (n: number) => {
    const from = Number(elf.readBigUInt64LE(place(n) + 0x18))
    return elf.subarray(from, from + Number(elf.readBigUInt64LE(place(n) + 0x20)))
  }
  const strings = content(names)
  const sections = new Map<string, Buffer>()
  for (let n = 0; n < count; n++) {
    const from = elf.readUInt32LE(place(n))
    sections.set(strings.toString('utf8', from, strings.indexOf(0, from)), content(n))
  }
  return sections
}

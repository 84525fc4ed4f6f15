// SPDX-License-Identifier: MIT
// Damaged logs: whatever their bytes are, the decoder says what is wrong or gives a trace, and never anything else.
import { expect, test } from 'vitest'
import { fixedBytes, Kind } from '../../../src/trace/record.ts'
import { CorruptLogError } from '../../../src/trace/record-reader.ts'
import { snapshotText } from '../../../src/trace/snapshot.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

const rounds = 2000

/** A small generator with a seed: a failure names the round, and the round can be had again. */
function random(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const operations = (operation: number) => ({ operation })

/** Of kinds of which not every value is one that there is. */
const fieldsOf: Readonly<Record<string, (operation: number) => Readonly<Record<string, number>>>> = {
  change: operations,
  probe: operations,
  mount: operations,
  system: operations,
  uring: (id) => ({ id, opcode: 18 }),
  uringEnd: (id) => ({ id }),
}

/** Records of every kind, with operations that there are, strings of all sorts and two processes. */
function everything(): RecordLogBuilder {
  const builder = new RecordLogBuilder().fork(1).exec(1, '/bin/sh').fork(2, 1)
  for (const [kind, number] of Object.entries(Kind)) {
    if (kind === 'fork' || kind === 'exec' || kind === 'exit') continue
    for (let operation = 1; operation <= 4; operation++) {
      const fields = { ...fieldsOf[kind]?.(operation) }
      const strings = ['a', '/b', null, 'c', null, '/d']
      builder.add(kind as keyof typeof Kind, fields, strings, { process: 1 + (operation % 2) })
    }
    expect(fixedBytes[number]).toBeGreaterThan(0)
  }
  return builder.exit(2).exit(1)
}

function damage(bytes: Uint8Array, next: () => number): void {
  const changes = 1 + Math.floor(next() * 6)
  for (let n = 0; n < changes; n++) {
    const at = Math.floor(next() * bytes.length)
    const how = next()
    if (how < 0.4) bytes[at] = Math.floor(next() * 256)
    else if (how < 0.7) bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(next() * 8))
    else bytes.copyWithin(at, Math.floor(next() * bytes.length), Math.floor(next() * bytes.length))
  }
}

test(`of ${rounds} damaged logs, each is a trace or refused as damaged`, () => {
  const whole = everything().growing(1).chunks[0] as Uint8Array
  let refused = 0
  for (let round = 0; round < rounds; round++) {
    const bytes = whole.slice()
    damage(bytes, random(round + 1))
    try {
      const trace = RecordLogBuilder.traceOf(bytes)
      expect(trace.events.length).toBe(trace.eventCount)
      trace.print()
      snapshotText(trace)
    } catch (error) {
      if (!(error instanceof CorruptLogError)) throw new Error(`round ${round}`, { cause: error })
      refused++
    }
  }
  expect(refused).toBeGreaterThan(rounds / 20)
  expect(refused).toBeLessThan(rounds)
})

// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { historyOf } from '../../../src/trace/history.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import { TraceBuilder } from '../../helpers/trace-builder.ts'

function lines(builder: TraceBuilder): string[] {
  const trace = builder.trace()
  const history = historyOf(trace)
  return trace.events.filter(({ kind }) => kind === 'open').map((event) => lineage(event.process, event.seq, history))
}

test('shows each program as it was at the moment', () => {
  const builder = new TraceBuilder()
  const shell = builder.root.spawn('/bin/sh', ['sh', '-c', 'make -j4; exec ls'])
  const make = shell.spawn('/usr/bin/make', ['make', '-j4'])
  const child = make.fork()
  child.open('/before')
  child.exec('/usr/bin/gcc', ['gcc', '-c', 'a b.c']).open('/after')
  make.exit()
  const orphan = shell.fork()
  shell.exec('/bin/ls', ['ls']).open('/last')
  orphan.open('/of what the shell was')
  expect(lines(builder)).toEqual([
    "test → sh -c 'make -j4; exec ls' → make -j4 → make (forked)",
    "test → sh -c 'make -j4; exec ls' → make -j4 → gcc -c 'a b.c'",
    "test → sh -c 'make -j4; exec ls' ⇒ ls",
    "test → sh -c 'make -j4; exec ls' → sh (forked)",
  ])
})

test('of the test itself is short', () => {
  const builder = new TraceBuilder()
  builder.root.open('/x')
  expect(lines(builder)).toEqual(['test'])
})

test('leaves the middle of a long one out', () => {
  const builder = new TraceBuilder()
  let process = builder.root.spawn('/bin/p1', ['p1'])
  for (let n = 2; n <= 20; n++) process = process.spawn(`/bin/p${n}`, [`p${n}`])
  process.open('/x')
  expect(lines(builder)).toEqual(['test → p1 → p2 → … 14 more → p17 → p18 → p19 → p20'])
})

test('shortens a long command', () => {
  const builder = new TraceBuilder()
  builder.root
    .spawn('/usr/lib/gcc/cc1', ['/usr/lib/gcc/cc1', '-quiet', ...Array<string>(30).fill('-fsomething')])
    .open('/x')
  expect(lines(builder)).toEqual(['test → cc1 -quiet -fsomething -fsomething … +28'])
})

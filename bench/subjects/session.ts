// SPDX-License-Identifier: MIT
import { openSession } from 'spyscall'
import { median } from '../harness.ts'
import type { SessionSample } from '../session.ts'

async function timed<Value>(work: () => Value): Promise<[number, Awaited<Value>]> {
  const start = performance.now()
  const value = await work()
  return [performance.now() - start, value]
}

const [firstOpenMs, first] = await timed(() => openSession())
const [firstStopMs] = await timed(() => first.stop())

const opens: number[] = []
const stops: number[] = []
for (let n = 0; n < 30; n++) {
  const [openMs, session] = await timed(() => openSession())
  const [stopMs] = await timed(() => session.stop())
  opens.push(openMs)
  stops.push(stopMs)
}

const outer = await openSession()
const beside: number[] = []
for (let n = 0; n < 30; n++) {
  const [openMs, session] = await timed(() => openSession())
  await session.stop()
  beside.push(openMs)
}
const drains: number[] = []
for (let n = 0; n < 200; n++) {
  const start = performance.now()
  outer.trace.processes
  drains.push(performance.now() - start)
}
await outer.stop()

const sample: SessionSample = {
  firstOpenMs,
  firstStopMs,
  nextOpenMs: median(opens),
  nextStopMs: median(stops),
  besideOpenMs: median(beside),
  drainMs: median(drains),
}
console.log(JSON.stringify(sample))

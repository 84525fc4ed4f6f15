// SPDX-License-Identifier: MIT
// Records many opens, then asks.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as untyped } from 'expect'
import { openSession } from 'spyscall'
import { type KernelMatchers, matchers } from 'spyscall/matchers'
import type { QueryRequest, QuerySample } from '../million.ts'
import { at } from '../subject.ts'

type Asked = KernelMatchers<void>
untyped.extend(matchers as unknown as Parameters<typeof untyped.extend>[0])
const expect = untyped as unknown as (trace: unknown) => Asked & { readonly not: Asked }

const { opens, files, paced, silent } = JSON.parse(process.argv[2] ?? '') as QueryRequest
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spy-bench-')))
const peakMiB = (): number => process.resourceUsage().maxRSS / 1024

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const before = peakMiB()
const session = await openSession()
const args = [folder, `${files}`, `${opens}`, ...(paced === undefined ? [] : [`${paced.rate}`, `${paced.workers}`])]
const { status, stdout, stderr } = spawnSync(at('files'), args, { encoding: 'utf8' })
rmSync(folder, { recursive: true })
if (status !== 0) throw new Error(`files ended with ${status}: ${stderr}`)
const { opened, wallNs } = JSON.parse(stdout)

const start = performance.now()
const trace = await session.stop()
const stopMs = performance.now() - start
const recordedMiB = peakMiB() - before
let firstMs = 0
const furtherMs: Record<string, number> = {}
if (!silent) {
  firstMs = timed(() => expect(trace).toHaveOpened(join(folder, 'f00000')))
  furtherMs['toHaveOpened(path)'] = timed(() => expect(trace).toHaveOpened(join(folder, 'f00000'), { mode: 'write' }))
  furtherMs['toHaveOpened(glob)'] = timed(() => expect(trace).toHaveOpened(`${folder}/*0`))
  furtherMs['toHaveOpened(RegExp)'] = timed(() => expect(trace).toHaveOpened(/f0{5}$/))
  furtherMs['not.toHaveOpened(path)'] = timed(() => expect(trace).not.toHaveOpened('/etc/shadow'))
  furtherMs['not.toHaveOpened(glob)'] = timed(() => expect(trace).not.toHaveOpened('/home/**'))
  const times = opened / files + 1
  furtherMs['toHaveOpened(path, times)'] = timed(() => expect(trace).toHaveOpened(join(folder, 'f00000'), { times }))
  furtherMs['toHaveWritten(path)'] = timed(() => expect(trace).not.toHaveWritten(join(folder, 'f00000')))
  furtherMs['toHaveCreated(glob, times)'] = timed(() => expect(trace).toHaveCreated(`${folder}/*`, { times: files }))
  furtherMs['not.toHaveDeleted(glob)'] = timed(() => expect(trace).not.toHaveDeleted('/home/**'))
  furtherMs['toHaveExecuted'] = timed(() => expect(trace).toHaveExecuted('files'))
  furtherMs['not.toHaveConnectedTo'] = timed(() => expect(trace).not.toHaveConnectedTo())
}
const sample: QuerySample = {
  opened,
  seconds: wallNs / 1e9,
  stopMs,
  firstMs,
  furtherMs,
  recordedMiB,
  answeredMiB: peakMiB() - before,
  lost: Object.values(trace.lost).reduce((sum, count) => sum + count, 0),
  gaps: trace.gaps.map((gap) => gap.text),
}
console.log(JSON.stringify(sample))

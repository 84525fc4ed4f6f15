// SPDX-License-Identifier: MIT
// What the fixtures of io_uring say and what the trace says, in the same words.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { EventGroup } from '../../src/trace/groups.ts'
import { eventsOf, type Report, type Run, runOf, workload } from './workload.ts'

/** Every group that an operation of a ring can be an event of. */
export const ringGroups: EventGroup[] = ['process', 'file', 'network', 'probe', 'sync']
const changeKinds = ['rename', 'unlink', 'rmdir', 'mkdir', 'link', 'symlink', 'xattr'] as const

/** Events that went through a ring. */
export function ringed<E extends { readonly call: string }>(list: readonly E[]): E[] {
  return list.filter(({ call }) => call.startsWith('io_uring:'))
}

export function outcome({ result }: { readonly result: { ok: boolean; value?: number; errno?: string | null } }) {
  return result.ok ? { ok: true, value: result.value } : { ok: false, errno: result.errno }
}

export function claimedOutcome(report: Report) {
  return report['ok'] ? { ok: true, value: report['value'] } : { ok: false, errno: report['errno'] }
}

/** All changes of names and attributes through rings, in order, in the words of the fixture. */
export function changeFacts(run: Run) {
  const changes = changeKinds.flatMap((kind) => ringed(eventsOf(run, kind)))
  changes.sort((a, b) => a.seq - b.seq)
  return changes.map((event) => ({
    kind: event.kind,
    call: event.call,
    asked: event.asked,
    path: event.path,
    to: 'to' in event ? event.to : 'target' in event ? event.target : 'name' in event ? event.name : null,
    source: event.source,
    ...outcome(event),
  }))
}

export function changeClaims(run: Run) {
  return run.all('change').map((report) => {
    const { kind, call, asked, base, to, toBase } = report
    const isByFd = asked === null || (asked === '' && base !== null)
    return {
      kind,
      call,
      asked: isByFd ? { status: 'absent' } : asked,
      path: isByFd ? base : join(base, asked),
      to: kind === 'rename' || kind === 'link' ? join(toBase, to) : to,
      source: 'io_uring_complete',
      ...claimedOutcome(report),
    }
  })
}

/** What the fixture of operations that are submitted together did, and what was recorded of its ring. */
export async function order(test: string, file = '/etc/hostname', other = '/etc/hosts') {
  const { result, trace } = await traced(
    () => spawnSync(workload('uring-order'), [test, file, other], { encoding: 'utf8' }),
    { events: ringGroups },
  )
  expect(result).toMatchObject({ status: 0, stderr: '' })
  const run = runOf(trace, result)
  return {
    opens: ringed(eventsOf(run, 'open')).map((event) => ({
      asked: event.asked,
      path: event.path,
      inode: event.inode,
      ...outcome(event),
    })),
    claims: run.all('open').map((report) => ({ asked: report['asked'], ...claimedOutcome(report) })),
    inodes: Object.fromEntries(run.all('file').map((report) => [report['path'], BigInt(report['inode'])])),
    gaps: trace.gaps.map(({ reason, count }) => ({ reason, count })),
    run,
  }
}

// SPDX-License-Identifier: MIT
import type { OpenEvent, Text, TraceEvent } from '../event.ts'
import { eventKinds } from '../groups.ts'
import type { Process } from '../process.ts'
import type { TraceView } from '../view.ts'
import type { FileAccess } from './access.ts'

const ownDescriptor = /^\/proc\/self\/fd\/(\d+)$/

/** Number of the descriptor whose file is changed by this path; null of any other access. */
export function descriptorOf(access: FileAccess): number | null {
  if (access.class !== 'write' || access.chrooted || typeof access.path !== 'string') return null
  const found = ownDescriptor.exec(access.path)
  return found === null ? null : Number(found[1])
}

/** Gives the file that a process had just opened with O_PATH under a number, at the position of its next event. */
export type Reopened = (fd: number, seq: number) => Text | null

/**
 * What is changed by `/proc/self/fd/N`, where nothing else of the process is told since it opened N with O_PATH. So does the C library change a mode without following a link, if the kernel has no
 * fchmodat2. Looks at the trace when it is first asked.
 */
export function reopenedIn(trace: TraceView): Reopened {
  let known: ReadonlyMap<number, OpenEvent> | undefined
  return (fd, seq) => {
    known ??= followersOf(trace)
    const open = known.get(seq)
    return open?.result.ok === true && open.result.value === fd ? open.path : null
  }
}

/** The opens with O_PATH, by the position of what their process did next. */
function followersOf(trace: TraceView): Map<number, OpenEvent> {
  const followers = new Map<number, OpenEvent>()
  const last = new Map<Process, OpenEvent>()
  const isOpen = (event: TraceEvent): event is OpenEvent => event.kind === 'open'
  trace.scan(
    eventKinds,
    (event) => (event.kind === 'open' && event.mode === 'path' && event.result.ok ? 'opens' : 'other'),
    (what, sighting) => {
      const { process, seq } = sighting
      const before = last.get(process)
      if (before !== undefined) followers.set(seq, before)
      last.delete(process)
      if (what === 'opens' && isOpen(sighting.event)) last.set(process, sighting.event)
      return undefined
    },
  )
  return followers
}

// SPDX-License-Identifier: MIT
// What a snapshot says of a process beside its commands: one line for each thing that it did, however often.
import { showText } from './escape.ts'
import type { ConnectEvent, ExecEvent, OpenEvent, Text, TraceEvent } from './event.ts'
import { shortName } from './names.ts'
import type { Normalizer } from './normalize.ts'
import type { Process } from './process.ts'
import { isInet, plainAddress, renderEvent, renderOutcome, renderPeer } from './render.ts'
import { kindsOf, type SnapshotEvent } from './snapshot-events.ts'
import type { PathFilter } from './snapshot-paths.ts'
import type { TraceView } from './view.ts'

/** Lines of each process that has any, not in order. Failed executions and what the words stand for. */
export function factsOf(
  trace: TraceView,
  words: readonly SnapshotEvent[],
  isShown: PathFilter,
  normalize: Normalizer,
): Map<Process, Set<string>> {
  const facts = new Map<Process, Set<string>>()
  const add = (process: Process, fact: string | null): void => {
    if (fact === null) return
    const own = facts.get(process)
    if (own === undefined) facts.set(process, new Set([fact]))
    else own.add(fact)
  }
  for (const exec of trace.ofKind('exec')) if (!exec.result.ok) add(exec.process, failedExecFact(exec, normalize))
  for (const word of words) {
    if (word === 'write') {
      for (const [process, fact] of writeFacts(trace.ofKind('open'), isShown, normalize)) add(process, fact)
      continue
    }
    for (const kind of kindsOf(word))
      for (const event of trace.ofKind(kind))
        if (hasShownPath(event, isShown)) add(event.process, factOf(event, word, normalize))
  }
  return facts
}

function failedExecFact(exec: ExecEvent, normalize: Normalizer): string | null {
  const name = showText(shortName(exec))
  if (exec.result.ok || exec.process.execs.some((other) => showText(shortName(other)) === name)) return null
  return `cannot execute ${normalize(name)}: ${exec.result.errno ?? 'no answer'}`
}

/** Files opened for writing: each once, created when one of the opens made it. */
function* writeFacts(
  opens: readonly OpenEvent[],
  isShown: PathFilter,
  normalize: Normalizer,
): Iterable<readonly [Process, string]> {
  const written = new Map<Process, Map<string, boolean>>()
  for (const event of opens) {
    if (event.mode === 'read' || event.mode === 'path' || !event.result.ok || !isContent(event) || !isShown(event.path))
      continue
    const own = written.get(event.process) ?? new Map<string, boolean>()
    const path = normalize(showText(event.path)) + chrootRemark(event)
    written.set(event.process, own.set(path, event.created || own.get(path) === true))
  }
  for (const [process, paths] of written)
    for (const [path, created] of paths) yield [process, `${created ? 'creates' : 'writes'} ${path}`]
}

/** Pseudo files say nothing about what a program reads or produces: terminals, /dev/null, /proc/self/oom_score_adj. */
function isContent(event: OpenEvent): boolean {
  if (event.fileType !== null && event.fileType !== 'file') return false
  return typeof event.path !== 'string' || !/^\/(dev|proc|sys)\//.test(event.path)
}

function hasShownPath(event: TraceEvent, isShown: PathFilter): boolean {
  if (!('path' in event)) return true
  return isShown(event.path) || ((event.kind === 'rename' || event.kind === 'link') && isShown(event.to))
}

function factOf(event: TraceEvent, word: SnapshotEvent, normalize: Normalizer): string | null {
  if (word === 'read') return event.kind === 'open' ? readFact(event, normalize) : null
  if (word === 'change') return 'died' in event && event.result.ok ? changeFact(event, normalize) : null
  if (event.kind === 'connect')
    return isOwnConnection(event) ? `connects ${normalize(renderPeer(event))} -> ${renderOutcome(event)}` : null
  return normalize(renderEvent(event))
}

function readFact(event: OpenEvent, normalize: Normalizer): string | null {
  const isRead = event.mode === 'read' || event.mode === 'readwrite'
  if (!isRead || !event.result.ok || !isContent(event)) return null
  return `reads ${normalize(showText(event.path))}${chrootRemark(event)}`
}

function changeFact(event: TraceEvent, normalize: Normalizer): string | null {
  const name = (text: Text) => normalize(showText(text))
  const fact = (): string | null => {
    switch (event.kind) {
      case 'unlink':
      case 'rmdir':
        return `deletes ${name(event.path)}`
      case 'rename':
        return event.flags.includes('RENAME_EXCHANGE')
          ? `exchanges ${name(event.path)} with ${name(event.to)}`
          : `renames ${name(event.path)} to ${name(event.to)}`
      case 'mkdir':
        return `creates folder ${name(event.path)}`
      case 'mknod':
        return `creates ${event.fileType} ${name(event.path)}`
      case 'link':
        return `links ${name(event.to)} to ${name(event.path)}`
      case 'symlink':
        return `creates link ${name(event.path)} to ${name(event.target)}`
      default:
        return null
    }
  }
  const text = fact()
  return text === null ? null : text + chrootRemark(event as TraceEvent & { readonly chrooted: boolean })
}

function chrootRemark({ chrooted }: { readonly chrooted: boolean }): string {
  return chrooted ? ' (in a chroot)' : ''
}

/** Sockets that a C library or a login opens by itself, depending on how the machine is set up. */
const systemSockets: readonly string[] = [
  'unix:/var/run/nscd/socket',
  'unix:/run/nscd/socket',
  'unix:/run/systemd/userdb/*',
  'unix:/run/systemd/resolve/*',
  'unix:/run/systemd/journal/*',
  'unix:/run/dbus/system_bus_socket',
  'unix:/dev/log',
]

function isOwnConnection(event: ConnectEvent): boolean {
  if (event.outcome === 'associated' && isInet(event.address)) return false
  const text = plainAddress(event.address)
  return !systemSockets.some((known) => (known.endsWith('*') ? text?.startsWith(known.slice(0, -1)) : text === known))
}

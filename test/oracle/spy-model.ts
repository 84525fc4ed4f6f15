// SPDX-License-Identifier: MIT
// What spyscall recorded, as a model of the run.
import type { EventKind, ExecEvent, SignalEvent, Text } from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import type { Trace } from '../../src/trace/trace.ts'
import {
  type Act,
  addTransfer,
  type ExecModel,
  type ImageModel,
  newImage,
  type ProcessModel,
  type RunModel,
} from './model.ts'
import { changeAct, look, openAct, syncAct, transfer } from './spy-files.ts'
import { connectAct, dnsLook, socketAct } from './spy-network.ts'
import { receivedSignal, sentSignal, systemAct } from './spy-system.ts'
import { bytes, outcome } from './spy-text.ts'

/** Kinds that strace cannot see: marks are the session's, for ptrace see known-differences.ts, `tracers`. Events `syscall` are compared by calls.ts. */
export const notCompared: ReadonlySet<EventKind> = new Set(['mark', 'ptrace', 'syscall'])

/** known-differences.ts, `newer-calls`. */
const newerCalls: ReadonlySet<string> = new Set(['fchmodat2', 'setxattrat', 'removexattrat', 'open_tree_attr'])

/** Calls that strace does not see, or does not know. known-differences.ts, `rings`. */
function isUnseen(call: string | null): boolean {
  return call !== null && (newerCalls.has(call) || call.startsWith('io_uring:'))
}

/** A complete trace of one command, started inside `session.run`, to the run that it tells of. */
export function modelOfTrace(trace: Trace): RunModel {
  if (!trace.complete) throw new Error(`The trace is incomplete: ${trace.gaps.map((gap) => gap.text).join(' ')}`)
  const [root, ...others] = trace.tree.children
  if (root === undefined || others.length > 0)
    throw new Error(`Expected one process to be started, got ${trace.tree.children.length}`)
  const models = new Map<Process, ProcessModel>()
  const modelOf = (process: Process): ProcessModel => {
    let model = models.get(process)
    if (model === undefined) {
      model = { pid: process.pid, images: [newImage(null)], end: null }
      models.set(process, model)
    }
    return model
  }
  const imageOf = (process: Process) => modelOf(process).images.at(-1) as ImageModel
  const takeSignal = (event: SignalEvent) => {
    const { sender, to, delivery } = event
    if (sender !== null && !sender.isRoot) imageOf(sender).looks.push(sentSignal(event))
    // known-differences.ts, `children-ended`.
    if (delivery === 'failed' || to === null || to.isRoot || /^SIG(?:CHLD|KILL)$/.test(event.signal)) return
    imageOf(to).looks.push(receivedSignal(event))
  }
  for (const event of trace.events) {
    if (event.process.isRoot || ('call' in event && isUnseen(event.call))) continue
    const model = modelOf(event.process)
    const image = model.images.at(-1) as ImageModel
    const act = (one: Act | null) => void (one === null || image.acts.push(one))
    switch (event.kind) {
      case 'fork':
        act({ kind: 'fork', flags: [...event.flags].sort(), child: modelOf(event.child) })
        break
      case 'thread':
        if (!event.userWorker) image.threaded = true
        break
      case 'exec':
        if (event.result.ok) model.images.push(newImage(execModel(event)))
        else act({ kind: 'exec', asked: bytes(event.asked), outcome: outcome(event) })
        break
      case 'exit':
        model.end =
          event.signal === null ? { code: event.code ?? -1 } : { signal: event.signal, core: event.coreDumped }
        break
      case 'chdir':
        act({ kind: 'chdir', call: event.call, asked: bytes(event.asked), outcome: outcome(event) })
        break
      case 'open':
        // known-differences.ts, `terminal-ends`.
        if (event.call !== 'ioctl') act(openAct(event))
        break
      case 'connect':
        act(connectAct(event))
        break
      case 'rename':
      case 'unlink':
      case 'rmdir':
      case 'mkdir':
      case 'link':
      case 'symlink':
      case 'mknod':
      case 'chmod':
      case 'chown':
      case 'truncate':
      case 'utimes':
      case 'xattr':
        act(changeAct(event))
        break
      case 'stat':
      case 'access':
      case 'readlink':
      case 'list':
        image.looks.push(look(event))
        break
      case 'sync':
        act(syncAct(event))
        break
      case 'io':
        addTransfer(image, bytes(event.path) ?? '<not known>', transfer(event))
        break
      case 'socket':
      case 'bind':
      case 'listen':
      case 'accept':
      case 'send':
        act(socketAct(event))
        break
      case 'dns':
        image.looks.push(dnsLook(event))
        break
      case 'namespace':
      case 'mount':
      case 'umount':
      case 'chroot':
      case 'pivotRoot':
      case 'credentials':
      case 'bpf':
      case 'module':
      case 'ioUring':
        act(systemAct(event))
        break
      case 'signal':
        takeSignal(event)
        break
      default:
        if (!notCompared.has(event.kind)) throw new Error(`Nobody compares ${event.kind} with what strace saw`)
    }
  }
  return { root: modelOf(root) }
}

function execModel(event: ExecEvent): ExecModel {
  const argv = event.argv.map((argument) => bytes(argument) ?? '<not read>')
  const asked = bytes(event.asked) ?? '<not read>'
  if (event.script === null) return { asked, argv0: argv[0] ?? '', rest: argv.slice(1) }
  // The kernel made it `interpreter [argument] script rest…`, more than once when the interpreter is a script.
  const at = argv.indexOf(asked, 1)
  if (argv[0] !== bytes(event.interpreter as Text) || at < 0)
    return { asked, argv0: null, rest: ['<not a script’s arguments>', ...argv] }
  return { asked, argv0: null, rest: argv.slice(at + 1) }
}

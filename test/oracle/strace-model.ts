// SPDX-License-Identifier: MIT
// What strace wrote, as a model of the run.
import {
  type Act,
  absolute,
  addTransfer,
  type Bytes,
  type CallAct,
  type ImageModel,
  newImage,
  type ProcessModel,
  type RunModel,
} from './model.ts'
import { bytesOf, type Call, namesOf, outcome, type Place, type Readers } from './strace-args.ts'
import { changeReaders } from './strace-changes.ts'
import { DnsWatch } from './strace-dns.ts'
import { fileReaders } from './strace-files.ts'
import { joined, type Part } from './strace-join.ts'
import { parseStraceLine, StraceError } from './strace-lines.ts'
import { lookReaders } from './strace-looks.ts'
import { networkReaders } from './strace-network.ts'
import { signalCode, signalName, systemReaders } from './strace-system.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

/** Calls that are what they are by themselves; those that make or change processes are the assembly's. */
const readers: Readers = { ...fileReaders, ...changeReaders, ...lookReaders, ...networkReaders, ...systemReaders }

/** Output of `strace ...straceFlags -o FILE` to the run that it tells of, of a command that began in a folder. */
export function parseStrace(text: string, cwd: Bytes | null = null): RunModel {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const assembly = new Assembly(cwd)
  for (const part of joined(lines.map(parseStraceLine))) assembly.take(part)
  return assembly.model()
}

interface Task {
  readonly tid: number
  readonly process: Process
  /** Calls that were interrupted and are to be restarted, the last one last. */
  readonly interrupted: { readonly call: Call; readonly act: Act }[]
  alive: boolean
}

interface Process extends Place {
  readonly model: ProcessModel
  readonly tasks: Set<Task>
}

class Assembly {
  readonly #tasks = new Map<number, Task>()
  /** Children whose making has begun, by their number. */
  readonly #expected = new Map<
    number,
    { readonly process: Process | null; readonly cwd: Bytes | null; readonly model: ProcessModel }
  >()
  readonly #byCall = new Map<Call, ProcessModel>()
  /** Pipes and devices that the run made: what is moved through them is no file's content, and a path does not say what it stands for. */
  readonly #contentless = new Set<Bytes>()
  readonly #dns = new DnsWatch()
  readonly #cwd: Bytes | null
  #root: ProcessModel | undefined

  constructor(cwd: Bytes | null) {
    this.#cwd = cwd
  }

  model(): RunModel {
    if (this.#root === undefined) throw new StraceError('An empty trace')
    for (const task of this.#tasks.values()) if (task.alive) throw new StraceError(`${task.tid} has no end`)
    return { root: this.#root }
  }

  take(part: Part): void {
    switch (part.kind) {
      case 'begin':
        return this.#begin(this.#taskOf(part.tid), part.call)
      case 'end':
        return this.#end(this.#taskOf(part.tid), part.call)
      case 'exited':
        return this.#gone(part.tid, { code: part.code })
      case 'killed':
        return this.#gone(part.tid, { signal: part.signal, core: part.core })
      case 'superseded':
        return this.#superseded(part.tid, part.by)
      case 'signal':
        return this.#received(this.#taskOf(part.tid), part.signal, part.code)
      case 'stopped':
      case 'note':
        return
    }
  }

  #taskOf(tid: number): Task {
    const known = this.#tasks.get(tid)
    if (known?.alive) return known
    const expected = this.#expected.get(tid)
    if (expected === undefined && this.#root !== undefined) throw new StraceError(`${tid} was made by nobody`)
    this.#expected.delete(tid)
    let process = expected?.process ?? null
    if (process === null) {
      const model = expected?.model ?? newProcess(tid)
      this.#root ??= model
      process = { model, tasks: new Set(), cwd: expected === undefined ? this.#cwd : expected.cwd }
    }
    const task: Task = { tid, process, interrupted: [], alive: true }
    process.tasks.add(task)
    this.#tasks.set(tid, task)
    return task
  }

  #begin(task: Task, call: Call): void {
    const again = task.interrupted.at(-1)
    if (again !== undefined && again.call.name === call.name && again.call.args === call.args) task.interrupted.pop()
    const { value } = call.result
    if (!/^(clone3?|v?fork)$/.test(call.name) || value === null || value < 0) return
    const thread = cloneFlags(call).includes('CLONE_THREAD')
    const model = thread ? task.process.model : newProcess(value)
    this.#expected.set(value, { process: thread ? task.process : null, cwd: task.process.cwd, model })
    this.#byCall.set(call, model)
  }

  #end(task: Task, call: Call): void {
    const { name, result } = call
    switch (name) {
      case 'clone':
      case 'clone3':
      case 'fork':
      case 'vfork':
        return this.#made(task, call)
      case 'execve':
      case 'execveat':
        return this.#executed(task, call)
      case 'chdir':
      case 'fchdir':
        return this.#changed(task, call)
      case 'rt_sigreturn':
      case 'sigreturn':
        // Back from a handler without SA_RESTART: the program sees EINTR of the call that it interrupted.
        if (result.errno === 'EINTR') {
          const last = task.interrupted.pop()
          if (last !== undefined) imageOf(task).acts.push({ ...last.act, outcome: 'EINTR' } as Act)
        }
        return
      case 'exit':
      case 'exit_group':
      case 'restart_syscall':
        return
      default:
        return this.#read(task, call)
    }
  }

  #read(task: Task, call: Call): void {
    this.#dns.take(task.process.model.pid, call, (asked) => imageOf(task).looks.push(asked))
    const read = readers[call.name]
    if (read === undefined) {
      // known-differences.ts, `newer-calls`.
      if (call.name.startsWith('syscall_0x')) return
      throw new StraceError(`${call.name} was not asked for`)
    }
    const told = read(call, task.process)
    if (told === null) return
    if ('act' in told) this.#act(task, call, told.act)
    else if ('acts' in told) for (const act of told.acts) this.#act(task, call, act)
    else if ('unmeasured' in told) for (const path of told.unmeasured) imageOf(task).unmeasured.add(path)
    else if ('look' in told) imageOf(task).looks.push(told.look)
    else
      for (const [path, part] of told.transfers)
        if (!this.#contentless.has(path)) addTransfer(imageOf(task), path, part)
  }

  /** known-differences.ts, `children-ended`. */
  #received(task: Task, signal: string, code: string | null): void {
    if (signal === 'SIGCHLD') return
    const facts = { signal: signalName(signal), code: signalCode(code) }
    imageOf(task).looks.push({ kind: 'call', call: 'received', facts, outcome: 'ok' })
  }

  #made(task: Task, call: Call): void {
    const model = this.#byCall.get(call)
    if (model === undefined) return
    if (model === task.process.model) {
      imageOf(task).threaded = true
      return
    }
    const flags = cloneFlags(call)
    imageOf(task).acts.push({
      kind: 'fork',
      flags: flags.filter((flag) => flag.startsWith('CLONE_')).sort(),
      child: model,
    })
  }

  #executed(task: Task, call: Call): void {
    const values = parseArguments(call.args)
    const at = call.name === 'execveat' ? 1 : 0
    const asked = bytesOf(values[at])
    // A check (AT_EXECVE_CHECK, newer than this strace) executes nothing.
    if (call.name === 'execveat' && namesOf(values[4]).includes('0x10000')) return
    if (call.result.value !== 0) {
      this.#act(task, call, { kind: 'exec', asked, outcome: outcome(call) })
      return
    }
    const { process } = task
    const argv = values[at + 1]
    const items = argv?.kind === 'list' ? argv.items.map(bytesOf) : []
    const folder = values[0] as StraceValue & { text: string }
    process.model.images.push(
      newImage({
        asked: call.name === 'execve' ? (asked ?? '') : executedName(folder.text, asked ?? ''),
        argv0: items[0] ?? '',
        rest: items.slice(1).map((item) => item ?? ''),
      }),
    )
    for (const other of process.tasks) if (other !== task) this.#drop(other)
  }

  #changed(task: Task, call: Call): void {
    const [where] = parseArguments(call.args)
    const asked = call.name === 'chdir' ? bytesOf(where) : null
    const { process } = task
    if (call.result.value === 0) {
      if (call.name === 'fchdir') process.cwd = where?.kind === 'word' ? where.path : null
      else
        process.cwd =
          asked === null || (process.cwd === null && !asked.startsWith('/'))
            ? null
            : absolute(process.cwd ?? '/', asked)
    }
    this.#act(task, call, { kind: 'chdir', call: call.name, asked, outcome: outcome(call) })
  }

  /** A call that was interrupted is an act only when it is known what became of it. */
  #act(task: Task, call: Call, act: Act): void {
    if (call.result.value === null && call.result.errno !== null) {
      task.interrupted.push({ call, act })
      return
    }
    if (isNode(act)) this.#contentless.add(act.facts['path'] as Bytes)
    imageOf(task).acts.push(act)
  }

  #superseded(tid: number, by: number): void {
    const caller = this.#taskOf(by)
    this.#drop(caller)
    const leader = this.#tasks.get(tid)
    if (leader !== undefined && !leader.alive) {
      leader.alive = true
      leader.process.tasks.add(leader)
    }
  }

  #gone(tid: number, end: ProcessModel['end']): void {
    const task = this.#taskOf(tid)
    for (const { act } of task.interrupted) imageOf(task).acts.push({ ...act, outcome: 'died' } as Act)
    this.#drop(task)
    // Of the leader: what wait(2) tells.
    if (tid === task.process.model.pid) task.process.model.end = end
  }

  #drop(task: Task): void {
    task.alive = false
    task.interrupted.length = 0
    task.process.tasks.delete(task)
  }
}

function isNode(act: Act): act is CallAct {
  if (act.kind !== 'call' || act.outcome !== 'ok') return false
  return act.facts['kind'] === 'mknod' && /^(?:fifo|characterDevice)$/.test(`${act.facts['fileType']}`)
}

function newProcess(pid: number): ProcessModel {
  return { pid, images: [newImage(null)], end: null }
}

function imageOf(task: Task): ImageModel {
  return task.process.model.images.at(-1) as ImageModel
}

/** `bprm->filename` of execveat(2): how the kernel names what it was asked for. */
function executedName(folder: string, path: Bytes): Bytes {
  if (path.startsWith('/') || folder === 'AT_FDCWD') return path
  return path === '' ? `/dev/fd/${folder}` : `/dev/fd/${folder}/${path}`
}

function cloneFlags({ name, args }: Call): string[] {
  if (name === 'fork') return []
  if (name === 'vfork') return ['CLONE_VFORK', 'CLONE_VM']
  // clone(child_stack=NULL, flags=A|B, …), clone3({flags=A|B, …}, 88)
  const flags = /\bflags=([\w|]+)/.exec(args)?.[1]
  return flags === undefined ? [] : flags.split('|')
}

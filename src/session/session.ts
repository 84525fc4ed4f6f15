// SPDX-License-Identifier: MIT
import { threadId } from 'node:worker_threads'
import type { Options, Result } from 'execa'
import { environmentBit, groupBits } from '../trace/groups.ts'
import { describe } from '../trace/misuse.ts'
import { Trace } from '../trace/trace.ts'
import type { TraceInfo } from '../trace/trace-info.ts'
import { type Binding, checkPlatform, loadNative, type NativeProblem, Operation } from './binding.ts'
import { capabilityNames } from './capabilities.ts'
import { SessionError } from './errors.ts'
import { loadExeca } from './execa.ts'
import { NativeLog } from './native-log.ts'
import { type SessionOptions, type SettledOptions, settleOptions } from './options.ts'
import { placesHere } from './places.ts'
import { prescanInParallel } from './prescan-pool.ts'
import { refusal } from './refusal.ts'
import { type ArmedSession, runArmed } from './spawn-hook.ts'
import { architectureHere, syscallBits } from './syscalls.ts'

/** The `vm` contexts of Node 22 (Vitest's vm pools, Jest) have none of their own: what compilers make of `await using` looks for this one then. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')

/** Frees the log of a session whose trace nobody can read any more. */
const released = new FinalizationRegistry<{ readonly binding: Binding; readonly handle: number }>(
  ({ binding, handle }) => binding.release(handle),
)

/**
 * Opens a session: when the promise resolves, every program is attached and the scope is armed. Throws SessionError with the remedy where the system does not
 * let it.
 */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  return openSessionSync(options)
}

/** Runs `callback` in a session of its own, under scope `'run'` unless another is given. */
export async function traced<Value>(
  callback: () => Value | Promise<Value>,
  options: SessionOptions = {},
): Promise<{ readonly result: Awaited<Value>; readonly trace: Trace }> {
  checkCallback('traced', callback)
  const session = await openSession({ scope: 'run', ...options })
  try {
    const result = await session.run(callback)
    return { result, trace: await session.stop() }
  } finally {
    await session.stop()
  }
}

/** A promise is the usual slip: what it stands for has begun before anything could be recorded. */
function checkCallback(name: string, callback: unknown): void {
  if (typeof callback === 'function') return
  throw new SessionError(
    'INVALID_OPTION',
    `Expected \`${name}\` to get a callback, got ${describe(callback)}. Write \`${name}(() => …)\`.`,
  )
}

/**
 * Why no session can be opened here: the error that `openSession()` would throw. Undefined where one can be, which is found out by opening one; so it takes as long as
 * that. For tests that are to be skipped: `test.skipIf(whyNoSession())`.
 */
export function whyNoSession(): SessionError | undefined {
  try {
    void openSessionSync({ scope: 'run' }).stop()
    return undefined
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
}

function openSessionSync(options: SessionOptions): Session {
  checkPlatform()
  const settled = settleOptions(options)
  const { binding, helper } = loadNative()
  const groups = settled.events.reduce(
    (bits, group) => bits | groupBits[group],
    settled.env === false ? 0 : environmentBit,
  )
  const { spillFolder, ringBytes, memoryBytes } = settled
  const syscalls = syscallBits(settled.syscalls, architectureHere)
  const opened = binding.open({ helper, spillFolder, ringBytes, memoryBytes, groups, syscalls })
  if (!('handle' in opened)) throw refusal(opened)
  const capabilities = [...settled.events, ...capabilityNames(opened.capabilities)]
  const session = new Session(binding, opened.handle, settled, capabilities)
  const problem = session.begin()
  if (problem !== undefined) {
    binding.release(opened.handle)
    throw refusal(problem)
  }
  return session
}

/** One recording, from open to stop. */
export class Session implements ArmedSession, AsyncDisposable {
  /**
   * What this session sees: the groups of events that it records, and what this kernel was found to do. `'ioUringWatched'`: operations of io_uring are told one by one (elsewhere,
   * making a ring is enough to make a trace incomplete). `'openSettled'`, `'connectSettled'`: which file was opened, and to what address was connected, is known from inside the call,
   * whatever other threads do meanwhile; `'lsm'`, `'fentry'`: by which kind of program.
   */
  readonly capabilities: readonly string[]
  readonly #binding: Binding
  readonly #handle: number
  readonly #options: SettledOptions
  readonly #labels: string[] = []
  readonly #trace: Trace
  #state: 'open' | 'stopped' = 'open'
  #hasRun = false

  /** Use `openSession`. */
  constructor(binding: Binding, handle: number, options: SettledOptions, capabilities: readonly string[]) {
    this.#binding = binding
    this.#handle = handle
    this.#options = options
    this.capabilities = capabilities
    binding.mark(handle, 0)
    const info: TraceInfo = {
      architecture: architectureHere,
      scope: options.scope,
      groups: options.events,
      projectRoot: options.projectRoot,
      ...placesHere(),
      syscalls: options.syscalls,
      env: options.env,
      capabilities,
    }
    const root = {
      nsPid: process.pid,
      argv: [process.argv0, ...process.argv.slice(1)],
      exe: process.execPath,
      cwd: process.cwd(),
    }
    const log = new NativeLog(binding, handle)
    const refresh = (missed: boolean) => ({
      ...log.refresh(missed),
      neverRan: options.scope === 'run' && !this.#hasRun,
    })
    this.#trace = new Trace({ info, root, log, labels: this.#labels, refresh })
    released.register(this.#trace, { binding, handle })
  }

  /** @internal Arms the scope; what stood in the way, or undefined. */
  begin(): NativeProblem | undefined {
    const { scope } = this.#options
    if (scope === 'self') this.#binding.control(this.#handle, Operation.self, 0)
    if (scope !== 'run') this.#binding.control(this.#handle, Operation.root, threadId === 0 ? 0 : 1)
    return this.#binding.scan(this.#handle, scope === 'self')
  }

  /** The trace so far: reading it drains first. After `stop`, what was recorded until then. */
  get trace(): Trace {
    return this.#trace
  }

  /**
   * Runs `callback` and returns what it returns. Under scope `'run'`, exactly the processes that it starts, also later in its async context, are recorded, whatever
   * else runs at the same time.
   */
  run<Value>(callback: () => Value): Value {
    this.#checkOpen('run')
    checkCallback('session.run', callback)
    this.#hasRun = true
    return this.#options.scope === 'run' ? runArmed(this, callback) : callback()
  }

  /** `execa(file, args, options)` inside `run`. Awaiting it gives execa's result. */
  async exec(file: string, args: readonly string[] = [], options: Options = {}): Promise<Result> {
    this.#checkOpen('exec')
    const { execa } = await loadExeca()
    return (await this.run(() => execa(file, args, options))) as Result
  }

  /** Puts a mark into the trace, between what happened before and what happens after. */
  mark(label: string): void {
    if (typeof label !== 'string' || label === '')
      throw new SessionError('INVALID_OPTION', 'Expected the label of a mark to be a string that is not empty.')
    this.#checkOpen('mark')
    this.#binding.mark(this.#handle, this.#labels.push(label))
  }

  /** Ends the recording and gives the trace. Safe to call more than once. Processes that still run go on, unrecorded: `trace.running` lists them. */
  async stop(): Promise<Trace> {
    this.#state = 'stopped'
    this.#binding.stop(this.#handle)
    await prescanInParallel(this.#trace, this.#handle)
    return this.#trace
  }

  async [asyncDispose](): Promise<void> {
    await this.stop()
  }

  #checkOpen(method: string): void {
    if (this.#state === 'stopped')
      throw new SessionError('CLOSED', `The session was stopped: \`${method}\` would record nothing. Open another one.`)
  }

  /** @internal */
  arm(): void {
    this.#binding.control(this.#handle, Operation.arm, 0)
  }

  /** @internal */
  disarm(): void {
    this.#binding.control(this.#handle, Operation.disarm, 0)
  }
}

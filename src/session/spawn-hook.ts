// SPDX-License-Identifier: MIT
// Attribution of `session.run`. Node forks inside the call to spawn, and makes a worker thread inside its constructor, on the calling thread: so around that very call the
// programs are told that the next children of this thread, and those of the next threads, belong to the sessions of the async context that makes it.
import { AsyncLocalStorage } from 'node:async_hooks'
import { childProcess, syncBuiltinESMExports, workerThreads } from './node-modules.ts'

/** A session that wants the children started in its async context. */
export interface ArmedSession {
  arm(): void
  disarm(): void
}

interface Hook {
  readonly context: AsyncLocalStorage<readonly ArmedSession[]>
}

/** Kept on Node's own object, so that all copies of this module in a process (bundles, module registries of runners) share one. */
const key = Symbol.for('spyscall.spawn-hook')

type Spawn = (this: unknown, ...args: unknown[]) => unknown

/** Runs `callback`; children that it starts, now or later in its async context, belong to the session. */
export function runArmed<Value>(session: ArmedSession, callback: () => Value): Value {
  const { context } = installed()
  return context.run([...(context.getStore() ?? []), session], callback)
}

function installed(): Hook {
  const holder = childProcess.ChildProcess.prototype as unknown as { [key]?: Hook; spawn: Spawn }
  const existing = holder[key]
  if (existing !== undefined) return existing
  const hook: Hook = { context: new AsyncLocalStorage() }
  Object.defineProperty(holder, key, { value: hook })
  // spawn, exec, execFile and fork all go through this method; named imports and saved references do too.
  wrap(holder, 'spawn', hook)
  // spawnSync, execSync and execFileSync go through this binding.
  wrap(syncBinding(), 'spawn', hook)
  wrapWorker(hook)
  return hook
}

function wrap<Name extends string>(holder: { [key in Name]: Spawn }, name: Name, hook: Hook): void {
  const original = holder[name]
  holder[name] = function wrapped(this: unknown, ...args: unknown[]): unknown {
    return armed(hook, () => original.apply(this, args))
  } as Spawn as (typeof holder)[Name]
}

/** Reaches imports of ES modules, which are bound to what the module exports now; a CommonJS module that has taken `Worker` out before keeps the other one. */
function wrapWorker(hook: Hook): void {
  const original = workerThreads.Worker
  const wrapped: typeof original = new Proxy(original, {
    construct: (target, args, subclass) =>
      armed(hook, () => Reflect.construct(target, args, subclass === wrapped ? target : subclass)),
  })
  workerThreads.Worker = wrapped
  syncBuiltinESMExports()
}

function armed<Value>({ context }: Hook, call: () => Value): Value {
  const sessions = context.getStore()
  if (sessions === undefined) return call()
  for (const session of sessions) session.arm()
  try {
    return call()
  } finally {
    for (const session of sessions) session.disarm()
  }
}

/** The object whose `spawn` the synchronous functions call. Node gives it out under this name only. */
function syncBinding(): { spawn: Spawn } {
  return (process as unknown as { binding(name: string): { spawn: Spawn } }).binding('spawn_sync')
}

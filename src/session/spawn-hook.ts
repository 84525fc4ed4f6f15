// SPDX-License-Identifier: MIT
// Attribution of `session.run`. Node forks inside the call to spawn, on the calling thread: so around that very call the programs are told that the next
// children of this thread belong to the sessions of the async context that makes it.
import { AsyncLocalStorage } from 'node:async_hooks'
import childProcess from 'node:child_process'

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
  return hook
}

function wrap<Name extends string>(holder: { [key in Name]: Spawn }, name: Name, { context }: Hook): void {
  const original = holder[name]
  holder[name] = function armed(this: unknown, ...args: unknown[]): unknown {
    const sessions = context.getStore()
    if (sessions === undefined) return original.apply(this, args)
    for (const session of sessions) session.arm()
    try {
      return original.apply(this, args)
    } finally {
      for (const session of sessions) session.disarm()
    }
  } as Spawn as (typeof holder)[Name]
}

/** The object whose `spawn` the synchronous functions call. Node gives it out under this name only. */
function syncBinding(): { spawn: Spawn } {
  return (process as unknown as { binding(name: string): { spawn: Spawn } }).binding('spawn_sync')
}

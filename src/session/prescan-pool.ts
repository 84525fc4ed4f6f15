// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Prescan } from '../trace/prescan.ts'
import type { Trace } from '../trace/trace.ts'
import { packageFolder } from './package-folder.ts'
import type { PrescanTask } from './prescan-worker.ts'

/** Chunks of a megabyte from which on threads are worth their start, and their memory. */
const worthwhile = 512

/** With fewer, the one thread that takes in what the others find is the slower for them. */
const fewestProcessors = 4

/** Beside the one that takes in what they find, which is busy as well; each needs some 25 MiB. */
const threads = 2

/** Takes in a large log by several threads, where that is faster. What is left, or all of it, is taken in by the trace itself when it is looked at. */
export async function prescanInParallel(trace: Trace, handle: number): Promise<void> {
  if (availableParallelism() < fewestProcessors || trace.unreadChunks < worthwhile) return
  await prescanByPool(trace, handle)
}

/** Does nothing where the pool cannot be loaded: it is an ES module, which Jest loads with NODE_OPTIONS=--experimental-vm-modules only. */
export async function prescanByPool(trace: Trace, handle: number): Promise<void> {
  const tinypool = await import('tinypool').catch(() => null)
  if (tinypool === null) return
  const pool = new tinypool.Tinypool({
    filename: workerFile(),
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  try {
    const ahead = 2 * threads // results that wait at the same time: memory stays bounded
    await trace.readAhead(ahead, (chunk, bytes) => {
      const task: PrescanTask = { handle, chunk, bytes }
      // Of a thread that cannot be started, or that ended: somebody else has to read what it would have.
      return (pool.run(task) as Promise<Prescan | null>).catch(() => null)
    })
  } finally {
    await pool.destroy()
  }
}

/** The module of this package, or its source where that runs. */
function workerFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return join(packageFolder(), isSource ? 'src/session/prescan-worker.ts' : 'dist/session/prescan-worker.js')
}

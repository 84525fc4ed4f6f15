// SPDX-License-Identifier: MIT
// What else used the processors meanwhile: by the kernel's account of all, less that of this process and of the children it waited for.
import { readFileSync } from 'node:fs'

/** The helper of a session is nobody's child who waits: its loading of the programs would count as others'. */
const helperMs = 250

/** Of /proc: a hundredth of a second, on every architecture that Node runs on. */
const ticksPerSecond = 100

interface Reading {
  readonly timeMs: number
  readonly busyTicks: number
  readonly ownTicks: number
}

/** Starts counting. The answer is how many processors others used on average since. */
export function watchOthers(): () => number {
  const start = read()
  return () => {
    const end = read()
    const ticks = end.busyTicks - start.busyTicks - (end.ownTicks - start.ownTicks)
    return Math.max(0, ((ticks / ticksPerSecond) * 1000 - helperMs) / (end.timeMs - start.timeMs))
  }
}

function read(): Reading {
  // user nice system idle iowait irq softirq steal; stolen time is as bad as used.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number)
  const stat = readFileSync('/proc/self/stat', 'utf8')
  // After the name, which can hold anything: utime stime cutime cstime are fields 14 to 17 of all.
  const own = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
  return {
    timeMs: performance.now(),
    busyTicks: user + nice + system + irq + softirq + steal,
    ownTicks: own.reduce((sum, ticks) => sum + ticks, 0),
  }
}

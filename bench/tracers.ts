// SPDX-License-Identifier: MIT
// The other ways to record the same calls of a command and of all that it starts.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { at } from './subject.ts'

export type Command = readonly string[]

/** strace, stopping processes only at the selected calls. */
export function underStrace(command: Command): Command {
  const calls = 'execve,execveat,open,openat,openat2,creat,connect,chdir,fchdir,%process'
  return ['strace', '-f', '--seccomp-bpf', '-o', at('strace.log'), '-e', `trace=${calls}`, ...command]
}

/** bpftrace, in a mount namespace of its own where it finds the tracefs that it needs. */
export function underBpftrace(command: Command): Command {
  const script = join(import.meta.dirname, 'calls.bt')
  const mounted = 'mount -t tracefs none /sys/kernel/tracing 2>/dev/null; BPFTRACE_STRLEN=200 exec "$@"'
  return [
    'unshare',
    '--mount',
    'sh',
    '-c',
    mounted,
    'sh',
    'bpftrace',
    '-o',
    at('bpftrace.log'),
    '-c',
    command.join(' '),
    script,
  ]
}

/** Why a tracer cannot be run here; undefined when it can. */
export function refusalOf(wrap: (command: Command) => Command): string | undefined {
  const [program = '', ...args] = wrap([at('timed'), '/bin/true'])
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status === 0 && stdout.includes('wallNs')) return undefined
  return (error?.message ?? stderr.trim().split('\n').at(-1)) || `it ended with ${status}`
}

/** Events that bpftrace says it lost. */
export function lostByBpftrace(stderr: string): number {
  return [...stderr.matchAll(/Lost (\d+) events/g)].reduce((sum, [, count]) => sum + Number(count), 0)
}

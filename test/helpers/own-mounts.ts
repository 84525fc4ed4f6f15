// SPDX-License-Identifier: MIT
// Runs commands where nothing is installed: in a mount namespace of their own, with empty places for what `spyscall setup` installs. Needs root.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** `spyscall`, as `npm run build` has built it, for a line of sh: from the sources it would take three times as long to start. */
export const spyscall = `${process.execPath} ${root}/dist/cli.js`

let users = 0

/** A user that nobody has been yet, so that no helper of theirs runs: words to put in front of a command, for a line of sh. */
export function freshUser(groups = ''): string {
  const uid = 300_000 + (process.pid % 100_000) * 10 + users++
  onTestFinished(() => rmSync(`/tmp/spyscall-${uid}`, { recursive: true, force: true }))
  return `setpriv --reuid=${uid} --regid=${uid} ${groups === '' ? '--clear-groups' : `--groups=${groups}`} env -i PATH=/usr/bin:/bin`
}

export interface Outcome {
  readonly status: number
  /** Standard output and standard error, as they came. */
  readonly output: string
}

const empty = ['mount -t tmpfs -o mode=755 none /usr/local', 'mount -t tmpfs -o mode=755 none /opt']

/** Outcomes of lines of sh, one after the other, behind lines that prepare the namespace and have to succeed. */
export function inOwnMounts(lines: readonly string[], prepare: readonly string[] = []): Outcome[] {
  const end = '--end of a line--'
  const script = [
    'set -e',
    'cd /',
    ...empty,
    ...prepare,
    'set +e',
    ...lines.flatMap((line) => [`( ${line} ) 2>&1`, `echo "${end}$?"`]),
  ]
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['--mount', '--propagation=private', 'sh', '-c', script.join('\n')],
    {
      encoding: 'utf8',
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1', SPYSCALL_NATIVE_DIR: undefined },
    },
  )
  const pieces = stdout.split(new RegExp(`^${end}`, 'm'))
  if (status !== 0 || pieces.length !== lines.length + 1) throw new Error(`${stdout}${stderr}`)
  return lines.map((_, n) => ({
    status: Number.parseInt(pieces[n + 1]!, 10),
    output: (n === 0 ? pieces[0]! : pieces[n]!.replace(/^\d+\n/, '')).trim(),
  }))
}

// SPDX-License-Identifier: MIT
// One program of the corpus, and what all of them need.
import { accessSync, constants, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Command, Size } from '../run.ts'

export interface Entry {
  readonly name: string
  /** Exit status of a run that went as it should. */
  readonly status?: number
  /** At least so much is compared: a guard against comparing nothing. */
  readonly least: Size
  /** Only root can run it. */
  readonly root?: boolean
  /** Its folder is on a file system that lists names in the order of their making: on others it is that of hashes, and drawn names come in any order. */
  readonly inMemory?: true
  /** Port of a loopback web server that runs beside, untraced; only for those that ask for it. */
  readonly served?: true
  prepare(folder: string, port: number): Command
}

/** Of the project. */
export const root = resolve(import.meta.dirname, '../../..')
export const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** No locale, no home, no configuration of this machine, no randomness that a switch turns off. */
export function environment(folder: string): Record<string, string> {
  return {
    PATH: standardPath,
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: join(folder, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_AUTHOR_DATE: '1700000000 +0000',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    GIT_COMMITTER_DATE: '1700000000 +0000',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    PERL_HASH_SEED: '0',
    SOURCE_DATE_EPOCH: '1700000000',
  }
}

/** A shell script as the command. */
export function script(folder: string, text: string, shell = '/bin/sh', env: Record<string, string> = {}): Command {
  return { program: shell, args: ['-c', text], env: { ...environment(folder), ...env }, cwd: folder }
}

/** A small tree of files, all of one time. */
export function makeTree(folder: string): string {
  const tree = join(folder, 'tree')
  for (let n = 0; n < 23; n++) {
    const place = join(tree, `d${n % 5}`, `e${n % 3}`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `file-${n}`), `content ${n}\n`.repeat(n + 1))
    utimesSync(join(place, `file-${n}`), 1_700_000_000, 1_700_000_000)
  }
  return tree
}

export function findProgram(name: string): string {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...standardPath.split(':')]) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // the next one
    }
  }
  throw new Error(`${name} is not installed`)
}

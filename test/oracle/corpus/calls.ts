// SPDX-License-Identifier: MIT
// Programs that make the same system calls in every run: of one thread, with nothing that waits for another.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../run.ts'
import { environment, makeTree, root, script } from './entry.ts'
import { transactions } from './systems.ts'

export interface CallEntry {
  readonly name: string
  /** At least so many calls are compared. */
  readonly least: number
  prepare(folder: string): Command
}

export const callCorpus: readonly CallEntry[] = [
  {
    name: 'Perl with programs one after another',
    least: 380,
    prepare(folder) {
      const text =
        'system "cat", "/etc/passwd", "missing"; system "no-such-program"; print `expr 3 + 4`; if (!fork) { chdir "/"; exit 3 } wait; exec "expr", 1'
      return { program: '/usr/bin/perl', args: ['-e', text], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'SQLite’s shell',
    least: 600,
    prepare(folder) {
      writeFileSync(join(folder, 'script.sql'), transactions('delete'))
      return script(folder, 'exec sqlite3 -batch data.db < script.sql')
    },
  },
  {
    name: 'tar',
    least: 420,
    prepare(folder) {
      makeTree(folder)
      return {
        program: '/bin/tar',
        args: ['--sort=name', '-cf', 'tree.tar', 'tree'],
        env: environment(folder),
        cwd: folder,
      }
    },
  },
  {
    name: 'Perl',
    least: 420,
    prepare(folder) {
      const text =
        'use POSIX; use Socket; chdir "/"; opendir my $d, "etc"; print sort readdir $d; kill 0, $$; socket my $s, AF_INET, SOCK_STREAM, 0; exit 3'
      return { program: '/usr/bin/perl', args: ['-e', text], env: environment(folder), cwd: folder }
    },
  },
  ...(process.arch === 'x64' ? ['changes', 'changes32'] : ['changes']).map((fixture) => ({
    name: `the fixture ${fixture}`,
    least: 260,
    prepare: (folder: string) => ({
      program: join(root, 'build/workloads', fixture),
      args: ['.'],
      env: environment(folder),
      cwd: folder,
    }),
  })),
]

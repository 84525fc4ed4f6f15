// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'
import { at, root } from './subject.ts'

export const lua: Bench = {
  name: 'lua',
  title: 'Build of Lua 5.4, make -j2, clean each time',
  async run({ quick, harness }) {
    const source = execFileSync('bash', [join(root, 'scripts/fetch-lua.sh')], { encoding: 'utf8' }).trim()
    const cwd = at('lua')
    rmSync(cwd, { recursive: true, force: true })
    cpSync(source, cwd, { recursive: true })
    return compare({
      harness,
      bench: this.name,
      rounds: quick ? 2 : 15,
      command: ['make', '-C', 'src', '-j2', 'linux'],
      cwd,
      budget: 1.03,
      prepare: () => execFileSync('make', ['-s', '-C', 'src', 'clean'], { cwd }),
    })
  },
}

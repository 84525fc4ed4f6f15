// SPDX-License-Identifier: MIT
import { chmodSync, writeFileSync } from 'node:fs'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'
import { at } from './subject.ts'

/** Enough to be measured, and no more on a machine with many files. */
const files = 200_000

export const walk: Bench = {
  name: 'walk',
  title: `find / -xdev -type f, the first ${files.toLocaleString('en')} files`,
  async run({ quick, harness }) {
    // A script, because bpftrace splits its command at spaces.
    const script = at('walk.sh')
    writeFileSync(script, `#!/bin/sh\nfind / -xdev -type f 2>/dev/null | head -n ${files} >/dev/null\n`)
    chmodSync(script, 0o755)
    return compare({ harness, bench: this.name, rounds: quick ? 2 : 9, command: [script] })
  },
}

// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'
import { at } from './subject.ts'

const count = 5000

export const processes: Bench = {
  name: 'processes',
  title: `${count.toLocaleString('en')} short processes: fork, exec of /bin/true, wait`,
  run({ quick, harness }) {
    return compare({
      harness,
      bench: this.name,
      rounds: quick ? 2 : 9,
      command: [at('processes'), `${count}`, '/bin/true'],
    })
  },
}

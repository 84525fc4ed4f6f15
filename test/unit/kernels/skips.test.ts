// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { skips } from '../../kernels/skips.ts'

const users = ['root', 'nobody']
const line = (title: string, skip?: string) =>
  `    ok 1 - ${title}${skip === undefined ? '' : ` # SKIP ${skip}`}\n      ---\n`
const output = (root: string, nobody: string) => `# user root\nTAP\n${root}# user nobody\nTAP\n${nobody}# user root\n`

test('what one user leaves out and the other passes is counted, by reason', () => {
  const root = line('one') + line('two') + line('three')
  const nobody = line('one', 'only root') + line('two', 'only root') + line('three', 'too slow')
  expect(skips(output(root, nobody), users)).toEqual([
    '  skipped as nobody, passed as root: 2: only root',
    '  skipped as nobody, passed as root: 1: too slow',
  ])
})

test('what nobody passes is named', () => {
  const nobody = line('both', 'no overlays') + line('failed as root', 'only root')
  const root = `${line('both', 'no overlays')}    not ok 2 - failed as root\n`
  expect(skips(output(root, nobody), users)).toEqual([
    '  skipped: both: no overlays',
    '  skipped as nobody, and not passed as root: failed as root: only root',
  ])
})

test('a skip without a reason says so, and without skips there is nothing to say', () => {
  expect(skips(output('ok 1 - one # SKIP\n', ''), users)).toEqual(['  skipped: one: no reason given'])
  expect(skips(output(line('one'), line('one')), users)).toEqual([])
})

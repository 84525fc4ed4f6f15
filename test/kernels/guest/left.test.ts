// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listed, until } from '../../helpers/kernel-objects.ts'

function helpers(): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/comm`, 'utf8') === 'spyscall-helper\n'
    } catch {
      return false
    }
  })
}

test('no program, map or link is in the kernel when nobody asks any more', async () => {
  await until('the helpers have ended', () => helpers().length === 0)
  const { prog, map, link } = listed()
  expect([...prog, ...map, ...link]).toEqual([])
})

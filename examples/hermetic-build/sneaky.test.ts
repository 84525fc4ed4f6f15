// SPDX-License-Identifier: MIT
// This test fails, and should: the Makefile of variant-sneaky reads a file in the home folder, where there is one. Run it with `npm run test:sneaky`.
import { rmSync } from 'node:fs'
import { execa } from 'execa'
import { test as base, expect } from 'spyscall/vitest'
import { policy } from './policy.ts'

const test = base.extend({ sessionOptions: { events: ['process', 'file', 'network', 'probe'] } })

test('the build uses what is declared, and nothing else', async ({ trace }) => {
  rmSync('greet/build', { recursive: true, force: true })
  const env = { PATH: '/usr/bin:/bin', HOME: '/home/somebody' }
  await execa('make', ['-f', '../variant-sneaky/Makefile'], { cwd: 'greet', env, extendEnv: false }) // succeeds: there is no such file here

  expect(trace).toHaveExecuted('gcc')
  expect(trace).toBeHermetic({ ...policy, inputs: [...(policy.inputs ?? []), 'variant-sneaky/Makefile'] })
})

// SPDX-License-Identifier: MIT
import { rmSync } from 'node:fs'
import { execa } from 'execa'
import { test as base, expect } from 'spyscall/vitest'
import { policy } from './policy.ts'

// What is only looked at counts, too.
const test = base.extend({ sessionOptions: { events: ['process', 'file', 'network', 'probe'] } })

/** Of the environment just what the build is to know: a `PATH` with more folders is looked through. */
const environment = { env: { PATH: '/usr/bin:/bin' }, extendEnv: false }

test('the build uses what is declared, and nothing else', async ({ trace }) => {
  rmSync('greet/build', { recursive: true, force: true })
  await execa('make', ['-j2'], { cwd: 'greet', ...environment })

  expect(trace).toBeHermetic(policy)
  expect(trace).not.toBeHermetic({ ...policy, inputs: ['greet/*.c', 'greet/Makefile'] }) // a header is read
})

test('a policy is found by running', async ({ trace }) => {
  rmSync('greet/build', { recursive: true, force: true })
  await execa('make', { cwd: 'greet', ...environment })

  const suggested = trace.suggestPolicy()
  console.log(`suggested: ${suggested}`)
  expect(trace).toBeHermetic(suggested, { unused: 'fail' })
  expect(suggested.toolchain).toBe(true)
  expect(suggested.network).toBeUndefined()
})

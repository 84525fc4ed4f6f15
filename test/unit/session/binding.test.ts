// SPDX-License-Identifier: MIT
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { findNative, loadNative } from '../../../src/session/binding.ts'
import { SessionError } from '../../../src/session/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'spy-binding-'))
for (const name of ['spyscall.node', 'spyscall-helper']) writeFileSync(join(folder, name), 'no such thing')
chmodSync(join(folder, 'spyscall-helper'), 0o755)

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(folder, { recursive: true }))

function refused(native: string, run: () => unknown): SessionError {
  vi.stubEnv('SPYSCALL_NATIVE_DIR', native)
  try {
    run()
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('an addon that is none can be built again', () => {
  const { code, message, cause } = refused(folder, loadNative)
  expect(code).toBe('NOT_BUILT')
  expect(message).toMatch(/^Cannot load .*: .*file too short.* `npm run setup`; elsewhere install the package anew\.$/)
  expect(cause).toBeInstanceOf(Error)
})

test.each([
  [undefined, 'this Node has none (it has musl, as on Alpine)'],
  ['2.31', 'this Node has 2.31'],
])('with glibc %s no addon can be loaded', (glibcVersionRuntime, reason) => {
  vi.spyOn(process.report, 'getReport').mockReturnValue({ header: { glibcVersionRuntime } } as never)
  const { code, message } = refused(folder, loadNative)
  expect(code).toBe('UNSUPPORTED')
  expect(message).toContain(`needs glibc 2.34 or newer, and ${reason}`)
})

test('a folder without a native part says where it looked', () => {
  const { code, message } = refused(join(folder, 'nothing'), findNative)
  expect(code).toBe('NOT_BUILT')
  expect(message).toContain(`in ${folder}/nothing.`)
})

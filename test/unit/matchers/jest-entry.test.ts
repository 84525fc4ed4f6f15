// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest'

test('the entry for Jest says where it has to be named', async () => {
  vi.doMock('@jest/globals', () => ({ expect: undefined })) // as in `setupFiles`
  await expect(import('../../../src/jest.ts')).rejects.toThrow('name it in `setupFilesAfterEnv`, not in `setupFiles`.')
})

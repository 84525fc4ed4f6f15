// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { openSession } from '../../../src/session/index.ts'
import { eventGroups } from '../../../src/trace/groups.ts'

test('session.capabilities are those of the row, neither more nor fewer', async () => {
  const expected = (process.env['SPY_CAPABILITIES'] ?? '').split(',').filter((name) => name !== '')
  const session = await openSession({ events: [...eventGroups] })
  await session.stop()
  expect(session.capabilities.filter((name) => !(eventGroups as readonly string[]).includes(name)).toSorted()).toEqual(
    expected.toSorted(),
  )
})

// SPDX-License-Identifier: MIT
// This test fails, and should: the Makefile of variant-sneaky reports each build to a server. Run it with `npm run test:sneaky`.
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { execa } from 'execa'
import { expect, test } from 'spyscall/vitest'

test('make stays off the network', async ({ trace }) => {
  rmSync('variant-sneaky/build', { recursive: true, force: true })
  const server = createServer((_, response) => response.end())
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo

  try {
    const env = { STATISTICS_URL: `http://127.0.0.1:${port}/` }
    await execa('make', { cwd: 'variant-sneaky', env }) // succeeds: nothing in its output or exit status gives it away

    expect(trace).toHaveExecuted('gcc')
    expect(trace).not.toHaveConnectedTo()
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

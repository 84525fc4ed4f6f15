// SPDX-License-Identifier: MIT
const { keepStarting, newTag, serve } = require('../subject.cjs')

/** The runner's own thread starts a server, and programs as long as the tests run. With --runInBand, tests are in that thread: what it starts is theirs. */
module.exports = async ({ maxWorkers }) => {
  const server = await serve(newTag('global-setup'))
  const stop = maxWorkers > 1 ? keepStarting('runner') : () => {}
  globalThis.runnersEnd = async () => {
    stop()
    await server.end()
  }
}

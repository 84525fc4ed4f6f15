// SPDX-License-Identifier: MIT
import subject from '../subject.cjs'

/** The runner's own thread starts a server, and programs as long as the tests run. */
export default async function setup() {
  const server = await subject.serve(subject.newTag('global-setup'))
  const stop = subject.keepStarting('runner')
  return async () => {
    stop()
    await server.end()
  }
}

// SPDX-License-Identifier: MIT
import subject from '../subject.cjs'

/** A server of the runner's own process, which starts children as long as the tests run. */
export default async function setup() {
  const server = await subject.serve(subject.newTag('global-setup'))
  return () => server.end()
}

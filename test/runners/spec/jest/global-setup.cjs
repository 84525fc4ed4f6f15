// SPDX-License-Identifier: MIT
const { newTag, serve } = require('../subject.cjs')

/** A server of the runner's own process, which starts children as long as the tests run. */
module.exports = async () => {
  globalThis.runnersServer = await serve(newTag('global-setup'))
}

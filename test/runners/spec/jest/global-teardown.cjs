// SPDX-License-Identifier: MIT
module.exports = () => globalThis.runnersServer.end()

// SPDX-License-Identifier: MIT
module.exports = () => globalThis.runnersEnd()

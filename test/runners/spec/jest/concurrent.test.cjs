// SPDX-License-Identifier: MIT
require('./concurrent.cjs')({ jest, ...require('spyscall') })

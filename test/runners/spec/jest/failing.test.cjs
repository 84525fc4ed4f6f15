// SPDX-License-Identifier: MIT
require('./failing.cjs')({ jest, ...require('spyscall') })

// SPDX-License-Identifier: MIT
require('./timers.cjs')({ jest, ...require('spyscall') })

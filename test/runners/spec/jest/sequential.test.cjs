// SPDX-License-Identifier: MIT
require('./sequential.cjs')({ jest, ...require('spyscall') })

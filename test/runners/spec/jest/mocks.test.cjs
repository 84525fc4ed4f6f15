// SPDX-License-Identifier: MIT
require('./mocks.cjs')({ jest, require })

// SPDX-License-Identifier: MIT
import { jest } from '@jest/globals'
import * as spyscall from 'spyscall'
import define from './timers.cjs'

define({ jest, ...spyscall })

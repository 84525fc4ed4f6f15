// SPDX-License-Identifier: MIT
import { jest } from '@jest/globals'
import * as spyscall from 'spyscall'
import define from './failing.cjs'

define({ jest, ...spyscall })

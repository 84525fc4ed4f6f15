#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// `npx spyscall`
import { main } from './cli/main.ts'

process.exitCode = await main(process.argv.slice(2))

// SPDX-License-Identifier: MIT
// A Node process: leaves its file, and starts the program.
const { spawnSync } = require('node:child_process')
const { writeFileSync } = require('node:fs')

const [program, signed, tag, children] = process.argv.slice(2)
writeFileSync(`${signed}/${tag}.${process.pid}`, '', { flag: 'wx' })
spawnSync(program, [signed, tag, children])

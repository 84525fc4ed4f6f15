// SPDX-License-Identifier: MIT
// As save.js, with a last line that somebody added later: it is written after the fsync, so a power cut can lose it.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const [path, text] = process.argv.slice(2)
const temporary = `${path}.tmp`

const file = openSync(temporary, 'w')
writeSync(file, text)
fsyncSync(file)
writeSync(file, '\n')
closeSync(file)

renameSync(temporary, path)
const folder = openSync(dirname(path), 'r')
fsyncSync(folder)
closeSync(folder)

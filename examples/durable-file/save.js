// SPDX-License-Identifier: MIT
// `node save.js FILE TEXT`: after a power cut at any moment FILE holds the old text or the new one, whole.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const [path, text] = process.argv.slice(2)
const temporary = `${path}.tmp`

const file = openSync(temporary, 'w')
writeSync(file, text)
fsyncSync(file) // or the name could be on the disk before the text
closeSync(file)

renameSync(temporary, path)
const folder = openSync(dirname(path), 'r')
fsyncSync(folder) // or the new name could be lost after this program said that it was done
closeSync(folder)

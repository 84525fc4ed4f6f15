// SPDX-License-Identifier: MIT
// Saves by promises: each step is done by a thread of Node's pool, whichever is free.
import { open } from 'node:fs/promises'

const file = await open('notes.json', 'a')
await file.write('{}')
await file.sync()
await file.close()

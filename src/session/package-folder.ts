// SPDX-License-Identifier: MIT

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { existsSync, readFileSync } from './node-modules.ts'

/** Folder of this package: the nearest above this module whose package.json is ours, whether it runs from src, dist or a bundle. */
export function packageFolder(): string {
  let folder = dirname(modulePath())
  for (;;) {
    const description = join(folder, 'package.json')
    if (existsSync(description) && JSON.parse(readFileSync(description, 'utf8')).name === 'spyscall') return folder
    const above = dirname(folder)
    if (above === folder) throw new Error('spyscall does not find its own package.json')
    folder = above
  }
}

function modulePath(): string {
  return fileURLToPath(import.meta.url)
}

// SPDX-License-Identifier: MIT
// The one place where matchers meet the file system: they compare paths with what the links in them lead to.
import { realpathSync } from 'node:fs'
import { installLinks } from './trace/links.ts'

/** To be called by each entry. (A module that only has an effect could be dropped by a bundler.) */
export function followLinksOnDisk(): void {
  installLinks((path) => realpathSync.native(path))
}

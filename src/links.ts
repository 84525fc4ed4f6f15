// SPDX-License-Identifier: MIT
// The one place where matchers meet the file system: they compare paths with what the links in them lead to, and addresses with the names that /etc/hosts has for them.
import { readFileSync, realpathSync } from 'node:fs'
import { installHosts } from './trace/hosts-file.ts'
import { installLinks } from './trace/links.ts'

/** To be called by each entry. (A module that only has an effect could be dropped by a bundler.) */
export function followLinksOnDisk(): void {
  installLinks((path) => realpathSync.native(path))
  installHosts(() => readFileSync('/etc/hosts', 'utf8'))
}

// SPDX-License-Identifier: MIT
// The one place where matchers meet the file system: they compare paths with what the links in them lead to, and addresses with the names that /etc/hosts has for them.
import { existsSync, readFileSync, realpathSync } from './session/node-modules.ts'
import { installHosts } from './trace/hosts-file.ts'
import { installLinks } from './trace/links.ts'

/** What realpath throws of a path that is not there costs more than everything else about it. */
const notThere = new Error('no such file')

/** To be called by each entry. (A module that only has an effect could be dropped by a bundler.) */
export function lookAtDisk(): void {
  installLinks((path) => {
    if (!existsSync(path)) throw notThere
    return realpathSync.native(path)
  })
  installHosts(() => readFileSync('/etc/hosts', 'utf8'))
}

// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { SessionError } from './errors.ts'
import { packageFolder } from './package-folder.ts'

/**
 * execa, by Node's own `require`: it is an ES module, which Jest's module registry cannot load in CommonJS mode, and Node can. Loaded on first use only, so that nothing else needs it.
 */
export function loadExeca(): typeof import('execa') {
  try {
    const { createRequire } = process.getBuiltinModule('node:module')
    return createRequire(join(packageFolder(), 'package.json'))('execa') as typeof import('execa')
  } catch (cause) {
    throw new SessionError(
      'UNSUPPORTED',
      `\`session.exec\` needs execa, which cannot be loaded here (Node ${process.versions.node}; it needs 22.12 or newer). Use \`session.run(() => execFile(…))\`.`,
      { cause },
    )
  }
}

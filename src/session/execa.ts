// SPDX-License-Identifier: MIT
import { SessionError } from './errors.ts'

/** execa, loaded on first use only: it is an ES module of the newest Nodes, and nothing else needs it. */
export async function loadExeca(): Promise<typeof import('execa')> {
  try {
    return await import('execa')
  } catch (cause) {
    throw new SessionError(
      'UNSUPPORTED',
      '`session.exec` cannot load execa here: it is an ES module, which Jest loads with NODE_OPTIONS=--experimental-vm-modules only, and it needs Node 22.12. Use `session.run(() => execFile(…))`.',
      { cause },
    )
  }
}

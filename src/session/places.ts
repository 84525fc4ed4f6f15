// SPDX-License-Identifier: MIT

import { homedir, tmpdir } from 'node:os'
import type { TraceInfo } from '../trace/trace-info.ts'
import { realpathSync } from './node-modules.ts'

/** Whose home it is, and where temporary files go. */
export function placesHere(): Pick<TraceInfo, 'home' | 'temporary'> {
  return { home: spellings(homedir), temporary: spellings(tmpdir) }
}

/** A folder as it is spelled, and without links where that is another path. None where the user has no home. */
function spellings(folderOf: () => string): string[] {
  try {
    const folder = folderOf()
    return [...new Set([folder, realPath(folder)])]
  } catch {
    return []
  }
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

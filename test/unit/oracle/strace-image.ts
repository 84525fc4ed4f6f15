// SPDX-License-Identifier: MIT
import type { ImageModel } from '../../oracle/model.ts'
import { parseStrace } from '../../oracle/strace-model.ts'

/** `"a/b"` and `3</a/b>` with the bytes as -xx writes them. */
function hex(line: string): string {
  const code = (text: string) =>
    [...text].map((one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
  return line
    .replace(/"([^"]*)"/g, (_, text) => `"${code(text)}"`)
    .replace(/<([^>]+)>/g, (_, text) => `<${code(text)}>`)
}

/** What one process did in /project, by lines of strace that are written as people read them. */
export function image(...lines: string[]): ImageModel {
  const text = [...lines.map(hex), '+++ exited with 0 +++'].map((line) => `7 ${line}\n`).join('')
  return parseStrace(text, '/project').root.images[0] as ImageModel
}

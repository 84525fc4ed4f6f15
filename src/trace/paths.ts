// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import { isRead } from './text.ts'

/**
 * `asked` made absolute against the folder it was relative to, `.` and `..` and `//` folded by text alone. What was not read stays what it is; an
 * absolute path needs no base.
 */
export function joinPath(base: Text, asked: Text): Text {
  if (!isRead(asked)) return asked
  if (asked.startsWith('/')) return foldPath(asked)
  if (!isRead(base)) return base
  return foldPath(asked === '' ? base : `${base}/${asked}`)
}

function foldPath(path: string): string {
  if (!/\/\/|\/\.\.?(?:\/|$)|.\/$/.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

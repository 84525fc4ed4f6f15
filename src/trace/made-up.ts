// SPDX-License-Identifier: MIT
// Names that programs make up for files that do not last, outside the temporary folders.
import { escapeText } from './escape.ts'
import type { Text } from './event.ts'
import type { TraceView } from './view.ts'

/** A name in parts, escaped: `sed` and `AbCdEf` and ``; `cc`, `AbCdEf` and `.o`. */
export interface MadeUp {
  readonly before: string
  readonly random: string
  readonly after: string
}

/**
 * Names whose random part shows by what is done with them, however it happens to be spelled: files and folders that were made as `mkstemp` and `mkdtemp` make them, for the user alone, and were
 * removed or renamed (`ar` has `stXXXXXX` beside what it writes); and files that were renamed to a name that theirs begins with (`package.json.1234567`). By name.
 */
export function madeUpNames(trace: TraceView): Map<string, MadeUp> {
  const names = new Map<string, MadeUp>()
  const gone = new Set<Text>()
  const add = (path: Text, parts: (name: string) => MadeUp | null): void => {
    const name = typeof path === 'string' ? path.slice(path.lastIndexOf('/') + 1) : ''
    const found = parts(name)
    if (found !== null) names.set(escapeText(name), found)
  }
  for (const { result, path, to } of trace.ofKind('rename')) {
    if (!result.ok || typeof to !== 'string') continue
    gone.add(path)
    add(path, (name) => ofTarget(name, to.slice(to.lastIndexOf('/') + 1)))
  }
  for (const { result, path } of [...trace.ofKind('unlink'), ...trace.ofKind('rmdir')]) if (result.ok) gone.add(path)
  for (const { result, path, permissions } of trace.ofKind('mkdir'))
    if (result.ok && permissions === 0o700 && gone.has(path)) add(path, ofTemplate)
  for (const { created, flags, path, permissions } of trace.ofKind('open'))
    if (created && permissions === 0o600 && flags.includes('O_EXCL') && gone.has(path)) add(path, ofTemplate)
  return names
}

/** What `XXXXXX` was replaced by, at the end or before an ending; Python's names are `tmp` and eight characters. */
function ofTemplate(name: string): MadeUp | null {
  const parts = /^(tmp)([a-z0-9_]{8})$/.exec(name) ?? /^(.*?)([A-Za-z0-9]{6})(\.[a-z]{1,4})?$/.exec(name)
  return parts === null ? null : { before: escapeText(parts[1]!), random: parts[2]!, after: parts[3] ?? '' }
}

/** What comes after the name that the file is to get. */
function ofTarget(name: string, target: string): MadeUp | null {
  const start = [target, `.${target}`].find((one) => name.startsWith(one))
  if (start === undefined) return null
  const parts = /^([.~_-](?:tmp[.-]?)?)([A-Za-z0-9]{6}|[0-9a-f-]{6,}|[0-9.-]{6,})$/.exec(name.slice(start.length))
  return parts === null ? null : { before: escapeText(start + parts[1]!), random: parts[2]!, after: '' }
}

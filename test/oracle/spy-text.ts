// SPDX-License-Identifier: MIT
import type { Result, Text } from '../../src/trace/event.ts'
import { type Bytes, bytesOfText, type Outcome } from './model.ts'

/** Null where there is no text, or it was not read. */
export function bytes(text: Text): Bytes | null {
  return typeof text === 'string' ? bytesOfText(text) : null
}

export function outcome({ result, died }: { readonly result: Result; readonly died: boolean }): Outcome {
  if (result.ok) return 'ok'
  return died ? 'died' : (result.errno ?? 'no answer')
}

// SPDX-License-Identifier: MIT
import { stripVTControlCharacters } from 'node:util'

/** The error that `callback` throws. */
export function errorOf(callback: () => unknown): Error & { code?: string } {
  try {
    callback()
  } catch (error) {
    return error as Error
  }
  throw new Error('Expected an error, got none')
}

/** Its message, without colours. */
export function messageOf(callback: () => unknown): string {
  return stripVTControlCharacters(errorOf(callback).message)
}

// SPDX-License-Identifier: MIT
import { showText } from './escape.ts'
import type { TraceEvent } from './event.ts'
import { renderFailure } from './render.ts'

/** Events that are not of the default matchers, as one line each: the kind, what it was done to, and how it failed. */
export function renderCall(event: TraceEvent): string {
  const what = 'path' in event ? ` ${showText(event.path)}` : ''
  return `${event.kind}${what}${'died' in event ? renderFailure(event.result, event) : ''}`
}

// SPDX-License-Identifier: MIT

/** What both runners give a matcher as `this`, as far as it is used. */
export interface MatcherContext {
  readonly isNot?: boolean
  readonly promise?: string
  readonly utils: {
    matcherHint(name: string, received?: string, expected?: string, options?: object): string
    EXPECTED_COLOR(text: string): string
    RECEIVED_COLOR(text: string): string
    DIM_COLOR(text: string): string
  }
}

/** What a matcher answers. `actual` and `expected` are there when a comparison of the two tells more than the message. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** One call of a matcher: who asks, under which name, with which arguments. */
export interface Call {
  readonly context: MatcherContext
  readonly matcher: string
  readonly args: readonly unknown[]
}

// SPDX-License-Identifier: MIT

export type SessionErrorCode =
  /** The system cannot do it at all: not Linux, no BTF, an architecture without a build. */
  | 'UNSUPPORTED'
  /** The kernel refused for want of privileges. */
  | 'NOT_PERMITTED'
  /** The native part is missing or of another version. */
  | 'NOT_BUILT'
  /** An option has a value that cannot be meant. */
  | 'INVALID_OPTION'
  /** The session is closed. */
  | 'CLOSED'
  /** Anything else that the kernel or the helper refused. */
  | 'FAILED'

/** What a session throws. `code` is stable; `operation`, `errno` and `detail` say what the kernel refused, where it did. */
export class SessionError extends Error {
  override name = 'SessionError'
  readonly code: SessionErrorCode
  readonly operation: string | undefined
  readonly errno: string | undefined
  /** The kernel's and libbpf's own words, for a bug report. */
  readonly detail: string | undefined

  constructor(
    code: SessionErrorCode,
    message: string,
    facts: { operation?: string; errno?: string; detail?: string; cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.operation = facts.operation
    this.errno = facts.errno
    this.detail = facts.detail === '' ? undefined : facts.detail
  }
}

/** An option that cannot be meant. */
export function invalidOption(message: string): SessionError {
  return new SessionError('INVALID_OPTION', message)
}

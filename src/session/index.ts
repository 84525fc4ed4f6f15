// SPDX-License-Identifier: MIT
export { SessionError, type SessionErrorCode } from './errors.ts'
export type { Scope, SessionOptions } from './options.ts'
export { openSession, type Session, traced, whyNoSession } from './session.ts'

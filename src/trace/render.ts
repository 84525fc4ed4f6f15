// SPDX-License-Identifier: MIT
import { isIPv6 } from 'node:net'
import { escapeText, quoteArguments, showText } from './escape.ts'
import type { Address, ConnectEvent, ExitEvent, InetAddress, OpenEvent, TraceEvent, UnixAddress } from './event.ts'
import { commandOf } from './names.ts'
import type { Process } from './process.ts'
import { renderCall } from './render-call.ts'
import type { Outcome } from './traits.ts'

/** An event as one line, without pid and time: the same in every run, and safe to show. */
export function renderEvent(event: TraceEvent): string {
  switch (event.kind) {
    case 'fork':
      return 'fork'
    case 'thread':
      return event.userWorker ? 'thread (of the kernel)' : 'thread'
    case 'exec':
      return event.result.ok
        ? `exec ${quoteArguments(commandOf(event))}${event.fileless ? ' (fileless)' : ''}`
        : `exec ${showText(event.asked)}${renderFailure(event.result, event)}`
    case 'exit':
      return `exit ${renderExit(event)}`
    case 'chdir':
      return `chdir ${showText(event.path)}${renderFailure(event.result, event)}`
    case 'open':
      return renderOpen(event)
    case 'connect':
      return `connect ${renderPeer(event)} -> ${renderOutcome(event)}`
    case 'send':
      return `send ${renderPeer(event)}${renderFailure(event.result, event)}`
    case 'mark':
      return `mark ${escapeText(event.label)}`
    default:
      return renderCall(event)
  }
}

function renderOpen(event: OpenEvent): string {
  const facts = [
    event.created ? 'created' : '',
    event.deleted ? 'deleted' : '',
    event.disconnected ? 'disconnected' : '',
    event.chrooted ? 'in a chroot' : '',
  ].filter((fact) => fact !== '')
  const shown = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return `open ${event.mode} ${showText(event.path)}${shown}${renderFailure(event.result, event)}`
}

/** ` -> ENOENT` of a call that failed, with what kept it from running; empty for one that worked. */
export function renderFailure(result: Outcome, call: { readonly blocked: boolean; readonly died: boolean }): string {
  if (call.died) return ' -> died in the call'
  if (call.blocked) return ` -> blocked${!result.ok && result.errno !== null ? ` (${escapeText(result.errno)})` : ''}`
  return result.ok ? '' : ` -> ${escapeText(result.errno ?? 'no answer')}`
}

/** `0`, `2`, `SIGKILL`, `SIGSEGV (core dumped)`. */
export function renderExit(exit: ExitEvent): string {
  if (exit.signal === null) return String(exit.code)
  return `${escapeText(exit.signal)}${exit.coreDumped ? ' (core dumped)' : ''}`
}

/** `established`, `refused (ECONNREFUSED)`. */
export function renderOutcome({ outcome, errno }: Pick<ConnectEvent, 'outcome' | 'errno'>): string {
  return errno === null ? outcome : `${outcome} (${escapeText(errno)})`
}

/** `10.0.0.1:443`, `[::1]:80`, `unix:/run/x.sock`, `unix:@abstract`, else the family. Escaped. */
export function renderAddress(address: Address): string {
  return typeof plainAddress(address) === 'string'
    ? escapeText(plainAddress(address) as string)
    : `unix:${showText((address as UnixAddress).path)}`
}

/** `tcp 10.0.0.1:443`, `unix:/run/x.sock`. */
export function renderPeer(event: { readonly transport: string; readonly address: Address }): string {
  const address = renderAddress(event.address)
  return event.transport === 'unix' ? address : `${event.transport} ${address}`
}

/** As `renderAddress` but unescaped, for patterns; null when the path of a unix socket could not be read. */
export function plainAddress(address: Address): string | null {
  if (isInet(address)) {
    const scope = address.scopeId === 0 ? '' : `%${address.scopeId}`
    return isIPv6(address.host) ? `[${address.host}${scope}]:${address.port}` : `${address.host}:${address.port}`
  }
  if (!isUnix(address)) return address.family
  return typeof address.path === 'string' ? `unix:${address.path}` : null
}

export function isInet(address: Address): address is InetAddress {
  return 'host' in address
}

export function isUnix(address: Address): address is UnixAddress {
  return 'abstract' in address
}

/** `make[4711]`, for a line that names who did it. */
export function renderProcess(process: Process): string {
  return `${process.isRoot ? 'test' : escapeText(process.comm)}[${process.pid}]`
}

/** A time or duration with a unit that fits: `12.4ms`, `3.10s`, `850µs`. */
export function renderDuration(ns: bigint): string {
  const us = Number(ns) / 1000
  if (us < 1000) return `${Math.round(us)}µs`
  if (us < 100_000) return `${(us / 1000).toFixed(1)}ms`
  if (us < 1_000_000) return `${Math.round(us / 1000)}ms`
  return us < 100_000_000 ? `${(us / 1e6).toFixed(2)}s` : `${Math.round(us / 1e6)}s`
}

// SPDX-License-Identifier: MIT
// Calls that strace wrote in two parts, since another thread was heard in between, put together.
import type { Call } from './strace-args.ts'
import { parseResult, StraceError, type StraceLine, unknownCall, wholeCall } from './strace-lines.ts'

/** A call is known when it begins, with all that it will be, and has its effect when it ends. */
export type Part =
  | { readonly kind: 'begin'; readonly tid: number; readonly call: Call }
  | { readonly kind: 'end'; readonly tid: number; readonly call: Call }
  | Exclude<StraceLine, { kind: 'call' | 'unfinished' | 'resumed' }>

export function joined(lines: readonly StraceLine[]): Part[] {
  const join = new Join()
  for (const line of lines) join.take(line)
  return join.parts()
}

interface Begun {
  readonly name: string
  readonly text: string
  /** Where its beginning stands among the parts. */
  readonly at: number
}

class Join {
  readonly #parts: Part[] = []
  readonly #open = new Map<number, Begun>()
  /** Threads that were ended where they began a call that nobody knows: nothing but their end may follow. */
  readonly #ending = new Set<number>()

  parts(): Part[] {
    for (const tid of this.#ending)
      throw new StraceError(`${tid} began a call that strace could not read, and has no end`)
    return this.#parts
  }

  take(line: StraceLine): void {
    const { tid } = line
    if ((line.kind === 'call' || line.kind === 'unfinished') && line.name === unknownCall) {
      this.#expectRunning(tid)
      this.#ending.add(tid)
      return
    }
    switch (line.kind) {
      case 'unfinished':
        return this.#begin(line)
      case 'resumed':
        return this.#resume(line)
      case 'call':
        this.#expectRunning(tid)
        return this.#finish(tid, undefined, line)
      case 'superseded':
        return this.#superseded(line)
      case 'exited':
      case 'killed': {
        const begun = this.#open.get(tid)
        if (begun !== undefined) this.#finish(tid, begun, wholeCall(tid, `${begun.text}) = ?`))
        this.#gone(tid)
        break
      }
      case 'signal':
      case 'stopped':
        this.#expectRunning(tid)
    }
    this.#parts.push(line)
  }

  #begin({ tid, name, text }: StraceLine & { kind: 'unfinished' }): void {
    this.#expectRunning(tid)
    const begun = this.#open.get(tid)
    if (begun !== undefined) throw new StraceError(`${tid} begins ${name} within ${begun.name}`)
    // Its place is kept: what it is comes later.
    this.#open.set(tid, { name, text, at: this.#parts.length })
    this.#parts.push({ kind: 'note', tid, text: '' })
  }

  #resume({ tid, name, text }: StraceLine & { kind: 'resumed' }): void {
    if (name === unknownCall && this.#ending.has(tid)) return
    const begun = this.#open.get(tid)
    if (begun?.name !== name) throw new StraceError(`${tid} goes on with ${name}, which it did not begin`)
    this.#open.delete(tid)
    this.#finish(tid, begun, wholeCall(tid, begun.text + text))
  }

  #superseded(line: StraceLine & { kind: 'superseded' }): void {
    // The thread that executes goes on under the leader's number.
    const call = this.#open.get(line.by)
    if (call === undefined) throw new StraceError(`${line.by} executes, but did not begin to`)
    this.#gone(line.tid)
    this.#open.delete(line.by)
    this.#open.set(line.tid, call)
    this.#parts.push(line)
  }

  #finish(tid: number, begun: Begun | undefined, line: StraceLine & { kind: 'call' }): void {
    const call = { name: line.name, args: line.args, result: parseResult(line.result) }
    if (begun === undefined) this.#parts.push({ kind: 'begin', tid, call })
    else this.#parts[begun.at] = { kind: 'begin', tid, call }
    this.#parts.push({ kind: 'end', tid, call })
  }

  #gone(tid: number): void {
    this.#open.delete(tid)
    this.#ending.delete(tid)
  }

  #expectRunning(tid: number): void {
    if (this.#ending.has(tid)) throw new StraceError(`${tid} goes on after a call that strace could not read`)
  }
}

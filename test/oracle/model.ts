// SPDX-License-Identifier: MIT
// What a run did, in words that neither strace nor spyscall uses: both are converted into this, then compared.

/**
 * Bytes, one character each (latin1): what the kernel was given, without a guess at an encoding. Null where a tracer does not know them.
 */
export type Bytes = string

/** `'ok'`, the name of an errno, or `'died'` when the process did not survive the call. */
export type Outcome = string

export interface RunModel {
  readonly root: ProcessModel
}

/** One thread group. */
export interface ProcessModel {
  /** For messages only: numbers differ from run to run. */
  readonly pid: number
  /** What it was before its first exec, then one image an exec. */
  readonly images: ImageModel[]
  end: EndModel | null
}

/** From one exec to the next. */
export interface ImageModel {
  /** Null for the image that a child gets from its parent. */
  readonly exec: ExecModel | null
  /** A second thread was made in it: the order of what threads do among each other is no fact. */
  threaded: boolean
  /** In order of their return. */
  readonly acts: Act[]
  /** Files looked at by name. spyscall tells each look once: a set, without order. */
  readonly looks: CallAct[]
  /** Bytes moved, by the path that a file had at the time. */
  readonly transfers: Map<Bytes, Transfer>
  /** Files of which a tracer knows that something was moved, and not how much: known-differences.ts, `commands`. */
  readonly unmeasured: Set<Bytes>
}

/** What was done with one file. */
export interface Transfer {
  readCalls: number
  readBytes: number
  writtenCalls: number
  writtenBytes: number
  mappedCalls: number
  mappedBytes: number
  mappedWritable: number
}

export interface ExecModel {
  /** The path as the kernel was given it; of execveat with a descriptor as the kernel spells it. */
  readonly asked: Bytes
  /** Null for a script: the kernel put the interpreter there. */
  readonly argv0: Bytes | null
  /** The other arguments that the caller gave. */
  readonly rest: readonly Bytes[]
}

export type EndModel = { readonly code: number } | { readonly signal: string; readonly core: boolean }

export type Act =
  | { readonly kind: 'exec'; readonly asked: Bytes | null; readonly outcome: Outcome }
  | OpenAct
  | { readonly kind: 'chdir'; readonly call: string; readonly asked: Bytes | null; readonly outcome: Outcome }
  | { readonly kind: 'connect'; readonly address: string; readonly outcome: Outcome }
  | CallAct
  | { readonly kind: 'fork'; readonly flags: readonly string[]; readonly child: ProcessModel }

/** Any other call: what it was given, by names of our own. */
export interface CallAct {
  readonly kind: 'call'
  readonly call: string
  readonly facts: Facts
  readonly outcome: Outcome
}

/** Bytes are made equal where they differ in each run (normalise.ts); null: a tracer does not know it, or it does not apply. */
export type Fact = Bytes | number | boolean | null | readonly string[]
export type Facts = Readonly<Record<string, Fact>>

export interface OpenAct {
  readonly kind: 'open'
  readonly call: string
  readonly asked: Bytes | null
  /** Names, sorted. */
  readonly flags: readonly string[]
  /** Permission bits; null unless a file can be made. */
  readonly permissions: number | null
  readonly outcome: Outcome
  /** Descriptor. Of one thread it is a fact; of several a race. Null on failure. */
  readonly fd: number | null
  /** As /proc/PID/fd shows it; of a failed open: made absolute by text. Null where a tracer does not know. */
  readonly path: Bytes | null
}

export function newImage(exec: ExecModel | null): ImageModel {
  return { exec, threaded: false, acts: [], looks: [], transfers: new Map(), unmeasured: new Set() }
}

/** Adds to what was done with a file. */
export function addTransfer(image: ImageModel, path: Bytes, part: Partial<Transfer>): void {
  let sum = image.transfers.get(path)
  if (sum === undefined) {
    sum = {
      readCalls: 0,
      readBytes: 0,
      writtenCalls: 0,
      writtenBytes: 0,
      mappedCalls: 0,
      mappedBytes: 0,
      mappedWritable: 0,
    }
    image.transfers.set(path, sum)
  }
  for (const [name, value] of Object.entries(part)) sum[name as keyof Transfer] += value
}

/** Text of src/trace to bytes: lone surrogates U+DC80..U+DCFF are the bytes that were no UTF-8. */
export function bytesOfText(text: string): Bytes {
  let out = ''
  let plain = ''
  const flush = () => {
    out += Buffer.from(plain, 'utf8').toString('latin1')
    plain = ''
  }
  for (const character of text) {
    const unit = character.charCodeAt(0)
    if (character.length === 1 && unit >= 0xdc80 && unit <= 0xdcff) {
      flush()
      out += String.fromCharCode(unit - 0xdc00)
    } else {
      plain += character
    }
  }
  flush()
  return out
}

/** A path made absolute, with `.`, `..` and `//` folded by text alone. */
export function absolute(folder: Bytes, path: Bytes): Bytes {
  const parts: Bytes[] = []
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

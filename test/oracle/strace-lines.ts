// SPDX-License-Identifier: MIT
// Output of `strace -f -o FILE` to lines with a meaning. Every line must have one: what is not understood throws.

export type StraceLine =
  /** A call, whole. `result` is what stands after `=`. */
  | {
      readonly kind: 'call'
      readonly tid: number
      readonly name: string
      readonly args: string
      readonly result: string
    }
  /** The first part of a call during which another thread was heard. */
  | { readonly kind: 'unfinished'; readonly tid: number; readonly name: string; readonly text: string }
  /** The rest of it. */
  | { readonly kind: 'resumed'; readonly tid: number; readonly name: string; readonly text: string }
  /** `code`: the name of its si_code; null where strace could not ask for it. */
  | { readonly kind: 'signal'; readonly tid: number; readonly signal: string; readonly code: string | null }
  | { readonly kind: 'stopped'; readonly tid: number; readonly signal: string }
  | { readonly kind: 'exited'; readonly tid: number; readonly code: number }
  | { readonly kind: 'killed'; readonly tid: number; readonly signal: string; readonly core: boolean }
  /** A thread that executed became the leader: this number, the leader's, goes on as that one's process. */
  | { readonly kind: 'superseded'; readonly tid: number; readonly by: number }
  /** `[ Process PID=7 runs in 32 bit mode. ]` */
  | { readonly kind: 'note'; readonly tid: number; readonly text: string }

export class StraceError extends Error {
  override name = 'StraceError'
}

/** strace lost what a call came to: the run says nothing about it, and has to be made again. */
export class StraceLostError extends StraceError {
  override name = 'StraceLostError'
}

/** Name of a call whose number strace could not read: its thread was ended while it waited to be let in. Such a call is never made. */
export const unknownCall = '???'

const unfinished = ' <unfinished ...>'
const callName = String.raw`\w+|\?{3,4}`
const goesOn = new RegExp(String.raw`^<\.\.\. (${callName}) resumed>(.*)$`, 's')
const begins = new RegExp(String.raw`^(${callName})\(`)
const wholly = new RegExp(String.raw`^(${callName})\((.*)\)\s*= (.*)$`, 's')

export function parseStraceLine(line: string): StraceLine {
  const [, tidText, rest] = /^(\d+) +(.*)$/s.exec(line) ?? []
  if (tidText === undefined || rest === undefined) throw new StraceError(`A line without a process: ${shown(line)}`)
  const tid = Number(tidText)
  const started = rest.endsWith(unfinished) ? rest.slice(0, -unfinished.length) : undefined
  if (rest.startsWith('<... ')) {
    const [, name, text] = goesOn.exec(rest) ?? []
    if (name === undefined || text === undefined) throw new StraceError(`A call that goes on strangely: ${shown(line)}`)
    return { kind: 'resumed', tid, name: known(name), text }
  }
  if (rest.startsWith('+++ ')) return ending(tid, rest, line)
  if (rest.startsWith('--- ')) {
    const stopped = /^--- stopped by (\w+) ---$/.exec(rest)
    if (stopped) return { kind: 'stopped', tid, signal: stopped[1] as string }
    const signal = /^--- (\w+) (?:\{si_signo=\w+(?:, si_code=(-?\w+))?.*\}|\(.*\)) ---$/s.exec(rest)
    if (signal) return { kind: 'signal', tid, signal: signal[1] as string, code: signal[2] ?? null }
    throw new StraceError(`A signal that is not understood: ${shown(line)}`)
  }
  if (rest.startsWith('[ ')) return { kind: 'note', tid, text: rest }
  if (started !== undefined) {
    const name = begins.exec(started)?.[1]
    if (name === undefined) throw new StraceError(`A call that begins strangely: ${shown(line)}`)
    return { kind: 'unfinished', tid, name: known(name), text: started }
  }
  return wholeCall(tid, rest)
}

/** `name(arguments) = result`. The two parts of an interrupted one are joined before. */
export function wholeCall(tid: number, text: string): StraceLine & { kind: 'call' } {
  // A thread that was ended within the call: `name(arguments <unfinished ...>) = ?`.
  const [, name, args, result] = wholly.exec(text.replace(`${unfinished})`, ')')) ?? []
  if (name === undefined || args === undefined || result === undefined) {
    throw new StraceError(`A call that is not understood: ${shown(text)}`)
  }
  return { kind: 'call', tid, name: known(name), args, result }
}

/** It has three question marks or four, by version. */
function known(name: string): string {
  return name.startsWith('?') ? unknownCall : name
}

function ending(tid: number, rest: string, line: string): StraceLine {
  const exited = /^\+\+\+ exited with (\d+) \+\+\+$/.exec(rest)
  if (exited) return { kind: 'exited', tid, code: Number(exited[1]) }
  const killed = /^\+\+\+ killed by (\w+)( \(core dumped\))? \+\+\+$/.exec(rest)
  if (killed) return { kind: 'killed', tid, signal: killed[1] as string, core: killed[2] !== undefined }
  const superseded = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/.exec(rest)
  if (superseded) return { kind: 'superseded', tid, by: Number(superseded[1]) }
  throw new StraceError(`An end that is not understood: ${shown(line)}`)
}

/** What stands after `=`. */
export interface StraceResult {
  /** Null for `?`: the call gave no result, for the process ended or the call is to be restarted. */
  readonly value: number | null
  /** Name of the errno, of a failure; of a restart ERESTARTSYS and the like, with `value` null. */
  readonly errno: string | null
  /** What `-y` says of a descriptor. */
  readonly path: string | null
}

export function parseResult(text: string): StraceResult {
  // Of a process in another pid namespace: `= 1 /* 4711 in strace's PID NS */`.
  const outer = /^\d+ \/\* (\d+) in strace's PID NS \*\/$/.exec(text)?.[1]
  if (outer !== undefined) return { value: Number(outer), errno: null, path: null }
  if (text === '? <unavailable>') throw new StraceLostError('The thread was ended before strace could ask for a result')
  const found = /^(\?|-?\d+|0x[0-9a-f]+)(?:<([^>]*)>(\(deleted\))?)?(?: ([A-Z][A-Z0-9_]+))?(?: \(.*\))*$/s.exec(text)
  if (found === null) throw new StraceError(`A result that is not understood: ${shown(text)}`)
  const [, value, path, deleted, errno] = found
  return {
    value: value === '?' ? null : Number(value),
    errno: errno ?? null,
    path: path === undefined ? null : unhex(path) + (deleted === undefined ? '' : ' (deleted)'),
  }
}

/** `\x2f\x74` to bytes: how `-xx` writes every string. */
export function unhex(text: string): string {
  if (!/^(?:\\x[0-9a-f]{2})*$/.test(text)) throw new StraceError(`A string that is not in hexadecimal: ${shown(text)}`)
  return Buffer.from(text.replaceAll('\\x', ''), 'hex').toString('latin1')
}

function shown(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

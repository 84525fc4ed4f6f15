// SPDX-License-Identifier: MIT
import { quoteArguments } from './escape.ts'
import type { ExecEvent, ExitEvent, Text } from './event.ts'
import type { Process } from './process.ts'
import type { ProcessState } from './process-state.ts'
import { absent } from './text.ts'
import { processBrand } from './view.ts'

/** Where a process's details come from: the trace that decodes on demand. */
export interface ProcessSource {
  processOf(state: ProcessState): LazyProcess
  execOf(entry: number): ExecEvent
  exitOf(entry: number): ExitEvent
  /** A string of a fork or exec record. */
  textOf(place: number, index: number): Text
}

/** The test itself, as its session described it. */
export interface RootDescription {
  readonly nsPid: number
  readonly argv: readonly string[]
  readonly exe: string
  readonly cwd: string
}

/** A process whose details are read when asked for. They are no own properties: comparing events does not walk the whole tree. */
export class LazyProcess implements Process {
  readonly #state: ProcessState
  readonly #source: ProcessSource
  readonly #root: RootDescription | null

  constructor(state: ProcessState, source: ProcessSource, root: RootDescription | null) {
    this.#state = state
    this.#source = source
    this.#root = root
    Object.freeze(this)
  }

  get pid(): number {
    return this.#state.pid
  }

  get nsPid(): number {
    return this.#root?.nsPid ?? this.#state.nsPid
  }

  get parent(): LazyProcess | null {
    return this.#state.parent === null ? null : this.#source.processOf(this.#state.parent)
  }

  get children(): readonly Process[] {
    return this.#state.childStates.map((child) => this.#source.processOf(child))
  }

  get execs(): readonly ExecEvent[] {
    return this.#state.execEntries.map((entry) => this.#source.execOf(entry))
  }

  get exe(): Text {
    const exec = this.execs.at(-1)
    if (exec !== undefined) return exec.path
    if (this.#root !== null) return this.#root.exe
    return this.#state.forkPlace === null ? absent : this.#source.textOf(this.#state.forkPlace, 1)
  }

  get argv(): readonly Text[] {
    const exec = this.execs.at(-1)
    if (exec !== undefined) return exec.argv
    if (this.#root !== null) return this.#root.argv
    return this.parent?.argvBefore(this.#state.startNs) ?? []
  }

  /** Arguments at a time: what a child made then began with. */
  argvBefore(timeNs: bigint | null): readonly Text[] {
    const exec = timeNs === null ? undefined : this.execs.findLast((event) => event.timeNs <= timeNs)
    if (exec !== undefined) return exec.argv
    if (this.#root !== null) return this.#root.argv
    return this.parent?.argvBefore(this.#state.startNs) ?? []
  }

  get cwd(): Text {
    const at = this.#state.cwdAt
    if (at !== null) return this.#source.textOf(at.place, at.string)
    return this.#root?.cwd ?? absent
  }

  get comm(): string {
    const exec = this.execs.at(-1)
    if (exec !== undefined) return exec.comm
    const text = this.#state.forkPlace === null ? null : this.#source.textOf(this.#state.forkPlace, 2)
    return typeof text === 'string' ? text : ''
  }

  get startNs(): bigint | null {
    return this.#state.startNs
  }

  get exit(): ExitEvent | null {
    return this.#state.exitEntry === null ? null : this.#source.exitOf(this.#state.exitEntry)
  }

  get withheld(): boolean {
    return this.#state.withheld
  }

  get isRoot(): boolean {
    return this.#root !== null
  }

  /** One line for a terminal: `Process 4711 gcc -c a.c`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.isRoot ? `Process ${this.pid} (the test)` : `Process ${this.pid} ${quoteArguments(this.argv)}`
  }
}

Object.defineProperty(LazyProcess.prototype, processBrand, { value: true })

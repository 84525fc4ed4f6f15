// SPDX-License-Identifier: MIT

/** Told how far a long piece of work is, from 0 to 1; 1 when it is done. */
export type ShowProgress = (what: string, done: number) => void

// On the global object: the entries of one package may each hold a copy of this module.
const installed: unique symbol = Symbol.for('spyscall.showProgress') as never
const holder = globalThis as { [installed]?: ShowProgress }

const patienceMs = 1000
const intervalMs = 500

/** What work that takes over a second is shown by. An entry installs it, since nothing here does I/O. */
export function installProgress(show: ShowProgress): void {
  holder[installed] = show
}

/** Shows one piece of work, once it has taken a second, twice a second. Says nothing of work that is done before. */
export class Progress {
  readonly #what: string
  #nextMs = performance.now() + patienceMs
  #shown = false

  constructor(what: string) {
    this.#what = what
  }

  /** To be called now and then; cheap. */
  at(done: number, total: number): void {
    const now = performance.now()
    if (now < this.#nextMs) return
    this.#nextMs = now + intervalMs
    this.#shown = true
    holder[installed]?.(this.#what, Math.min(done / total, 1))
  }

  end(): void {
    if (this.#shown) holder[installed]?.(this.#what, 1)
  }
}

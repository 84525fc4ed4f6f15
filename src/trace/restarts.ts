// SPDX-License-Identifier: MIT

/** How a call ended that was to be restarted when its record was written. */
export type Restart = 'pending' | 'interrupted' | 'died'

/** Calls that a signal stopped and that the kernel was to begin again: what became of them other records tell. */
export class Restarts {
  readonly #byEntry = new Map<number, Restart>()
  readonly #pendingByTid = new Map<number, number>()
  readonly #changed: Set<number>

  /** `changed`: entries whose event is another one than it was. */
  constructor(changed: Set<number>) {
    this.#changed = changed
  }

  get size(): number {
    return this.#byEntry.size
  }

  get(entry: number): Restart | undefined {
    return this.#byEntry.get(entry)
  }

  has(entry: number): boolean {
    return this.#byEntry.has(entry)
  }

  /** The call of a thread that is to come again. */
  pendingOf(tid: number): number | undefined {
    return this.#pendingByTid.size === 0 ? undefined : this.#pendingByTid.get(tid)
  }

  /** `tid`: null where it is known elsewhere when the call comes again. */
  await(entry: number, tid: number | null): void {
    if (tid !== null) this.#pendingByTid.set(tid, entry)
    this.#byEntry.set(entry, 'pending')
  }

  /** It has come again. */
  forget(entry: number, tid: number | null): void {
    if (tid !== null) this.#pendingByTid.delete(tid)
    this.#byEntry.delete(entry)
  }

  /** It does not come again. */
  settle(tid: number, how: Restart): void {
    const entry = this.#pendingByTid.get(tid)
    if (entry === undefined) return
    this.#pendingByTid.delete(tid)
    this.set(entry, how)
  }

  set(entry: number, how: Restart): void {
    this.#byEntry.set(entry, how)
    this.#changed.add(entry)
  }

  /** None of those that `isOf` says comes again: their process has ended. */
  settleDied(isOf: (entry: number) => boolean): void {
    for (const [tid, entry] of this.#pendingByTid) if (isOf(entry)) this.settle(tid, 'died')
  }
}

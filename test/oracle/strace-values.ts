// SPDX-License-Identifier: MIT
// Arguments of a call as strace writes them with -xx -y -v.
import { StraceError, unhex } from './strace-lines.ts'

export type StraceValue =
  /** A string's bytes. `cut`: strace did not show all of it. `abstract`: of a unix socket, with `@` before it. */
  | { readonly kind: 'string'; readonly bytes: string; readonly cut: boolean; readonly abstract: boolean }
  /** A number, a name, names joined by `|`, an address, `NULL`. `path`: what -y says of a descriptor. */
  | { readonly kind: 'word'; readonly text: string; readonly path: string | null }
  | { readonly kind: 'list'; readonly items: readonly StraceValue[] }
  /** `{a=1, b=2}`; members without a name (`inet_pton(…)`) are under the name of their function. */
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, StraceValue>; readonly changed: StraceValue | null }
  /** `htons(80)` */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly StraceValue[] }

/** The arguments between a call's parentheses. */
export function parseArguments(text: string): StraceValue[] {
  const reader = new Reader(text)
  const values = reader.list('')
  reader.end()
  return values
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  end(): void {
    if (this.#at !== this.#text.length) this.#fail('something after the end')
  }

  /** Values up to a closing character, which is left. */
  list(close: string): StraceValue[] {
    const values: StraceValue[] = []
    this.#space()
    while (this.#at < this.#text.length && this.#text[this.#at] !== close) {
      if (values.length > 0) this.#expect(',')
      this.#space()
      // `["a", ...]`: what -v leaves out all the same.
      if (this.#take('...')) this.#fail('a list that was cut')
      values.push(this.#value())
      this.#space()
    }
    return values
  }

  #value(): StraceValue {
    const value = this.#plain()
    this.#space()
    if (this.#take('=>')) {
      this.#space()
      const changed = this.#plain()
      return value.kind === 'struct' ? { ...value, changed } : value
    }
    return value
  }

  #plain(): StraceValue {
    const next = this.#text[this.#at]
    if (next === '"') return this.#string(false)
    if (next === '@' && this.#text[this.#at + 1] === '"') {
      this.#at++
      return this.#string(true)
    }
    if (next === '[') {
      this.#at++
      const items = this.list(']')
      this.#expect(']')
      return { kind: 'list', items }
    }
    if (next === '{') return this.#struct()
    return this.#word()
  }

  #string(abstract: boolean): StraceValue {
    const end = this.#text.indexOf('"', this.#at + 1)
    if (end < 0) this.#fail('a string without an end')
    const bytes = unhex(this.#text.slice(this.#at + 1, end))
    this.#at = end + 1
    return { kind: 'string', bytes, cut: this.#take('...'), abstract }
  }

  #struct(): StraceValue {
    this.#expect('{')
    const fields = new Map<string, StraceValue>()
    this.#space()
    while (this.#text[this.#at] !== '}') {
      if (fields.size > 0) this.#expect(',')
      this.#space()
      const name = /^(\w+)=(?!>)/.exec(this.#text.slice(this.#at, this.#at + 64))?.[1]
      if (name !== undefined) this.#at += name.length + 1
      const value = this.#value()
      fields.set(name ?? (value.kind === 'call' ? value.name : `${fields.size}`), value)
      this.#space()
    }
    this.#expect('}')
    return { kind: 'struct', fields, changed: null }
  }

  #word(): StraceValue {
    const text = /^[^\s,()[\]{}<>"=]+/.exec(this.#text.slice(this.#at, this.#at + 4096))?.[0]
    if (text === undefined) this.#fail('no value')
    this.#at += text.length
    if (this.#take('(')) {
      const args = this.list(')')
      this.#expect(')')
      return { kind: 'call', name: text, args }
    }
    let path: string | null = null
    if (this.#take('<')) {
      const end = this.#text.indexOf('>', this.#at)
      path = unhex(this.#text.slice(this.#at, end))
      this.#at = end + 1
      if (this.#take('(deleted)')) path += ' (deleted)'
    }
    const comment = /^ \/\*.*?\*\//s.exec(this.#text.slice(this.#at, this.#at + 4096))
    if (comment) this.#at += comment[0].length
    return { kind: 'word', text, path }
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`no \`${text}\``)
  }

  #fail(what: string): never {
    throw new StraceError(`Arguments that are not understood, ${what} at ${this.#at}: ${this.#text.slice(0, 300)}`)
  }
}

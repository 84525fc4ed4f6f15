// SPDX-License-Identifier: MIT

/** What a test that races says in its output: how often it could have been wrong, and how often it was. */
export function state(what: string, chances: number, wrong: number, remark = ''): void {
  console.log(`${what}: ${chances.toLocaleString('en')} chances, ${wrong.toLocaleString('en')} wrong${remark}`)
}

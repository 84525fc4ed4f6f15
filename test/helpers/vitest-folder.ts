// SPDX-License-Identifier: MIT
// A Vitest of its own, over test files that a test writes: for what is between a runner and its files.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')

export interface VitestFolder {
  /** Writes `it.test.ts`: imports of the package and of the trace builder, then this. */
  write(body: string): void
  /** `it.test.ts` without those imports. */
  body(): string
  run(...args: string[]): Promise<{ readonly code: number; readonly output: string }>
  /** The snapshot file. Throws where there is none. */
  stored(): string
  /** Replaces text of a file; throws where there is none of it. */
  edit(file: 'test' | 'snapshots', from: string, to: string): void
}

/** In the repository, so that packages are found; gone after the test. */
export function vitestFolder(): VitestFolder {
  mkdirSync(join(repository, 'build'), { recursive: true })
  const folder = mkdtempSync(join(repository, 'build/runner-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const alias = JSON.stringify({ 'spyscall/vitest': join(repository, 'src/vitest.ts') })
  writeFileSync(join(folder, 'vitest.config.ts'), `export default { resolve: { alias: ${alias} } }`)
  const head = `import { expect, test } from 'spyscall/vitest'\nimport { TraceBuilder } from '${repository}/test/helpers/trace-builder.ts'\n`
  const files = { test: join(folder, 'it.test.ts'), snapshots: join(folder, '__snapshots__/it.test.ts.snap') }
  return {
    write: (body) => writeFileSync(files.test, head + body),
    body: () => readFileSync(files.test, 'utf8').slice(head.length),
    stored: () => readFileSync(files.snapshots, 'utf8'),
    edit(file, from, to) {
      const text = readFileSync(files[file], 'utf8')
      if (!text.includes(from)) throw new Error(`Expected ${from} in\n${text}`)
      writeFileSync(
        files[file],
        text.replaceAll(from, () => to),
      )
    },
    run: (...args) =>
      new Promise((done) => {
        const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
        const options = { cwd: folder, env: { ...process.env, CI: '', NO_COLOR: '1' } }
        execFile(process.execPath, [vitest, 'run', ...args], options, (error, stdout, stderr) =>
          done({ code: error === null ? 0 : Number(error.code), output: stripVTControlCharacters(stdout + stderr) }),
        )
      }),
  }
}

// SPDX-License-Identifier: MIT
// Before `npm pack` and `npm publish`: puts the native files of this machine's architecture, stripped, where the package ships them.
// After it, with `clean`, takes them away again: the loader prefers that place to build/.
// There is no install script and no binding.gyp, which npm 12, pnpm and bun would not run.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const place = join(root, `native/linux-${process.arch}`)
rmSync(place, { recursive: true, force: true })
for (const name of process.argv[2] === 'clean' ? [] : ['spyscall-helper', 'spyscall.node']) {
  mkdirSync(place, { recursive: true })
  const built = join(root, 'build', name)
  if (!existsSync(built)) throw new Error(`Cannot pack: build/${name} is missing. Run: npm run setup`)
  const file = join(place, name)
  execFileSync('strip', ['--strip-unneeded', '-o', `${file}.new`, built])
  chmodSync(`${file}.new`, 0o755)
  renameSync(`${file}.new`, file) // at once, so that a test that runs meanwhile finds one or the other
}

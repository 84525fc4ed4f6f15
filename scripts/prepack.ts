// SPDX-License-Identifier: MIT
// Before `npm pack` and `npm publish`: puts the native files of both architectures, stripped, where the package ships them.
// After it, with `clean`, takes them away again: the loader prefers that place to build/.
// There is no install script and no binding.gyp, which npm 12, pnpm and bun would not run.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const names = ['spyscall-helper', 'spyscall.node']

for (const architecture of ['x64', 'arm64']) {
  const place = join(root, `native/linux-${architecture}`)
  rmSync(place, { recursive: true, force: true })
  if (process.argv[2] !== 'clean') put(architecture, place)
}

function put(architecture: string, place: string): void {
  const isOwn = architecture === process.arch
  const folder = isOwn ? 'build' : join('build', architecture)
  const missing = names.find((name) => !existsSync(join(root, folder, name)))
  if (missing !== undefined) {
    const problem = `${folder}/${missing} is missing. Run: npm run setup`
    if (isOwn || process.env['npm_command'] === 'publish') throw new Error(`Cannot pack: ${problem}`)
    console.warn(`The package is without linux-${architecture}: ${problem}`)
    return
  }
  const strip = isOwn ? 'strip' : `${architecture === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu-strip`
  mkdirSync(place, { recursive: true })
  for (const name of names) {
    const file = join(place, name)
    execFileSync(strip, ['--strip-unneeded', '-o', `${file}.new`, join(root, folder, name)])
    chmodSync(`${file}.new`, 0o755)
    renameSync(`${file}.new`, file) // at once, so that a test that runs meanwhile finds one or the other
  }
}

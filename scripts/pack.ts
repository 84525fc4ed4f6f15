// SPDX-License-Identifier: MIT
// Packs the package as it would be published, and checks what is in it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure } from './totals.ts'

const root = resolve(import.meta.dirname, '..')

/** Where the examples expect the packed package. */
export const tarballPath = 'build/spyscall.tgz'

/** A path of the tarball is expected to match one of these. */
const expected = [
  /^(README\.md|LICENSE|package\.json)$/,
  /^bpf\/LICENSE$/,
  /^docs\/.+\.md$/,
  /^dist\/.+\.(js|cjs|d\.ts|d\.cts)$/,
  /^native\/linux-(x64|arm64)\/(spyscall-helper|spyscall\.node)$/,
]

/** Returns the tarball's path, relative to the root. */
export function packPackage(): string {
  const { status, stdout } = spawnSync('npm', ['pack', '--json', '--pack-destination', 'build', '--silent'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Failure('`npm pack` failed (see above)')
  const [packed]: { filename: string; size: number; files: { path: string; mode: number }[] }[] = JSON.parse(
    // what it had to install before prints lists too
    stdout.slice(`\n${stdout}`.lastIndexOf('\n[\n')),
  )
  if (packed === undefined) throw new Failure('`npm pack` made nothing')
  renameSync(join(root, 'build', packed.filename), join(root, tarballPath))
  check(packed.files)
  console.log(`packed ${tarballPath}: ${packed.files.length} files, ${Math.round(packed.size / 1024)} KiB`)
  return tarballPath
}

function check(files: readonly { path: string; mode: number }[]): void {
  const paths = files.map((file) => file.path)
  const unexpected = paths.filter((path) => !expected.some((pattern) => pattern.test(path)))
  if (unexpected.length > 0) throw new Failure(`the package holds files that it should not: ${unexpected.join(', ')}`)
  const built = [process.arch, ...(existsSync(join(root, 'build/arm64/spyscall-helper')) ? ['arm64'] : [])]
  const native = built.flatMap((architecture) => [
    `native/linux-${architecture}/spyscall-helper`,
    `native/linux-${architecture}/spyscall.node`,
  ])
  const needed = ['README.md', 'LICENSE', 'bpf/LICENSE', ...native, ...entryFiles()]
  const missing = needed.filter((path) => !paths.includes(path))
  if (missing.length > 0) throw new Failure(`the package lacks ${missing.join(', ')}`)
  for (const { path, mode } of files)
    if (/\/(spyscall-helper|cli\.js)$/.test(path) && !(mode & 0o100))
      throw new Failure(`${path} is not executable in the package`)
  if (paths.includes('binding.gyp')) throw new Failure('binding.gyp in the package makes npm run node-gyp')
}

function entryFiles(): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value.replace('./', ''))
    else for (const inner of Object.values(value as object)) walk(inner)
  }
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  walk(exports)
  walk(bin)
  return found
}

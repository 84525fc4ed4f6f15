// SPDX-License-Identifier: MIT
// Formats everything; with --check it only says what differs, and fails.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Releases of clang-format disagree in small things: one decides. It is Debian 12's. */
const decidingRelease = '14'

process.chdir(resolve(import.meta.dirname, '..'))
const check = process.argv.includes('--check')

const biome = spawnSync('biome', ['check', ...(check ? ['--error-on-warnings'] : ['--write']), '.'], {
  stdio: 'inherit',
})
if (biome.status !== 0) process.exitCode = 1

const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', 'bpf', 'native', 'test/workloads'],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((path) => /\.(c|cc|h)$/.test(path) && !path.startsWith('bpf/vmlinux/') && existsSync(path))

if (files.length > 0) {
  const version = /version (\d+)/.exec(execFileSync('clang-format', ['--version'], { encoding: 'utf8' }))?.[1]
  if (check && version !== decidingRelease) {
    console.log(`C and C++ formatting is not checked: clang-format ${decidingRelease} decides, this is ${version}`)
  } else {
    const clang = spawnSync('clang-format', [...(check ? ['--dry-run', '-Werror'] : ['-i']), ...files], {
      encoding: 'utf8',
    })
    if (clang.status !== 0) {
      const wrong = new Set(clang.stderr.matchAll(/^(\S+?):\d+:\d+: (?:error|warning)/gm).map((match) => match[1]))
      console.error(wrong.size > 0 ? `Not formatted: ${[...wrong].join(', ')}. Run \`npm run format\`.` : clang.stderr)
      process.exitCode = 1
    }
  }
}

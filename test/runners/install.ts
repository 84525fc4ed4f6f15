// SPDX-License-Identifier: MIT
// Projects as users have them: the packed package beside one version of a runner, outside the repository, by a lockfile of its own.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { packPackage, tarballPath } from '../../scripts/pack.ts'
import { npmEnvironment } from '../../scripts/run-examples.ts'
import { Failure } from '../../scripts/totals.ts'

const root = resolve(import.meta.dirname, '../..')
const compat = 'test/runners/compat'

/** Installs folders of test/runners/compat, at the same time; a path for each name. The place is the caller's to remove. */
export async function installAll(names: readonly string[]): Promise<{ place: string; projects: Map<string, string> }> {
  if (!existsSync(join(root, tarballPath))) packPackage()
  buildPrograms()
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'spyscall-runners-')))
  mkdirSync(join(place, 'build'))
  cpSync(join(root, tarballPath), join(place, tarballPath))
  const folders = await Promise.all(names.map((name) => install(place, name)))
  return { place, projects: new Map(names.map((name, n) => [name, folders[n]!])) }
}

/** What the tests start. */
function buildPrograms(): void {
  execFileSync(
    'flock',
    ['build/workloads.lock', 'make', '-s', '-C', 'test/workloads', '../../build/workloads/tagged'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
}

async function install(place: string, name: string): Promise<string> {
  const folder = join(place, compat, name)
  cpSync(join(root, compat, name), folder, { recursive: true })
  // The lockfile pins everything but the package itself, whose hash changes with each build.
  const lockPath = join(folder, 'package-lock.json')
  const lock = JSON.parse(readFileSync(lockPath, 'utf8'))
  delete lock.packages['node_modules/spyscall']?.integrity
  writeFileSync(lockPath, JSON.stringify(lock))
  const args = ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: npmEnvironment() })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Failure(`cannot install ${compat}/${name}:\n${output}`)
  return folder
}

// SPDX-License-Identifier: MIT
// Installs the packed package into projects that have nothing else, by npm and by pnpm, sets the helper up as root and runs their tests as a user without any
// privilege. What a system without recording makes of the package is tried in the same projects. Needs root, and mounts of its own: nothing of it stays.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { packPackage, tarballPath } from './pack.ts'
import { npmEnvironment } from './run-examples.ts'
import { addTotals, Failure, readTotals, type Totals } from './totals.ts'

const root = resolve(import.meta.dirname, '..')
const source = 'test/install/project'
const tsc = join(root, 'node_modules/.bin/tsc')

/** Nobody that this machine knows. */
const uid = 400_000 + (process.pid % 100_000)

let totals: Totals = { passed: 0, failed: 0, skipped: 0 }

async function main(): Promise<void> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'spyscall-install-')))
  try {
    chmodSync(place, 0o755)
    mkdirSync(join(place, 'build'))
    cpSync(join(root, tarballPath), join(place, tarballPath))
    const [npm, pnpm] = await Promise.all([install(place, 'npm'), install(place, 'pnpm')])
    for (const folder of ['/usr/local', '/opt'])
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', folder])
    checkSetup(npm, pnpm)
    for (const folder of [npm, pnpm]) runTests(folder)
    checkElsewhere(npm)
  } finally {
    rmSync(place, { recursive: true, force: true })
    rmSync(`/tmp/spyscall-${uid}`, { recursive: true, force: true })
  }
}

/** A copy of the project with the package in it. Its lockfile pins everything but the package itself, whose hash changes with each build. */
async function install(place: string, manager: 'npm' | 'pnpm'): Promise<string> {
  const folder = join(place, 'test/install', manager)
  cpSync(join(root, source), folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
  pinPackage(folder, manager)
  const words =
    manager === 'npm'
      ? ['npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
      : [
          join(root, 'node_modules/.bin/pnpm'),
          'install',
          '--frozen-lockfile',
          '--prefer-offline',
          '--reporter=append-only',
        ]
  const store = join(root, 'build/pnpm-store')
  const env = { ...npmEnvironment(), CI: 'true', npm_config_store_dir: store, npm_config_ignore_scripts: 'true' }
  const child = spawn(words[0] as string, words.slice(1), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Failure(`\`${manager}\` cannot install the package:\n${output}`)
  return folder
}

function pinPackage(folder: string, manager: 'npm' | 'pnpm'): void {
  const integrity = `sha512-${hash('sha512', readFileSync(join(root, tarballPath)), 'base64')}`
  const path = join(folder, manager === 'npm' ? 'package-lock.json' : 'pnpm-lock.yaml')
  const text = readFileSync(path, 'utf8')
  if (manager === 'npm') {
    const lock = JSON.parse(text)
    lock.packages['node_modules/spyscall'].integrity = integrity
    writeFileSync(path, JSON.stringify(lock))
  } else {
    const pinned = /(?<=\{integrity: )\S+(?=, tarball: file:.*spyscall\.tgz\})/
    if (!pinned.test(text)) throw new Error(`${source}/pnpm-lock.yaml does not have the package`)
    writeFileSync(path, text.replace(pinned, integrity))
  }
}

/** A command in a project, as the user or as root. */
function command(
  folder: string,
  words: readonly string[],
  options: { as?: 'root'; env?: Record<string, string> } = {},
) {
  const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const [program = '', ...args] = [...(options.as === 'root' ? [] : user), ...words]
  const env = {
    HOME: homeOf(folder),
    PATH: [join(folder, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin:/bin'].join(':'),
    ...options.env,
  }
  const result = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 << 20 })
  if (result.error) throw result.error
  return { status: result.status, output: stripVTControlCharacters(`${result.stdout}${result.stderr}`) }
}

/** The one place that the user may write to. */
function homeOf(folder: string): string {
  const home = join(folder, 'home')
  if (!existsSync(home)) {
    mkdirSync(home)
    chownSync(home, uid, uid)
  }
  return home
}

/** One more check: what it is about, and what came instead of the expected status and text. */
function check(title: string, got: { status: number | null; output: string }, status: number, says: RegExp): void {
  const fine = got.status === status && says.test(got.output)
  if (!fine) console.log(`${title}: expected ${status} and ${says}, got ${got.status} and\n${got.output}`)
  totals = addTotals(totals, { passed: fine ? 1 : 0, failed: fine ? 0 : 1, skipped: 0 })
}

/** Set up in one project, the helper serves the other, too: they have the same build. */
function checkSetup(npm: string, pnpm: string): void {
  const doctor = ['spyscall', 'doctor']
  check('before setup', command(npm, doctor), 1, /^fail {2}privileges .*\n +→ npx spyscall setup$/m)
  check(
    'before setup, a session',
    command(npm, sessionIn('whyNoSession().message')),
    0,
    /: EPERM\..*`npx spyscall setup`/,
  )
  check('setup', command(npm, ['spyscall', 'setup'], { as: 'root' }), 0, /^Done\./m)
  for (const folder of [npm, pnpm])
    check('after setup', command(folder, doctor), 0, /installed by setup[\s\S]*\nok {4}trial /)
  const own = command(npm, ['sh', '-c', 'getcap -r "$0" | wc -l', dirname(npm)], { as: 'root' })
  check('no file of a project has capabilities', own, 0, /^0$/m)
  // Another build of the helper is not the one that root was asked to trust.
  const other = join(dirname(npm), 'other')
  cpSync(join(npm, 'node_modules/spyscall'), join(other, 'node_modules/spyscall'), { recursive: true })
  for (const name of ['picomatch', 'pretty-format', '@jest', 'react-is', 'ansi-styles', '@sinclair'])
    if (existsSync(join(npm, 'node_modules', name)))
      cpSync(join(npm, 'node_modules', name), join(other, 'node_modules', name), { recursive: true })
  appendFileSync(join(other, `node_modules/spyscall/native/linux-${process.arch}/spyscall-helper`), ' ')
  check(
    'another build',
    command(other, ['node', 'node_modules/spyscall/dist/cli.js', 'doctor']),
    1,
    /^warn {2}helper .*1 of other versions/m,
  )
}

function sessionIn(expression: string): string[] {
  const code = `const { whyNoSession, openSession } = await import('spyscall'); console.log(${expression})`
  return ['node', '--input-type=module', '-e', code]
}

/** Type-checked, compiled where Jest needs it, and run by both runners. */
function runTests(folder: string): void {
  const manager = basename(folder)
  check(`types, ${manager}`, command(folder, [tsc], { as: 'root' }), 0, /^$/)
  const results = homeOf(folder)
  const file = (runner: string) => join(results, `${runner}.json`)
  const vitest = [
    'vitest',
    'run',
    '--project',
    'here',
    '--configLoader=runner',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file('vitest')}`,
  ]
  runner(`Vitest, ${manager}`, command(folder, vitest), file('vitest'), 2)
  const jest = ['jest', '--no-cache', '--json', `--outputFile=${file('jest')}`]
  runner(`Jest, ${manager}`, command(folder, jest), file('jest'), 3)
}

function runner(
  title: string,
  { status, output }: { status: number | null; output: string },
  results: string,
  tests: number,
): void {
  const counted = existsSync(results) ? readTotals(readFileSync(results, 'utf8')) : { passed: 0, failed: 1, skipped: 0 }
  const fine = status === 0 && counted.passed === tests && counted.failed === 0
  if (!fine) console.log(`${title}: expected ${tests} to pass, got\n${output}`)
  totals = addTotals(totals, fine || counted.failed > 0 ? counted : { ...counted, failed: 1 })
}

/** Systems where nothing can be recorded: the package says so once, skips where it is asked to, and judges what others saved. */
function checkElsewhere(folder: string): void {
  const trace = join(homeOf(folder), 'trace')
  const preload = ['--import', './elsewhere/another-system.js']
  check('a trace is saved', command(folder, ['node', 'elsewhere/save.js', trace]), 0, /^$/)
  for (const system of ['darwin-arm64', 'win32-x64', 'linux-riscv64']) {
    const env = { ANOTHER_SYSTEM: system }
    const [platform] = system.split('-')
    const saved = command(folder, ['node', ...preload, 'elsewhere/saved.js', trace], { env })
    check(`${system}, a saved trace`, saved, 0, new RegExp(`^(${platform}: 2 processes, \\d+ events\\n){2}$`))
    const reason =
      platform === 'linux' ? /no build for this architecture/ : new RegExp(`ecording needs Linux, this is ${platform}`)
    const cli = (name: string) =>
      command(folder, ['node', ...preload, 'node_modules/spyscall/dist/cli.js', name], { env })
    check(`${system}, doctor`, cli('doctor'), 1, reason)
    check(`${system}, setup`, cli('setup'), 1, reason)
  }
  checkSkips(folder, 'darwin-arm64', 'this is darwin')
  checkSkips(folder, 'linux-riscv64', 'no build for this architecture')
  execFileSync('mount', ['-t', 'tmpfs', 'none', '/sys/kernel/btf'])
  checkSkips(folder, `linux-${process.arch}`, 'CONFIG_DEBUG_INFO_BTF')
}

function checkSkips(folder: string, system: string, reason: string): void {
  const env = { ANOTHER_SYSTEM: system, EXPECTED_REASON: reason }
  const words = ['vitest', 'run', '--project', 'elsewhere', '--configLoader=runner', '--reporter=verbose']
  const got = command(folder, words, { env })
  check(
    `${system} in Vitest, ${reason}`,
    got,
    0,
    new RegExp(`${reason}[\\s\\S]*Tests +1 passed \\| 1 expected fail \\| 2 skipped`),
  )
}

/** Everything above, in mounts of its own. */
export function runInstalls(): Totals {
  if (process.getuid?.() !== 0) {
    console.log('Skipped: installing needs root.')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  if (!existsSync(join(root, tarballPath))) packPackage()
  const words = ['--mount', '--propagation=private', process.execPath, import.meta.filename]
  const { status, stdout } = spawnSync('unshare', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const [told = '', counted] = stdout.split('\u0000')
  process.stdout.write(told)
  if (status !== 0 || counted === undefined) throw new Failure(`installing ended with ${status}`)
  return JSON.parse(counted)
}

if (import.meta.main) {
  await main()
  process.stdout.write(`\u0000${JSON.stringify(totals)}`)
}

// SPDX-License-Identifier: MIT
// run.ts [--short] [--update] [--files=FILE,...] [NAME...]: runs the rows of kernels.json, or those named, each in a guest of its own: `npm run test:kernels`. --short: those that are a part of
// `npm test`, with fewer tests; without the tools they are skipped, but in continuous integration (CI, SPY_REQUIRE_KERNELS=1). Leaves totals in build/kernels-results.json. --update:
// writes the table of their types, and boots nothing. --files: of a full form only these of selection.ts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkTypes } from './btf/check.ts'
import { findProgram } from './find-program.ts'
import { packGuest, scratchFolder } from './guest.ts'
import { lackingFor } from './machine.ts'
import { type Row, readRows } from './rows.ts'
import { skips } from './skips.ts'

interface Result {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Lines to print. */
  readonly story: string
}

const arguments_ = process.argv.slice(2)
const isShort = arguments_.includes('--short')
const isRequired = !isShort || Boolean(process.env['CI']) || process.env['SPY_REQUIRE_KERNELS'] === '1'
const rows = readRows(
  arguments_.filter((one) => !one.startsWith('--')),
  isShort,
)
/** Names of test files with commas between; empty: all. */
const only = arguments_.find((one) => one.startsWith('--files='))?.slice('--files='.length) ?? ''
/** Of a guest, in seconds: the machine may be busy. */
const limit = isShort ? 600 : 2400
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'spyscall-kernels')
const emulators: Readonly<Record<Row['arch'], string>> = { amd64: 'qemu-system-x86_64', arm64: 'qemu-system-aarch64' }

/** The guest's users, of whom each has to have passed something: no test is no pass. */
const users = ['root', 'nobody']

/** Under way, each a process group: none outlives this process. */
const guests = new Set<ChildProcess>()
process.on('exit', () => {
  for (const { pid } of guests) {
    try {
      if (pid !== undefined) process.kill(-pid)
    } catch {
      // it has just ended
    }
  }
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

process.exitCode = await main()

async function main(): Promise<number> {
  const folder = scratchFolder()
  const results: Result[] = []
  const waiting = [...rows]
  const packed = new Map<string, string>()
  const work = async () => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const lacking = [emulators[row.arch], 'busybox', 'cpio', 'setcap'].filter((name) => !findProgram(name))
      if (lacking.length > 0) {
        results.push(absent(row, `${lacking.join(', ')} not found (bash scripts/setup.sh installs what it takes)`))
        continue
      }
      const unbuilt = lackingFor(row.arch)
      if (unbuilt !== null) {
        results.push(absent(row, unbuilt))
        continue
      }
      try {
        const initrd = packed.get(row.arch) ?? packGuest(folder, row.arch, cache)
        packed.set(row.arch, initrd)
        results.push(await runRow(row, initrd))
      } catch (error) {
        results.push(absent(row, error instanceof Error ? error.message : String(error)))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))

  const totals = { passed: 0, failed: 0, skipped: 0 }
  for (const result of results) {
    totals.passed += result.passed
    totals.failed += result.failed
    totals.skipped += result.skipped
  }
  writeFileSync(resolve(import.meta.dirname, '../../build/kernels-results.json'), JSON.stringify(totals))
  console.log(results.map((result) => result.story).join('\n'))
  return totals.failed === 0 ? 0 : 1
}

/** A kernel that cannot be run: a skip with the reason, never a pass. */
function absent(row: Row, reason: string, isAllowed = !isRequired): Result {
  const story = `kernel ${row.name}: ${isAllowed ? 'skipped' : 'FAILED'}: ${reason}`
  return { passed: 0, failed: isAllowed ? 0 : 1, skipped: isAllowed ? 1 : 0, story }
}

async function runRow(row: Row, initrd: string): Promise<Result> {
  const fetched = spawnSync('bash', [join(import.meta.dirname, 'fetch.sh'), row.arch, row.suite, row.package, cache], {
    encoding: 'utf8',
  })
  if (fetched.status === 4 && row.optional) return absent(row, fetched.stderr.trim(), true)
  if (fetched.status !== 0) return absent(row, `no image: ${fetched.stderr.trim().split('\n').at(-1)}`)
  const [version = '', image = ''] = fetched.stdout.trim().split(' ')

  const differs = row.form === undefined ? checkTypes(row, image, arguments_.includes('--update')) : []
  if (differs.length > 0) {
    const story = `kernel ${row.name} (${version}): its types are not those of btf/table.json:\n${differs.join('\n')}`
    return { passed: 0, failed: 1, skipped: 0, story }
  }
  if (arguments_.includes('--update')) return { passed: 1, failed: 0, skipped: 0, story: `${row.name}: in the table` }

  const form = row.form === undefined || row.form === 'tests' ? (isShort ? 'short' : 'full') : row.form
  const preempts = row.preempts ? 'spy.preempts=1' : ''
  const words = `spy.form=${form} spy.files=${only} spy.capabilities=${row.capabilities.join(',')} ${preempts} ${row.append ?? ''}`
  const start = performance.now()
  let guest = await boot(row, image, initrd, words)
  let again = ''
  if (guest.status === 99 && /\bint3\b|soft lockup|\brcu\b/.test(guest.console)) {
    again = ', at the second attempt: the emulator lost the first guest'
    guest = await boot(row, image, initrd, words)
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  return judge(row, version, guest, `${seconds} s${again}`)
}

interface Guest {
  readonly status: number
  readonly output: string
  readonly console: string
}

function boot(row: Row, image: string, initrd: string, words: string): Promise<Guest> {
  const guest = spawn('bash', [join(import.meta.dirname, 'boot.sh'), row.arch, image, initrd, String(limit), words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MEMORY: '2G' },
  })
  guests.add(guest)
  let output = ''
  let console = ''
  guest.stdout.on('data', (bytes) => {
    output += bytes
  })
  guest.stderr.on('data', (bytes) => {
    console += bytes
  })
  return new Promise((done) =>
    guest.on('close', (status) => {
      guests.delete(guest)
      done({ status: status ?? 99, output, console })
    }),
  )
}

function judge(row: Row, version: string, guest: Guest, seconds: string): Result {
  const count = (what: string, of = guest.output) =>
    [...of.matchAll(new RegExp(`^# ${what} (\\d+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)
  const of = (user: string) => guest.output.split(`# user ${user}\n`)[1]?.split('# user ')[0] ?? ''
  const idle = users.filter((user) => count('pass', of(user)) === 0)
  const [passed, failed, skipped] = [count('pass'), count('fail'), count('skipped')]
  const hasFailed = guest.status !== 0 || failed > 0 || idle.length > 0
  const told = `${guest.output}\n${guest.console}`
  const title = `kernel ${row.name} (${version}, ${seconds})`
  if (row.mustFail !== undefined) {
    const isProved = hasFailed && new RegExp(row.mustFail).test(told)
    const story = `${title}: ${isProved ? 'failed, as it must' : `FAILED: it had to fail with ${row.mustFail}\n${told}`}`
    return { passed: isProved ? 1 : 0, failed: isProved ? 0 : 1, skipped: 0, story }
  }
  const why = idle.length > 0 ? `, nothing passed as ${idle.join(' and ')}` : ''
  const byUser = users.map((user) => `${user} ${count('pass', of(user))}`).join(', ')
  const counts = `${title}: ${passed} passed (${byUser}), ${failed} failed, ${skipped} skipped${why}`
  const story = [counts, ...skips(guest.output, users)].join('\n')
  if (!hasFailed) return { passed, failed: 0, skipped, story }
  return { passed, failed: Math.max(1, failed), skipped, story: `${story}\n${told}` }
}

// SPDX-License-Identifier: MIT
// Inline snapshots and patterns in Jest: what it writes where, and what `-u` leaves alone. A Jest of its own, over a file that the test writes.
const { spawnSync } = require('node:child_process')
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { join, resolve } = require('node:path')

const canTrace = existsSync('/sys/kernel/btf/vmlinux') || process.env.SPY_REQUIRE_KERNEL === '1'
const kernelTest = canTrace ? test : test.skip
const repository = resolve(__dirname, '../..')

let folder
beforeEach(() => {
  folder = mkdtempSync(join(repository, 'build/jest-'))
  const config = { rootDir: folder, testMatch: ['<rootDir>/*.test.cjs'], setupFilesAfterEnv: ['spyscall/jest'] }
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'it.test.cjs')
const body = () => readFileSync(file(), 'utf8')
const stored = () => readFileSync(join(folder, '__snapshots__/it.test.cjs.snap'), 'utf8')

function jest(...args) {
  const bin = join(repository, 'node_modules/jest/bin/jest.js')
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, CI: '', NO_COLOR: '1', FORCE_COLOR: '0' } }
  const { status, stderr } = spawnSync(process.execPath, [bin, '--config', 'jest.config.json', ...args], options)
  return { status, stderr }
}

/** A test of `sh -c true` and of what is passed, with the inline snapshots that are given. */
function program(command, snapshots = {}) {
  const { PLAIN = '', OPTIONS = '', RESOLVED = '' } = snapshots
  return `
const { spawnSync } = require('node:child_process')
const { traced } = require('spyscall')
test('it', async () => {
  const options = { soFar: true }
  const { trace } = await traced(() => spawnSync('sh', ['-c', ${JSON.stringify(command)}]))
  expect(trace).toMatchInlineTraceSnapshot(${PLAIN})
  expect(trace).toMatchInlineTraceSnapshot(options${OPTIONS})
  await expect(Promise.resolve(trace)).resolves.toMatchInlineTraceSnapshot(${RESOLVED})
  expect(trace).toMatchTraceSnapshot()
  expect(trace).toMatchTraceSnapshot('hint')
})
`
}

kernelTest('inline snapshots are written into the call, and -u keeps the patterns that match', () => {
  writeFileSync(file(), program('exit 3'))
  expect(jest('--ci')).toMatchObject({ status: 1 })
  expect(body()).toBe(program('exit 3'))
  expect(jest()).toMatchObject({ status: 0 })
  const text = "`$ sh -c 'exit 3' -> exit 3`"
  expect(body()).toBe(program('exit 3', { PLAIN: text, OPTIONS: `, ${text}`, RESOLVED: text }))

  const snapshots = { PLAIN: '`$ sh -c <*>`', OPTIONS: ', `\n<...>\n`', RESOLVED: "`$ sh -c 'exit 3' -> exit 3`" }
  writeFileSync(file(), program('exit 4', snapshots))
  const differs = jest('--ci')
  expect(differs.status).toBe(1)
  expect(differs.stderr).toContain('toMatchInlineTraceSnapshot')
  expect(differs.stderr).toMatch(/- \$ sh -c 'exit 3' -> exit 3\n\s*\+ \$ sh -c 'exit 4' -> exit 4/)
  expect(differs.stderr).toContain('3 failed, 2 passed')
  expect(jest('-u')).toMatchObject({ status: 0 })
  expect(body()).toBe(program('exit 4', { ...snapshots, RESOLVED: "`$ sh -c 'exit 4' -> exit 4`" }))
})

kernelTest('patterns in the snapshot file pass, and survive -u', () => {
  writeFileSync(file(), program('exit 3', { PLAIN: '`<...>`', OPTIONS: ', `<...>`', RESOLVED: '`<...>`' }))
  expect(jest()).toMatchObject({ status: 0 })
  const path = join(folder, '__snapshots__/it.test.cjs.snap')
  const edited = stored()
    .replace(/(?<=it 4.*)-> exit 3/, '-> exit <*>')
    .replace(/(?<=hint 1`\] = `).*(?=`)/, '<...>')
  writeFileSync(path, edited)
  expect(jest('--ci')).toMatchObject({ status: 0 })
  expect(jest('-u')).toMatchObject({ status: 0 })
  expect(stored()).toBe(edited)

  writeFileSync(file(), body().replace('exit 3', 'exit 4'))
  expect(jest('--ci')).toMatchObject({ status: 1 })
  expect(jest('-u')).toMatchObject({ status: 0 })
  expect(stored()).toBe(edited.replace("'exit 3' -> exit <*>", "'exit 4' -> exit 4"))
})

// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { areEffective } from '../../../src/cli/file-capabilities.ts'
import { main } from '../../../src/cli/main.ts'
import { installLines } from '../../../src/cli/root-script.ts'

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const code = await main(args)
  const text = (spy: typeof out) => spy.mock.calls.map(([line]) => String(line)).join('\n')
  const told = { code, out: text(out), err: text(err) }
  vi.restoreAllMocks()
  return told
}

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8'))
  expect(await run('--version')).toEqual({ code: 0, out: version, err: '' })
})

test('--help lists the commands, and that of a command its options', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^ {2}setup .*\n {2}doctor /m) })
  expect(await run('setup', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--dry-run') })
  expect(await run('doctor', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--json') })
})

test('what cannot be meant ends with 2 and says what can', async () => {
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('Usage') })
  expect(await run('docter')).toEqual({
    code: 2,
    out: '',
    err: 'spyscall: unknown command `docter`; did you mean `doctor`?',
  })
  expect(await run('explode')).toMatchObject({
    code: 2,
    err: expect.stringContaining('the commands are setup, doctor'),
  })
  expect(await run('doctor', '--jsn')).toMatchObject({ code: 2, err: expect.stringContaining('--jsn') })
  expect(await run('setup', '--dry-rum', '--help')).toMatchObject({ code: 2 })
  expect(await run('setup', 'now')).toMatchObject({ code: 2, err: expect.stringContaining('now') })
  expect(await run('setup', '--everyone', '--group', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('exclude'),
  })
  expect(await run('setup', '--remove', '--everyone')).toMatchObject({ code: 2 })
})

test('a group that is none is refused before anything is done', async () => {
  const told = await run('setup', '--group', 'no-such-group')
  expect(told).toEqual({ code: 1, out: '', err: expect.stringContaining('groupadd no-such-group') })
  expect(await run('setup', '--group=--reference=/etc/shadow')).toMatchObject({ code: 1 })
})

test('the lines for root quote what comes from the package', () => {
  const folder = '/usr/local/libexec/spyscall'
  const given = { folder, digest: 'd'.repeat(64), audience: 'unchanged' as const }
  const lines = installLines({ ...given, helper: "/home/o'neil/a b/$(reboot)/spyscall-helper" })
  expect(lines).toContain(`install -m 0700 '/home/o'\\''neil/a b/$(reboot)/spyscall-helper' "$to/new"`)
  expect(() => installLines({ ...given, helper: '/tmp/\u001b[2J/spyscall-helper' })).toThrow(/printable/)
})

test.each([
  [' cap_perfmon,cap_bpf=ep', true],
  [' = cap_perfmon,cap_bpf+ep', true],
  [' cap_sys_admin,cap_perfmon,cap_bpf=eip', true],
  [' cap_bpf=ep', false],
  [' cap_perfmon,cap_bpf=p', false],
  ['', false],
])('getcap: "%s" is enough: %s', (printed, enough) => expect(areEffective(printed)).toBe(enough))

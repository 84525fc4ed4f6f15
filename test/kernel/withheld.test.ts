// SPDX-License-Identifier: MIT
// Catalogue E-o: a user who traces learns nothing of what setuid programs do, by the fixture's own report of it.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { asUser, ownCapableFolder } from '../helpers/kernel-objects.ts'
import { readReports, workload } from '../helpers/workload.ts'

const script = resolve(import.meta.dirname, 'scripts/trace-of.ts')
const user = 65534

/** A folder with the files that the fixture opens, and a copy of the fixture that `grant` gives rights to. */
function stage(grant: (program: string) => void): { folder: string; fixture: string; program: string } {
  const folder = mkdtempSync(join(tmpdir(), 'spy-rise-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, mode] of [
    ['mine', 0o644],
    ['secret', 0o600],
    ['more', 0o600],
    ['after', 0o644],
  ] as const) {
    writeFileSync(join(folder, name), '')
    chmodSync(join(folder, name), mode)
  }
  chmodSync(folder, 0o755)
  const [fixture, program] = [join(folder, 'rise'), join(folder, 'rise-higher')]
  for (const copy of [fixture, program]) {
    copyFileSync(workload('rise'), copy)
    chmodSync(copy, 0o755)
  }
  grant(program)
  return { folder, fixture, program }
}

function traceOf(words: readonly string[], command: readonly string[]) {
  const native = ownCapableFolder()
  const [program = '', ...args] = [...words, process.execPath, script, ...command]
  const { stdout, stderr, status } = spawnSync(program, args, {
    env: { ...process.env, SPYSCALL_NATIVE_DIR: native, NODE_DISABLE_COMPILE_CACHE: '1' },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const trace = JSON.parse(stdout)
  expect(trace).toMatchObject({ status: 0, stderr: '', lost: 0 })
  const reports = readReports(trace.stdout)
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  return {
    ...trace,
    rights: reports.filter(({ what }) => what === 'rights'),
    claims: reports.filter(({ what }) => what === 'open').map(({ pid, asked }) => [pid, nameOf(asked)]),
    opened: trace.opened.map(([pid, path]: [number, string]) => [pid, nameOf(path)]),
  }
}

const grants: [string, (program: string) => void, object][] = [
  ['setuid', (program) => chmodSync(program, 0o4755), { euid: 0 }],
  ['setgid', (program) => chmodSync(program, 0o2755), { egid: 0 }],
  [
    'file capabilities',
    (program) => expect(spawnSync('setcap', ['cap_dac_read_search=ep', program]).status).toBe(0),
    { euid: user, egid: user },
  ],
]

describeKernel('a program with more rights than the test', () => {
  test.skipIf(lacksRoot).each(grants)('E-o: by %s, is there, and what it does is not told', (_, grant, rights) => {
    const { folder, fixture, program } = stage((copy) => {
      chownSync(join(copy, '../secret'), 0, 0)
      grant(copy)
    })
    const trace = traceOf(asUser(), [fixture, 'start', folder, program])
    expect(trace.rights.find(({ euid, egid }: any) => euid !== user || egid !== user) ?? trace.rights[1]).toMatchObject(
      rights,
    )
    const [start, risen, lowered] = trace.rights.map(({ pid }: any) => pid)
    expect(trace.opened).toEqual(trace.claims.filter(([pid]: any) => pid === start || pid === lowered))
    expect(trace.opened.map(([, name]: any) => name)).toEqual(['mine', 'after', 'mine'])
    const child = trace.claims.find(([, name]: any) => name === 'more')?.[0] ?? expect.any(Number)
    expect(trace.processes).toEqual([
      { pid: start, parent: expect.any(Number), withheld: false, execs: [['start', folder, program]], exit: 0 },
      { pid: risen, parent: start, withheld: true, execs: [['risen', folder, 'of the user']], exit: 5 },
      { pid: child, parent: risen, withheld: true, execs: [], exit: 3 },
      { pid: lowered, parent: risen, withheld: true, execs: [['lowered', folder]], exit: 0 },
    ])
    const quiet = ['fork', 'exec', 'exit', 'credentials']
    expect(trace.kinds.filter(([pid, kind]: any) => pid === risen && !quiet.includes(kind))).toEqual([])
    expect(trace.gaps).toMatchObject([{ reason: 'withheld', count: 3 }])
    expect(trace.tree).toContain('more rights than the test')
  })

  test.skipIf(lacksRoot)('E-o: is told in full where the test may trace every process', () => {
    const { folder, fixture, program } = stage((copy) => chmodSync(copy, 0o4755))
    const trace = traceOf([], [...asUser(), fixture, 'start', folder, program])
    expect(trace.claims.map(([, name]: any) => name)).toEqual(['mine', 'secret', 'more', 'after', 'mine'])
    expect(trace.opened).toEqual(expect.arrayContaining(trace.claims))
    expect(trace.gaps).toEqual([])
    expect(trace.processes.filter(({ withheld }: any) => withheld)).toEqual([])
  })

  test.skipIf(lacksRoot)('E-o: is none that is root in a user namespace of its own', () => {
    const { folder, fixture } = stage(() => {})
    const trace = traceOf(asUser(), ['unshare', '--user', '--map-root-user', fixture, 'lowered', folder])
    expect(trace.rights).toMatchObject([{ uid: 0, euid: 0 }])
    expect(trace.opened).toContainEqual([trace.rights[0].pid, 'after'])
    expect(trace.gaps).toEqual([])
  })
})

// SPDX-License-Identifier: MIT
// Catalogue B1 to B5: a client that asks for more than it should get, as a user without privileges, by its own report.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { asUser, helpersOf, kernelObjectsOf, ownCapableFolder, remaining, until } from '../helpers/kernel-objects.ts'
import { type Report, readReports, workload } from '../helpers/workload.ts'

const user = 65534
const [EINVAL, EPROTO, EDQUOT, allSlotsTaken, closed] = [22, 71, 122, 1000, -1]

describeKernel('a helper with file capabilities', () => {
  test.skipIf(lacksRoot)('B1 to B5: gives a client its own ring, and nothing else', { timeout: 60_000 }, async () => {
    expect(readFileSync('/proc/sys/kernel/unprivileged_bpf_disabled', 'utf8').trim()).not.toBe('0')
    const native = ownCapableFolder()
    const helper = join(native, 'spyscall-helper')
    const folder = mkdtempSync(join(tmpdir(), 'spy-intruder-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    chownSync(folder, user, user)
    chmodSync(folder, 0o755)
    const [program = '', ...words] = [...asUser(user), workload('intruder'), helper, folder]
    const intruder = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void intruder.kill('SIGKILL'))
    const reports: Report[] = []
    const lines = createInterface({ input: intruder.stdout })[Symbol.asyncIterator]()
    const read = async (): Promise<Report | undefined> => {
      const { value } = await lines.next()
      return value === undefined ? undefined : (JSON.parse(value) as Report)
    }
    for (let report = await read(); report !== undefined && report.what !== 'ready'; report = await read())
      reports.push(report)

    const answers = (to: string) => reports.filter((report) => report['to'] === to).map((report) => report['error'])
    expect(answers('an open')).toEqual([0])
    const ringBuffer = 27
    expect(reports.filter(({ what }) => what === 'descriptor')).toMatchObject([{ count: 1, map_type: ringBuffer }])
    const tries = reports.filter(({ what }) => what === 'try')
    expect(tries).toHaveLength(10)
    expect(tries.filter(({ ok }) => ok)).toEqual([])

    const heard = reports.filter(({ what }) => what === 'heard').map(({ control, records }) => [control, records])
    expect(heard).toEqual([
      ['a mark before the claim', 0],
      ['a mark', 1],
      ['a mark with another token', 0],
      ['a mark of another process', 0],
      ['a mark of another process that claims, too', 0],
      ['children of another process that claims, too', 0],
      ['children before they are asked for', 0],
      ['children', 1],
    ])

    for (const to of [
      "somebody else's session",
      'a session by another token',
      'a slot that there is not',
      'a free slot',
    ])
      expect(answers(to)).toEqual([EINVAL, EINVAL, EINVAL, EINVAL])
    expect(answers('another length')).toEqual([EPROTO, EPROTO, EPROTO, EPROTO])
    expect(answers('another version')).toEqual([EPROTO])
    expect(answers('an unknown request')).toEqual([EINVAL])
    expect(answers('a ring of no size')).toEqual(Array(6).fill(EINVAL))
    expect(answers('one session too many')).toEqual([allSlotsTaken])
    expect(answers('one ring too large')).toEqual([EDQUOT])
    expect(reports.filter(({ what }) => what === 'held').map(({ of, count }) => [of, count])).toEqual([
      ['sessions', 63],
      ['rings of 256 MiB', 3],
    ])
    expect(answers('a question beside one who asks and never listens')).toEqual([0])
    expect(answers('the session, after all that')).toEqual([0])

    // The socket is where everybody may write, as no socket of the addon is: the helper looks at who connects.
    const ask = (uid: number) => {
      const [first = '', ...rest] = [...asUser(uid), workload('intruder'), 'ask', join(folder, 'socket')]
      const { stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8' })
      expect(stderr).toBe('')
      return readReports(stdout).map(({ error }) => error)
    }
    expect(ask(user - 1)).toEqual([closed])
    expect(ask(0)).toEqual([closed])
    expect(ask(user)).toEqual([0])

    const [pid = 0] = helpersOf(native)
    const objects = kernelObjectsOf(pid)
    expect(objects.length).toBeGreaterThan(10)
    const exited = once(intruder, 'exit')
    intruder.stdin.write('\n')
    expect((await read())?.['error']).toBe(0)
    expect(await exited).toEqual([0, null])
    await until('the helper has gone, and everything with it', () => remaining(objects).length === 0)
  })
})

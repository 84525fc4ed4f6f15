// SPDX-License-Identifier: MIT
// Catalogue B7. Clients and helper of a user without privileges, killed at any point: nothing stays in the kernel, and no trace says that it is complete when it is not.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import {
  asUser,
  heldByNobody,
  helpersOf,
  listed,
  ownCapableFolder,
  ownNativeFolder,
  until,
} from '../helpers/kernel-objects.ts'

const script = resolve(import.meta.dirname, 'scripts/keep-opening.ts')
const rounds = 12
const clientsOfARound = 3
const sessionsOfAClient = 5
/** About what a session takes. */
const longestMs = 12

/** Another number each time, and the same ones in each run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; state = (state * 1103515245 + 12345) % 2 ** 31) yield state / 2 ** 31
}

describeKernel('whoever is killed, whenever', () => {
  test('leaves nothing in the kernel, and nobody a wrong trace', { timeout: 240_000 }, async () => {
    const native = lacksRoot ? ownNativeFolder() : ownCapableFolder()
    const before = listed()
    const random = numbers(7)
    const upTo = (most: number) => Math.floor((random.next().value as number) * most)
    const tally = { complete: 0, incomplete: 0, refused: 0, killed: 0, helpersKilled: 0 }
    for (let round = 0; round < rounds; round++) {
      const clients = Array.from({ length: clientsOfARound }, () => start(native))
      const victim = clients[upTo(clientsOfARound)] as Client
      for (let line = upTo(sessionsOfAClient); line > 0; line--) await victim.next()
      await pause(upTo(longestMs))
      if (round % 3 === 0) tally.killed += Number(victim.child.kill('SIGKILL'))
      else for (const helper of helpersOf(native)) tally.helpersKilled += Number(kill(helper))
      for (const client of clients) {
        const told = await client.rest()
        if (client.child.signalCode === 'SIGKILL') continue
        expect(client.child.exitCode).toBe(0)
        expect(told).toHaveLength(sessionsOfAClient)
        for (const { tag, complete, gaps, recorded, refused } of told) {
          if (refused !== undefined) tally.refused++
          else if (complete) tally.complete++
          else tally.incomplete++
          if (complete) expect(recorded).toEqual([tag])
          else if (refused === undefined) expect(gaps).toContain('helper')
        }
      }
    }
    console.log(`killed at any point: ${JSON.stringify(tally)}`)
    for (const count of [tally.complete, tally.incomplete, tally.killed, tally.helpersKilled])
      expect(count).toBeGreaterThan(0)
    await until('the last helper ends', () => helpersOf(native).length === 0)
    await until('nothing is left that nobody holds', () => heldByNobody(before).length === 0)
  })
})

interface Client {
  readonly child: ChildProcess
  readonly next: () => Promise<unknown>
  /** All that it says, when it has ended. */
  readonly rest: () => Promise<any[]>
}

function start(native: string): Client {
  const [program = '', ...words] = [...(lacksRoot ? [] : asUser()), process.execPath, script]
  const child = spawn(program, words, {
    env: { ...process.env, SPYSCALL_NATIVE_DIR: native, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const told: unknown[] = []
  const next = async () => {
    const { value } = await lines.next()
    if (value !== undefined) told.push(JSON.parse(value))
    return value
  }
  const rest = async () => {
    while ((await next()) !== undefined);
    await ended
    return told
  }
  return { child, next, rest }
}

function kill(pid: number): boolean {
  return spawnSync('kill', ['-KILL', String(pid)], { stdio: 'ignore' }).status === 0
}

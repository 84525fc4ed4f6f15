// SPDX-License-Identifier: MIT
// Every program of the corpus once under strace and once under spyscall: the two must tell the same. Of some, every system call. docs/limits.md names what cannot be compared.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '../helpers/workload.ts' // builds the fixtures
import type { EventKind } from '../../src/trace/event.ts'
import { groupOfKind } from '../../src/trace/groups.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { callsUnderBoth } from '../oracle/calls.ts'
import { renderDifferences } from '../oracle/compare.ts'
import { callCorpus } from '../oracle/corpus/calls.ts'
import { corpus } from '../oracle/corpus.ts'
import { runUnderBoth, type Size } from '../oracle/run.ts'
import { notCompared } from '../oracle/spy-model.ts'

/** A web server on a thread of its own: commands are run synchronously. */
const server = `
  const { createServer } = require('node:http')
  const { parentPort } = require('node:worker_threads')
  const server = createServer((request, response) => response.end('you asked for ' + request.url + '\\n'))
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

describeKernel('strace and spyscall tell the same of', () => {
  let worker: Worker
  let port: number
  const seen = new Set<string>()

  beforeAll(async () => {
    worker = new Worker(server, { eval: true })
    ;[port] = (await once(worker, 'message')) as [number]
  })

  afterAll(async () => void (await worker.terminate()))

  for (const entry of corpus) {
    test.skipIf(entry.root && lacksRoot)(entry.name, { timeout: 300_000 }, async () => {
      const compared = await runUnderBoth((folder) => entry.prepare(folder, port), entry)
      for (const kind of compared.kinds) seen.add(kind)
      expect(renderDifferences(compared.differences)).toBe('')
      for (const [what, least] of Object.entries(entry.least))
        expect(compared.size[what as keyof Size], what).toBeGreaterThanOrEqual(least)
    })
  }

  test.skipIf(lacksRoot)('every kind of event that strace can see', () => {
    const kinds = (Object.keys(groupOfKind) as EventKind[]).filter((kind) => !notCompared.has(kind))
    expect([...seen].sort()).toEqual(kinds.sort())
  })

  for (const { name, least, prepare } of callCorpus) {
    test(`every system call of ${name}`, { timeout: 300_000 }, async () => {
      const { differences, size } = await callsUnderBoth(prepare)
      expect(renderDifferences(differences)).toBe('')
      expect(size).toBeGreaterThanOrEqual(least)
    })
  }
})
